/**
 * Numbers of samples that the slider does not give by itself, because they were typed or opened: who turns the knob
 * away and back is at the same number again.
 */

import { sliderOf } from "../core/knobs.js";
import { runCompleted } from "../core/signals.js";
import { nextSamples, samplesAt, samplesPosition } from "../core/sliders.js";

/** @import { RunResponse } from "../core/types.js" */

const MOST = 32;
const { step } = sliderOf("samples");
/** The latest last. @type {Set<number>} */
const known = new Set();

/** @param {number} position */
const placeOf = (position) => Math.round(position / step);

/**
 * The number of samples that a position means: the one that stood there last, or the one that the slider gives.
 * @param {number} position
 */
export function samplesToSend(position) {
  const place = placeOf(position);
  return [...known].findLast((count) => placeOf(samplesPosition(count)) === place) ?? samplesAt(position);
}

/**
 * Some steps of the slider further, or back; numbers that stood there are steps too.
 * @param {number} from
 * @param {number} steps
 */
export function steppedSamples(from, steps) {
  let to = from;
  for (let k = 0; k < Math.abs(steps); k++) to = nextStop(to, Math.sign(steps));
  return to;
}

/** @param {number} count @param {number} by */
function nextStop(count, by) {
  const next = nextSamples(count, by);
  /** @param {number} other */
  const isBetween = (other) => by * (other - count) > 0 && (by * (next - other) > 0 || next === count);
  const between = [...known].filter(isBetween);
  if (!between.length) return next;
  return by > 0 ? Math.min(...between) : Math.max(...between);
}

/** @param {RunResponse} response */
function remember({ experiment: { samples } }) {
  known.delete(samples);
  known.add(samples);
  if (known.size > MOST) known.delete([...known][0]);
}

export function installExactSamples() {
  runCompleted.on(remember);
}
