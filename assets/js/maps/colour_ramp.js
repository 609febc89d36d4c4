/**
 * Signed numbers as colours: a scale from −1 to 1 that is mixed between its stops.
 * @import { Ramp } from "../core/types.js"
 */

const SHADES = 511;
/** @type {WeakMap<Ramp, number[][]>} */
const ramps = new WeakMap();

/**
 * The colours from −1 to 1 as [red, green, blue].
 * @param {Ramp} stops
 */
export function rampOf(stops) {
  if (!ramps.has(stops))
    ramps.set(
      stops,
      Array.from({ length: SHADES }, (_, k) => mixedAt(stops, k / (SHADES - 1))),
    );
  return /** @type {number[][]} */ (ramps.get(stops));
}

/** @param {Ramp} stops @param {number} share */
function mixedAt(stops, share) {
  const place = share * (stops.length - 1);
  const below = Math.max(0, Math.ceil(place) - 1);
  const mix = place - below;
  const [least, most] = [stops[below], stops[below + 1]].map(channelsOf);
  return least.map((part, k) => Math.round(part + (most[k] - part) * mix));
}

/** [red, green, blue] of "#rrggbb". @param {string} hex */
export const channelsOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** The number of a ramp's colour for a value on that scale. @param {number} value @param {number} scale */
export const shadeOf = (value, scale) =>
  Math.round(((SHADES - 1) * (Math.max(-1, Math.min(1, value / scale)) + 1)) / 2);
