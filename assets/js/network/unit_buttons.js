/** The units of a layer in its card, and a button that opens all of them where the card has no room for some. */

import { make } from "../lib/dom.js";
import { unitGrid } from "./unit_grid.js";
import { unitMaps } from "./unit_maps.js";
import { openUnitSheet } from "./unit_sheet.js";

/** The units of the layer at that place: `count` of them, in a network of so many layers. */
export function unitButtons(at, count, { name, last }) {
  const grid = unitGrid(count, last + 1);
  return unitMaps(at, count, grid, name, ...(grid.more > 0 ? [moreButton(at, count, grid.more, name)] : []));
}

function moreButton(at, count, more, name) {
  const attributes = {
    class: "more-units",
    type: "button",
    "aria-label": `${more} more units of ${name}`,
    "aria-haspopup": "dialog",
    "data-control": `more-${at}`,
    on: { click: ({ currentTarget }) => openUnitSheet(currentTarget, at, count, name) },
  };
  return make("button", attributes, `+${more}`);
}
