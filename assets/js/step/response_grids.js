/**
 * The numbers of response maps: a grid of the target, the output and their difference for each output. The frame brings
 * the target, a run brings the outputs.
 * @typedef {object} Grids
 * @property {Float32Array[]} target Nan where nobody knows it.
 * @property {Float32Array[]} output
 * @property {() => Float32Array[]} errors Output minus target, computed when somebody asks first.
 */

import { decode, rowsOf } from "../lib/arrays.js";

const known = new WeakMap();

/** A response's grids; they are decoded once. @returns {Grids} */
export function gridsOf(frame, response) {
  if (!known.has(response)) known.set(response, decodedGrids(frame, response));
  return known.get(response);
}

function decodedGrids(frame, { output: outputs, target: targets }) {
  const rowsIn = (flat) => rowsOf(flat, flat.length / frame.rows);
  const output = rowsIn(decode(outputs));
  const target = targets ? rowsIn(decode(targets)) : targetsOf(frame, output);
  const subtract = () => output.map((numbers, row) => numbers.map((value, k) => value - target[row][k]));
  let errors = null;
  return { target, output, errors: () => (errors = errors || subtract()) };
}

const decoded = new WeakMap();

/** The frame's targets, or gaps where it brings none. */
function targetsOf(frame, outputs) {
  if (!frame.target) return outputs.map((numbers) => numbers.map(() => NaN));
  if (!decoded.has(frame)) {
    const flat = decode(frame.target);
    decoded.set(frame, rowsOf(flat, flat.length / frame.rows));
  }
  return decoded.get(frame);
}
