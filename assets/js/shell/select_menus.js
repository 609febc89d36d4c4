/**
 * The choices of Dash's menus are mounted when a pointer or the focus comes to a menu, and stay: all of them at once
 * would keep the first visit waiting, and choices that come with the opened menu would have no name in it yet.
 */

import { closest } from "../lib/dom.js";
import { propsOf, setProps } from "../core/dash.js";

/** @param {Event} event */
function mountChoices({ target }) {
  const holder = closest(target, "[data-holds]");
  const { comboboxProps } = (holder && propsOf(holder.dataset.holds)) || {};
  if (!comboboxProps || comboboxProps.keepMounted) return;
  setProps(holder.dataset.holds, { comboboxProps: { ...comboboxProps, keepMounted: true } });
}

export function installSelectMenus() {
  document.addEventListener("pointerover", mountChoices);
  document.addEventListener("focusin", mountChoices);
}
