/** Round numbers along an axis. */

import { formatNumber } from "../core/format.js";

const MOST = 5;
/** Numbers from the first on, and those below the second, are written with powers of ten. */
const LARGEST = 1e6;
const SMALLEST = 1e-4;

/**
 * The numbers from −reach to reach that are whole multiples of a round step, at most five, with their texts.
 * @param {number} reach
 */
export const ticksWithin = (reach) => ticksBetween(-reach, reach);

/**
 * Such numbers between two other ends; years have no comma.
 * @param {number} low @param {number} high @param {boolean} [areYears]
 */
export function ticksBetween(low, high, areYears = false) {
  const least = (high - low) / MOST;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((times) => times * power > least) || 10);
  // A whole number of steps may come out a little less.
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, k) => tick((first + k) * step, step, !areYears));
}

/** @param {number} value @param {number} step @param {boolean} useGrouping */
function tick(value, step, useGrouping) {
  if (!value) return { value, text: "0" };
  if (Math.abs(value) >= LARGEST || Math.abs(value) < SMALLEST) {
    // As many digits as tell it from the next one.
    const powers = [Math.abs(value), step].map((size) => Math.floor(Math.log10(size) + 1e-9));
    const text = formatNumber(value, Math.max(1, powers[0] - powers[1] + 1));
    return { value, text: text.replace(/\.?0+(?= )/, "") };
  }
  const options = { useGrouping, maximumFractionDigits: Math.max(0, Math.ceil(-Math.log10(step))) };
  return { value, text: value.toLocaleString("en", options).replace("-", "−") };
}
