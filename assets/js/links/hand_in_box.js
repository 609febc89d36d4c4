/** The line above the sentence of a bench that hands in its run: to the hunt of a class, or as the answer to a task. */

import { byId, make, makeButton, setText } from "../lib/dom.js";

/**
 * @typedef {object} HandIn The words of the line.
 * @property {string} kind Hunt, or Task 2.
 * @property {string} words The question.
 * @property {string} [more] The knobs that are allowed.
 * @property {string} told The outcome.
 * @property {string} label That of the button.
 * @property {boolean} isOpen Whether there is something to hand in.
 */

/** @param {HandIn} said @param {() => void} act Hands in the run that is shown. */
export function showHandIn({ kind, words, more = "", told, label, isOpen }, act) {
  const box = byId("hunt");
  if (!box) return;
  if (!box.hasChildNodes()) {
    const name = make("p", {}, make("b", {}), make("span"));
    const button = makeButton({ class: "button edged" }, act);
    box.append(name, make("p", { class: "hint" }), make("p", { class: "hint", role: "status" }), button);
  }
  const [name, allowed, status, button] = /** @type {HTMLElement[]} */ ([...box.children]);
  setText(name.children[0], `${kind}. `);
  setText(name.children[1], words);
  setText(allowed, more);
  setText(status, told);
  setText(button, label);
  allowed.hidden = !more;
  button.hidden = !isOpen;
  box.hidden = false;
  document.body.classList.add("hands-in");
}
