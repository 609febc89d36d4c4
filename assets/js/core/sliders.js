/** Where α and the samples stand on their sliders. */

import { constants } from "./constants.js";

const { alpha, samples: samplesRange } = constants.knobs;

/** The notebook's mapping of the slider: α at a position from 0 to 1. */
export const alphaAt = (position) => 2 ** (-alpha.numerator / (position + alpha.shift));

/** The position of an α; from the largest that the slider gives on, the end. */
export function positionOf(value) {
  return value >= alpha.largest ? 1 : Math.max(0, -alpha.numerator / Math.log2(value) - alpha.shift);
}

/** The value at a share of the α slider's track, in the slider's own steps. */
export function alphaSliderValue(share) {
  return Number((Math.round(share * alpha.steps) / alpha.steps).toFixed(3));
}

/** The value at a share of the samples slider's track. */
export function samplesSliderValue(share) {
  const { lowest, highest } = samplesRange;
  return lowest + Math.round(share * (highest - lowest));
}

/** Where the thumb of the samples slider stands; a larger number parks it at the end. */
export const samplesOnSlider = (samples) => Math.min(samplesRange.highest, samples);
