/**
 * The border of an output's target: where it changes its sign, or passes a half if it is a probability. The frame
 * brings the signs of a target of two inputs on a fine grid; of a plane among more inputs only the grid of the maps is
 * known.
 * @import { EncodedArray, TargetMap } from "../core/types.js"
 * @import { Line } from "./contour.js"
 */

import { decode } from "../lib/arrays.js";
import { coloursOf } from "../maps/response_grids.js";
import { zeroLines } from "./contour.js";

/** @type {WeakMap<Float32Array, Line[]>} */
const borders = new WeakMap();
/** @type {WeakMap<EncodedArray, { signs: Float32Array, lines: Line[] }[]>} */
const fine = new WeakMap();

/**
 * The signs of an output's target on the fine grid that the frame brings, and where they change.
 * @param {TargetMap} frame @param {number} row
 */
export function fineTarget(frame, row) {
  const border = /** @type {EncodedArray} */ (frame.border);
  const known = fine.get(border) ?? [];
  fine.set(border, known);
  if (!known[row]) {
    const signs = signsOf(border, frame.rows, row);
    known[row] = { signs, lines: zeroLines(signs) };
  }
  return known[row];
}

/**
 * The lines where the target of an output changes its sign; nothing where it is not known everywhere.
 * @param {TargetMap} frame @param {Float32Array[]} targets @param {number} row
 */
export function borderOf(frame, targets, row) {
  if (frame.border) return fineTarget(frame, row).lines;
  const target = targets[row];
  if (!borders.has(target)) borders.set(target, linesOf(target, coloursOf(frame, "target").middle));
  return /** @type {Line[]} */ (borders.get(target));
}

/** @param {Float32Array} target @param {number} middle */
const linesOf = (target, middle) =>
  target.every(Number.isFinite) ? zeroLines(target.map((value) => value - middle)) : [];

/**
 * The signs of one output's target, from the bits of them all.
 * @param {EncodedArray} border @param {number} rows @param {number} row
 */
function signsOf(border, rows, row) {
  const bytes = decode(border);
  const each = bytes.length / rows;
  const points = Math.floor(Math.sqrt(8 * each));
  const signs = new Float32Array(points * points);
  for (let k = 0; k < signs.length; k++) signs[k] = bytes[row * each + (k >> 3)] & (128 >> (k & 7)) ? 1 : -1;
  return signs;
}

/**
 * A square grid with `points` numbers in a row, interpolated between those that it has.
 * @param {Float32Array} numbers @param {number} points
 */
export function resampled(numbers, points) {
  const last = Math.sqrt(numbers.length) - 1;
  /** @param {number} k */
  const place = (k) => {
    const at = (k * last) / (points - 1);
    const low = Math.min(last - 1, Math.floor(at));
    return [low, at - low];
  };
  const places = Array.from({ length: points }, (_, k) => place(k));
  const result = new Float32Array(points * points);
  places.forEach(([row, up], y) =>
    places.forEach(([column, across], x) => {
      const at = row * (last + 1) + column;
      /** @param {number} from */
      const along = (from) => numbers[from] + across * (numbers[from + 1] - numbers[from]);
      const [low, high] = [along(at), along(at + last + 1)];
      result[y * points + x] = low + up * (high - low);
    }),
  );
  return result;
}
