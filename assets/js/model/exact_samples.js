/**
 * Numbers of samples that the slider does not give by itself, because they were typed or opened: who turns the knob
 * away and back is at the same number again.
 */

import { sliderKnobs } from "../core/knobs.js";
import { runCompleted } from "../core/signals.js";
import { nextSamples, samplesAt, samplesPosition } from "../core/sliders.js";

const MOST = 32;
const { step } = sliderKnobs.find(({ name }) => name === "samples").slider;
/** The latest last. */
const known = new Set();

const placeOf = (position) => Math.round(position / step);

/** How many samples a position means: those that stood there last, or what the slider gives. */
export function samplesToSend(position) {
  const place = placeOf(position);
  return [...known].findLast((count) => placeOf(samplesPosition(count)) === place) ?? samplesAt(position);
}

/** So many steps of the slider further, or back; numbers that stood there are steps too. */
export function steppedSamples(from, steps) {
  let to = from;
  for (let k = 0; k < Math.abs(steps); k++) to = nextStop(to, Math.sign(steps));
  return to;
}

function nextStop(count, by) {
  const next = nextSamples(count, by);
  const isBetween = (other) => by * (other - count) > 0 && (by * (next - other) > 0 || next === count);
  const between = [...known].filter(isBetween);
  if (!between.length) return next;
  return by > 0 ? Math.min(...between) : Math.max(...between);
}

function remember({ experiment: { samples } }) {
  known.delete(samples);
  known.add(samples);
  if (known.size > MOST) known.delete(known.values().next().value);
}

export function installExactSamples() {
  runCompleted.on(remember);
}
