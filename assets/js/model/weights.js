/**
 * The weights that are shown: M and b of every affinity, one flat row for each block, where a cell's number stands in
 * them, and what a weight is called.
 */

import { decode } from "../lib/arrays.js";
import { subscript } from "../lib/dom.js";
import { state } from "../core/state.js";
import { cursor } from "./cursor.js";

/** The checkpoint's, those at the cursor ("trained"), or what training changed. */
export function weightBlocks({ frame }, view) {
  const before = checkpointBlocks(frame.weights);
  if (view === "checkpoint") return before;
  const after = blocksOf(frame.weights, cursor.weights);
  return view === "trained" ? after : after.map((block, k) => block.map((value, i) => value - before[k][i]));
}

const checkpoints = new WeakMap();

function checkpointBlocks(weights) {
  if (!checkpoints.has(weights)) checkpoints.set(weights, blocksOf(weights, decode(weights.checkpoint)));
  return checkpoints.get(weights);
}

function blocksOf({ cells }, flat) {
  let start = 0;
  return cells.map(({ rows, columns }) => flat.subarray(start, (start += rows * columns)));
}

/** The checkpoint's number in one cell. */
export const checkpointWeight = (cell) => numberIn("checkpoint", cell);

/** The number in one cell at the cursor's step. */
export const weightAtCursor = (cell) => numberIn("trained", cell);

function numberIn(view, { layer, name, row, column }) {
  const { cells } = state.shown.frame.weights;
  const block = cells.findIndex((b) => b.layer === layer && b.name === name);
  return weightBlocks(state.shown, view)[block][row * cells[block].columns + column];
}

/** A weight in a sentence: Weight from u17 to u3, dense layer 2. */
export function spokenWeight({ layer, name, row, column }) {
  const from = (layer ? "u" : "v") + column;
  const where = name === "M" ? `Weight from ${from} to u${row}` : `Bias of u${row}`;
  return layer ? `${where}, dense layer ${layer + 1}` : where;
}

/** A weight in short, as the label of a run with an edited weight has it: u₃←u₁₇ of dense layer 2. */
export function weightName({ layer, name, row, column }) {
  const unit = subscript("u", row);
  const short = name === "M" ? `${unit}←${subscript(layer ? "u" : "v", column)}` : `bias ${unit}`;
  const several = state.shown.frame.weights.cells.some((block) => block.layer > 0);
  return several ? `${short} of dense layer ${layer + 1}` : short;
}

/** The dense layer that leads into a hidden unit, and the unit's row there; null where none does. */
export function denseUnit([at, row]) {
  const { layers } = state.shown.frame.strip;
  const layer = layers.slice(0, at).filter(({ kind }) => kind === "affinity").length - 1;
  const block = state.shown.frame.weights.cells.find((b) => b.layer === layer && b.name === "M");
  return block && row < block.rows ? { layer, row } : null;
}

/** Where a cell's number stands in the network: its layer, and its place in M row by row and then b. */
export function placeInNetwork({ layer, name, row, column }) {
  const { strip, weights } = state.shown.frame;
  const block = weights.cells.find((b) => b.layer === layer && b.name === "M");
  const at = strip.layers.flatMap((card, index) => (card.kind === "affinity" ? [index] : []))[layer];
  return { at, place: name === "M" ? row * block.columns + column : block.rows * block.columns + row };
}

export function isFrozen(cell) {
  const { at, place } = placeInNetwork(cell);
  const { frozen, places } = state.shown.frame.strip.layers[at];
  return frozen === "all" || places.includes(place);
}

/** The places of the frozen numbers in a block, row by row, or "all". */
export function frozenPlaces({ layer, name, rows, columns }) {
  const { at, place: first } = placeInNetwork({ layer, name, row: 0, column: 0 });
  const { frozen, places } = state.shown.frame.strip.layers[at];
  if (frozen === "all") return frozen;
  return places.map((place) => place - first).filter((place) => place >= 0 && place < rows * columns);
}
