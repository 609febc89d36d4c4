/**
 * The weights that are shown: M and b of every dense layer, one flat row for each block, where a cell's number stands
 * in them, and the name of a weight.
 */

import { decode } from "../lib/arrays.js";
import { subscript } from "../lib/dom.js";
import { state } from "../core/state.js";
import { cursor } from "./cursor.js";
import { givenNames, inputName, namedOutput } from "./ports.js";

/** @import { Block, DenseCard, FrameWeights, Numbers, RunResponse, WeightCell, WeightsView } from "../core/types.js" */

/**
 * The checkpoint's, those at the cursor ("trained"), or their difference.
 * @param {RunResponse} response
 * @param {WeightsView} view
 * @returns {Numbers[]}
 */
export function weightBlocks({ frame }, view) {
  const before = checkpointBlocks(frame.weights);
  if (view === "checkpoint") return before;
  const after = blocksOf(frame.weights, cursor.weights);
  return view === "trained" ? after : after.map((block, k) => block.map((value, i) => value - before[k][i]));
}

/** @type {WeakMap<FrameWeights, Numbers[]>} */
const checkpoints = new WeakMap();

/** @param {FrameWeights} weights */
function checkpointBlocks(weights) {
  const blocks = checkpoints.get(weights) ?? blocksOf(weights, decode(weights.checkpoint));
  checkpoints.set(weights, blocks);
  return blocks;
}

/** @param {FrameWeights} weights @param {Numbers} flat */
function blocksOf({ cells }, flat) {
  let start = 0;
  return cells.map(({ rows, columns }) => flat.subarray(start, (start += rows * columns)));
}

/** The checkpoint's number in one cell. @param {WeightCell} cell */
export const checkpointWeight = (cell) => numberIn("checkpoint", cell);

/** The number in one cell at the cursor's step. @param {WeightCell} cell */
export const weightAtCursor = (cell) => numberIn("trained", cell);

/** @param {WeightsView} view @param {WeightCell} cell */
function numberIn(view, { layer, name, row, column }) {
  const { cells } = state.shown.frame.weights;
  const block = cells.findIndex((b) => b.layer === layer && b.name === name);
  return weightBlocks(state.shown, view)[block][row * cells[block].columns + column];
}

/** Whether a dense layer is the last one. @param {number} layer */
const isLast = (layer) => state.shown.frame.weights.cells.every((block) => block.layer <= layer);

/** The name that a table gives to what a dense layer takes, or to what it gives. @param {WeightCell} cell */
const namesOf = ({ layer, row, column }) => ({
  source: givenNames() && !layer ? inputName(column) : null,
  unit: givenNames() && isLast(layer) ? namedOutput(row) : null,
});

/** A weight in a sentence: Weight from u17 to u3, dense layer 2. @param {WeightCell} cell */
export function spokenWeight(cell) {
  const { layer, name, row, column } = cell;
  const { source, unit } = namesOf(cell);
  const to = unit ?? `u${row}`;
  const where = name === "M" ? `Weight from ${source ?? (layer ? "u" : "v") + column} to ${to}` : `Bias of ${to}`;
  return layer ? `${where}, dense layer ${layer + 1}` : where;
}

/**
 * A weight in short, as the label of a run with an edited weight has it: u₃←u₁₇ of dense layer 2.
 * @param {WeightCell} cell
 */
export function weightName(cell) {
  const { layer, name, row, column } = cell;
  const names = namesOf(cell);
  const unit = names.unit ?? subscript("u", row);
  const short = name === "M" ? `${unit}←${names.source ?? subscript(layer ? "u" : "v", column)}` : `bias ${unit}`;
  const several = state.shown.frame.weights.cells.some((block) => block.layer > 0);
  return several ? `${short} of dense layer ${layer + 1}` : short;
}

/**
 * The dense layer that leads into a hidden unit, and the unit's row there; null where none does.
 * @param {[number, number]} unit
 */
export function denseUnit([at, row]) {
  const { layers } = state.shown.frame.strip;
  const layer = layers.slice(0, at).filter(({ kind }) => kind === "affinity").length - 1;
  const block = matrixOf(layer);
  return block && row < block.rows ? { layer, row } : null;
}

/** @param {number} layer */
const matrixOf = (layer) =>
  /** @type {Block} */ (state.shown.frame.weights.cells.find((b) => b.layer === layer && b.name === "M"));

/**
 * The place of a cell's number in the network: its layer, and its place in M row by row and then b.
 * @param {WeightCell} cell
 */
export function placeInNetwork({ layer, name, row, column }) {
  const block = matrixOf(layer);
  const at = state.shown.frame.strip.layers.flatMap((card, index) => (card.kind === "affinity" ? [index] : []))[layer];
  return { at, place: name === "M" ? row * block.columns + column : block.rows * block.columns + row };
}

/** @param {number} at */
const denseCard = (at) => /** @type {DenseCard} */ (state.shown.frame.strip.layers[at]);

/** @param {WeightCell} cell */
export function isFrozen(cell) {
  const { at, place } = placeInNetwork(cell);
  const { frozen, places } = denseCard(at);
  return frozen === "all" || places.includes(place);
}

/** The places of the frozen numbers in a block, row by row, or "all". @param {Block} block */
export function frozenPlaces({ layer, name, rows, columns }) {
  const { at, place: first } = placeInNetwork({ layer, name, row: 0, column: 0 });
  const { frozen, places } = denseCard(at);
  if (frozen === "all") return frozen;
  return places.map((place) => place - first).filter((place) => place >= 0 && place < rows * columns);
}
