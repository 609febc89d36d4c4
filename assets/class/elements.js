/** Elements of a class's pages in one line each: HTML by its class, and the shapes and words of charts. */

import { element, make } from "../js/lib/dom.js";

/** @typedef {(Node | string)[]} Children */

/** @param {string} kind @param {Children} children */
export const div = (kind, ...children) => make("div", { class: kind || null }, ...children);

/** A paragraph. @param {string} kind @param {Children} children */
export const para = (kind, ...children) => make("p", { class: kind || null }, ...children);

/**
 * A button.
 * @param {string} words
 * @param {(event: MouseEvent) => unknown} act
 * @param {?string} [kind]
 * @param {object} [attributes]
 */
export const button = (words, act, kind = null, attributes = {}) =>
  make("button", { type: "button", class: kind, ...attributes, on: { click: act } }, words);

/**
 * An act of one press. The second of a double one meets the button that the first has brought there, and is none.
 * @param {() => unknown} act @returns {(event: MouseEvent) => unknown}
 */
export const onePress = (act) => (event) => event.detail < 2 && act();

/** @param {string} name That of the group. @param {string} words @param {boolean} checked @param {() => void} change */
export const radio = (name, words, checked, change) =>
  make("label", {}, make("input", { type: "radio", name, checked, on: { change } }), words);

/**
 * A part that is as wide as the window has room; it is drawn anew for another width, as where a phone is turned.
 * @param {() => Element} draw
 */
export function fitted(draw) {
  let [part, width] = [draw(), window.innerWidth];
  const onResize = () => {
    if (!part.isConnected) return window.removeEventListener("resize", onResize);
    if (window.innerWidth === width) return;
    const old = part;
    [part, width] = [draw(), window.innerWidth];
    old.replaceWith(part);
  };
  window.addEventListener("resize", onResize);
  return part;
}

/** @param {string} kind @param {number} x @param {number} y @param {string} words @param {string} [anchor] */
export const text = (kind, x, y, words, anchor = "start") =>
  element("text", { class: kind, x, y, "text-anchor": anchor }, words);

/** @param {string} kind @param {string} d */
export const path = (kind, d) => element("path", { class: kind, d });

/** @param {string} kind @param {number} cx @param {number} cy @param {number} r */
export const circle = (kind, cx, cy, r) => element("circle", { class: kind, cx, cy, r });

/** @param {string} kind @param {number} x @param {number} y @param {number} width @param {number} height */
export const rect = (kind, x, y, width, height) => element("rect", { class: kind, x, y, width, height });
