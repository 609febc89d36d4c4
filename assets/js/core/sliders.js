/** The positions of values on their sliders. */

import { constants } from "./constants.js";

/** @import { Slider } from "./types.js" */

const { alpha, samples, distinct } = constants.knobs;

/** The steps by which an arrow key moves a thumb. @type {Record<string, number>} */
export const KEY_STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** The notebook's mapping of the slider: α at a position from 0 to 1. @param {number} position */
export const alphaAt = (position) => 2 ** (-alpha.numerator / (position + alpha.shift));

/** The position of an α; from the largest that the slider gives on, the end. @param {number} value */
export function positionOf(value) {
  return value >= alpha.largest ? 1 : Math.max(0, -alpha.numerator / Math.log2(value) - alpha.shift);
}

/**
 * The last digit that a number near this one has on the slider of samples: 1 up to 99, 10 up to 990, 100 beyond.
 * @param {number} count
 */
const digitOf = (count) => 10 ** Math.max(0, Math.floor(Math.log10(count)) + 1 - samples.digits);

/**
 * The logarithmic mapping of the slider of samples: their number at a position from 0 to 1.
 * @param {number} position
 */
export function samplesAt(position) {
  const exact = samples.highest ** position;
  const digit = digitOf(exact);
  return digit * Math.floor(exact / digit + 0.5);
}

/** The position of a number of samples; from the slider's last number on, the end. @param {number} count */
export const samplesPosition = (count) => Math.min(1, Math.log(count) / Math.log(samples.highest));

/**
 * The number of distinct samples that a position means: at most as many as there are, and null at its end, for all of
 * them.
 * @param {number} position
 * @param {number} most
 */
export function distinctAt(position, most) {
  return position >= distinct.allFrom ? null : Math.min(most, samplesAt(position / distinct.allFrom));
}

/** The position of a number of distinct samples; without a number, the end. @param {unknown} count */
export const distinctPosition = (count) => (typeof count === "number" ? distinct.allFrom * samplesPosition(count) : 1);

/**
 * The slider's next number above this one, or below it with −1; at the ends there is none.
 * @param {number} count
 * @param {number} by
 */
export function nextSamples(count, by) {
  if (by > 0 && count >= samples.highest) return count;
  const digit = digitOf(by > 0 ? count : count - 1);
  const next = by > 0 ? Math.floor(count / digit) + 1 : Math.ceil(count / digit) - 1;
  return Math.min(samples.highest, Math.max(1, digit * next));
}

/** The value at a share of a slider's track, in the slider's own steps. @param {Slider} slider @param {number} share */
export function sliderValue({ low, high, step }, share) {
  const steps = Math.round((high - low) / step);
  return Number((low + (Math.round(share * steps) * (high - low)) / steps).toFixed(6));
}

/** The value where a slider's thumb stands: the end for a larger one. @param {Slider} slider @param {number} value */
export const thumbValue = ({ high }, value) => Math.min(high, value);
