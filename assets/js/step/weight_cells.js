/**
 * The weights as heat maps. A canvas has the colours; the cells over it carry the numbers, and where there are few
 * enough each is a button that edits its checkpoint value, with the number's own path in it. More of them are opened
 * through the grid (`weight_pointer.js`).
 * @typedef {{ blocks: Numbers[], scale: number, moving: boolean }} Drawing
 * @import { Block, Numbers, RunResponse } from "../core/types.js"
 */

import { roughTint } from "../lib/arrays.js";
import { byId, make, percent, refill } from "../lib/dom.js";
import { hasOtherContents, removeContents } from "../core/contents.js";
import { haveGivenNames, nameElements, paintCells } from "../maps/heatmap.js";
import { numberElement, writeNumbers } from "./weight_numbers.js";

/** The numbers of as many cells stand in sight without a pointer. */
const FEW = 12;

/** Paints the heat maps and writes the numbers over them. @param {RunResponse} runResponse @param {Drawing} drawing */
export function showWeightCells({ frame }, { blocks, scale, moving }) {
  const { cells, names } = frame.weights;
  const box = byId("weight-cells");
  const plot = /** @type {HTMLElement} */ (box.parentElement);
  paintCells(plot, cells, blocks, scale);
  if (!moving) {
    byId("weight-names").replaceChildren(...nameElements(names));
    plot.classList.toggle("with-names", haveGivenNames(names));
  }
  fillCells(box, cells, frame.name);
  const readable = blocks.filter((_, k) => cells[k].numbers).flatMap((block) => Array.from(block));
  writeNumbers(/** @type {HTMLElement[]} */ ([...box.children]), readable, {
    shareOf: (number) => roughTint(number, scale),
    moving,
  });
}

/** @param {HTMLElement} box @param {Block[]} cells @param {string} name */
function fillCells(box, cells, name) {
  if (!hasOtherContents(box, [cells, name])) return;
  let start = 0;
  const elements = cells.flatMap((block) => {
    const first = start;
    start += block.rows * block.columns;
    return block.numbers ? blockElements(block, first) : [];
  });
  refill(box, elements, () => "button");
  box.parentElement?.classList.toggle("many", elements.length > FEW);
}

/** Another form has taken their place. */
export function clearWeightCells() {
  const box = byId("weight-cells");
  removeContents(box);
}

/**
 * The cells of a block whose numbers stand from `start` on in the row of all.
 * @param {Block} block @param {number} start
 */
function blockElements(block, start) {
  const elements = [];
  for (let row = 0; row < block.rows; row++) {
    for (let column = 0; column < block.columns; column++) {
      elements.push(cellElement(block, row, column, start + row * block.columns + column));
    }
  }
  return elements;
}

/** @param {Block} block @param {number} row @param {number} column @param {number} at */
function cellElement({ layer, name, box, rows, columns, buttons }, row, column, at) {
  const [left, top, width, height] = box;
  const style = {
    left: percent(left + (width * column) / columns),
    width: percent(width / columns),
    top: percent(top + (height * row) / rows),
    height: percent(height / rows),
    "--w": width / columns,
    "--h": height / rows,
  };
  const attributes = { button: buttons, at, class: "weight tint-text", style };
  const path = buttons ? [make("span", { class: "path", "aria-hidden": "true" })] : [];
  return numberElement({ layer, name, row, column }, attributes, ...path);
}
