/**
 * The ends of the axes of maps: those of a column's own range, or from −reach to reach.
 * @typedef {[low: number, high: number]} Span
 * @typedef {{ reach: number, spans?: Span[], ends?: Span[] }} Axes `spans`: of each axis, as the network takes its
 *   numbers; `ends`: the same as the table has them.
 * @import { Maps, TargetMap } from "../core/types.js"
 */

/** @param {TargetMap} frame @param {Maps} response @returns {Axes} */
export const axesOf = ({ reach }, { spans, ends }) => ({ reach, spans, ends });

/** The ends of an axis as the network takes its numbers. @param {Axes} axes @param {number} axis @returns {Span} */
export const spanOf = ({ reach, spans }, axis) => (spans ? spans[axis] : [-reach, reach]);

/** The ends of an axis as they are read. @param {Axes} axes @param {number} axis @returns {Span} */
export const shownEnds = (axes, axis) => (axes.ends ? axes.ends[axis] : spanOf(axes, axis));

/** @param {Span} span @returns {[middle: number, half: number]} */
const middleOf = ([low, high]) => [(low + high) / 2, (high - low) / 2];

/** The number at a share of the way from the lower end. @param {Span} span @param {number} share */
export function valueAt(span, share) {
  const [middle, half] = middleOf(span);
  return middle + half * (2 * share - 1);
}

/** The share of the way at which a number lies. @param {Span} span @param {number} value */
export function shareAt(span, value) {
  const [middle, half] = middleOf(span);
  return ((value - middle) / half + 1) / 2;
}
