/** The units of a layer in its card, and a button that opens all of them where the card has no room for some. */

import { makeButton } from "../lib/dom.js";
import { unitGrid } from "./unit_grid.js";
import { unitMaps } from "./unit_maps.js";
import { openUnitSheet } from "./unit_sheet.js";

/**
 * The units of the layer at that place: `count` of them, in a network whose last layer is at the place `last`.
 * @param {number} at
 * @param {number} count
 * @param {{ name: string, last: number }} about
 */
export function unitButtons(at, count, { name, last }) {
  const grid = unitGrid(count, last + 1);
  return unitMaps(at, count, grid, name, ...(grid.more > 0 ? [moreButton(at, count, grid.more, name)] : []));
}

/** @param {number} at @param {number} count @param {number} more @param {string} name */
function moreButton(at, count, more, name) {
  return makeButton(
    {
      class: "more-units",
      "aria-label": `${more} more units of ${name}`,
      "aria-haspopup": "dialog",
      "data-control": `more-${at}`,
    },
    ({ currentTarget }) => openUnitSheet(currentTarget, at, count, name),
    `+${more}`,
  );
}
