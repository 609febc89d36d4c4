/**
 * Elements in one line each: HTML, SVG, an icon, the plot of a function; and text that is written only where it
 * differs.
 */

const SVG = "http://www.w3.org/2000/svg";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Whether another page shows this one in a frame. */
export const isFramed = window.parent !== window;

export const byId = (id) => document.getElementById(id);

/** Whether an event's target lies within an element that the selector matches; that element, or null. */
export const closest = (target, selector) => (target.closest ? target.closest(selector) : null);

/** An element with attributes (false and null are left out), custom properties, listeners and children. */
export function make(tag, { style = {}, on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  for (const name in style) node.style.setProperty(name, style[name]);
  for (const name in on) node.addEventListener(name, on[name]);
  node.append(...children);
  return node;
}

/** An SVG element. */
export function element(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  node.append(...children);
  return node;
}

/** A share as a length in styles. */
export const percent = (share) => `${100 * share}%`;

export const icon = (name) => make("span", { class: `icon icon-${name}`, "aria-hidden": "true" });

/** v₀, u₁₂. */
export const subscript = (letter, index) => letter + String(index).replace(/\d/g, (digit) => SUBSCRIPTS[digit]);

/** A function as a solid line and its derivative as a dotted one, over −3 … 3. */
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
 * Replaces all children of the box and keeps its scroll position. If a field or button of it (`data-control`) had the
 * focus, the new element of that name gets it, or else what the selector `nearby(name)` finds.
 */
export function refill(box, children, nearby) {
  const focused = box.contains(document.activeElement) && document.activeElement.dataset.control;
  const { scrollLeft } = box;
  box.replaceChildren(...children);
  box.scrollLeft = scrollLeft;
  const again = focused && (box.querySelector(`[data-control="${focused}"]`) || box.querySelector(nearby(focused)));
  if (again) again.focus();
}

/** Writes into a field that React controls, which hears of it as if it had been typed. */
export function typeInto(field, text) {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Calls `use` with the element of that id as soon as it is there: most elements come with Dash's layout, after the
 * scripts have started.
 */
export function whenThere(id, use) {
  const there = byId(id);
  if (there) {
    use(there);
    return;
  }
  new MutationObserver((_, observer) => {
    const node = byId(id);
    if (!node) return;
    observer.disconnect();
    use(node);
  }).observe(document, { childList: true, subtree: true });
}

/** Text goes straight to its element: through Dash each would cost as much as a drawing. */
export function setText(box, text) {
  if (box.textContent !== text) box.textContent = text;
}

/** Moves an element of the page to a point, in pixels from where its styles have it; nothing is laid out for it. */
export function moveTo(node, point) {
  node.style.translate = point.map((along) => `${along.toFixed(1)}px`).join(" ");
}

/** The share of a scale that colours a cell or gives a bar its length, as the custom property of the styles. */
export function setTint(cell, share) {
  const text = String(share);
  if (cell.style.getPropertyValue("--t") !== text) cell.style.setProperty("--t", text);
}

/** How many characters a cell has to hold, from which the styles take the size of its type. */
export function setLength(cell, text) {
  const length = String(text.length);
  if (cell.style.getPropertyValue("--long") !== length) cell.style.setProperty("--long", length);
}

/** Pieces of text, each with the class of its emphasis or "". */
export function setMarkedText(box, pieces) {
  box.replaceChildren(...pieces.map(([text, mark]) => (mark ? make("b", { class: mark }, text) : text)));
}
