/** Positions on a loss axis and on α's scale, and the words for them. */

import { constants } from "../js/core/constants.js";
import { formatKnob, formatNumber } from "./numbers.js";
import { say } from "./words.js";

/** @import { Ask } from "./types.js" */

const scale = /** @type {{ perDecade: number, columns: number, lowestAlpha: number, mostAlpha: number }} */ (
  /** @type {unknown} */ (constants)
);

/** The number of positions of a drawn curve. */
export const COLUMNS = scale.columns;
/** The highest position of α. */
export const MOST_ALPHA = scale.mostAlpha;
export const PER_DECADE = scale.perDecade;

/** @param {number} position */
export const lossAt = (position) => 10 ** (position / PER_DECADE);

/** The position of a loss: −∞ for 0. @param {number} loss */
export const positionOf = (loss) => PER_DECADE * Math.log10(loss);

/** α has three significant digits. @param {number} position */
export const alphaAt = (position) => Number((10 ** (position / PER_DECADE + scale.lowestAlpha)).toPrecision(3));

/** @param {number} alpha */
export const alphaPosition = (alpha) => PER_DECADE * (Math.log10(alpha) - scale.lowestAlpha);

/** @param {number} position */
export const alphaWords = (position) => `α ${formatKnob(alphaAt(position))}`;

/** Four positions of α, from the lowest to the highest, each with its number. @returns {[number, string][]} */
export const namedAlphas = () =>
  [0, 1, 2, 3].map((third) => {
    const at = (third * MOST_ALPHA) / 3;
    return [at, formatKnob(alphaAt(at))];
  });

/** The loss of a position in words. @param {number} position @param {Ask["axis"]} axis */
export function positionWords(position, [low, high]) {
  if (position > high) return say("it_diverges");
  return position < low ? say("below_loss", { loss: formatKnob(lossAt(low)) }) : formatNumber(lossAt(position));
}

/** How a position stands to the run before. @param {number} position @param {Ask} ask */
export function comparedWords(position, { axis: [low, high], before }) {
  if (before === null || before <= 0 || position > high || position < low) return "";
  const ratio = lossAt(position) / before;
  const times = formatNumber(Math.max(ratio, 1 / ratio), 2);
  if (Math.max(ratio, 1 / ratio) < lossAt(0.5)) return say("as_before");
  return say(ratio < 1 ? "times_lower" : "times_higher", { times });
}
