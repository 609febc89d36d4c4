/**
 * The ends of the axes of maps: those of a column's own range, or from −reach to reach.
 * @typedef {[low: number, high: number]} Span
 * @typedef {{ reach: number, spans?: Span[] | null }} Spanned
 */

/** The ends of one axis. @param {Spanned} spanned @param {number} axis @returns {Span} */
export const spanOf = ({ reach, spans }, axis) => (spans ? spans[axis] : [-reach, reach]);

/** The spans of these inputs, for a picture over them. @param {Spanned} spanned @param {number[]} axes */
export const spansOf = ({ spans }, axes) => spans && axes.filter((axis) => axis < spans.length).map((at) => spans[at]);

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
