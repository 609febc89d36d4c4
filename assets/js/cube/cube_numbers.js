/**
 * The numbers of a cube in words: final losses, or scores. Of scores a cube holds how far each is below 1, so that the
 * best run has the lowest number in either case.
 * @import { Cube, Scored } from "./types.js"
 */

import { formatNumber } from "../core/format.js";
import { scoreOf, scoreText } from "../model/measure.js";

/**
 * @typedef {object} NumberWords
 * @property {string} name Of the number, in the middle of a sentence.
 * @property {string} short At the side of a picture.
 * @property {string} best The word for the lowest number.
 * @property {(number: number) => string} text
 * @property {(low: number, high: number) => string} range From the lowest number to the highest.
 */

/** @type {NumberWords} */
const LOSSES = {
  name: "final loss",
  short: "Final loss",
  best: "lowest",
  text: (loss) => formatNumber(loss),
  range: (low, high) => `${formatNumber(low)} to ${formatNumber(high)}`,
};

/** @param {Scored} scored @returns {NumberWords} */
function scoreWords({ measure, heldOut }) {
  const isShare = measure === "accuracy";
  const rows = heldOut ? "held-out rows" : "learned rows";
  /** @param {number} number */
  const text = (number) => scoreText(1 - number, isShare);
  return {
    name: scoreOf(rows, isShare),
    short: `${isShare ? "Right" : "R²"}, ${rows}`,
    best: "highest",
    text,
    range: (low, high) => `${text(high)} to ${text(low)}`,
  };
}

/** Whether a cube has scores. @param {Pick<Cube, "whole">} cube */
export const hasScores = ({ whole }) => Boolean(whole.scored);

/** @param {Pick<Cube, "whole">} cube */
export const numberWords = ({ whole: { scored } }) => (scored ? scoreWords(scored) : LOSSES);
