/**
 * What is drawn beside Plotly's own drawing of the curve, because there it would cost most of the time between a knob
 * and its curve: under it a canvas with the run's dots, its zeros and the triangles of what lies below the axis; over
 * it the level bars that the sentence speaks of, with an arrow between them, and the counts of zeros and triangles.
 */

import { decode } from "../lib/arrays.js";
import { prepareCanvas } from "../lib/canvas.js";
import { element, make } from "../lib/dom.js";
import { dotPower, linePower } from "./loss_axis.js";
import { svgFigure } from "./svg_figure.js";

const ARROW_FROM = 0.08;
const ARROW_HEAD = 4;
const COUNT_HEIGHT = 15;
const COUNT_CHARACTER = 5.5;
const BESIDE_THE_AXIS = 8;
const painters = [];
const besidePainters = [];
const noteSources = [];

/** Another view's lines under the curve: painter(context, places). */
export const addPainter = (painter) => painters.push(painter);

/** The same, for what is painted beside the plot too. */
export const addBesidePainter = (painter) => besidePainters.push(painter);

/** Another view's marks over the plot: source(places, margin) gives elements of SVG with the class "plot-mark". */
export const addNotes = (source) => noteSources.push(source);

/**
 * Where a step, a line at a loss, the dot of a loss and a power of ten lie in the picture, in pixels.
 *
 * @returns {import("../core/types.js").PlotPlaces}
 */
function placesIn(picture, { layout: { margin, xaxis, yaxis }, ends }) {
  const { clientWidth: width, clientHeight: height } = picture;
  const [low, high] = yaxis.range;
  const across = (width - margin.l - margin.r) / xaxis.range[1];
  const down = (height - margin.t - margin.b) / (high - low);
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

export function drawUnder(picture, figure) {
  const { dots, lower, zeros, layout } = figure;
  const canvas = picture.querySelector(".under") || picture.insertBefore(make("canvas"), picture.firstChild);
  const places = placesIn(picture, figure);
  const context = prepareCanvas(canvas, places);
  canvas.className = "under";
  paintBehind(context, places, layout.margin);
  if (dots) paint(context, dots, places, dot);
  if (zeros) paint(context, zeros, places, dot);
  if (lower) paint(context, lower, places, triangle);
}

/** Paints what other views have beside the plot, and under the curve, where it is cut where the plot ends. */
export function paintBehind(context, places, { l, r, t, b } = drawnFigure.layout.margin) {
  besidePainters.forEach((painter) => painter(context, places));
  context.save();
  context.beginPath();
  context.rect(l, t, places.width - l - r, places.height - t - b);
  context.clip();
  painters.forEach((painter) => painter(context, places));
  context.restore();
}

function paint(context, { x, y, marker }, places, shape) {
  const steps = decode(x);
  const losses = decode(y);
  context.save();
  context.globalAlpha = marker.opacity;
  context.fillStyle = marker.color;
  context.beginPath();
  for (let k = 0; k < steps.length; k++) shape(context, places.x(steps[k]), places.dotY(losses[k]), marker.size / 2);
  context.fill();
  context.restore();
}

function dot(context, x, y, radius) {
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

function triangle(context, x, y, radius) {
  context.moveTo(x - radius, y - radius / 2);
  context.lineTo(x + radius, y - radius / 2);
  context.lineTo(x, y + radius);
  context.closePath();
}

/** The figure itself, where Plotly does not draw it. */
export function drawPlain(picture, figure) {
  const before = picture.querySelector(".svg-figure");
  const svg = before || picture.appendChild(element("svg", { class: "svg-figure", "aria-hidden": "true" }));
  svg.replaceChildren(...svgFigure(figure, placesIn(picture, figure)));
}

let drawnFigure = null;

export function drawOver(picture, figure) {
  const { bars, counts, layout } = figure;
  drawnFigure = figure;
  const before = picture.querySelector(".over");
  const svg = before || picture.appendChild(element("svg", { class: "over", "aria-hidden": "true" }));
  const places = placesIn(picture, figure);
  svg.replaceChildren(
    ...(bars ? levels(bars, places, layout.margin) : []),
    ...countLines(counts, layout.margin).map((line, k) => countText(line, k, places, layout.margin)),
  );
  drawNotes(picture);
}

/** What other views mark over the plot, once more. */
export function drawNotes(picture) {
  const svg = picture.querySelector(".over");
  svg.querySelectorAll(".plot-mark").forEach((mark) => mark.remove());
  const places = placesIn(picture, drawnFigure);
  svg.append(...noteSources.flatMap((source) => source(places, drawnFigure.layout.margin)));
}

/**
 * Two bars over the last tenth, none outside the plot, and an arrow from the earlier to the current final loss, unless
 * the change is luck.
 */
function levels({ was, now, samples, isEffect }, places, { t }) {
  const from = places.x(samples - Math.max(1, Math.floor(samples / 10)));
  const to = places.x(samples);
  const [start, end] = [was, now].map((loss) => Math.max(t, places.y(loss)));
  const bar = (y, name) => element("path", { class: name, d: `M${from} ${y}H${to}` });
  const bars = [bar(start, "halo"), bar(start, "level"), bar(end, "halo"), bar(end, "level")];
  if (!isEffect || Math.abs(Math.log10(was / now)) < ARROW_FROM || Math.abs(end - start) < ARROW_HEAD) return bars;
  const x = (from + to) / 2;
  const back = end + (now < was ? -ARROW_HEAD : ARROW_HEAD);
  const head = `M${x - ARROW_HEAD} ${back}L${x} ${end}L${x + ARROW_HEAD} ${back}`;
  return [...bars, element("path", { class: "level", d: `M${x} ${start}V${end}${head}` })];
}

/** The lines of the counts, the lowest first. In a narrow margin a number has a line of its own, above its words. */
export function countLines(counts, { r }) {
  const isWide = (text) => text.length * COUNT_CHARACTER > r - BESIDE_THE_AXIS;
  const parts = (text) => (isWide(text) ? [text.slice(text.indexOf(" ") + 1), text.split(" ", 1)[0]] : [text]);
  return counts.flatMap(({ text, font }) => parts(text).map((part) => ({ text: part, font })));
}

function countText({ text, font }, k, { width, height }, margin) {
  const y = height - margin.b - 2 - k * COUNT_HEIGHT;
  const words = element("text", { class: "count", x: width - margin.r + BESIDE_THE_AXIS, y }, text);
  words.style.fill = font.color;
  return words;
}

/** Another run's line over the plot until the next drawing, or none. */
export const drawPreview = (picture, line) => drawLine(picture, line, "glimpse");

/** An earlier run's line, drawn out of the grey, or none. */
export const drawLit = (picture, line) => drawLine(picture, line, "lit");

/** The figure as elements of SVG, for a picture that is saved. */
export const figureElements = (picture) => svgFigure(drawnFigure, placesOf(picture));

/** Where a step and a loss lie in the picture as it is drawn now. */
export const placesOf = (picture) => placesIn(picture, drawnFigure);

function drawLine(picture, line, name) {
  const svg = picture.querySelector(".over");
  const before = svg.querySelector(`.${name}`);
  if (before) before.remove();
  if (!line) return;
  const { x, y } = placesIn(picture, drawnFigure);
  const { xaxis, margin } = drawnFigure.layout;
  const [, last] = xaxis.range;
  const losses = decode(line.y);
  const inside = (loss) => Math.max(margin.t, y(loss));
  const point = (step, k) => (step <= last ? [`${x(step).toFixed(1)} ${inside(losses[k]).toFixed(1)}`] : []);
  svg.append(element("path", { class: name, d: `M${Array.from(decode(line.x)).flatMap(point).join("L")}` }));
}
