/**
 * Rows of a table, a line each: its answer along one input, while all else stays the row's own. A mark stands at the
 * row itself, a letter of its class. A click takes the nearest mark; arrows go from row to row along the input.
 * @typedef {import("./row_plot.js").RowMark & { mark: string }} LetteredMark
 * @import { Answers, RowLines } from "../core/types.js"
 * @import { Span } from "../maps/spans.js"
 * @import { BoxSize } from "./scatter.js"
 */

import { decode } from "../lib/arrays.js";
import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { find, make, setText } from "../lib/dom.js";
import { token } from "../lib/theme.js";
import { formatKnob } from "../core/format.js";
import { state } from "../core/state.js";
import { areYears, classMarks, inputName, inputWithUnit, namedOutput } from "../model/ports.js";
import { canvasOf, circle, stroke } from "../maps/map_canvas.js";
import { shareAt } from "../maps/spans.js";
import { ticksBetween } from "../maps/ticks.js";
import { drawLetters } from "./class_letters.js";
import { ROW_ACTS, setRowMarks, writeTicks } from "./row_plot.js";

const OPAQUE = 255;
const LINE = { width: 1, faint: 0.06, strong: 0.6 };
const CHOSEN = { width: 2.5, faint: 0.2, strong: 0.8, radius: 8 };
/** Marks that would lie on another one are left out. */
const APART = 10;
/** Curves whose numbers differ by less than this share of them are flat, and have this much room around them. */
const FLAT = 1e-9;
const ROOM = 0.01;

export function linesElement() {
  const box = make("div", {
    class: "lines-plot answers-figure",
    role: "application",
    tabindex: "0",
    "aria-label": "Answers of rows along one input. Arrow keys go from row to row.",
    on: ROW_ACTS,
  });
  return make("div", { class: "lines" }, box, make("span", { class: "scatter-across", "aria-hidden": "true" }));
}

/** The range of the answers: of probabilities from 0 to 1. @param {ArrayLike<number>} numbers @returns {Span} */
function heights(numbers) {
  if (state.shown.frame.response.probability) return [0, 1];
  const finite = Array.from(numbers).filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Curves that differ by last digits are flat.
  if (high - low > FLAT * size) return [low, high];
  const room = size * ROOM || 1;
  return [low - room, high + room];
}

/** @param {HTMLElement} figure @param {Answers} answers */
export function fillLines(figure, { lines }) {
  const box = find(figure, ".lines-plot");
  const size = sizeOf(box);
  if (!lines || !size.width || !size.height) return;
  paintLines(prepareCanvas(canvasOf(box), size), size, lines);
  setRowMarks(box, rowMarks(lines, size));
  const span = heights(decode(lines.curves));
  writeTicks(
    box,
    {
      across: ticksBetween(...lines.ends, areYears("inputs", lines.along)),
      up: ticksBetween(...span, areYears("outputs", lines.output)),
    },
    (value) => shareAt(lines.ends, value),
    (value) => shareAt(span, value),
  );
  const across = find(figure, ".scatter-across");
  across.title = inputWithUnit(lines.along);
  setText(across, across.title);
}

/** The height of a value above the lower edge of a box of that height. @param {Span} span @param {number} height */
const heightIn = (span, height) => (/** @type {number} */ value) =>
  height * (1 - Math.max(0, Math.min(1, shareAt(span, value))));

/** @param {CanvasRenderingContext2D} context @param {BoxSize} size @param {RowLines} lines */
export function paintLines(context, size, lines) {
  const [rows, curves, opacity] = [lines.rows, lines.curves, lines.opacity].map(decode);
  const span = heights(curves);
  const points = curves.length / rows.length;
  /** @param {number} k */
  const across = (k) => (size.width * k) / (points - 1);
  const up = heightIn(span, size.height);
  const ticks = ticksBetween(...span);
  context.fillStyle = token("--line");
  for (const { value } of ticks) context.fillRect(0, Math.round(up(value) - 0.5), size.width, 1);
  context.fillStyle = token("--edge");
  context.fillRect(0, size.height - 1, size.width, 1);
  // The row that is looked at is the first, and is drawn over the others.
  for (let row = rows.length - 1; row >= 0; row--) {
    const isChosen = lines.chosen && row === 0;
    const look = isChosen ? CHOSEN : LINE;
    for (let k = 1; k < points; k++) {
      const at = row * points + k;
      if (!Number.isFinite(curves[at]) || !Number.isFinite(curves[at - 1])) continue;
      context.globalAlpha = look.faint + (look.strong * opacity[at]) / OPAQUE;
      context.beginPath();
      context.moveTo(across(k - 1), up(curves[at - 1]));
      context.lineTo(across(k), up(curves[at]));
      stroke(context, token(isChosen ? "--now" : "--ink-2"), look.width);
    }
  }
  context.globalAlpha = 1;
  drawMarks(context, rowMarks(lines, size), lines.chosen);
}

/** The rows at their own inputs. @param {RowLines} lines @param {BoxSize} size @returns {LetteredMark[]} */
function rowMarks(lines, { width, height }) {
  const [rows, own, said, curves] = [lines.rows, lines.own, lines.said, lines.curves].map(decode);
  const up = heightIn(heights(curves), height);
  const letters = marks(lines);
  return Array.from(rows, (row, k) => ({
    row,
    mark: letters[k],
    at: [width * shareAt(lines.ends, own[k]), up(said[k])],
  }));
}

/** The mark of each row: the beginning of its class, or of numbers a dot. @param {RowLines} lines */
function marks({ classes }) {
  const { frame } = state.shown;
  if (!frame.answers?.classes) return classes.map(() => "•");
  const letters = classMarks(frame.response.rows);
  return classes.map((place) => letters[place]);
}

/** @param {CanvasRenderingContext2D} context @param {LetteredMark[]} all @param {boolean} isFirstChosen */
function drawMarks(context, all, isFirstChosen) {
  /** @type {LetteredMark[]} */
  const placed = [];
  const colours = { paper: token("--paper"), ink: token("--ink") };
  all.forEach((mark, k) => {
    if (placed.some(({ at: [x, y] }) => Math.hypot(x - mark.at[0], y - mark.at[1]) < APART)) return;
    placed.push(mark);
    if (isFirstChosen && k === 0) {
      circle(context, mark.at, CHOSEN.radius);
      context.fillStyle = token("--paper");
      context.fill();
      stroke(context, token("--ink"), 2);
    }
    drawLetters(context, [{ at: mark.at, text: mark.mark }], colours);
  });
}

/** The finding of the lines: how far the answer moves along the input. @param {RowLines} lines */
export function linesWords({ along, output, curves, rows }) {
  const numbers = decode(curves);
  const count = decode(rows).length;
  const points = numbers.length / count;
  const moves = Array.from({ length: count }, (_, row) => {
    const line = Array.from(numbers.subarray(row * points, (row + 1) * points));
    return Math.max(...line) - Math.min(...line);
  });
  const most = Math.max(...moves);
  return `${count} rows along ${inputName(along)}: ${namedOutput(output)} changes by ${formatKnob(most)} at most.`;
}
