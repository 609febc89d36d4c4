/**
 * The square of the surface on a canvas: contour lines, the straight line from A to B, both paths, which fade with
 * their distance from the plane, and the words beside their ends. Points at the current step are elements over it.
 * @import { Context } from "../lib/svg_context.js"
 * @import { Box, Point } from "./label_places.js"
 * @import { Grid, Plane, RunPath } from "./run_pair.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { token } from "../lib/theme.js";
import { formatKnob } from "../core/format.js";
import { zeroLines } from "../output/contour.js";
import { EDGE, boxesMeet, isWithin, placeLabels } from "./label_places.js";
import { contourLevels } from "./levels.js";

const WIDTHS = [2, 3];
const COLOURS = ["--ghost-1", "--now"];
const [END_RADIUS, START_RADIUS, RING] = [4.5, 5.5, 2];
/** The share of a path's colour that stays where it is farthest off the plane, and that distance. */
const [FAINTEST, FARTHEST] = [0.2, 0.6];
const SHADES = 8;
const HEIGHT = 16;
const SIZE = "12px";

/** The pixel of a point of the plane. @param {Window} window @param {number} side */
export function pixelOf([left, bottom, width], side) {
  return (/** @type {Point} */ [x, y]) => [((x - left) / width) * side, side - ((y - bottom) / width) * side];
}

/** The points of a path in pixels. @param {RunPath} runPath @param {Window} window @param {number} side */
export function pathPixels({ points }, window, side) {
  const pixel = pixelOf(window, side);
  return Array.from({ length: points.length / 2 }, (_, k) => pixel([points[2 * k], points[2 * k + 1]]));
}

/**
 * The point of a path at a step, between those that are known; past its end the end.
 * @param {RunPath} runPath @param {number} step
 */
export function pointAt({ steps, points }, step) {
  const last = steps.length - 1;
  const next = steps.findIndex((known) => known >= step);
  const above = next < 0 ? last : next;
  const below = Math.max(0, above - 1);
  const apart = steps[above] - steps[below];
  const share = apart ? Math.min(1, Math.max(0, (step - steps[below]) / apart)) : 1;
  return [0, 1].map((axis) => points[2 * below + axis] + share * (points[2 * above + axis] - points[2 * below + axis]));
}

/**
 * On the canvas of a box.
 * @typedef {{ plane: Plane, paths: RunPath[], grid?: Grid, labels: string[] }} Surface With the words at A, at B and at
 *   the start.
 * @typedef {[left: number, bottom: number, width: number]} Window Of the plane.
 * @typedef {{ level: number, lines: Point[][] }} Contour
 * @typedef {{ numbered: Contour[], hairlines: Contour[] }} Contours
 * @param {HTMLElement} box
 * @param {Surface} surface
 */
export function drawSurface(box, surface) {
  const { width: side } = sizeOf(box);
  if (side)
    paintSurface(
      prepareCanvas(/** @type {HTMLCanvasElement} */ (box.querySelector("canvas")), { width: side, height: side }),
      side,
      surface,
    );
}

/**
 * With the context of a canvas or with one that makes an SVG.
 * @param {Context} context @param {number} side @param {Surface} surface
 */
export function paintSurface(context, side, { plane, paths, grid, labels }) {
  const pixel = pixelOf(plane.window, side);
  const drawn = paths.map((path) => pathPixels(path, plane.window, side));
  const ends = [pixel(plane.a), pixel(plane.b), pixel([0, 0])];
  const lines = grid ? linesOf(grid) : { numbered: [], hairlines: [] };
  strokeContours(context, lines, side);
  strokeChord(context, ends);
  drawn.forEach((points, k) => strokePath(context, points, paths[k].distances, k));
  drawn.forEach((points, k) => drawEnd(context, ends[k], token(COLOURS[k])));
  drawStart(context, ends[2]);
  const words = writeLabels(context, labels, ends, drawn.flat(), side);
  writeNumbers(context, lines.numbered, [...words, ...ends.map(around)], drawn.flat(), side);
}

/* Contours */

/** @type {WeakMap<Float32Array, Contours>} */
const contours = new WeakMap();

/** Of a grid, computed once. @param {Grid} grid */
function linesOf({ heights }) {
  if (!contours.has(heights)) contours.set(heights, contoursOf(heights));
  return /** @type {Contours} */ (contours.get(heights));
}

/** @param {Float32Array} heights */
function contoursOf(heights) {
  const finite = heights.filter(Number.isFinite);
  const low = finite.reduce((least, height) => Math.min(least, height), Infinity);
  const high = finite.reduce((most, height) => Math.max(most, height), -Infinity);
  /** @param {number} level */
  const at = (level) => ({ level, lines: zeroLines(heights.map((height) => height - level)) });
  const { numbered, hairlines } = contourLevels(low, high);
  return { numbered: numbered.map(at), hairlines: hairlines.map(at) };
}

/** @param {Context} context @param {Contours} contours @param {number} side */
function strokeContours(context, { numbered, hairlines }, side) {
  /** @type {[Contour[], string, number][]} */
  const kinds = [
    [hairlines, "--line-2", 1],
    [numbered, "--ink-3", 1],
  ];
  for (const [kind, colour, width] of kinds) {
    context.beginPath();
    for (const { lines } of kind) lines.forEach((line) => trace(context, inPixels(line, side)));
    stroke(context, token(colour), width);
  }
}

/** @param {Point[]} line @param {number} side */
const inPixels = (line, side) => line.map(([across, up]) => [across * side, (1 - up) * side]);

/** @param {Context} context @param {Point[]} points */
function trace(context, points) {
  points.forEach(([x, y], k) => context[k ? "lineTo" : "moveTo"](x, y));
}

/** @param {Context} context @param {string} colour @param {number} width */
function stroke(context, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

/**
 * Numbers on their lines, where neither words nor paths are.
 * @param {Context} context @param {Contour[]} numbered @param {Box[]} taken
 * @param {Point[]} points @param {number} side
 */
function writeNumbers(context, numbered, taken, points, side) {
  context.font = fontOf(400);
  for (const { level, lines } of numbered) {
    const text = formatKnob(Number((10 ** level).toPrecision(3)));
    const width = context.measureText(text).width;
    const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), []);
    const place = numberPlace(inPixels(longest, side), width, taken, points, side);
    if (!place) continue;
    taken.push(place);
    write(context, text, place, token("--ink-3"));
  }
}

/**
 * From the lower end of the line on, the first place that is free.
 * @param {Point[]} line @param {number} width @param {Box[]} taken @param {Point[]} points @param {number} side
 */
function numberPlace(line, width, taken, points, side) {
  const upwards = line.length && line[0][1] < line[line.length - 1][1] ? [...line].reverse() : line;
  const begins = Math.floor(upwards.length / 8);
  for (const [x, y] of upwards.slice(begins, upwards.length - 2)) {
    const box = { left: x - width / 2, top: y - HEIGHT / 2, width, height: HEIGHT };
    const fits = box.left > 4 && box.top > 4 && box.left + width < side - 4 && box.top + HEIGHT < side - 4;
    if (!fits || taken.some((other) => boxesMeet(box, other, 4))) continue;
    if (!points.some((point) => isWithin(point, box))) return box;
  }
  return null;
}

/* Both runs */

/** @param {Context} context @param {Point[]} point */
function strokeChord(context, [a, b]) {
  context.beginPath();
  trace(context, [a, b]);
  context.setLineDash([1, 3]);
  stroke(context, token("--ink"), 1);
  context.setLineDash([]);
}

/** @param {number} distance */
const shadeOf = (distance) => Math.round(SHADES * Math.min(1, distance / FARTHEST));

/**
 * Steps that are about as far from the plane are one line.
 * @param {Context} context @param {Point[]} points @param {Float32Array} distances
 * @param {number} k
 */
function strokePath(context, points, distances, k) {
  const colour = token(COLOURS[k]);
  context.lineJoin = context.lineCap = "round";
  let begun = 0;
  for (let step = 1; step < points.length; step++) {
    const shade = shadeOf(distances[step]);
    if (step + 1 < points.length && shadeOf(distances[step + 1]) === shade) continue;
    context.globalAlpha = 1 - (1 - FAINTEST) * (shade / SHADES);
    context.beginPath();
    trace(context, points.slice(begun, step + 1));
    stroke(context, colour, WIDTHS[k]);
    begun = step;
  }
  context.globalAlpha = 1;
  context.lineCap = "butt";
}

/** @param {Context} context @param {Point} at @param {string} colour */
function drawEnd(context, at, colour) {
  disc(context, at, END_RADIUS);
  context.fillStyle = token("--paper");
  context.fill();
  stroke(context, colour, RING);
}

/** @param {Context} context @param {Point} at */
function drawStart(context, at) {
  disc(context, at, START_RADIUS);
  context.fillStyle = token("--paper");
  context.fill();
  stroke(context, token("--ink"), RING);
}

/** @param {Context} context @param {Point} point @param {number} radius */
function disc(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** @param {Point} point */
const around = ([x, y]) => ({ left: x - 8, top: y - 8, width: 16, height: 16 });

/* Words */

/** @param {number} weight */
const fontOf = (weight) => [weight, SIZE, token("--font")].join(" ");

const LABELS = [
  { colour: "--ink-2", weight: 400 },
  { colour: "--now", weight: 600 },
  { colour: "--ink-2", weight: 400 },
];

/**
 * The words at A, at B and at the start; the boxes that they take.
 * @param {Context} context @param {string[]} texts @param {Point[]} ends
 * @param {Point[]} points @param {number} side
 */
function writeLabels(context, texts, ends, points, side) {
  const labels = texts.map((whole, k) => {
    context.font = fontOf(LABELS[k].weight);
    const text = withinSide(context, whole, side);
    return { text, at: ends[k], width: context.measureText(text).width, height: HEIGHT };
  });
  const places = placeLabels(labels, [...points, ...ends], side);
  labels.forEach(({ text }, k) => {
    if (!places[k]) return;
    context.font = fontOf(LABELS[k].weight);
    write(context, text, places[k], token(LABELS[k].colour));
  });
  return places.filter((place) => place !== null);
}

/**
 * Where a small square has no room for "A, α 0.01: final loss 0.208", it says "A, α 0.01", or "A".
 * @param {Context} context @param {string} text @param {number} side
 */
function withinSide(context, text, side) {
  const shorter = [text, text.split(": ")[0]];
  return shorter.find((one) => context.measureText(one).width <= side - 2 * EDGE) || text.split(/[,:]/)[0];
}

/**
 * With the paper around it, so that it can be read over lines.
 * @param {Context} context @param {string} text @param {Box} box @param {string} colour
 */
function write(context, text, { left, top }, colour) {
  Object.assign(context, { textBaseline: "middle", textAlign: "left" });
  context.lineJoin = "round";
  context.strokeStyle = token("--paper");
  context.lineWidth = 4;
  context.strokeText(text, left, top + HEIGHT / 2);
  context.fillStyle = colour;
  context.fillText(text, left, top + HEIGHT / 2);
}
