/**
 * Hatching over frozen weights whose cells have no element of their own: those are as many as a layer is wide.
 * @import { Block } from "../core/types.js"
 */

import { element, percent } from "../lib/dom.js";
import { frozenPlaces } from "../model/weights.js";
import { boxOfCell } from "./cell_grid.js";

/** The hatching of these blocks, as an SVG over the whole drawing area. @param {Block[]} blocks */
export function frozenHatching(blocks) {
  const boxes = blocks.flatMap((block, at) => (block.numbers ? [] : frozenBoxes(blocks, at)));
  return element(
    "svg",
    { class: "frozen-cells", "aria-hidden": "true" },
    element("defs", {}, hatch()),
    ...boxes.map(([x, y, width, height]) =>
      element("rect", {
        x: percent(x),
        y: percent(y),
        width: percent(width),
        height: percent(height),
        fill: "url(#frozen-hatch)",
      }),
    ),
  );
}

/** @param {Block[]} blocks @param {number} at */
function frozenBoxes(blocks, at) {
  const { box, columns } = blocks[at];
  const places = frozenPlaces(blocks[at]);
  if (places === "all") return [box];
  return places.map((k) => boxOfCell(blocks, { at, row: Math.floor(k / columns), column: k % columns }));
}

/** Dark and light lines side by side: one of them shows on every colour. */
const hatch = () =>
  element(
    "pattern",
    { id: "frozen-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    element("rect", { class: "dark", width: 1, height: 5 }),
    element("rect", { class: "light", x: 1, width: 1, height: 5 }),
  );
