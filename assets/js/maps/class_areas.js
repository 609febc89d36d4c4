/**
 * Maps of classes: each point has the colour of the class with the greatest output, paler where the next one is close,
 * and lines where the answer turns. Over all colours of a map the paper shows where no row is near.
 * @typedef {object} ClassAreas
 * @property {Float32Array[]} scores Of each class a square grid from its lowest row up: of probabilities the
 *   logarithms, of which a network's are nearly straight where the answer turns.
 * @property {boolean} probability
 * @property {Uint8Array} winners The class with the greatest score, NONE where there is none.
 * @property {string[]} colours
 * @import { Context } from "../lib/svg_context.js"
 * @import { Numbers } from "../core/types.js"
 * @import { Point } from "./map_canvas.js"
 * @import { Plot } from "./map_layout.js"
 */

import { channelsOf } from "./colour_ramp.js";
import { refined, stroke } from "./map_canvas.js";
import { pixelAt } from "./map_layout.js";

export const NONE = 255;
/** The probability below which a class has no chance. */
const LEAST = 1e-12;
/** The share of a class's colour where the next one is as good, and what is added where there is none. */
const STRENGTH = { least: 0.35, rest: 0.4 };
/** Points between two points of the grid, in pixels of the colours. */
const FINER = 4;
const LINE = { width: 1.25, halo: 3.5 };
const OPAQUE = 255;

/** @type {WeakMap<Float32Array[], ClassAreas>} */
const made = new WeakMap();

/**
 * The areas of outputs on a grid, made once for each response.
 * @param {Float32Array[]} outputs @param {boolean} probability @param {string[]} colours @returns {ClassAreas}
 */
export function classAreas(outputs, probability, colours) {
  if (!made.has(outputs)) made.set(outputs, areasOf(outputs, probability, colours));
  return /** @type {ClassAreas} */ (made.get(outputs));
}

/** @param {Float32Array[]} outputs @param {boolean} probability @param {string[]} colours */
function areasOf(outputs, probability, colours) {
  const scores = outputs.map((numbers) =>
    probability ? numbers.map((value) => Math.log(Math.max(LEAST, value))) : numbers,
  );
  return { scores, probability, winners: winnersOf(scores), colours };
}

/** The class with the greatest score at each point, the first of equals. @param {Float32Array[]} scores */
function winnersOf(scores) {
  return Uint8Array.from(scores[0], (_, at) => {
    if (!scores.every((numbers) => Number.isFinite(numbers[at]))) return NONE;
    return scores.reduce((best, numbers, k) => (numbers[at] > scores[best][at] ? k : best), 0);
  });
}

/** A class's colour over the paper, where it is certain. @param {string} colour @param {string} paper */
export const certainColour = (colour, paper) => cssOf(mixed(colour, paper, STRENGTH.least + STRENGTH.rest));

/** @param {string} colour @param {string} paper @param {number} share */
function mixed(colour, paper, share) {
  const under = channelsOf(paper);
  return channelsOf(colour).map((part, k) => Math.round(under[k] + share * (part - under[k])));
}

/** @param {number[]} channels */
const cssOf = (channels) => `rgb(${channels.join()})`;

/** @param {CanvasRenderingContext2D} context @param {ClassAreas} areas @param {Plot} plot @param {string} paper */
export function paintAreas(context, { scores, probability, colours }, plot, paper) {
  const points = Math.sqrt(scores[0].length);
  const fine = scores.map((numbers) => refined(numbers, points, FINER));
  const winners = winnersOf(fine);
  const shades = colours.map((colour) =>
    pixelsOf((k) => [...mixed(colour, paper, STRENGTH.least + (STRENGTH.rest * k) / OPAQUE), OPAQUE]),
  );
  paintPixels(context, winners.length, plot, (at) => {
    const winner = winners[at];
    if (winner === NONE) return 0;
    const [first, second] = [fine[winner][at], secondOf(fine, at, winner)];
    const ahead = probability ? Math.exp(first) - Math.exp(second) : first - second;
    return shades[winner][Math.round(OPAQUE * Math.max(0, Math.min(1, ahead)))];
  });
}

/** The pixels of 256 shades. @param {(k: number) => number[]} channels Red, green, blue and opacity of each. */
function pixelsOf(channels) {
  const bytes = Array.from({ length: OPAQUE + 1 }, (_, k) => channels(k)).flat();
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

/** @param {Float32Array[]} scores @param {number} at @param {number} winner */
function secondOf(scores, at, winner) {
  let second = -Infinity;
  for (let k = 0; k < scores.length; k++) if (k !== winner) second = Math.max(second, scores[k][at]);
  return second;
}

/**
 * The paper over the colours where no row is near.
 * @param {CanvasRenderingContext2D} context @param {Numbers} opacity @param {Plot} plot @param {string} paper
 */
export function paintFade(context, opacity, plot, paper) {
  const channels = channelsOf(paper);
  const pixels = pixelsOf((k) => [...channels, OPAQUE - k]);
  paintPixels(context, opacity.length, plot, (at) => pixels[opacity[at]]);
}

/**
 * A square of pixels; those at its edges are cut in half there, as the points of a grid lie on the edges.
 * @param {CanvasRenderingContext2D} context @param {number} count @param {Plot} plot
 * @param {(at: number) => number} pixelOf Of the points from the lowest row up.
 */
function paintPixels(context, count, { left, top, width, height }, pixelOf) {
  const side = Math.sqrt(count);
  const small = new OffscreenCanvas(side, side);
  const under = /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext("2d"));
  const image = under.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  for (let at = 0; at < count; at++) {
    const row = side - 1 - Math.floor(at / side);
    pixels[row * side + (at % side)] = pixelOf(at);
  }
  under.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0.5, 0.5, side - 1, side - 1, left, top, width, height);
}

/** @type {WeakMap<ClassAreas, [Point, Point][]>} */
const known = new WeakMap();

/**
 * Dark lines on light ones where the answer turns.
 * @param {Context} context @param {ClassAreas} areas @param {Plot} plot @param {{ paper: string, ink: string }} colours
 */
export function strokeBorders(context, areas, plot, { paper, ink }) {
  if (!known.has(areas)) known.set(areas, borders(areas));
  context.beginPath();
  for (const [from, to] of known.get(areas) ?? []) {
    const [start, end] = [pixelAt(plot, from), pixelAt(plot, to)];
    context.moveTo(start[0], start[1]);
    context.lineTo(end[0], end[1]);
  }
  context.lineCap = "round";
  context.globalAlpha = 0.6;
  stroke(/** @type {CanvasRenderingContext2D} */ (context), paper, LINE.halo);
  context.globalAlpha = 1;
  stroke(/** @type {CanvasRenderingContext2D} */ (context), ink, LINE.width);
  context.lineCap = "butt";
}

/**
 * Where the answer turns: pieces of lines through the cells of the grid whose corners have other classes, in shares of
 * the way across and up. Three classes or more meet in the middle of their edges' crossings.
 * @param {ClassAreas} areas @returns {[Point, Point][]}
 */
export function borders({ scores, winners }) {
  const points = Math.sqrt(winners.length);
  /** @type {[Point, Point][]} */
  const found = [];
  for (let row = 0; row < points - 1; row++) {
    for (let column = 0; column < points - 1; column++) {
      const a = row * points + column;
      const corners = [a, a + 1, a + points + 1, a + points];
      const [first] = corners;
      if (corners.every((at) => winners[at] === winners[first])) continue;
      if (corners.some((at) => winners[at] === NONE)) continue;
      const crossed = corners.flatMap((from, k) => crossing(scores, winners, points, from, corners[(k + 1) % 4]));
      if (crossed.length === 2) found.push([crossed[0], crossed[1]]);
      else {
        const middle = [0, 1].map((axis) => crossed.reduce((sum, at) => sum + at[axis], 0) / crossed.length);
        for (const at of crossed) found.push([at, middle]);
      }
    }
  }
  return found;
}

/**
 * The point between two neighbours at which their two classes are equally good; nothing where they have the same class.
 * @param {Float32Array[]} scores @param {Uint8Array} winners @param {number} points @param {number} from
 * @param {number} to @returns {Point[]}
 */
function crossing(scores, winners, points, from, to) {
  const [one, other] = [winners[from], winners[to]];
  if (one === other) return [];
  const before = scores[one][from] - scores[other][from];
  const after = scores[other][to] - scores[one][to];
  const share = before + after > 0 ? before / (before + after) : 0.5;
  /** @param {(at: number) => number} of */
  const along = (of) => (of(from) + share * (of(to) - of(from))) / (points - 1);
  return [[along((at) => at % points), along((at) => Math.floor(at / points))]];
}
