/**
 * The words of the strips of the sensitivity: how many times one final loss is the other, and the largest change.
 * @typedef {SensitivityCell & { settled: number }} EndingCell
 * @import { SensitivityCell } from "../core/types.js"
 * @import { Sharpness } from "./sensitivity.js"
 */

import { constants } from "../core/constants.js";
import { divergeWords, formatCount, formatNumber } from "../core/format.js";

/** How many times one loss is the other. @param {number} one @param {number} other */
function timesApart(one, other) {
  const [low, high] = [one, other].sort((a, b) => a - b);
  return low === high ? 1 : high / low;
}

/** @param {number} loss @param {number} settled */
export function ratioWords(loss, settled) {
  if (loss === settled) return "the same";
  const ratio = timesApart(loss, settled);
  if (ratio < constants.almostSame) return "almost the same";
  const times = ratio < Infinity ? `${formatNumber(ratio, 2)} times ` : "";
  return `${times}${loss < settled ? "lower" : "higher"}`;
}

/**
 * The range of a strip's losses, the cell that changes the loss most, and how many diverge; `isLuck(cell)` of each.
 * @param {(?SensitivityCell)[]} cells @param {?number} settled @param {(cell: SensitivityCell) => boolean} isLuck
 */
export function stripConclusion(cells, settled, isLuck) {
  const known = cells.filter((cell) => cell !== null);
  const finite = /** @type {EndingCell[]} */ (known.filter((cell) => cell.settled !== null));
  const diverged = known.length - finite.length;
  const tail = diverged ? divergeWords(diverged) : "";
  if (!finite.length || settled === null) return tail;
  const losses = finite.map((cell) => cell.settled);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  if (low === high) return [`all ${formatNumber(low)}`, tail].filter(Boolean).join("; ");
  const changed = finite.filter((cell) => cell.settled !== settled);
  const beyond = changed.filter((cell) => !isLuck(cell));
  const largest = beyond.length ? `largest change: ${mostChanging(cells, beyond, settled).says}` : "";
  const luck = changed.length && !beyond.length ? "all within luck" : "";
  return [`${formatNumber(low)} to ${formatNumber(high)}`, largest, luck, tail].filter(Boolean).join("; ");
}

/**
 * How many times the loss changes most in a strip, of what is beyond luck; 1 where nothing is.
 * @param {(?SensitivityCell)[]} cells @param {?number} settled @param {(cell: SensitivityCell) => boolean} isLuck
 */
export function largestRatio(cells, settled, isLuck) {
  const ratios = cells.flatMap((cell) =>
    !cell || cell.settled === null || settled === null || isLuck(cell) ? [] : [timesApart(cell.settled, settled)],
  );
  return Math.max(1, ...ratios);
}

/**
 * The cell whose loss is the most times the current run's, or the reverse; of equal ones the nearest the current run.
 * @param {(?SensitivityCell)[]} cells @param {EndingCell[]} changed @param {number} settled
 */
function mostChanging(cells, changed, settled) {
  const now = cells.findIndex((cell) => cell && cell.now);
  /** @param {SensitivityCell} cell */
  const away = (cell) => Math.abs(cells.indexOf(cell) - now);
  /** @param {EndingCell} a @param {EndingCell} b */
  const less = (a, b) =>
    timesApart(a.settled, settled) - timesApart(b.settled, settled) ||
    Math.abs(a.settled - settled) - Math.abs(b.settled - settled) ||
    away(b) - away(a);
  return changed.reduce((a, b) => (less(a, b) < 0 ? b : a));
}

/**
 * The sharpness of the sharpest of the first of a run's `all` samples, and of their mean loss where it is known; and an
 * α with which a step was seen to raise the loss of its sample.
 * @param {Sharpness} sharpness @param {number} all
 */
export function sharpnessWords({ samples = 0, sharpest, mean, raises = null }, all) {
  const first = samples < all ? `the first ${formatCount(samples)}` : formatCount(samples);
  const ofMean = mean !== null && mean > 0 ? `; the sharpness of their mean loss is ${formatNumber(mean)}` : "";
  const of = samples === 1 && all === 1 ? "Of the only sample" : `Of ${first} samples`;
  return [
    samples === 1
      ? `${of} the sharpness is ${formatNumber(sharpest)}.`
      : `${of} the sharpest has sharpness ${formatNumber(sharpest)}${ofMean}.`,
    raises === null ? "" : `From the starting weights, a step with α ${formatNumber(raises)} raises its sample’s loss.`,
  ]
    .filter(Boolean)
    .join(" ");
}
