/**
 * The findings of maps over the inputs, in words: how far an output reaches, and where it is furthest from the target.
 * @import { Maps, TargetMap } from "../core/types.js"
 * @import { Grids } from "./response_grids.js"
 */

import { constants } from "../core/constants.js";
import { capitalized, formatCount, formatNumber, formatWeight } from "../core/format.js";
import { inputName, namedOutput } from "../model/ports.js";
import { outputName } from "./response_grids.js";
import { axesOf, shownEnds, valueAt } from "./spans.js";

/** The most outputs that are described one by one. */
const MOST_ROWS = 4;

/**
 * The finding of the output maps, of a few outputs one by one.
 * @param {import("../core/types.js").TargetMap} frame
 * @param {import("../core/types.js").Maps} response
 * @param {import("./response_grids.js").Grids} grids
 */
export function mapWords(frame, response, grids) {
  const rows = grids.output.slice(0, MOST_ROWS).map((_, row) => outputWords(frame, response, grids, row));
  const rest = grids.output.length - rows.length;
  return [...rows, ...(rest > 0 ? [`There are ${formatCount(rest)} more outputs.`] : [])].join(" ");
}

/**
 * Whether a point of a map is one that maps of every size have: words about them do not depend on how large one is.
 * @param {number} count @param {number} inputs @returns {(at: number) => boolean}
 */
function isInEvery(count, inputs) {
  const points = inputs === 1 ? count : Math.sqrt(count);
  const apart = inputs === 1 ? 1 : (points - 1) / (constants.coarseGrid - 1);
  return (at) => (at % points) % apart === 0 && (inputs === 1 || Math.floor(at / points) % apart === 0);
}

/**
 * One output: its range, its mean error, and its largest error with the place, which rounded numbers do not tell.
 * @param {TargetMap} frame @param {Maps} response @param {Grids} grids @param {number} row
 */
export function outputWords(frame, response, { output, errors }, row) {
  const name = capitalized(frame.rows > 1 ? `${outputName(frame)} ${namedOutput(row)}` : outputName(frame));
  const isShared = isInEvery(output[row].length, frame.inputs);
  const range = `${name} ${rangeWords(output[row].filter((_, at) => isShared(at)))}.`;
  if (response.output.reach !== undefined) return range;
  const known = Array.from(errors()[row].entries()).filter(([at, error]) => isShared(at) && Number.isFinite(error));
  const isKnown = Boolean(frame.target || response.target);
  if (!known.length)
    return `${range} ${isKnown ? "Its error is nowhere a number" : "The target is known at samples only"}.`;
  const mean = known.reduce((sum, [, error]) => sum + Math.abs(error), 0) / known.length;
  const [at, most] = known.reduce((one, other) => (Math.abs(other[1]) > Math.abs(one[1]) ? other : one));
  if (most === 0) return `${range} It is the target everywhere.`;
  const place = placeWords(at, output[row].length, frame, response);
  return `${range} It is off by ${formatNumber(mean)} on average, and most at ${place}, by ${formatNumber(most)}.`;
}

/** The numbers between which a map lies. @param {ArrayLike<number>} numbers */
export function rangeWords(numbers) {
  const finite = Array.from(numbers).filter(Number.isFinite);
  if (!finite.length) return "is nowhere a number";
  const [low, high] = [Math.min(...finite), Math.max(...finite)].map((value) => formatWeight(value));
  return low === high ? `is ${low} everywhere` : `goes from ${low} to ${high}`;
}

/**
 * The inputs at a point of a grid: v₀ −1.2, v₁ 0.4.
 * @param {number} at @param {number} count @param {TargetMap} frame @param {Maps} response
 */
function placeWords(at, count, frame, response) {
  const { inputs } = frame;
  const points = inputs === 1 ? count : Math.sqrt(count);
  const places = inputs === 1 ? [at] : [at % points, Math.floor(at / points)];
  /** @param {number} place @param {number} axis */
  const value = (place, axis) => formatWeight(valueAt(shownEnds(axesOf(frame, response), axis), place / (points - 1)));
  return places.map((place, k) => `${inputName(inputs === 1 ? 0 : response.axes[k])} ${value(place, k)}`).join(", ");
}
