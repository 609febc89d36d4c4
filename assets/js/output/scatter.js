/**
 * Predicted against true numbers: learned rows as dots, held-out ones as rings, and the diagonal on which a prediction
 * is right. A click takes the nearest row; arrows go from row to row by what is true.
 * @typedef {{ row: number, truth: number, said: number, isHeldOut: boolean }} RowPoint
 * @typedef {{ width: number, height: number }} BoxSize
 * @import { Context } from "../lib/svg_context.js"
 * @import { Answers } from "../core/types.js"
 * @import { Span } from "../maps/spans.js"
 */

import { decode } from "../lib/arrays.js";
import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { find, make } from "../lib/dom.js";
import { token } from "../lib/theme.js";
import { digitsOfError, formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { areYears, columnText, givenNames, namedOutput } from "../model/ports.js";
import { canvasOf, circle, stroke } from "../maps/map_canvas.js";
import { shareAt } from "../maps/spans.js";
import { ticksBetween } from "../maps/ticks.js";
import { ROW_ACTS, hideReadout, nearestMark, setRowMarks, showReadout, writeTicks } from "./row_plot.js";

const PAST = 0.1;
const DOT = { radius: 3, opacity: 0.5 };
const RING = { radius: 3.5, width: 1.25 };
const CHOSEN = { radius: 8, width: 2 };

/** The points of a plot by their rows. @type {WeakMap<HTMLElement, Map<number, RowPoint>>} */
const drawn = new WeakMap();

export function scatterElement() {
  const box = make("div", {
    class: "scatter-plot answers-figure",
    role: "application",
    tabindex: "0",
    "aria-label": "Predicted against true numbers. Arrow keys go from row to row.",
    on: { ...ROW_ACTS, pointermove: point, pointerleave: hideReadout },
  });
  return make(
    "div",
    { class: "scatter" },
    box,
    make("span", { class: "scatter-up", "aria-hidden": "true" }, "predicted"),
    make("span", { class: "scatter-across", "aria-hidden": "true" }, `true, ${trueName()}`),
  );
}

function trueName() {
  const unit = givenNames()?.unit;
  return unit ? `${namedOutput(0)} (${unit})` : namedOutput(0);
}

/** @param {Answers} answers @returns {RowPoint[]} */
function pointsOf({ points = {} }) {
  return Object.entries(points).flatMap(([set, { rows, true: truths, said }]) => {
    const [numbers, predicted] = [decode(truths), decode(said)];
    return Array.from(decode(rows), (row, k) => ({
      row,
      truth: numbers[k],
      said: predicted[k],
      isHeldOut: set === "held-out",
    }));
  });
}

/**
 * The axes go a little past all true numbers; what is predicted past them lies on the edge.
 * @param {RowPoint[]} points
 */
function spanOfTruth(points) {
  const truths = points.map(({ truth }) => truth);
  const [low, high] = [Math.min(...truths), Math.max(...truths)];
  const past = high > low ? PAST * (high - low) : 1;
  return /** @type {Span} */ ([low - past, high + past]);
}

/** @param {HTMLElement} figure @param {Answers} answers */
export function fillScatter(figure, answers) {
  const box = find(figure, ".scatter-plot");
  const size = sizeOf(box);
  if (!size.width || !size.height) return;
  const { points, ticks, share, place } = plotOf(answers, size);
  drawn.set(box, new Map(points.map((one) => [one.row, one])));
  setRowMarks(
    box,
    points.map((one) => ({ row: one.row, at: place(one) })),
  );
  paintScatter(prepareCanvas(canvasOf(box), size), size, answers);
  writeTicks(box, { across: ticks, up: ticks }, share);
}

/** The points of a plot of that size, and their places there. @param {Answers} answers @param {BoxSize} size */
function plotOf(answers, { width, height }) {
  const points = pointsOf(answers);
  const span = spanOfTruth(points);
  /** @param {number} value */
  const share = (value) => Math.max(0, Math.min(1, shareAt(span, value)));
  /** @param {{ truth: number, said: number }} point @returns {[number, number]} */
  const place = ({ truth, said }) => [width * share(truth), height * (1 - share(said))];
  return { points, ticks: ticksBetween(...span, areYears("outputs", 0)), share, place };
}

/**
 * With the context of a canvas or with one that makes an SVG.
 * @param {Context} context @param {BoxSize} size @param {Answers} answers
 */
export function paintScatter(context, size, answers) {
  const { points, ticks, share, place } = plotOf(answers, size);
  const line = /** @type {CanvasRenderingContext2D} */ (context);
  drawGrid(
    line,
    size,
    ticks.map(({ value }) => share(value)),
  );
  for (const one of points) if (Number.isFinite(one.said)) drawPoint(line, place(one), one.isHeldOut);
  const chosen = points.find(({ row }) => row === state.openRow);
  if (chosen) drawChosen(line, place(chosen), place({ ...chosen, said: chosen.truth }));
}

/** @param {CanvasRenderingContext2D} context @param {BoxSize} size @param {number[]} shares */
function drawGrid(context, { width, height }, shares) {
  context.fillStyle = token("--line");
  for (const share of shares) {
    context.fillRect(Math.round(width * share), 0, 1, height);
    context.fillRect(0, Math.round(height * (1 - share)), width, 1);
  }
  context.fillStyle = token("--edge");
  context.fillRect(0, 0, 1, height);
  context.fillRect(0, height - 1, width, 1);
  context.beginPath();
  context.moveTo(0, height);
  context.lineTo(width, 0);
  context.setLineDash([4, 4]);
  stroke(context, token("--ink-2"), 1);
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {boolean} isHeldOut */
function drawPoint(context, at, isHeldOut) {
  circle(context, at, isHeldOut ? RING.radius : DOT.radius);
  context.fillStyle = token(isHeldOut ? "--paper" : "--now");
  context.globalAlpha = isHeldOut ? 1 : DOT.opacity;
  context.fill();
  context.globalAlpha = 1;
  if (isHeldOut) stroke(context, token("--ink"), RING.width);
}

/**
 * A ring around a row, and a line to where a right prediction lies.
 * @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {[number, number]} right
 */
function drawChosen(context, at, right) {
  context.beginPath();
  context.moveTo(...at);
  context.lineTo(...right);
  stroke(context, token("--ink"), CHOSEN.width);
  circle(context, at, CHOSEN.radius);
  stroke(context, token("--paper"), 2 * CHOSEN.width);
  stroke(context, token("--ink"), CHOSEN.width);
}

/** @param {PointerEvent & { currentTarget: HTMLElement }} event */
function point(event) {
  const box = event.currentTarget;
  const mark = nearestMark(box, event);
  const row = mark && drawn.get(box)?.get(mark.row);
  if (row) showReadout(box, pointWords(row), mark.at);
  else hideReadout(event);
}

/** Row 295: true 38, predicted 27.4. @param {RowPoint} point */
const pointWords = ({ row, truth, said }) => `Row ${formatCount(row)}: ${truthWords(truth, said)}`;

/** @param {number} truth @param {?number} said @param {number} [output] */
export function truthWords(truth, said, output = 0) {
  const predicted = said === null ? "not a number" : columnText("outputs", output, said, digitsOfError(said, truth));
  return `true ${columnText("outputs", output, truth)}, predicted ${predicted}`;
}

/** The finding of the plot. @param {Answers} answers */
export function scatterWords({ sets, far = [] }) {
  const [most] = far;
  const scores = Object.entries(sets).map(
    ([set, { r2, error }]) => `${set} rows R² ${r2 ?? "unknown"}, mean error ${error}`,
  );
  const farthest = most ? [`Farthest off is row ${formatCount(most[0])}, ${truthWords(most[1], most[2])}.`] : [];
  return [`Predicted against true numbers: ${scores.join("; ")}.`, ...farthest].join(" ");
}
