/**
 * The cells over the weight heatmaps. The heatmap paints the colours; the cells carry the numbers, and where there are
 * few enough each is a button that edits its checkpoint value, with the number's own path in it. More of them are
 * opened through the grid (`weight_pointer.js`). While the cursor moves, a canvas paints the colours.
 */

import { roughTint, rowsOf } from "../lib/arrays.js";
import { byId, make, refill, setText, setTint } from "../lib/dom.js";
import { drawGraph } from "../core/dash.js";
import { formatWeight } from "../core/format.js";
import { state } from "../core/state.js";
import { colourScale, cursor } from "../model/cursor.js";
import { currentTrajectory } from "../model/trajectory.js";
import { isFrozen, spokenWeight, weightBlocks } from "../model/weights.js";
import { colourThumbnails } from "../network/thumbnails.js";
import { openWeightEditor } from "../network/weight_editor.js";
import { nameShownStep } from "./colour_key.js";
import { paintCells } from "./heatmap.js";
import { drawSparklines, moveDots, sparklineWords } from "./sparklines.js";

/** Paints the heatmaps and writes the numbers over them. */
export function showWeightCells(shown, view, moving) {
  const { figure, cells } = shown.frame.weights;
  const scale = colourScale();
  const blocks = weightBlocks(shown, view);
  const box = byId("weight-cells");
  const plot = box.parentElement;
  plot.style.setProperty("--weight-rows", rowsIn(cells));
  plot.classList.toggle("moving", moving);
  if (moving && figure.data.length) paintCells(plot, cells, blocks, scale, figure.data[0].colorscale);
  else drawHeatmaps(shown, view, blocks, scale);
  writeNumbers(box, cells, blocks, scale, moving);
  trace(box, shown, scale);
  colourThumbnails(view === "trained" ? blocks : weightBlocks(shown, "trained"), cells, scale, cursor.of);
}

/** All rows under one another. */
const rowsIn = (cells) => cells.reduce((sum, { name, rows }) => sum + (name === "M" ? rows : 0), 0);

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

/** Paths of the numbers themselves, whichever view is shown, with dots at the cursor. */
function trace(box, { frame, summary }, scale) {
  const trajectory = currentTrajectory();
  drawSparklines(box, trajectory, scale);
  moveDots(box, cursor.weights, cursor.of, summary.samples, scale);
  const { none, closed } = frame.weights;
  const words = none ? "" : closed || sparklineWords(trajectory, box.querySelector(".with-path"));
  nameShownStep(cursor.of, words);
}

function writeNumbers(box, cells, blocks, scale, moving) {
  const signature = JSON.stringify(cells) + state.shown.frame.name;
  if (box.dataset.signature !== signature) {
    box.dataset.signature = signature;
    let start = 0;
    const elements = cells.flatMap((block) => {
      const first = start;
      start += block.rows * block.columns;
      return block.numbers ? blockElements(block, first) : [];
    });
    refill(box, elements, () => "button");
  }
  const readable = blocks.filter((_, k) => cells[k].numbers).flatMap((block) => Array.from(block));
  Array.from(box.children).forEach((cell, k) => {
    const text = formatWeight(readable[k]);
    setText(cell.firstChild, text);
    setTint(cell, roughTint(readable[k], scale));
    if (cell.tagName === "BUTTON" && !moving) cell.setAttribute("aria-label", labelOf(cell, text));
  });
}

function labelOf(cell, text) {
  const frozen = cell.classList.contains("frozen") ? ", frozen" : "";
  return `${cell.dataset.name} is ${text}${frozen}. Edit its starting value`;
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
  const weight = { layer, name, row, column };
  const cell = make(
    buttons ? "button" : "span",
    {
      class: isFrozen(weight) ? "weight tint-text frozen" : "weight tint-text",
      "data-control": `${layer} ${name} ${row} ${column}`,
      "data-name": spokenWeight(weight),
      style: {
        left: percent(left + (width * column) / columns),
        width: percent(width / columns),
        top: percent(top + (height * row) / rows),
        height: percent(height / rows),
        "--w": width / columns,
        "--h": height / rows,
      },
    },
    make("span", { class: "value" }),
  );
  if (!buttons) return cell;
  cell.append(make("span", { class: "path", "aria-hidden": "true" }));
  cell.dataset.at = at;
  cell.type = "button";
  cell.addEventListener("click", () => openWeightEditor(weight, cell.dataset.name, cell));
  return cell;
}
