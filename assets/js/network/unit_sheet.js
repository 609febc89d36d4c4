/**
 * All units of a layer in a sheet under its card, where the card has no room for some. They can be pointed at and kept
 * as in the card. The sheet closes on Escape or a click elsewhere, and where another network no longer has the layer.
 */

import { find, make } from "../lib/dom.js";
import { placeUnder, widestBox } from "../lib/placing.js";
import { detailsShown, unitsOpened } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestStep } from "../model/cursor.js";
import { sheetGrid } from "./unit_grid.js";
import { unitMaps } from "./unit_maps.js";

/** @import { RunResponse } from "../core/types.js" */

/** At its left and right, edges and all. */
const PADDING = 26;

/** @type {HTMLElement} */
let sheet;
/** The place of the layer that it shows, and how many units it has. @type {?{ at: number, count: number }} */
let opened = null;

/** @param {HTMLElement} button @param {number} at @param {number} count @param {string} name */
export function openUnitSheet(button, at, count, name) {
  sheet = sheet || makeSheet();
  opened = { at, count };
  state.openedUnits = at;
  // Within the same landmark as its button.
  button.closest("section")?.append(sheet);
  fill(at, count, name);
  sheet.showPopover();
  placeUnder(sheet, /** @type {Element} */ (button.closest(".layer")).getBoundingClientRect());
  unitsOpened.emit();
  find(sheet, ".unit").focus();
  requestStep();
}

/** @param {number} at @param {number} count @param {string} name */
function fill(at, count, name) {
  const title = `The ${count} units of ${name}`;
  const grid = sheetGrid(count, widestBox() - PADDING);
  sheet.setAttribute("aria-label", title);
  sheet.replaceChildren(make("h2", { class: "title" }, title), unitMaps(at, count, grid, name));
}

function makeSheet() {
  /** @param {ToggleEvent} event */
  const toggle = (event) => event.newState === "closed" && forget();
  return make("div", { class: "unit-sheet", role: "dialog", popover: "auto", on: { toggle } });
}

/** It is closed. The browser gives the focus back to the button, unless the cards were made anew. */
function forget() {
  const button = find(document, `[data-control="more-${opened?.at}"]`);
  if (button && document.activeElement === document.body) button.focus();
  opened = null;
  state.openedUnits = null;
  sheet.replaceChildren();
}

/** @param {RunResponse} response */
function onFrame({ frame }) {
  if (opened && frame.strip.widths[opened.at + 1] !== opened.count) sheet.hidePopover();
}

export function installUnitSheet() {
  detailsShown.on(onFrame);
}
