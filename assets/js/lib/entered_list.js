/**
 * A list of controls that is one stop of Tab: Enter goes in, and from then on Tab goes through its controls. Leaving
 * the list closes it again, and Escape leaves it from any control that is no field.
 */

import { closest, findAll } from "./dom.js";

const FIELDS = "input, select";

/** @param {HTMLElement} list @param {string} selector Of the controls. */
export function enterWithKey(list, selector) {
  /** @returns {HTMLElement[]} */
  const controls = () => findAll(list, selector);
  const isInside = () => list.contains(document.activeElement) && document.activeElement !== list;
  /** @param {boolean} on */
  const open = (on) => controls().forEach((control) => (control.tabIndex = on ? 0 : -1));
  const follow = () => open(isInside());
  list.addEventListener("focusin", follow);
  list.addEventListener("focusout", () => setTimeout(follow));
  list.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Enter" && target === list) {
      open(true);
      controls()[0]?.focus();
      event.preventDefault();
    } else if (key === "Escape" && target !== list && !closest(target, FIELDS)) list.focus();
  });
  new MutationObserver(follow).observe(list, { childList: true });
  follow();
}
