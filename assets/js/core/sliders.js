/** Where values stand on their sliders. */

import { constants } from "./constants.js";

const { alpha } = constants.knobs;

/** The notebook's mapping of the slider: α at a position from 0 to 1. */
export const alphaAt = (position) => 2 ** (-alpha.numerator / (position + alpha.shift));

/** The position of an α; from the largest that the slider gives on, the end. */
export function positionOf(value) {
  return value >= alpha.largest ? 1 : Math.max(0, -alpha.numerator / Math.log2(value) - alpha.shift);
}

/** The value at a share of a slider's track, in the slider's own steps. */
export function sliderValue({ low, high, step }, share) {
  const steps = Math.round((high - low) / step);
  return Number((low + (Math.round(share * steps) * (high - low)) / steps).toFixed(6));
}

/** Where a slider's thumb stands; a larger number parks it at the end. */
export const thumbValue = ({ high }, value) => Math.min(high, value);
