/**
 * Going over the weights of layers whose cells are no buttons, by mouse, by finger or with the keys: the cell is
 * outlined, a readout names its weight, and a click or Enter opens the editor. One element lies over the whole picture;
 * a redraw leaves it as it is and writes the readout alone, where there is one.
 * @import { Block } from "../core/types.js"
 * @import { Cell } from "./cell_grid.js"
 * @import { Form } from "./weight_form.js"
 */

import { byId, dialogById, make, percent, setText } from "../lib/dom.js";
import { state } from "../core/state.js";
import { spokenWeight } from "../model/weights.js";
import { openWeightEditor } from "../network/weight_editor.js";
import { boxOfCell, cellAfter, cellAt, endOfGrid, isCellOfGrid, isInGrid, weightOfCell } from "./cell_grid.js";
import { frozenHatching } from "./frozen_cells.js";
import { arrangementName, drawnBlocks } from "./weight_matrix.js";
import { namedWeight, weightWords } from "./weight_words.js";

const APART = 5;
const MARK_EDGE = 2;
/** A readout may cover the names left of the grid, above it and at its right, in pixels. */
const AROUND = 26;

/** Made with the first weights that are drawn. @type {ReturnType<typeof makeParts>} */
let parts;
/** The cell that is outlined or named. @type {?Cell} */
let pointed = null;
/** The cell where the keys go on. @type {?Cell} */
let keyed = null;

/** The form of the weights. @type {Form} */
let form = "heatmap";

const blocksShown = () => drawnBlocks(state.shown.frame.weights.cells, form);

function makeParts() {
  const grid = byId("weight-grid");
  const frozen = make("div", { class: "frozen-part" });
  const mark = make("i", { class: "weight-mark", hidden: true });
  const readout = make("div", { class: "weight-readout", "aria-hidden": "true", hidden: true });
  const spoken = make("p", { class: "spoken", "aria-live": "polite" });
  grid.append(frozen, mark, readout, spoken);
  grid.addEventListener("pointermove", (event) => pointTo(cellUnder(event)));
  grid.addEventListener("pointerleave", returnToKeys);
  grid.addEventListener("pointercancel", returnToKeys);
  grid.addEventListener("click", (event) => openCell(cellUnder(event)));
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("focus", () => grid.matches(":focus-visible") && goTo(keyed || endOfGrid(blocksShown())));
  grid.addEventListener("blur", () => isEditing() || pointTo(null));
  byId("edit").addEventListener("close", returnToKeys);
  const row = make("i", { class: "row-mark", hidden: true });
  byId("row-marks").append(row);
  return { grid, frozen, mark, readout, spoken, row };
}

const isEditing = () => dialogById("edit").open;

/** The pointer has left: the cell where the keys are is the one again, if they are here. */
function returnToKeys() {
  if (!isEditing()) pointTo(parts.grid.matches(":focus-visible") ? keyed : null);
}

/** @param {MouseEvent} event */
function cellUnder({ clientX, clientY }) {
  const { left, top, width, height } = parts.grid.getBoundingClientRect();
  const cell = cellAt(blocksShown(), (clientX - left) / width, (clientY - top) / height);
  return cell && !blocksShown()[cell.at].buttons ? cell : null;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key, ctrlKey, metaKey, altKey } = event;
  const from = keyed || endOfGrid(blocksShown());
  if (altKey || metaKey || !from) return;
  const next = cellAfter(blocksShown(), from, key, ctrlKey);
  if (next) goTo(next);
  else if (key === "Enter" || key === " ") openCell(from);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The keys go to a cell, whose weight is said. @param {?Cell} cell */
function goTo(cell) {
  keyed = cell;
  pointTo(cell);
  const weight = cell && weightOfCell(blocksShown(), cell);
  setText(parts.spoken, weight ? `${spokenWeight(weight)}: ${weightWords(weight)}` : "");
}

/** @param {?Cell} cell */
function openCell(cell) {
  if (!cell || !isCellOfGrid(blocksShown(), cell)) return;
  keyed = cell;
  pointTo(cell);
  const weight = weightOfCell(blocksShown(), cell);
  openWeightEditor(weight, spokenWeight(weight), parts.mark.getBoundingClientRect());
}

/**
 * Outlines and names a cell; null takes the outline away. The cells of layers that are too wide say that they are.
 * @param {?Cell} cell
 */
function pointTo(cell) {
  pointed = cell;
  const { grid, mark, readout } = parts;
  const closed = cell !== null && !isInGrid(blocksShown()[cell.at]);
  mark.hidden = !cell || closed;
  readout.hidden = !cell;
  grid.classList.toggle("on-cell", !mark.hidden);
  if (!cell) return;
  const { clientWidth, clientHeight } = grid;
  const sizes = [clientWidth, clientHeight, clientWidth, clientHeight];
  const box = boxOfCell(blocksShown(), cell).map((share, k) => share * sizes[k]);
  if (!closed) placeMark(mark, box);
  nameCell();
  placeReadout(readout, box, grid);
}

/**
 * Around the cell, so that the outline of a small one leaves its colour in sight.
 * @param {HTMLElement} hTMLElement @param {number[]} pair
 */
function placeMark({ style }, [left, top, width, height]) {
  style.setProperty("left", `${left - MARK_EDGE}px`);
  style.setProperty("top", `${top - MARK_EDGE}px`);
  style.setProperty("width", `${width + 2 * MARK_EDGE}px`);
  style.setProperty("height", `${height + 2 * MARK_EDGE}px`);
}

/**
 * Above the cell, or below where there is no room; within the width of the picture.
 * @param {HTMLElement} readout @param {number[]} pair @param {HTMLElement} grid
 */
function placeReadout(readout, [left, top, width, height], grid) {
  const [wide, high] = [readout.offsetWidth, readout.offsetHeight];
  const above = top - high - APART;
  const y = above >= -AROUND ? above : top + height + APART;
  const x = Math.max(-AROUND, Math.min(left + width / 2 - wide / 2, grid.clientWidth - wide));
  readout.style.setProperty("left", `${x}px`);
  readout.style.setProperty("top", `${y}px`);
}

function nameCell() {
  if (!pointed) return;
  const blocks = blocksShown();
  const { closed } = state.shown.frame.weights;
  setText(parts.readout, isInGrid(blocks[pointed.at]) ? namedWeight(weightOfCell(blocks, pointed)) : closed);
}

let shownAs = "";

/**
 * The weights have been drawn: another network has other cells, and the pointed weight may have another value.
 * @param {Form} drawnForm
 */
export function showWeightGrid(drawnForm) {
  parts = parts || makeParts();
  form = drawnForm;
  const name = `${state.shown.frame.name} ${arrangementName(form)}`;
  if (name !== shownAs) {
    shownAs = name;
    showGridOf(form === "rows" ? [] : blocksShown());
  }
  if (pointed) pointTo(pointed);
}

/**
 * Marks the row of a hidden unit: the weights that lead into it; null marks none. Before weights are drawn there is no
 * row to mark: drawing them marks it.
 * @param {?{ layer: number, row: number }} unit
 */
export function markCells(unit) {
  if (!parts) return;
  const blocks = form === "rows" ? [] : blocksShown();
  const matrix = unit ? blocks.findIndex(({ layer, name }) => layer === unit.layer && name === "M") : -1;
  const { row } = parts;
  if (row.hidden !== matrix < 0) row.hidden = matrix < 0;
  if (row.hidden || !unit) return;
  const [left, top, , height] = boxOfCell(blocks, { at: matrix, row: unit.row, column: 0 });
  const [last, , width] = blocks[matrix + 1].box;
  row.style.setProperty("left", percent(left));
  row.style.setProperty("top", percent(top));
  row.style.setProperty("width", percent(last + width - left));
  row.style.setProperty("height", percent(height));
}

/** @param {Block[]} blocks */
function showGridOf(blocks) {
  const { grid, frozen } = parts;
  const inGrid = blocks.some(isInGrid);
  grid.hidden = blocks.every(({ buttons }) => buttons);
  for (const [name, value] of [
    ["tabindex", "0"],
    ["role", "application"],
  ]) {
    if (inGrid) grid.setAttribute(name, value);
    else grid.removeAttribute(name);
  }
  frozen.replaceChildren(frozenHatching(blocks));
  if (keyed && !isCellOfGrid(blocks, keyed)) keyed = endOfGrid(blocks);
  if (pointed && !(blocks[pointed.at] && isCellOfGrid(blocks, pointed))) pointTo(null);
}
