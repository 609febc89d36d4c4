/** Numbers on a scale as bytes: 0 … 254 from its lower end to its upper one, 255 for what is not finite. */

/** @import { Numbers } from "./arrays.js" */

export const ZERO_SHADE = 127;
export const NO_SHADE = 255;

/**
 * The bytes of these numbers on a scale from −scale to scale; what lies beyond is at its end.
 * @param {Numbers | number[]} numbers
 * @param {number} scale
 */
export function shadesOf(numbers, scale) {
  /** @param {number} value */
  const shade = (value) => Math.round(ZERO_SHADE * (1 + Math.max(-1, Math.min(1, value / scale))));
  return Uint8Array.from(numbers, (value) => (Number.isFinite(value) ? shade(value) : NO_SHADE));
}

/**
 * Their numbers again, as near as bytes tell; nan for what was not finite.
 * @param {Numbers} shades
 * @param {number} scale
 */
export const numbersOf = (shades, scale) =>
  Float32Array.from(shades, (shade) => (shade === NO_SHADE ? NaN : (scale * (shade - ZERO_SHADE)) / ZERO_SHADE));
