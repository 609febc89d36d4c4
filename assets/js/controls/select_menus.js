/**
 * The choices of Dash's menus are mounted when a pointer or the focus comes to a menu, and stay: all of them at once
 * would keep the first visit waiting, and choices that come with the opened menu would have no name in it yet.
 */

import { closest } from "../lib/dom.js";
import { propsOf, setProps } from "../core/dash.js";

/** @param {Event} event */
function mountChoices({ target }) {
  const id = closest(target, "[data-holds]")?.dataset.holds;
  if (!id) return;
  const { comboboxProps } = /** @type {{ comboboxProps?: { keepMounted?: boolean } }} */ (propsOf(id) || {});
  if (!comboboxProps || comboboxProps.keepMounted) return;
  setProps(id, { comboboxProps: { ...comboboxProps, keepMounted: true } });
}

export function installSelectMenus() {
  document.addEventListener("pointerover", mountChoices);
  document.addEventListener("focusin", mountChoices);
}
