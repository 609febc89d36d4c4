/**
 * The one menu of the page: it opens beside the button that was pressed, and closes on a choice, Escape or a click
 * elsewhere.
 */

import { find, findAll, make } from "./dom.js";

/** @type {HTMLElement} */
let menu;
/** @type {HTMLElement} */
let opener;

/** @typedef {{ text: string, keys?: string, off?: boolean, apart?: boolean, act: () => unknown }} MenuRow
 *   `keys` is a shortcut, `off` disabled, `apart` after a line, `act` the choice's effect. */

/** @param {HTMLElement} button @param {MenuRow[]} rows */
export function openMenu(button, rows) {
  menu = menu || makeMenu();
  // Within the same landmark as its button.
  button.closest("section, header")?.append(menu);
  menu.replaceChildren(...rows.flatMap(rowOf));
  opener = button;
  menu.setAttribute("aria-label", button.getAttribute("aria-label") || button.textContent);
  menu.showPopover();
  place(button.getBoundingClientRect());
  find(menu, "[role=menuitem]:not([aria-disabled])").focus();
}

export function closeMenu() {
  if (menu?.matches(":popover-open")) menu.hidePopover();
}

function makeMenu() {
  /** @param {ToggleEvent} event */
  const toggle = (event) => event.newState === "closed" && restoreFocus();
  return make("div", {
    id: "layer-menu",
    class: "menu",
    role: "menu",
    popover: "auto",
    on: { keydown: onKey, toggle },
  });
}

/** @param {MenuRow} row */
function rowOf({ text, keys, off, apart, act }) {
  const disabled = off ? "true" : null;
  const click = () => off || choose(act);
  const item = { type: "button", role: "menuitem", "aria-disabled": disabled, tabindex: "-1", on: { click } };
  return [...(apart ? [make("hr")] : []), make("button", item, text, make("small", {}, keys || ""))];
}

/** @param {DOMRect} box */
function place({ left, right, bottom, top }) {
  const { width, height } = menu.getBoundingClientRect();
  const { innerWidth, innerHeight } = window;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8, right))}px`;
  menu.style.top = `${bottom + 4 + height > innerHeight ? Math.max(8, top - height - 4) : bottom + 4}px`;
}

/** @param {() => unknown} act */
function choose(act) {
  menu.hidePopover();
  act();
}

function restoreFocus() {
  if (opener && opener.isConnected && menu.contains(document.activeElement)) opener.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const items = findAll(menu, "[role=menuitem]");
  const at = items.findIndex((item) => item === document.activeElement);
  /** @type {Record<string, number | undefined>} */
  const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const to = places[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}
