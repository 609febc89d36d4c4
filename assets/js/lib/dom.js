/**
 * Elements in one line each: HTML, SVG, an icon, the plot of a function; and text that is written only where it
 * differs.
 */

const SVG = "http://www.w3.org/2000/svg";
const TEXT_NODE = 3;
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Whether another page shows this one in a frame. */
export const isFramed = window.parent !== window;

/**
 * An element by its id, as the type that the caller has for it. Null for one that is not there: who asks for an element
 * that may be missing tests it.
 * @template {Element} [Type=HTMLElement]
 * @param {string} id
 */
export const byId = (id) => /** @type {Type} */ (/** @type {unknown} */ (document.getElementById(id)));

/** @type {(id: string) => HTMLInputElement} */
export const inputById = byId;
/** @type {(id: string) => HTMLButtonElement} */
export const buttonById = byId;
/** @type {(id: string) => HTMLDialogElement} */
export const dialogById = byId;

/**
 * The first element in a box that the selector matches, as the type that the caller has for it. Null where there is
 * none: who may find none tests it.
 * @template {Element} [Type=HTMLElement]
 * @param {ParentNode} box
 * @param {string} selector
 */
export const find = (box, selector) => /** @type {Type} */ (box.querySelector(selector));

/**
 * All of them.
 * @template {Element} [Type=HTMLElement]
 * @param {ParentNode} box
 * @param {string} selector
 */
export const findAll = (box, selector) => [.../** @type {NodeListOf<Type>} */ (box.querySelectorAll(selector))];

/**
 * Whether an event's target lies within an element that the selector matches; that element, or null.
 * @template {Element} [Type=HTMLElement]
 * @param {?EventTarget} target
 * @param {string} selector
 * @returns {?Type}
 */
export const closest = (target, selector) => (target instanceof Element ? target.closest(selector) : null);

/** The element in a box that has the focus. @param {Element} box @returns {?HTMLElement} */
export const focusedIn = (box) =>
  box.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @typedef {object} Targets The elements of an event: a field has no children that it could come from.
 * @property {Tag extends "input" | "select" | "textarea" ? HTMLElementTagNameMap[Tag] : HTMLElement} target
 * @property {HTMLElementTagNameMap[Tag]} currentTarget
 */

/**
 * An element with attributes (false, null and undefined are left out), custom properties, listeners and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{
 *   style?: Record<string, string | number>,
 *   on?: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name] & Targets<Tag>) => unknown },
 *   [attribute: string]: unknown,
 * }} [options]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, { style = {}, on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if ((value ?? false) !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, value] of Object.entries(style)) node.style.setProperty(name, String(value));
  for (const [name, listener] of Object.entries(on))
    node.addEventListener(name, /** @type {EventListener} */ (listener));
  node.append(...children);
  return node;
}

/**
 * A button that acts when it is pressed.
 * @param {Record<string, unknown>} attributes
 * @param {(event: MouseEvent & Targets<"button">) => unknown} press
 * @param {...(Node | string)} children
 */
export const makeButton = (attributes, press, ...children) =>
  make("button", { type: "button", ...attributes, on: { click: press } }, ...children);

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function element(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const key in attributes) node.setAttribute(key, String(attributes[key]));
  node.append(...children);
  return node;
}

/** A share as a length in styles. @param {number} share */
export const percent = (share) => `${100 * share}%`;

/** @param {string} name */
export const icon = (name) => make("span", { class: `icon icon-${name}`, "aria-hidden": "true" });

/** v₀, u₁₂. @param {string} letter @param {number} index */
export const subscript = (letter, index) => letter + String(index).replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)]);

/**
 * A function as a solid line and its derivative as a dotted one, over −3 … 3.
 * @param {string} path
 * @param {string} slope
 */
export function functionPlot(path, slope) {
  return element(
    "svg",
    { viewBox: "-26 -19 52 38", "aria-hidden": "true" },
    element("path", { class: "axis", d: "M-26 0H26M0 -19V19" }),
    element("path", { class: "slope", d: slope }),
    element("path", { class: "value", d: path }),
  );
}

/**
 * Replaces all children of the box, whose scroll position the browser keeps. If a field or button of it
 * (`data-control`) had the focus, the new element of that name gets it, or else what the selector `nearby(name)` finds.
 * @template {Node | string} Child
 * @param {HTMLElement} box
 * @param {Child[]} children
 * @param {(name: string) => string} nearby
 * @param {(box: HTMLElement, children: Child[]) => void} [replace]
 */
export function refill(box, children, nearby, replace = () => box.replaceChildren(...children)) {
  const focused = focusedIn(box)?.dataset.control;
  replace(box, children);
  const again = focused && (find(box, `[data-control="${focused}"]`) || find(box, nearby(focused)));
  if (again) again.focus();
}

/**
 * Has the box hold these children; one that is equal to the child in its place leaves that there, which is not laid out
 * anew then, and a button of it that is pressed just now hears its click. Pixels are not compared.
 * @param {Element} box
 * @param {Element[]} children
 */
export function replaceChanged(box, children) {
  const before = [...box.children];
  children.forEach((child, k) => {
    if (!before[k]) box.append(child);
    else if (!before[k].isEqualNode(child) || find(child, "canvas")) before[k].replaceWith(child);
  });
  before.slice(children.length).forEach((child) => child.remove());
}

/**
 * Writes into a field that React controls, which hears of it as if it had been typed.
 * @param {HTMLInputElement} field
 * @param {string} text
 */
export function typeInto(field, text) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Text goes straight to its element: through Dash each would cost as much as a drawing. Another node for it would have
 * its box made anew.
 * @param {Element} box
 * @param {string} text
 */
export function setText(box, text) {
  const { firstChild } = box;
  if (firstChild?.nodeType === TEXT_NODE && !firstChild.nextSibling && text) {
    if (firstChild.nodeValue !== text) firstChild.nodeValue = text;
  } else if (box.textContent !== text) box.textContent = text;
}

/**
 * Moves an element of the page to a point, in pixels from where its styles have it; nothing is laid out for it.
 * @param {ElementCSSInlineStyle} node
 * @param {number[]} point
 */
export function moveTo(node, point) {
  node.style.translate = point.map((along) => `${along.toFixed(1)}px`).join(" ");
}

/**
 * Writes a custom property of the styles where it differs, such as `--t`, the share of a scale that colours a cell or
 * gives a bar its length, or `--long`, the number of characters from which a cell has the size of its type.
 * @param {HTMLElement} node
 * @param {`--${string}`} name
 * @param {number | string} value
 */
export function setVariable({ style }, name, value) {
  const text = String(value);
  if (style.getPropertyValue(name) !== text) style.setProperty(name, text);
}

/**
 * @typedef {[string, string][]} MarkedText Pieces of text, each with the class of its emphasis or "".
 * @param {Element} box
 * @param {MarkedText} pieces
 */
export function setMarkedText(box, pieces) {
  box.replaceChildren(...pieces.map(([text, mark]) => (mark ? make("b", { class: mark }, text) : text)));
}
