/**
 * The picture of a zoom: a number for each of its pixels, drawn as all maps are. While a new window is asked for, it
 * has what the last one knew of it; a coarse reply comes first, then fine lines.
 * @import { Picture, Mark, Places, Tick } from "../cube/types.js"
 * @import { ZoomReply } from "../core/types.js"
 * @import { Window } from "./types.js"
 */

import { decode } from "../lib/arrays.js";
import { isNarrow } from "../lib/theme.js";
import { digitsApart, formatCount, formatKnob, formatNumber } from "../core/format.js";
import { knobText } from "../cube/axis_words.js";
import { lossScale } from "../cube/colour_scales.js";
import { emptyCube, NOT_MADE, placesShown, REFUSED } from "../cube/loss_cube.js";
import { pixelsIn, sideTicks, sideValue } from "./zoom_window.js";

/** The pixels of a side. */
export const PIXELS = 256;
/** A run that diverged is this, less the steps before that. */
const DIVERGED = -10;
const LEARNED = 1;
const NO_RUN = 2;
const LONG_TICK = 6;

/**
 * @typedef {object} ZoomPicture
 * @property {Window} window
 * @property {Float32Array} numbers From the lowest row up: final losses, DIVERGED less steps, REFUSED or NOT_MADE.
 * @property {Uint16Array} grain The pixels of a side of the picture that each number is of; 0 for another window's.
 * @property {Record<number, Record<string, number[]>>} values Those of each of these pictures.
 * @property {number} samples Of a run, so that an early divergence can be told from a late one.
 * @property {string} one The word for what a place along a run counts: step, or sample.
 */

/** @param {Window} window @param {Pick<ZoomPicture, "samples" | "one">} run @returns {ZoomPicture} */
export function emptyPicture(window, { samples, one }) {
  const size = PIXELS * PIXELS;
  const numbers = new Float32Array(size).fill(NOT_MADE);
  return { window, numbers, grain: new Uint16Array(size), values: {}, samples, one };
}

/**
 * The picture of another window, as far as this one knows it.
 * @param {ZoomPicture} picture @param {Window} window @returns {ZoomPicture}
 */
export function seenThrough(picture, window) {
  const found = emptyPicture(window, picture);
  const [columns, rows] = [window.x, window.y].map((side, k) =>
    pixelsIn(side, [picture.window.x, picture.window.y][k], PIXELS),
  );
  for (let row = 0, k = 0; row < PIXELS; row++) {
    for (let column = 0; column < PIXELS; column++, k++) {
      if (rows[row] >= 0 && columns[column] >= 0) {
        found.numbers[k] = picture.numbers[rows[row] * PIXELS + columns[column]];
      }
    }
  }
  return found;
}

/**
 * Puts in the lines of a reply; the number of those that have come. A pixel of a coarse picture is many of this one.
 * @param {ZoomPicture} picture @param {ZoomReply} reply @param {number} first The number of the first line.
 */
export function takeLines(picture, { pixels, across, values, numbers }, first) {
  const found = decode(numbers);
  const block = PIXELS / pixels;
  const [byRow, count] = [across === picture.window.y.name, found.length / pixels];
  picture.values[pixels] = values;
  for (let line = 0; line < count * block; line++) {
    for (let place = 0; place < PIXELS; place++) {
      const at = first * block + line;
      const number = found[Math.floor(line / block) * pixels + Math.floor(place / block)];
      const k = byRow ? at * PIXELS + place : place * PIXELS + at;
      picture.numbers[k] = Number.isNaN(number) ? REFUSED : number;
      picture.grain[k] = pixels;
    }
  }
  return count;
}

/** Whether all pixels are those of the finest picture. @param {ZoomPicture} picture */
export const isFine = ({ grain }) => grain.every((pixels) => pixels === PIXELS);

/** A byte for each pixel, as the server counts the border. @param {ZoomPicture} picture */
export const pixelEnds = ({ numbers }) =>
  Uint8Array.from(numbers, (number) => (number === REFUSED ? NO_RUN : number >= 0 ? LEARNED : 0));

/**
 * The knobs of the run at a pixel, to the bit; null where there is none yet.
 * @param {ZoomPicture} picture @param {Places} at
 */
export function knobsAtPixel({ window: { x, y }, grain, numbers, values }, at) {
  const k = at[y.name] * PIXELS + at[x.name];
  if (!grain[k] || numbers[k] === REFUSED) return null;
  /** @param {string} name */
  const value = (name) => values[grain[k]][name][Math.floor((at[name] * grain[k]) / PIXELS)];
  return { [x.name]: value(x.name), [y.name]: value(y.name) };
}

/** A pixel in words, with the knobs of its run. @param {ZoomPicture} picture @param {Places} at */
export function pixelText(picture, at) {
  const { window, numbers, grain, values, one } = picture;
  const k = at[window.y.name] * PIXELS + at[window.x.name];
  const pixels = grain[k] || PIXELS;
  const place = [window.x, window.y].map((side) => {
    const here = Math.floor((at[side.name] * pixels) / PIXELS);
    const next = sideValue(side, (here + 1.5) / pixels);
    const value = values[pixels]?.[side.name][here] ?? sideValue(side, (here + 0.5) / pixels);
    return knobText(side.name, 0).replace("0", formatKnob(value, digitsApart(value, next)));
  });
  if (!grain[k]) return `${place.join(", ")} is still to run.`;
  if (numbers[k] === REFUSED) return `${place.join(", ")}: these values do not suit each other.`;
  const step = DIVERGED - numbers[k];
  const end = numbers[k] < 0 ? `diverged at ${one} ${formatCount(step)}` : `final loss ${formatNumber(numbers[k])}`;
  return `${place.join(", ")}: ${end}.`;
}

/**
 * Whether there is space for a tick across: on a phone for every third of the long ones.
 * @param {Tick} tick @param {number} k
 */
const hasSpace = ({ text }, k) => !isNarrow() || text.length < LONG_TICK || k % 3 === 0;

/** The picture as maps are drawn. @param {ZoomPicture} picture @param {Mark[]} marks @returns {Picture} */
export function mapOf({ window: { x, y }, numbers, samples }, marks) {
  /** @param {string} name @returns {[string, null[]]} */
  const unnamed = (name) => [name, Array(PIXELS).fill(null)];
  const view = { x: x.name, y: y.name, at: {}, measure: "" };
  const range = { x: [0, PIXELS], y: [0, PIXELS] };
  return {
    cube: emptyCube([unnamed(y.name), unnamed(x.name)], [x.name, y.name]),
    view,
    range,
    marks,
    look: {
      ticks: [],
      ticksOf: { [x.name]: sideTicks(x, PIXELS).filter(hasSpace), [y.name]: sideTicks(y, PIXELS) },
      plain: { [REFUSED]: "--line-2" },
      // The later, the deeper; by the logarithm, since most diverge at once.
      lossless: (number) => (number <= DIVERGED ? Math.log(1 + DIVERGED - number) / Math.log(1 + samples) : NaN),
    },
    gridOf: ([wide, high]) => {
      const { columns, rows } = placesShown(view, range, [wide, high]);
      const values = new Float32Array(columns.length * rows.length);
      let k = 0;
      for (const row of rows) for (const column of columns) values[k++] = numbers[row * PIXELS + column];
      return { columns, rows, values };
    },
    scaleOf: lossScale,
  };
}
