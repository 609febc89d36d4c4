/**
 * The window of a zoom: two knobs of any number, each from one value to a greater one. It is moved and scaled here; the
 * server says which values its pixels have.
 * @import { SweepAxis } from "../core/types.js"
 * @import { Ends } from "../cube/types.js"
 * @import { Side, Window } from "./types.js"
 */

import { constants } from "../core/constants.js";
import { digitsApart, formatKnob, parseNumber } from "../core/format.js";
import { evenTicks } from "../cube/axis_ticks.js";

/** Below this ratio of its ends a side goes evenly, as it does on the server. */
const ALMOST_EVEN = 1.01;
/** A side that goes by more than this factor is marked at powers of ten. */
const DECADES = 100;
const MOST_TICKS = 6;
/** The server makes no picture of fewer pixels a side. */
const FEWEST_PIXELS = 16;
const MOST_DIGITS = 4;

/** The knobs of any number, with their ends. @type {Record<string, number[]>} */
const ENDS = Object.fromEntries(constants.axes.flatMap(({ name, ends }) => (ends ? [[name, ends]] : [])));

/** Whether a knob takes any number. @param {string} name */
export const isNumberKnob = (name) => name in ENDS;

/** @param {Side} side */
const goesByFactor = ({ low, high, log }) => log && high > ALMOST_EVEN * low;

/** The value at a share of a side, also beyond it. @param {Side} side @param {number} share */
export function sideValue(side, share) {
  const { low, high } = side;
  return goesByFactor(side) ? low * Math.exp(share * (Math.log(high) - Math.log(low))) : low + share * (high - low);
}

/** The share of a side at which a value lies. @param {Side} side @param {number} value */
export function sideShare(side, value) {
  const { low, high } = side;
  if (goesByFactor(side)) return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
  return (value - low) / (high - low);
}

/**
 * The part of a side between two shares, no further than its knob goes; null where doubles have too few between.
 * @param {Side} side @param {number} from @param {number} to @returns {?Side}
 */
function part(side, from, to) {
  const [least, most] = ENDS[side.name];
  const [low, high] = [Math.max(least, sideValue(side, from)), Math.min(most, sideValue(side, to))];
  const pixel = (high - low) / FEWEST_PIXELS;
  return low + pixel > low && high - pixel < high ? { ...side, low, high } : null;
}

/**
 * The window scaled around a place of it, in shares; null where doubles end.
 * @param {Window} window @param {number} factor @param {number[]} place @returns {?Window}
 */
export function scaled({ x, y }, factor, [across, up] = [0.5, 0.5]) {
  /** @param {Side} side @param {number} share */
  const around = (side, share) => part(side, share * (1 - factor), share + (1 - share) * factor);
  const [newX, newY] = [around(x, across), around(y, up)];
  return newX && newY && { x: newX, y: newY };
}

/**
 * The window moved by shares of it; a side that would leave its knob's ends stays.
 * @param {Window} window @param {number[]} by @returns {Window}
 */
export function moved({ x, y }, [across, up]) {
  /** @param {Side} side @param {number} share */
  const along = (side, share) => {
    const [least, most] = ENDS[side.name];
    const isBeyond = sideValue(side, share) < least || sideValue(side, 1 + share) > most;
    return (share && !isBeyond && part(side, share, 1 + share)) || side;
  };
  return { x: along(x, across), y: along(y, up) };
}

/**
 * The pixels of a window that a picture of another one has, with -1 beyond it; `count` is those of a side.
 * @param {Side} side @param {Side} other @param {number} count
 */
export const pixelsIn = (side, other, count) =>
  Int32Array.from({ length: count }, (_, k) => {
    const place = Math.floor(sideShare(other, sideValue(side, (k + 0.5) / count)) * count);
    return place >= 0 && place < count ? place : -1;
  });

/**
 * Round numbers along a side, each with its place in pixels; where more digits than MOST_DIGITS would tell them apart,
 * round numbers above its lower end.
 * @param {Side} side @param {number} pixels
 */
export function sideTicks(side, pixels) {
  const { low, high } = side;
  if (goesByFactor(side) && high > DECADES * low) {
    const first = Math.ceil(Math.log10(low));
    const count = Math.floor(Math.log10(high)) - first + 1;
    const every = Math.ceil(count / MOST_TICKS);
    const powers = Array.from({ length: Math.ceil(count / every) }, (_, k) => 10 ** (first + every * k));
    return powers.map((value) => ({ at: sideShare(side, value) * pixels - 0.5, text: formatKnob(value) }));
  }
  const isDeep = digitsApart(low, low + (high - low) / MOST_TICKS) > MOST_DIGITS;
  const values = isDeep ? evenTicks(0, high - low) : evenTicks(low, high);
  return values.map((value) => ({
    at: (isDeep ? value / (high - low) : sideShare(side, value)) * pixels - 0.5,
    text: isDeep ? `+${formatKnob(value)}` : formatKnob(value, MOST_DIGITS),
  }));
}

/** A side as the server reads it. @param {Side} side */
export const plainSide = ({ name, low, high, log }) => [name, low, high, log];

/** The window in a link. @param {Window} window */
export const windowQuery = ({ x, y }) =>
  `zoom=${[x, y].map(({ name, low, high, log }) => `${name}:${low}:${high}${log ? ":log" : ""}`).join(",")}`;

/** The window that a link names; null for none. @param {?string} text @returns {?Window} */
export function readWindow(text) {
  const sides = (text ?? "").split(",").map((words) => {
    const [name, from, to, way] = words.split(":");
    const [low, high] = [from, to].map((end) => parseNumber(end ?? ""));
    return isNumberKnob(name) && low < high && high < Infinity ? { name, low, high, log: way === "log" } : null;
  });
  const [x, y] = sides;
  return sides.length === 2 && x && y && x.name !== y.name ? { x, y } : null;
}

/** The ends of a side, every digit of them. @param {Side} side @param {string} title */
export const sideText = ({ low, high }, title) => `${title} from ${low} to ${high}`;

/** How many times as wide as the window a first one is. @param {Window} first @param {Window} window */
export function timesAsDeep(first, { x, y }) {
  /** @param {Side} outer @param {Side} inner */
  const times = (outer, inner) => 1 / (sideShare(outer, inner.high) - sideShare(outer, inner.low));
  return Math.min(times(first.x, x), times(first.y, y));
}
