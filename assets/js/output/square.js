/**
 * A large square of numbers over two inputs: colours, lines where something changes its sign, samples, and a ring
 * around what is probed. The small squares beside it are drawn alike.
 * @typedef {Axes & SquareParts} SquarePicture
 * @typedef {object} SquareParts
 * @property {Float32Array} numbers A grid from its lowest row up; where a number is not finite, the square is hatched.
 * @property {boolean} exact Whether its cells have sharp edges: a target, which may jump.
 * @property {boolean} sparse Whether it has no numbers at all, but samples: it has a frame and no hatching.
 * @property {number} scale The distance of the last colours from the middle.
 * @property {number} [middle] 0 unless it is said.
 * @property {string} [name] The name of its numbers in a reading.
 * @property {{ points: Point[], width: number, dash: number[] }[]} lines In shares of the way across and up.
 * @property {Dot[]} dots
 * @property {Point[]} [hollow] Held-out samples.
 * @property {?Point} ring
 * @property {ClassAreas} [areas] The winning class in place of the numbers.
 * @property {boolean} [unread] Whether it is over no two inputs, so that nothing is read or probed there.
 * @property {{ numbers: number[], shape: Picture }} [pixels] A picture in place of the numbers.
 * @property {{ at: Point, text: string }[]} [letters] The marks of samples, in shares.
 * @property {Numbers} [opacity] How near rows are, a square grid of its own up to 255: colours fade where they are not.
 * @typedef {{ at: Point, sign: number, share: ?number }} Dot By the sign of a number, or by its share of the scale.
 * @import { Context } from "../lib/svg_context.js"
 * @import { Numbers, Picture } from "../core/types.js"
 * @import { ClassAreas } from "../maps/class_areas.js"
 * @import { MapColours, MapPicture, Point } from "../maps/map_canvas.js"
 * @import { Plot } from "../maps/map_layout.js"
 * @import { Axes } from "../maps/spans.js"
 */

import { prepareCanvas } from "../lib/canvas.js";
import {
  canvasOf,
  circle,
  colourIn,
  drawGrid,
  drawHollow,
  drawRing,
  forgetDrawn,
  noteDrawn,
  stroke,
} from "../maps/map_canvas.js";
import { paintAreas, paintFade, strokeBorders } from "../maps/class_areas.js";
import { inside, pixelAt } from "../maps/map_layout.js";
import { drawPixelPicture } from "../maps/pixels.js";
import { drawLetters } from "./class_letters.js";

const DOT = { radius: 3.2, rim: 1 };
const SMALL_DOT = { radius: 2.75, rim: 0.75 };
const RING = { radius: 8, width: 2, around: 4 };
const HALO = 2.25;
const HATCH = 6;
const LARGE = 160;

/** @type {WeakMap<Element, number>} */
const sides = new WeakMap();
/** @type {WeakMap<Element, SquarePicture>} */
const drawn = new WeakMap();

/**
 * A square box has been made or has another size. To ask for its size with every drawing would have it laid out.
 * @param {HTMLElement} box
 */
export const measureSquare = (box) => sides.set(box, box.clientWidth);

/**
 * Draws the picture into a square box that has been measured, and lets it be read and probed.
 * @param {HTMLElement} box @param {SquarePicture} picture @param {MapColours} colours
 */
export function drawLargeSquare(box, picture, colours) {
  const side = sides.get(box);
  if (!side) return;
  const context = prepareCanvas(canvasOf(box), { width: side, height: side });
  paintSquare(context, side, picture, colours);
  paintMarks(context, side, picture, colours);
  drawn.set(box, picture);
  if (picture.unread) forgetDrawn(box);
  if (picture.unread || picture.pixels) return;
  const { reach, spans, ends, scale, numbers, areas, name = "" } = picture;
  const columns = [{ name, rows: [numbers], winners: areas?.winners }];
  const readable = { inputs: 2, reach, spans, ends, scale, columns };
  noteDrawn(box, /** @type {MapPicture} */ (readable), { inputs: 2, reach, spans, plots: [plotOf(side)] });
}

/** The picture that is drawn in a box. @param {HTMLElement} box */
export const squareIn = (box) => drawn.get(box);

/** @param {number} side */
const plotOf = (side) => ({ row: 0, column: 0, left: 0, top: 0, width: side, height: side });

/**
 * @param {CanvasRenderingContext2D} context @param {number} side @param {SquarePicture} picture
 * @param {MapColours} colours
 */
export function paintSquare(context, side, picture, colours) {
  const { numbers, exact, sparse, scale, middle = 0, areas, pixels, opacity } = picture;
  const plot = plotOf(side);
  if (pixels) {
    drawPixelPicture(context, pixels.numbers, pixels.shape, [0, 0], side, colours.ramp);
    return;
  }
  if (sparse) frame(context, side, colours.frame);
  else if (!numbers.every(Number.isFinite)) hatch(context, side, colours.hatch);
  if (areas) paintAreas(context, areas, plot, colours.paper);
  else if (!sparse) drawGrid(context, numbers, exact, plot, { middle, scale }, colours.ramp);
  if (opacity) paintFade(context, opacity, plot, colours.paper);
}

/**
 * Lines, letters, samples and the ring, with the context of a canvas or with one that makes an SVG.
 * @param {Context} context @param {number} side @param {SquarePicture} picture @param {MapColours} colours
 */
export function paintMarks(context, side, picture, colours) {
  const { areas, lines, letters = [], dots, hollow = [], ring, pixels } = picture;
  if (pixels) return;
  const plot = plotOf(side);
  const line = /** @type {CanvasRenderingContext2D} */ (context);
  if (areas) strokeBorders(context, areas, plot, colours);
  lines.forEach((one) => drawLine(line, one, plot, colours));
  const size = side < LARGE ? SMALL_DOT : DOT;
  const shown = letters.filter(({ at }) => inside(at)).map(({ at, text }) => ({ at: pixelAt(plot, at), text }));
  if (shown.length) drawLetters(context, shown, colours);
  dots.forEach((dot) => inside(dot.at) && drawSample(line, pixelAt(plot, dot.at), dot, size, colours));
  hollow.filter(inside).forEach((at) => drawHollow(line, pixelAt(plot, at), size.radius, colours));
  if (ring && inside(ring)) drawRing(line, pixelAt(plot, ring), RING, colours);
}

/** @param {CanvasRenderingContext2D} context @param {number} side @param {string} colour */
function frame(context, side, colour) {
  context.beginPath();
  context.rect(0.5, 0.5, side - 1, side - 1);
  stroke(context, colour, 1);
}

/**
 * Lines from the lower left to the upper right.
 * @param {CanvasRenderingContext2D} context @param {number} side @param {string} colour @param {Point} point
 */
export function hatch(context, side, colour, [left, top] = [0, 0]) {
  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.clip();
  context.beginPath();
  for (let at = -side; at < side; at += HATCH) {
    context.moveTo(left + at, top + side);
    context.lineTo(left + at + side, top);
  }
  stroke(context, colour, 1);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Point} point @param {boolean} isDrawn */
function goTo(context, [x, y], isDrawn) {
  if (isDrawn) context.lineTo(x, y);
  else context.moveTo(x, y);
}

/**
 * A dark line on a light one, so that it shows on every colour.
 * @param {CanvasRenderingContext2D} context @param {SquarePicture["lines"][number]} fields @param {Plot} plot
 * @param {MapColours} mapColours
 */
function drawLine(context, { points, width, dash }, plot, { paper, ink }) {
  context.beginPath();
  points.forEach((point, k) => goTo(context, pixelAt(plot, point), k > 0));
  context.lineJoin = "round";
  context.globalAlpha = 0.75;
  stroke(context, paper, width + HALO);
  context.globalAlpha = 1;
  context.setLineDash(dash);
  stroke(context, ink, width);
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context @param {Point} at @param {Dot} dot
 * @param {{ radius: number, rim: number }} fields @param {MapColours} mapColours
 */
function drawSample(context, at, { sign, share }, { radius, rim }, { ramp, paper, ink, low, middle, high }) {
  const known = share !== null;
  circle(context, at, radius);
  context.fillStyle = known ? colourIn(ramp, share) : [low, middle, high][Math.sign(sign) + 1];
  context.fill();
  stroke(context, known ? ink : paper, rim);
}
