/**
 * Fields of numbers select their whole text on focus and on a click, so that typing replaces it. A second click in the
 * same field puts the caret where it lies.
 */

import { closest } from "../lib/dom.js";

const NUMBERS = "input:is([inputmode=numeric], [inputmode=decimal]), #edit-field";

/** The field that a pointer has just come to. @type {?HTMLInputElement} */
let entered = null;

export function installFieldSelection() {
  document.addEventListener("focusin", ({ target }) => {
    /** @type {?HTMLInputElement} */
    const field = closest(target, NUMBERS);
    if (!field) return;
    entered = field;
    field.select();
  });
  // WebKit's caret comes when the pointer is let go of on selected text, after the click, unless it is kept from it.
  document.addEventListener("mouseup", (event) => {
    if (event.target === entered) event.preventDefault();
  });
  // The pointer's own caret comes after the focus.
  document.addEventListener("click", ({ target }) => {
    if (target === entered) entered?.select();
    entered = null;
  });
}
