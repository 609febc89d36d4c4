/**
 * The colours of losses: along the logarithm, from the highest that is shown to the lowest.
 * @import { ColourScale, Ends, Losses } from "./types.js"
 */

import { formatNumber } from "../core/format.js";
import { evenTicks, lossTicks } from "./axis_ticks.js";

const LEAST_RATIO = 1.5;
/** A map's scale leaves out a few cells at either end, which have the colour of the end. */
const BEYOND = 0.005;
const MOST_SORTED = 100_000;
/** A loss of 0, where no other is shown, has the darkest colour too. */
export const ANY_ENDS = [0.1, 1];

/**
 * The ends of the scale: all losses that are shown but for that share at either end, and a ratio between them at least;
 * null where there are none.
 * @param {Losses} values @param {number} beyond
 */
export function endsOf(values, beyond = 0) {
  const every = Math.ceil(values.length / MOST_SORTED);
  const losses = values.filter((loss, k) => k % every === 0 && loss > 0 && loss < Infinity).sort();
  if (!losses.length) return null;
  const cut = Math.floor(beyond * losses.length);
  const [low, high] = [losses[cut], losses[losses.length - 1 - cut]];
  return high / low < LEAST_RATIO ? [low / LEAST_RATIO, high * LEAST_RATIO] : [low, high];
}

/** From 0 for the highest loss to 1 for the lowest. @param {number} loss @param {Ends} ends */
export const shareOf = (loss, [low, high]) =>
  Math.max(0, Math.min(1, Math.log(high / Math.max(low, loss)) / Math.log(high / low)));

/** The ends of a scale of scores are multiples of this. */
export const SCORE_STEP = 0.1;

/**
 * The colours of scores, of which a cube has how far they are below 1: evenly from a tenth below the lowest to 1.
 * @param {Losses} values @param {(number: number) => string} textOf
 */
export function scoreScale(values, textOf) {
  let worst = 0;
  for (const value of values) if (value < Infinity) worst = Math.max(worst, value);
  const span = Math.min(1, Math.max(SCORE_STEP, Math.ceil(worst / SCORE_STEP) * SCORE_STEP));
  /** @param {number} value */
  const shadeOf = (value) => Math.max(0, 1 - value / span);
  const ticks = evenTicks(1 - span, 1).map((score) => ({ at: shadeOf(1 - score), text: textOf(1 - score) }));
  return { shadeOf, ticks };
}

/**
 * The colours of losses: how far each is along the scale, where there is a tick, and what the scale is called.
 * @param {Losses} values @returns {ColourScale}
 */
export function lossScale(values) {
  const ends = endsOf(values, BEYOND);
  /** @param {number} loss */
  const shadeOf = (loss) => shareOf(loss, ends || ANY_ENDS);
  const ticks = ends
    ? lossTicks(ends[0], ends[1]).map((loss) => ({ at: shadeOf(loss), text: formatNumber(loss, 1) }))
    : [];
  return { shadeOf, ticks, title: "Final loss" };
}
