/**
 * What is drawn beside Plotly's own drawing of the curve, because there it would cost most of the time between a knob
 * and its curve: under it a canvas with the run's dots and the triangles of what lies below the axis; over it the level
 * bars that the sentence speaks of, with an arrow between them, and the count of the triangles.
 */

import { decode } from "../lib/arrays.js";
import { prepareCanvas } from "../lib/canvas.js";
import { element, make } from "../lib/dom.js";

const ARROW_FROM = 0.08;
const ARROW_HEAD = 4;
const painters = [];

/** Another view's lines under the curve: painter(context, places). */
export const addPainter = (painter) => painters.push(painter);

/** Paints what other views have under the curve. */
export const paintOthers = (context, places) => painters.forEach((painter) => painter(context, places));

/** Where a step and a loss lie in the picture, in pixels. */
function placesIn(picture, { margin, xaxis, yaxis }) {
  const { clientWidth: width, clientHeight: height } = picture;
  const [low, high] = yaxis.range;
  const across = (width - margin.l - margin.r) / xaxis.range[1];
  const down = (height - margin.t - margin.b) / (high - low);
  return {
    width,
    height,
    x: (step) => margin.l + step * across,
    y: (loss) => margin.t + (high - Math.log10(loss)) * down,
  };
}

export function drawUnder(picture, { dots, lower, layout }) {
  const canvas = picture.querySelector(".under") || picture.insertBefore(make("canvas"), picture.firstChild);
  const places = placesIn(picture, layout);
  const context = prepareCanvas(canvas, places);
  canvas.className = "under";
  clipped(context, places, layout.margin, () => paintOthers(context, places));
  if (dots) paint(context, dots, places, dot);
  if (lower) paint(context, lower, places, triangle);
}

/** Other views' lines are cut where the plot ends. */
function clipped(context, places, { l, r, t, b }, draw) {
  context.save();
  context.beginPath();
  context.rect(l, t, places.width - l - r, places.height - t - b);
  context.clip();
  draw();
  context.restore();
}

function paint(context, { x, y, marker }, places, shape) {
  const steps = decode(x);
  const losses = decode(y);
  context.save();
  context.globalAlpha = marker.opacity;
  context.fillStyle = marker.color;
  context.beginPath();
  for (let k = 0; k < steps.length; k++) shape(context, places.x(steps[k]), places.y(losses[k]), marker.size / 2);
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

let drawnLayout = null;

export function drawOver(picture, { bars, count, layout }) {
  drawnLayout = layout;
  const before = picture.querySelector(".over");
  const svg = before || picture.appendChild(element("svg", { class: "over", "aria-hidden": "true" }));
  const places = placesIn(picture, layout);
  svg.replaceChildren(
    ...(bars ? levels(bars, places) : []),
    ...(count ? [countText(count, places, layout.margin)] : []),
  );
}

/** Two bars over the last tenth, and an arrow from the earlier to the current final loss. */
function levels({ was, now, samples }, places) {
  const from = places.x(samples - Math.max(1, Math.floor(samples / 10)));
  const to = places.x(samples);
  const bar = (loss, name) => element("path", { class: name, d: `M${from} ${places.y(loss)}H${to}` });
  const bars = [bar(was, "halo"), bar(was, "level"), bar(now, "halo"), bar(now, "level")];
  if (Math.abs(Math.log10(was / now)) < ARROW_FROM) return bars;
  const x = (from + to) / 2;
  const end = places.y(now);
  const back = end + (now < was ? -ARROW_HEAD : ARROW_HEAD);
  const head = `M${x - ARROW_HEAD} ${back}L${x} ${end}L${x + ARROW_HEAD} ${back}`;
  return [...bars, element("path", { class: "level", d: `M${x} ${places.y(was)}V${end}${head}` })];
}

function countText({ text, font }, { width, height }, margin) {
  const words = element("text", { class: "count", x: width - margin.r + 8, y: height - margin.b - 2 }, text);
  words.style.fill = font.color;
  return words;
}

/** Another run's line over the plot until the next drawing, or none. */
export const drawPreview = (picture, line) => drawLine(picture, line, "glimpse");

/** The run's own line, as long as Plotly draws none. */
export const drawEarly = (picture, line) => drawLine(picture, line, "early");

function drawLine(picture, line, name) {
  const svg = picture.querySelector(".over");
  const before = svg.querySelector(`.${name}`);
  if (before) before.remove();
  if (!line) return;
  const { x, y } = placesIn(picture, drawnLayout);
  const [low, high] = drawnLayout.yaxis.range;
  const [, last] = drawnLayout.xaxis.range;
  const losses = decode(line.y);
  const inside = (loss) => Math.min(10 ** high, Math.max(10 ** low, loss));
  const point = (step, k) => (step <= last ? [`${x(step).toFixed(1)} ${y(inside(losses[k])).toFixed(1)}`] : []);
  svg.append(element("path", { class: name, d: `M${Array.from(decode(line.x)).flatMap(point).join("L")}` }));
}
