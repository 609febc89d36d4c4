/**
 * The units of a layer, in its card or in the sheet of all: a canvas for their small maps, and over it a button for
 * each. The room for them is there from the layer's width on, before any map has come.
 */

import { make, subscript } from "../lib/dom.js";

/** @typedef {import("./unit_grid.js").UnitGrid} UnitGrid */

/** @type {WeakMap<Element, UnitGrid>} */
const grids = new WeakMap();

/** The grid of the units of that box. @param {Element} box */
export const gridOfUnits = (box) => /** @type {UnitGrid} */ (grids.get(box));

/**
 * The box of the units of the layer at that place, with other elements beside them.
 * @param {number} at
 * @param {number} count
 * @param {UnitGrid} grid
 * @param {string} name
 * @param {...Element} beside
 */
export function unitMaps(at, count, grid, name, ...beside) {
  const { side, width, height, places } = grid;
  /** @param {[number, number]} place @param {number} k */
  const button = ([x, y], k) =>
    make("button", {
      class: "unit",
      type: "button",
      tabindex: k ? "-1" : "0",
      style: { left: `${x}px`, top: `${y}px`, width: `${side}px`, height: `${side}px` },
      "data-unit": k,
      "data-control": `unit-${at}-${k}`,
      "data-name": `Unit ${subscript("u", k)} of ${name}`,
      "aria-label": `Unit ${subscript("u", k)} of ${name}`,
      "aria-pressed": "false",
    });
  const maps = make(
    "span",
    {
      class: "unit-maps",
      role: "group",
      style: { width: `${width}px`, height: `${height}px` },
      "aria-label": `The units of ${name}`,
    },
    make("canvas", { "aria-hidden": "true" }),
    ...places.map(button),
  );
  const box = make("span", { class: "units", "data-layer": at, "data-count": count }, maps, ...beside);
  grids.set(box, grid);
  return box;
}
