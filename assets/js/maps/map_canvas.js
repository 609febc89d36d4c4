/**
 * Draws response maps on a canvas, at rest and in motion alike. Numbers on a grid of two inputs become squares of
 * colour, with the latest samples and a ring around what is probed; with one input they become curves.
 * @typedef {Axes & MapParts} MapPicture
 * @typedef {object} MapParts
 * @property {number} inputs With one, curves are drawn; with more, squares over two of them.
 * @property {number} scale The colours go from −scale to scale.
 * @property {number} highest The axis of curves goes from −highest to highest.
 * @property {string[]} titles Over the columns of squares, or one over the curves.
 * @property {string[]} names Of the outputs, a row of squares each.
 * @property {MapColumn[]} columns
 * @property {?[number, number]} ring The probed input, in shares of the way across and up.
 * @typedef {object} MapColumn One quantity: target, output, error.
 * @property {string} name
 * @property {boolean} exact Squares with sharp edges, and a dotted curve: a target, which may jump.
 * @property {Float32Array[]} rows The grid of each output, from its lowest row up; nan leaves a gap.
 * @property {number[][]} dots Samples, in shares of the way across and up; on curves the share of the way across, and
 *   the number of each output.
 * @property {?number[][]} tints Of each dot and output the share of the scale that colours it, where it is known at
 *   samples only.
 * @property {number[][]} [hollow] Held-out samples, likewise.
 * @property {Uint8Array} [winners] Of each point the class that is read there in place of its number.
 * @property {{ middle: number, scale: number }} [on] The middle of the colours and the distance of the last ones from
 *   it, where that is not from −scale to scale.
 * @typedef {object} MapColours
 * @property {Ramp} ramp
 * @property {string} paper
 * @property {string} ink
 * @property {string} target The colour of a target's curve.
 * @property {string} output The colour of the other curves.
 * @property {string} grid
 * @property {string} axis
 * @property {string} frame Around squares that show samples only.
 * @property {string} hatch Of areas where there is no number.
 * @property {string} low The colour of a negative number that stands for itself.
 * @property {string} middle That of 0.
 * @property {string} high That of a positive number.
 * @typedef {{ picture: MapPicture, layout: MapLayout }} Drawn
 * @typedef {number[]} Point Across and up or down: shares of the way, or pixels.
 * @typedef {{ text: string, anchor: string, x: number, y: number }} MapLabel
 * @import { Context } from "../lib/svg_context.js"
 * @import { Ramp } from "../core/types.js"
 * @import { MapLayout, Plot } from "./map_layout.js"
 * @import { ColourEnds } from "./response_grids.js"
 * @import { Axes } from "./spans.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { find, make } from "../lib/dom.js";
import { hasOtherContents } from "../core/contents.js";
import { areYears } from "../model/ports.js";
import { rampOf, shadeOf } from "./colour_ramp.js";
import { inside, layoutOf, pixelAt } from "./map_layout.js";
import { shownEnds, shareAt } from "./spans.js";
import { ticksBetween, ticksWithin } from "./ticks.js";

const FINEST = 4;
const CURVE_WIDTH = 2;
const DOTTED = [2, 3];
const DOT = { radius: 1.75, tinted: 3.5, edge: 0.75, hollow: 2 };
/** Samples are larger beside curves than on colours. */
const ON_CURVES = 1.5;
const RING = { radius: 4.5, width: 1.75, around: 3.5 };
/** Marks are smaller on plots that are less wide than this, in pixels, but no smaller than a share of theirs. */
const ROOMY = 72;
const SMALLEST = 0.45;
const BESIDE = 7;
/** The width of a letter of a title, about. */
const LETTER = 7;
const TICK_APART = 2;
/** The height of a line of names at the ends of curves. */
const NAME_APART = 14;
/** The most of the height of a plot that the names of its curves take. */
const SHARE_OF_NAMES = 0.5;

/** @type {WeakMap<Element, Drawn>} */
const drawn = new WeakMap();

/** The picture that is drawn in a box, and its layout. @param {HTMLElement} box */
export const drawnIn = (box) => drawn.get(box) || null;

/**
 * A picture that is drawn by other means than `drawMaps` can be read and probed like maps once it is named here.
 * @param {HTMLElement} box @param {MapPicture} picture @param {MapLayout} layout
 */
export const noteDrawn = (box, picture, layout) => drawn.set(box, { picture, layout });

/** Nothing is read or probed in a box whose picture is over no inputs. @param {HTMLElement} box */
export const forgetDrawn = (box) => drawn.delete(box);

/**
 * Draws a picture into a box, as large as the box is.
 * @param {HTMLElement} box
 * @param {MapPicture} picture
 * @param {MapColours} colours
 */
export function drawMaps(box, picture, colours) {
  const size = sizeOf(box);
  if (!size.width || !size.height) return;
  const layout = layoutOf(picture, size);
  const context = prepareCanvas(canvasOf(box), size);
  if (picture.inputs === 1) drawCurves(context, picture, layout.plots[0], colours);
  else layout.plots.forEach((plot) => drawSquare(context, picture, plot, colours));
  writeLabels(box, picture.inputs === 1 ? curveLabels(picture, layout) : squareLabels(picture, layout));
  noteDrawn(box, picture, layout);
}

/** The canvas of a box, under whatever else it has. @param {HTMLElement} box */
export function canvasOf(box) {
  const before = box.querySelector("canvas");
  return before || box.insertBefore(make("canvas", { "aria-hidden": "true" }), box.firstChild);
}

/* Squares */

/**
 * @param {CanvasRenderingContext2D} context @param {MapPicture} mapPicture @param {Plot} plot
 * @param {MapColours} colours
 */
function drawSquare(context, { columns, scale, ring }, plot, colours) {
  const { rows, exact, dots, tints, hollow = [], on = { middle: 0, scale } } = columns[plot.column];
  drawGrid(context, rows[plot.row], exact, plot, on, colours.ramp);
  if (tints) strokeFrame(context, plot, colours.frame);
  const size = Math.max(SMALLEST, Math.min(1, plot.width / ROOMY));
  /** @param {Point} at @param {number} k */
  const draw = (at, k) => drawDot(context, pixelAt(plot, at), tints && tints[k][plot.row], size, colours);
  dots.forEach((at, k) => inside(at) && draw(at, k));
  hollow.filter(inside).forEach((at) => drawHollow(context, pixelAt(plot, at), size * DOT.hollow, colours));
  if (ring && inside(ring)) drawRing(context, pixelAt(plot, ring), { ...RING, radius: size * RING.radius }, colours);
}

/**
 * The grid's outermost points lie on the edges of the square. Between points numbers are interpolated before they are
 * coloured: halfway from −1 to 1 is the colour of 0, not a mixture of the two; what is still coarse is smoothed as
 * colours.
 * @param {CanvasRenderingContext2D} context @param {Float32Array} numbers @param {boolean} exact @param {Plot} plot
 * @param {ColourEnds} on @param {Ramp} ramp
 */
export function drawGrid(context, numbers, exact, plot, on, ramp) {
  const points = Math.sqrt(numbers.length);
  const times = exact ? 1 : Math.ceil((plot.width * context.getTransform().a) / (points - 1));
  const finer = Math.min(FINEST, times);
  const image = imageOf(finer > 1 ? refined(numbers, points, finer) : numbers, on, ramp);
  context.imageSmoothingEnabled = !exact;
  context.drawImage(image, 0.5, 0.5, image.width - 1, image.height - 1, plot.left, plot.top, plot.width, plot.height);
}

/**
 * A square grid with numbers between its numbers: `points` of them in a row become (points − 1) × times + 1.
 * @param {Float32Array} numbers @param {number} points @param {number} times
 */
export function refined(numbers, points, times) {
  const fine = (points - 1) * times + 1;
  const wide = new Float32Array(points * fine);
  refineLines(numbers, wide, { lines: points, points, times, apart: points, step: 1, wider: fine, finer: 1 });
  const result = new Float32Array(fine * fine);
  refineLines(wide, result, { lines: fine, points, times, apart: 1, step: fine, wider: 1, finer: fine });
  return result;
}

/**
 * Lines of points, `apart` from each other, with a `step` between their points; and the same in the result. At the
 * points themselves a neighbour that is no number changes nothing.
 * @param {Float32Array} numbers @param {Float32Array} result
 * @param {Record<"lines" | "points" | "times" | "apart" | "step" | "wider" | "finer", number>} record
 */
function refineLines(numbers, result, { lines, points, times, apart, step, wider, finer }) {
  for (let line = 0; line < lines; line++) {
    for (let k = 0; k < points; k++) {
      const low = numbers[line * apart + k * step];
      const at = line * wider + k * times * finer;
      result[at] = low;
      if (k === points - 1) break;
      const rise = (numbers[line * apart + (k + 1) * step] - low) / times;
      for (let part = 1; part < times; part++) result[at + part * finer] = low + rise * part;
    }
  }
}

/**
 * The numbers as colours, a pixel each; the first row is the lowest, and what is not finite is transparent.
 * @param {Float32Array} numbers @param {ColourEnds} colourEnds @param {Ramp} ramp
 */
function imageOf(numbers, { middle, scale }, ramp) {
  const side = Math.sqrt(numbers.length);
  const small = new OffscreenCanvas(side, side);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    small.getContext("2d", { willReadFrequently: true })
  );
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const shades = opaque(rampOf(ramp));
  for (let row = 0; row < side; row++) {
    const above = (side - 1 - row) * side;
    for (let column = 0; column < side; column++) {
      const value = numbers[row * side + column];
      if (Number.isFinite(value)) pixels[above + column] = shades[shadeOf(value - middle, scale)];
    }
  }
  context.putImageData(image, 0, 0);
  return small;
}

/** @type {WeakMap<number[][], Uint32Array>} */
const opaques = new WeakMap();

/** The colours of a ramp as the four bytes of a pixel. @param {number[][]} shades */
function opaque(shades) {
  if (!opaques.has(shades)) {
    const bytes = new Uint8Array(shades.flatMap((shade) => [...shade, 255]));
    opaques.set(shades, new Uint32Array(bytes.buffer));
  }
  return /** @type {Uint32Array} */ (opaques.get(shades));
}

/** @param {CanvasRenderingContext2D} context @param {Plot} plot @param {string} colour */
function strokeFrame(context, { left, top, width, height }, colour) {
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
}

/**
 * @param {CanvasRenderingContext2D} context @param {Point} at @param {?number} tint @param {number} size
 * @param {MapColours} mapColours
 */
function drawDot(context, at, tint, size, { ramp, paper, ink }) {
  const tinted = typeof tint === "number";
  circle(context, at, size * (tinted ? DOT.tinted : DOT.radius));
  context.fillStyle = tinted ? colourIn(ramp, tint) : paper;
  context.fill();
  stroke(context, ink, size * DOT.edge);
}

/** The colour of a share of the scale, −1 … 1. @param {Ramp} ramp @param {number} share */
export const colourIn = (ramp, share) => `rgb(${rampOf(ramp)[shadeOf(share, 1)].join()})`;

/**
 * A sample that is held out: a circle with nothing in it.
 * @param {CanvasRenderingContext2D} context @param {Point} at @param {number} radius @param {MapColours} mapColours
 */
export function drawHollow(context, at, radius, { paper, ink }) {
  circle(context, at, radius);
  stroke(context, paper, 2);
  stroke(context, ink, 1);
}

/**
 * A ring with paper around it.
 * @param {CanvasRenderingContext2D} context @param {Point} at
 * @param {{ radius: number, width: number, around: number }} ring @param {{ paper: string, ink: string }} colours
 */
export function drawRing(context, at, { radius, width, around }, { paper, ink }) {
  circle(context, at, radius);
  stroke(context, paper, around);
  stroke(context, ink, width);
}

/**
 * A path around a point, to be filled and stroked.
 * @param {CanvasRenderingContext2D} context @param {Point} point @param {number} radius
 */
export function circle(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** Strokes the path. @param {CanvasRenderingContext2D} context @param {string} colour @param {number} width */
export function stroke(context, colour, width) {
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

/* Curves */

/**
 * With the context of a canvas or with one that makes an SVG.
 * @param {Context} contextOfEither @param {MapPicture} mapPicture @param {Plot} plot
 * @param {MapColours} colours
 */
export function drawCurves(contextOfEither, { columns, highest, ring }, plot, colours) {
  const context = /** @type {CanvasRenderingContext2D} */ (contextOfEither);
  const { left, top, width, height } = plot;
  /** @param {number} x @param {number} y @param {number} length @param {string} colour */
  const line = (x, y, length, colour) => {
    context.fillStyle = colour;
    context.fillRect(x, Math.round(y - 0.5), length, 1);
  };
  for (const { value } of ticksWithin(highest)) line(left, heightOf(value, highest, plot), width, colours.grid);
  line(left, top + height + 0.5, width, colours.axis);
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  columns[0].rows.forEach((_, row) =>
    columns.forEach(({ rows, exact }) => {
      context.beginPath();
      trace(context, rows[row], highest, plot);
      context.setLineDash(exact ? DOTTED : []);
      stroke(context, exact ? colours.target : colours.output, CURVE_WIDTH);
    }),
  );
  context.setLineDash([]);
  /** @param {number[][]} samples @returns {Point[]} */
  const places = (samples) =>
    samples.flatMap(([x, ...numbers]) => numbers.map((value) => pixelAt(plot, [x, (value / highest + 1) / 2])));
  for (const { dots, hollow = [] } of columns) {
    places(dots).forEach((at) => drawDot(context, at, null, ON_CURVES, { ...colours, paper: colours.target }));
    places(hollow).forEach((at) => drawHollow(context, at, ON_CURVES * DOT.hollow, colours));
  }
  context.restore();
  if (ring && inside(ring)) drawRing(context, pixelAt(plot, ring), RING, colours);
}

/** @param {number} value @param {number} highest @param {Plot} plot */
const heightOf = (value, highest, plot) => pixelAt(plot, [0, (value / highest + 1) / 2])[1];

/**
 * @param {CanvasRenderingContext2D} context @param {Float32Array} numbers @param {number} highest @param {Plot} plot
 */
function trace(context, numbers, highest, plot) {
  let joined = false;
  numbers.forEach((value, k) => {
    const x = plot.left + (plot.width * k) / (numbers.length - 1);
    const finite = Number.isFinite(value);
    if (finite && joined) context.lineTo(x, heightOf(value, highest, plot));
    else if (finite) context.moveTo(x, heightOf(value, highest, plot));
    joined = finite;
  });
}

/* Labels: text of the page, so that it has the page's type as soon as that has come */

/** @param {MapPicture} mapPicture @param {MapLayout} mapLayout */
function squareLabels({ titles, names }, { plots }) {
  const room = plots.length > 1 ? plots[1].left - plots[0].left : Infinity;
  const areNarrow = titles.slice(0, -1).some((title) => title.length * LETTER > room);
  const texts = areNarrow ? [titles.join(" · ")] : titles;
  const over = texts.map((text, column) => ({
    text,
    anchor: "above",
    x: plots[column].left,
    y: plots[column].top - 1,
  }));
  const beside = names.map((text, row) => {
    const { left, top, height } = plots[row * titles.length];
    return { text, anchor: "beside", x: left - BESIDE, y: top + height / 2 };
  });
  return [...over, ...beside];
}

/** @param {MapPicture} picture @param {MapLayout} mapLayout */
export function curveLabels(picture, { plots: [plot] }) {
  const { titles, highest } = picture;
  const { left, top, width, height } = plot;
  const span = shownEnds(picture, 0);
  const across = ticksBetween(...span, areYears("inputs", 0)).map(({ value, text }) => ({
    text,
    anchor: "tick-x",
    x: left + width * shareAt(span, value),
    y: top + height + TICK_APART,
  }));
  const up = ticksWithin(highest).map(({ value, text }) => ({
    text,
    anchor: "tick-y",
    x: left - TICK_APART,
    y: heightOf(value, highest, plot),
  }));
  return [{ text: titles[0], anchor: "above", x: left, y: top - 1 }, ...across, ...up, ...curveNames(picture, plot)];
}

/**
 * Names at the right ends of several curves, a line apart, where all of them have room.
 * @param {MapPicture} picture @param {Plot} plot @returns {MapLabel[]}
 */
function curveNames({ columns, names, highest }, plot) {
  const curves = columns[columns.length - 1].rows;
  const { left, top, width, height } = plot;
  const isRoomy = curves.length * NAME_APART <= SHARE_OF_NAMES * height;
  if (curves.length < 2 || names.length < curves.length || !isRoomy) return [];
  const labels = curves
    .map((numbers, row) => ({ text: names[row], y: heightOf(numbers[numbers.length - 1], highest, plot) }))
    .filter(({ y }) => Number.isFinite(y))
    .sort((a, b) => a.y - b.y)
    .map(({ text, y }) => ({ text, anchor: "curve-end", x: left + width, y }));
  // Downwards from the top, and back where the last ones have come too low.
  let least = top + NAME_APART;
  for (const label of labels) least = (label.y = Math.max(label.y, least)) + NAME_APART;
  let most = top + height;
  for (const label of labels.toReversed()) most = (label.y = Math.min(label.y, most)) - NAME_APART;
  return labels;
}

/** @param {HTMLElement} box @param {MapLabel[]} labels */
function writeLabels(box, labels) {
  const before = find(box, ".map-labels");
  const list = before || box.appendChild(make("div", { class: "map-labels", "aria-hidden": "true" }));
  if (!hasOtherContents(list, labels)) return;
  /** @param {MapLabel} mapLabel */
  const label = ({ text, anchor, x, y }) => {
    const style = { left: `${x.toFixed(1)}px`, top: `${y.toFixed(1)}px` };
    return make("span", { class: `map-label ${anchor}`, style }, text);
  };
  list.replaceChildren(...labels.map(label));
}
