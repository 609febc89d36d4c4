/** The page's words in the lesson's language, and places that the page names. */

import { byId } from "../js/lib/dom.js";

/** @typedef {Record<string, string>} Words */

/** @type {?Words} */
let words = JSON.parse(byId("words")?.textContent ?? "null");

/** Does an act in other words, such as those of another language. @param {Words} other @param {() => void} act */
export function sayIn(other, act) {
  const own = words;
  words = other;
  try {
    act();
  } finally {
    words = own;
  }
}

/** The marks of thousands and decimals. */
export const marks = () => words?.["marks"] ?? ",.";

/** KXW PRT. @param {string} code */
export const spacedCode = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;

/**
 * A sentence with its values filled in; of [one|others] the part that goes with `n`.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function say(name, values = {}) {
  const form = words?.[name] ?? name;
  const text = form.replace(/\[([^|]*)\|([^\]]*)\]/g, (_, one, others) => (values.n === 1 ? one : others));
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}
