/**
 * A row of controls that is one stop of Tab: arrow keys, Home and End go from one to the next, as in every toolbar. The
 * Tab key has to pass the row once.
 */

import { find, findAll } from "./dom.js";

/** @type {Record<string, number>} */
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Makes one stop of what the selector finds in a box; what is hidden or disabled is passed over.
 * @param {Element} box
 * @param {string} selector
 */
export function rovingTabindex(box, selector) {
  /** @returns {HTMLButtonElement[]} */
  const controls = () => findAll(box, selector);
  /** @param {HTMLButtonElement} one */
  const isUsable = (one) => !one.disabled && one.checkVisibility();
  const usable = () => controls().filter(isUsable);
  /** @param {EventTarget} chosen */
  const choose = (chosen) => {
    for (const one of controls()) one.tabIndex = one === chosen ? 0 : -1;
  };
  const keep = () => {
    /** @type {HTMLButtonElement} */
    const stop = find(box, `:is(${selector})[tabindex="0"]`);
    if (!stop || !isUsable(stop)) choose(usable()[0]);
  };
  // Once a frame, when the page is laid out anyway.
  let isDue = false;
  const keepSoon = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      keep();
    });
  };
  box.addEventListener(
    "focusin",
    ({ target }) => target instanceof Element && target.matches(selector) && choose(target),
  );
  box.addEventListener("keydown", (event) => go(/** @type {KeyboardEvent} */ (event), usable()));
  // An attribute that is written anew as it was has changed nothing.
  /** @param {MutationRecord} record */
  const hasChanged = ({ target, attributeName, oldValue }) =>
    (oldValue === null) === /** @type {Element} */ (target).hasAttribute(String(attributeName));
  const changes = { subtree: true, attributeFilter: ["disabled", "hidden"], attributeOldValue: true };
  new MutationObserver((records) => records.some(hasChanged) && keepSoon()).observe(box, changes);
  window.addEventListener("resize", keepSoon);
  choose(usable()[0]);
}

/** @param {KeyboardEvent} event @param {HTMLElement[]} controls */
function go(event, controls) {
  const { key, ctrlKey, metaKey, altKey } = event;
  const from = controls.findIndex((one) => one === event.target);
  if (from < 0 || ctrlKey || metaKey || altKey) return;
  const last = controls.length - 1;
  const to = key === "Home" ? 0 : key === "End" ? last : MOVES[key] && from + MOVES[key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  controls[(to + controls.length) % controls.length].focus();
}
