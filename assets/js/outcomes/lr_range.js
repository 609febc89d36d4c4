/**
 * The learning-rate range: along the α slider the final loss at each position, and as its track the outcomes that were
 * measured there. Both belong to the checkpoint and the samples, so they stay while α is turned, and the current run
 * goes along the line.
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, element, find, findAll, make, setText } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { formatKnob, formatNumber } from "../core/format.js";
import { lostWords, runKey } from "../core/knobs.js";
import { bestAlphaKnown, knobPassing } from "../core/signals.js";
import { alphaAt } from "../core/sliders.js";
import { state } from "../core/state.js";
import { noPreview, requestAnalysis } from "../net/analyses.js";
import { addHint, knowledge } from "../net/hints.js";
import { bestAlphaFor } from "../model/best_alpha.js";
import { alphaWords, countWords, isLevel, namesOf, outcomeAt, piecesOf } from "./alpha_outcomes.js";

/** @import { LearningRates, Outcome, RunResponse, RunSummary } from "../core/types.js" */

const HEIGHT = 40;
const TOP = 4;
const BOTTOM = 34;
/** α has three digits. */
const JUST_BEYOND = 1.001;

/**
 * Its arrays are there once it is asked for, its `count` once the first part has come.
 * @typedef {Omit<LearningRates, "next"> & { next?: ?number, stopped: boolean }} AlphaRange
 * @type {import("../net/hints.js").Knowledge<AlphaRange>}
 */
const ranges = knowledge("lr_range", ({ summary }) => runKey(summary, ["alpha"]));

/* Requests */

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  const range = ranges.toFill(response);
  if (range.next === undefined) Object.assign(range, { positions: [], settled: [], outcomes: [], next: 0 });
  range.stopped = false;
  while (range.next !== null && go()) {
    const from = range.next;
    const reply = await requestAnalysis("lr_range", { from }, {}, { patient: true });
    // Where two ask for the same range, each piece is taken once.
    if (reply && range.next === from) receive(range, reply);
    range.stopped = !reply && go();
    if (state.shown === response) show(response);
    if (!reply) return;
  }
}

/** @param {AlphaRange} range @param {LearningRates} reply */
function receive(range, reply) {
  range.positions.push(...reply.positions);
  range.settled.push(...reply.settled);
  range.outcomes.push(...reply.outcomes);
  range.count = reply.count;
  if (range.toBeat !== "either") range.toBeat = reply.toBeat || range.toBeat;
  range.next = reply.next;
}

/** @param {AlphaRange} range */
const isWhole = ({ next }) => next === null;

/* Drawing */

/** @param {RunResponse} response */
function show(response) {
  const range = ranges.of(response);
  showLine(response, range);
  showPieces(range);
  showState(response, range);
}

/** @typedef {(loss: number) => number} Height */

/**
 * The height of a loss on a log scale: the lowest stands at the bottom, the highest at the top.
 * @param {Pick<AlphaRange, "settled">} range
 * @param {?number} now
 */
function heightOf({ settled }, now) {
  const logs = [...settled, now].flatMap((loss) => (loss !== null && loss > 0 ? [Math.log(loss)] : []));
  const low = Math.min(...logs);
  const span = Math.max(...logs) - low || 1;
  /** @param {number} loss */
  return (loss) => BOTTOM - (BOTTOM - TOP) * Math.max(0, (loss > 0 ? Math.log(loss) - low : 0) / span);
}

/** @param {RunResponse} response @param {AlphaRange} range */
function showLine(response, range) {
  const { positions = [], settled = [] } = range;
  const box = byId("lr-range");
  const whole = isWhole(range);
  const height = heightOf({ settled }, response.summary.settled);
  const isNone = whole && !settled.length;
  const text = isNone ? noPreview() : captionWords(response.summary, range);
  const caption = make("span", { class: `caption ${isNone ? "alone" : whole ? "detail" : ""}` }, text);
  const svg = element(
    "svg",
    { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    element("path", { class: "line", d: linePath(positions, settled, height) }),
    element("path", { class: "gone", d: divergedPath(positions, settled) }),
  );
  box.classList.toggle("waiting", !whole);
  box.replaceChildren(svg, caption, ...(whole && settled.length ? currentMarks(response, height) : []));
  box.setAttribute("aria-label", inWords(response, range));
}

/**
 * The name of the curve, as far as there is room beside α's field.
 * @param {RunSummary} summary
 * @param {AlphaRange} range
 */
function captionWords({ seed }, range) {
  return isWhole(range) && seed < 1000 ? `final loss by α, seed ${seed}` : "final loss at each α";
}

/** @param {number[]} positions @param {LearningRates["settled"]} settled @param {Height} height */
function linePath(positions, settled, height) {
  let pen = "M";
  return positions
    .map((position, k) => {
      const loss = settled[k];
      if (loss === null) pen = "M";
      const point = loss === null ? "" : `${pen}${(100 * position).toFixed(1)} ${height(loss).toFixed(2)}`;
      if (point) pen = "L";
      return point;
    })
    .join("");
}

/** A dash for each α that diverges. @param {number[]} positions @param {LearningRates["settled"]} settled */
function divergedPath(positions, settled) {
  /** @param {number} position */
  const dash = (position) => `M${100 * position - 0.5} 1.5H${Math.min(100, 100 * position + 0.5)}`;
  return positions.map((position, k) => (settled[k] === null ? dash(position) : "")).join("");
}

/** The current run, on the line, with a stem down to the thumb. @param {RunResponse} response @param {Height} height */
function currentMarks({ controls, summary }, height) {
  if (summary.settled === null) return [];
  const left = `${100 * controls.position}%`;
  const top = `${(100 * height(summary.settled)) / HEIGHT}%`;
  return ["stem", "now"].map((name) => make("i", { class: name, style: { left, top } }));
}

/** @param {RunResponse} response @param {AlphaRange} range */
function inWords({ summary }, range) {
  const { positions, settled } = range;
  if (!isWhole(range)) return `Final loss at each α: ${(progressWords(range) || "Not run yet").toLowerCase()}`;
  if (!settled.length) return `Final loss at each α: ${noPreview()}`;
  const finite = positions.map((_, k) => k).filter((k) => settled[k] !== null);
  if (!finite.length) return "Final loss at each α: every run diverges";
  /** @param {number} k */
  const loss = (k) => Number(settled[k]);
  const along = `Final loss along this slider, for seed ${summary.seed}: `;
  if (isLevel(settled)) return `${along}${formatNumber(loss(0))} at every position`;
  const best = finite.reduce((a, b) => (loss(b) < loss(a) ? b : a));
  /** @param {number} k */
  const place = (k) => (k === 0 ? "the left" : `α ${formatKnob(alphaAt(positions[k]))}`);
  /** @param {number} k */
  const at = (k) => `${k === best ? "lowest " : ""}${formatNumber(loss(k))} at ${place(k)}`;
  const named = [...new Set([finite[0], best, finite[finite.length - 1]])];
  return `${along}${named.map(at).join(", ")}; ${countWords(range)}`.replace(/; $/, "");
}

/** The progress of the scale; nothing where it has not begun. @param {AlphaRange} range */
function progressWords({ positions = [], count, stopped }) {
  const done = `${positions.length} of ${count}`;
  if (!positions.length) return stopped ? "Not measured" : "";
  return stopped ? `Stopped at ${done}` : `Measuring, ${done}`;
}

/** @type {{ range: ?AlphaRange, next: AlphaRange["next"], width: number }} */
const drawn = { range: null, next: undefined, width: 0 };

/**
 * The track itself and the names under it, once for a range; while a knob is held those of the run before would say
 * nothing of it.
 * @param {AlphaRange} range
 */
function showPieces(range) {
  const track = byId("alpha-track");
  const names = byId("alpha-outcomes");
  const width = sizeOf(track).width;
  if (drawn.range === range && drawn.next === range.next && drawn.width === width) return;
  Object.assign(drawn, { range, next: range.next, width });
  const isMeasured = isWhole(range) && range.positions.length > 0;
  const pieces = isMeasured ? piecesOf(range) : [];
  findAll(track, ".piece").forEach((piece) => piece.remove());
  track.prepend(...pieces.map(pieceElement));
  track.classList.toggle("measured", pieces.length > 0);
  names.replaceChildren(...namesOf(pieces, width).map(nameElement));
}

/** @param {import("./alpha_outcomes.js").Piece} piece */
function pieceElement({ outcome, from, to }) {
  const style = { left: `${100 * from}%`, width: `${100 * (to - from)}%` };
  return make("i", { class: "piece", "data-outcome": outcome, style });
}

/** @param {{ outcome: Outcome, at: number }} name */
const nameElement = ({ outcome, at }) =>
  make(
    "span",
    { class: "outcome", tabindex: "0", "data-outcome": outcome, style: { left: `${at.toFixed(1)}px` } },
    outcome,
  );

/** @param {RunResponse} response @param {AlphaRange} range */
function showState({ controls, summary }, range) {
  const whole = isWhole(range);
  const isMeasured = whole && range.positions.length > 0;
  const { line, inFull } = isMeasured
    ? alphaWords(range, summary, bestAlphaFor(summary))
    : { line: "", inFull: /** @type {string[]} */ ([]) };
  const box = byId("alpha-state");
  setText(box, whole ? line : progressWords(range));
  box.dataset.says = inFull.map((sentence) => `${sentence}.`).join(" ");
  const thumb = find(document, "#alpha-slider [role=slider]");
  // A typed α may lie beyond the slider, where nothing was measured.
  const isOnSlider = isMeasured && summary.alpha <= JUST_BEYOND * alphaAt(range.positions[range.positions.length - 1]);
  const outcome = whole && ownOutcome(summary, isOnSlider ? outcomeAt(range, controls.position) : null);
  if (thumb) thumb.setAttribute("aria-valuetext", [controls.alpha, outcome].filter(Boolean).join(", "));
  byId("alpha-track").toggleAttribute("data-beyond", summary.alpha > JUST_BEYOND * alphaAt(1));
}

/**
 * The outcome that was measured nearby, but for that of a run which itself has no final loss.
 * @param {RunSummary} summary
 * @param {?Outcome} nearby
 */
function ownOutcome(summary, nearby) {
  if (summary.settled === null) return lostWords(summary);
  return nearby === "diverges" ? null : nearby;
}

export function installLearningRateRange() {
  addHint("lr_range", fill);
  knobPassing.on(show);
  redrawWith(byId("alpha-track"), () => drawn.range && showPieces(drawn.range));
  bestAlphaKnown.on(() => state.shown && show(state.shown));
}
