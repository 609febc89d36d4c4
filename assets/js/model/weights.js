/**
 * The weights that are shown: M and b of every affinity, one flat row for each block, and where a cell's number stands
 * in them.
 */

import { decode } from "../lib/arrays.js";
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
export function checkpointWeight({ layer, name, row, column }) {
  const { cells } = state.shown.frame.weights;
  const block = cells.findIndex((b) => b.layer === layer && b.name === name);
  return weightBlocks(state.shown, "checkpoint")[block][row * cells[block].columns + column];
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
