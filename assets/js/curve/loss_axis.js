/** The heights of losses on the log axis of the plot, which has no place for 0 and for losses below its lower end. */

import { constants } from "../core/constants.js";

/** @import { Ends, RunResponse } from "../core/types.js" */

/**
 * Whether a part of the figure marks losses that the axis has no place for, or counts them in words.
 * @param {{ name?: string }} part
 */
export const isOffTheAxis = ({ name }) => name === constants.traces.lower || name === constants.traces.zeros;

/** The power of ten at which the dot of a loss is drawn. @param {number} loss @param {Ends} ends */
export const dotPower = (loss, { zero }) => (loss > 0 ? Math.log10(loss) : zero);

/**
 * The power of ten at which a line or a bar is drawn: one that lies below the axis goes along its lower end.
 * @param {number} loss
 * @param {Ends} ends
 */
export const linePower = (loss, ends) => (loss > 0 ? Math.max(ends.below, Math.log10(loss)) : ends.zero);

/**
 * The share of the plot's height below its top at which a loss lies, never outside the plot.
 * @param {number} loss
 * @param {RunResponse} response
 */
export function depthOf(loss, { limits: [, high], ends }) {
  return Math.min(1, Math.max(0, (high - linePower(loss, ends)) / (high - ends.low)));
}

/**
 * A line's losses, raised to the lower end of the axis where they lie below it; null where none does.
 * @param {import("../core/types.js").Numbers} losses
 * @param {Ends} ends
 */
export function raisedLosses(losses, ends) {
  const least = 10 ** ends.below;
  if (!losses.some((loss) => loss < least)) return null;
  return Float64Array.from(losses, (loss) => (loss < least ? 10 ** linePower(loss, ends) : loss));
}
