/**
 * The cells over the weight heatmaps. The heatmap paints the colours; the cells carry the numbers, and where there are
 * few enough each is a button that edits its checkpoint value, with the number's own path in it. More of them are
 * opened through the grid (`weight_pointer.js`). While the cursor moves, a canvas paints the colours.
 */

import { roughTint, rowsOf } from "../lib/arrays.js";
import { byId, make, refill } from "../lib/dom.js";
import { drawGraph } from "../core/dash.js";
import { cursor } from "../model/cursor.js";
import { paintCells } from "./heatmap.js";
import { numberElement, writeNumbers } from "./weight_numbers.js";

/** Paints the heatmaps and writes the numbers over them. */
export function showWeightCells(shown, view, { blocks, scale, moving }) {
  const { figure, cells } = shown.frame.weights;
  const box = byId("weight-cells");
  const plot = box.parentElement;
  plot.classList.toggle("moving", moving);
  if (moving && figure.data.length) paintCells(plot, cells, blocks, scale, figure.data[0].colorscale);
  else drawHeatmaps(shown, view, blocks, scale);
  fillCells(box, cells, shown.frame.name);
  const readable = blocks.filter((_, k) => cells[k].numbers).flatMap((block) => Array.from(block));
  writeNumbers([...box.children], readable, { shareOf: (number) => roughTint(number, scale), moving });
}

let drawn = null;

/** The heatmaps, unless they are drawn already: a trajectory that comes after its run often leaves them as they are. */
function drawHeatmaps({ frame, summary }, view, blocks, scale) {
  const { figure, cells } = frame.weights;
  const name = [frame.name, summary.fingerprint, cursor.of, view, scale].join();
  if (name === drawn) return;
  drawn = name;
  const heatmap = (part, k) => ({ ...part, z: rowsOf(blocks[k], cells[k].columns), zmin: -scale, zmax: scale });
  drawGraph("weights", { data: figure.data.map(heatmap), layout: figure.layout });
}

function fillCells(box, cells, name) {
  const signature = JSON.stringify(cells) + name;
  if (box.dataset.signature === signature) return;
  box.dataset.signature = signature;
  let start = 0;
  const elements = cells.flatMap((block) => {
    const first = start;
    start += block.rows * block.columns;
    return block.numbers ? blockElements(block, first) : [];
  });
  refill(box, elements, () => "button");
}

/** Another form has taken their place. */
export function clearWeightCells() {
  const box = byId("weight-cells");
  if (!box.dataset.signature) return;
  delete box.dataset.signature;
  delete box.dataset.paths;
  box.replaceChildren();
}

/** The cells of a block whose numbers stand from `start` on in the row of all. */
function blockElements(block, start) {
  const elements = [];
  for (let row = 0; row < block.rows; row++) {
    for (let column = 0; column < block.columns; column++) {
      elements.push(cellElement(block, row, column, start + row * block.columns + column));
    }
  }
  return elements;
}

const percent = (share) => `${100 * share}%`;

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
