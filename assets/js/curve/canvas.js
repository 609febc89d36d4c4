/**
 * The drawing beside Plotly's own of the curve, because there it would cost most of the time between a knob and its
 * curve: under it a canvas with the run's dots, its zeros and the triangles of what lies below the axis; over
 * it the level bars that the sentence speaks of, with an arrow between them, and the counts of zeros and triangles.
 */

import { decode } from "../lib/arrays.js";
import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { element, find, findAll, make, replaceChanged } from "../lib/dom.js";
import { dotPower, linePower } from "./loss_axis.js";
import { svgFigure } from "./svg_figure.js";

/** @import { Annotation, DrawnTrace, Ends, Ghost, Layout, Margin, PlotPlaces, Trace } from "../core/types.js" */

const ARROW_FROM = 0.08;
const ARROW_HEAD = 4;
const COUNT_HEIGHT = 15;
const COUNT_CHARACTER = 5.5;
const BESIDE_THE_AXIS = 8;
/**
 * @typedef {object} CurveFigure
 * @property {DrawnTrace[]} data
 * @property {Layout} layout
 * @property {Ends} ends
 * @property {?LevelBars} bars
 * @property {Trace} [dots]
 * @property {Trace} [lower]
 * @property {Trace} [zeros]
 * @property {Annotation[]} counts
 * @typedef {{ was: number, now: number, samples: number, isEffect: boolean }} LevelBars The final losses that the
 *   sentence compares, and whether it speaks of an effect.
 * @typedef {(context: CanvasRenderingContext2D, places: PlotPlaces) => void} Painter
 * @typedef {(places: PlotPlaces, margin: Margin) => SVGElement[]} NoteSource
 */

/** @type {Painter[]} */
const painters = [];
/** @type {Painter[]} */
const besidePainters = [];
/** @type {Painter[]} */
const wordPainters = [];
/** @type {(() => boolean)[]} */
const hidings = [];
/** @type {NoteSource[]} */
const noteSources = [];

/** Another view's lines under the curve. @param {Painter} painter */
export const addPainter = (painter) => painters.push(painter);

/** Another view's lines, which go beyond the plot too. @param {Painter} painter */
export const addBesidePainter = (painter) => besidePainters.push(painter);

/** Another view's words, over the dots and under the curve. @param {Painter} painter */
export const addWords = (painter) => wordPainters.push(painter);

/** Another view takes the place of the dots while this holds. @param {() => boolean} hides */
export const hideDotsWhile = (hides) => hidings.push(hides);

export const areDotsHidden = () => hidings.some((hides) => hides());

/** Another view's marks over the plot, of the class "plot-mark". @param {NoteSource} source */
export const addNotes = (source) => noteSources.push(source);

/**
 * The positions of a step, a line at a loss, the dot of a loss and a power of ten in the picture, in pixels.
 * @param {Element} picture
 * @param {Pick<CurveFigure, "layout" | "ends">} figure
 * @returns {PlotPlaces}
 */
function placesIn(picture, { layout: { margin, xaxis, yaxis }, ends }) {
  const { width, height } = sizeOf(picture);
  const [low, high] = yaxis.range;
  const across = (width - margin.l - margin.r) / xaxis.range[1];
  const down = (height - margin.t - margin.b) / (high - low);
  /** @param {number} power */
  const level = (power) => margin.t + (high - power) * down;
  return {
    width,
    height,
    x: (step) => margin.l + step * across,
    level,
    y: (loss) => level(linePower(loss, ends)),
    dotY: (loss) => level(dotPower(loss, ends)),
  };
}

/** @param {Element} picture @param {CurveFigure} figure */
export function drawUnder(picture, figure) {
  const { dots, lower, zeros, layout } = figure;
  /** @type {HTMLCanvasElement} */
  const canvas = find(picture, ".under") || picture.insertBefore(make("canvas"), picture.firstChild);
  const places = placesIn(picture, figure);
  const context = prepareCanvas(canvas, places);
  canvas.className = "under";
  paintBehind(context, places, layout.margin);
  if (!areDotsHidden()) {
    if (dots) paint(context, dots, places, dot);
    if (zeros) paint(context, zeros, places, dot);
    if (lower) paint(context, lower, places, triangle);
  }
  paintWords(context, places, layout.margin);
}

/**
 * Paints other views' lines beside the plot, and under the dots.
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 * @param {Margin} [margin]
 */
export function paintBehind(context, places, margin = drawnFigure.layout.margin) {
  besidePainters.forEach((painter) => painter(context, places));
  paintInPlot(painters, context, places, margin);
}

/**
 * Paints other views' words.
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 * @param {Margin} [margin]
 */
export function paintWords(context, places, margin = drawnFigure.layout.margin) {
  paintInPlot(wordPainters, context, places, margin);
}

/**
 * The plot's edge cuts what is painted there.
 * @param {Painter[]} all
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 * @param {Margin} margin
 */
function paintInPlot(all, context, places, { l, r, t, b }) {
  context.save();
  context.beginPath();
  context.rect(l, t, places.width - l - r, places.height - t - b);
  context.clip();
  all.forEach((painter) => painter(context, places));
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Trace} trace
 * @param {PlotPlaces} places
 * @param {typeof dot} shape
 */
function paint(context, { x, y, marker }, places, shape) {
  if (!marker) return;
  const steps = decode(x);
  const losses = decode(y);
  context.save();
  context.globalAlpha = marker.opacity ?? 1;
  context.fillStyle = marker.color;
  context.beginPath();
  for (let k = 0; k < steps.length; k++) shape(context, places.x(steps[k]), places.dotY(losses[k]), marker.size / 2);
  context.fill();
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function dot(context, x, y, radius) {
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function triangle(context, x, y, radius) {
  context.moveTo(x - radius, y - radius / 2);
  context.lineTo(x + radius, y - radius / 2);
  context.lineTo(x, y + radius);
  context.closePath();
}

/** The figure itself, where Plotly does not draw it. @param {Element} picture @param {CurveFigure} figure */
export function drawPlain(picture, figure) {
  const before = picture.querySelector(".svg-figure");
  const svg = before || picture.appendChild(element("svg", { class: "svg-figure", "aria-hidden": "true" }));
  replaceChanged(svg, svgFigure(figure, placesIn(picture, figure)));
}

/** @type {CurveFigure} */
let drawnFigure;

/** @param {Element} picture @param {CurveFigure} figure */
export function drawOver(picture, figure) {
  const { bars, counts, layout } = figure;
  drawnFigure = figure;
  const before = picture.querySelector(".over");
  const svg = before || picture.appendChild(element("svg", { class: "over", "aria-hidden": "true" }));
  picture.classList.add("drawn");
  const places = placesIn(picture, figure);
  svg.replaceChildren(
    ...(bars ? levels(bars, places, layout.margin) : []),
    ...countLines(counts, layout.margin).map((line, k) => countText(line, k, places, layout.margin)),
  );
  drawNotes(picture);
}

/** The marks of other views over the plot, once more. @param {Element} picture */
export function drawNotes(picture) {
  const svg = find(picture, ".over");
  findAll(svg, ".plot-mark").forEach((mark) => mark.remove());
  const places = placesIn(picture, drawnFigure);
  svg.append(...noteSources.flatMap((source) => source(places, drawnFigure.layout.margin)));
}

/**
 * Two bars over the last tenth, none outside the plot, and an arrow from the earlier to the current final loss, unless
 * the change is luck.
 * @param {LevelBars} bars
 * @param {PlotPlaces} places
 * @param {Margin} margin
 */
function levels({ was, now, samples, isEffect }, places, { t }) {
  const from = places.x(samples - Math.max(1, Math.floor(samples / 10)));
  const to = places.x(samples);
  const [start, end] = [was, now].map((loss) => Math.max(t, places.y(loss)));
  /** @param {number} y @param {string} name */
  const bar = (y, name) => element("path", { class: name, d: `M${from} ${y}H${to}` });
  const bars = [bar(start, "halo"), bar(start, "level"), bar(end, "halo"), bar(end, "level")];
  if (!isEffect || Math.abs(Math.log10(was / now)) < ARROW_FROM || Math.abs(end - start) < ARROW_HEAD) return bars;
  const x = (from + to) / 2;
  const back = end + (now < was ? -ARROW_HEAD : ARROW_HEAD);
  const head = `M${x - ARROW_HEAD} ${back}L${x} ${end}L${x + ARROW_HEAD} ${back}`;
  return [...bars, element("path", { class: "level", d: `M${x} ${start}V${end}${head}` })];
}

/**
 * The lines of the counts, the lowest first. In a narrow margin a number has a line of its own, above its words.
 * @param {Annotation[]} counts
 * @param {Margin} margin
 */
export function countLines(counts, { r }) {
  /** @param {string} text */
  const isWide = (text) => text.length * COUNT_CHARACTER > r - BESIDE_THE_AXIS;
  /** @param {string} text */
  const parts = (text) => (isWide(text) ? [text.slice(text.indexOf(" ") + 1), text.split(" ", 1)[0]] : [text]);
  return counts.flatMap(({ text, font }) => parts(text).map((part) => ({ text: part, font })));
}

/**
 * @param {Pick<Annotation, "text" | "font">} count
 * @param {number} k
 * @param {PlotPlaces} places
 * @param {Margin} margin
 */
function countText({ text, font }, k, { width, height }, margin) {
  const y = height - margin.b - 2 - k * COUNT_HEIGHT;
  const words = element("text", { class: "count", x: width - margin.r + BESIDE_THE_AXIS, y }, text);
  words.style.fill = font.color;
  return words;
}

/** Another run's line over the plot until the next drawing, or none. @param {Element} picture @param {?Ghost} line */
export const drawPreview = (picture, line) => drawLine(picture, line, "glimpse");

/** An earlier run's line, drawn out of the grey, or none. @param {Element} picture @param {?Ghost} line */
export const drawLit = (picture, line) => drawLine(picture, line, "lit");

/** The figure as elements of SVG, for a picture that is saved. @param {Element} picture */
export const figureElements = (picture) => svgFigure(drawnFigure, placesOf(picture));

/** The positions of steps and losses in the picture as it is drawn now. @param {Element} picture */
export const placesOf = (picture) => placesIn(picture, drawnFigure);

/** @param {Element} picture @param {?Ghost} line @param {string} name */
function drawLine(picture, line, name) {
  const svg = find(picture, ".over");
  svg.querySelector(`.${name}`)?.remove();
  if (!line) return;
  const { x, y } = placesIn(picture, drawnFigure);
  const { xaxis, margin } = drawnFigure.layout;
  const [, last] = xaxis.range;
  const losses = decode(line.y);
  /** @param {number} loss */
  const inside = (loss) => Math.max(margin.t, y(loss));
  /** @param {number} step @param {number} k */
  const point = (step, k) => (step <= last ? [`${x(step).toFixed(1)} ${inside(losses[k]).toFixed(1)}`] : []);
  svg.append(element("path", { class: name, d: `M${Array.from(decode(line.x)).flatMap(point).join("L")}` }));
}
