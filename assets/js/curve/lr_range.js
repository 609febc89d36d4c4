/**
 * The learning-rate range: along the α slider the final loss at each position, and its track is what was measured
 * there. Both belong to the checkpoint and the samples, so they stay while α is turned, and the current run goes along
 * the line.
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, element, make, setText } from "../lib/dom.js";
import { formatKnob, formatNumber } from "../core/format.js";
import { runKey } from "../core/knobs.js";
import { bestAlphaKnown, knobPassing } from "../core/signals.js";
import { alphaAt } from "../core/sliders.js";
import { state } from "../core/state.js";
import { noPreview, requestAnalysis } from "../net/analyses.js";
import { remembered, speculate } from "../net/speculation.js";
import { bestAlphaFor } from "../model/best_alpha.js";
import { alphaWords, countWords, isLevel, namesOf, outcomeAt, piecesOf } from "./alpha_outcomes.js";

const HEIGHT = 40;
const TOP = 4;
const BOTTOM = 34;
const RANK = 1;

const rangeOf = ({ summary }, filling) => remembered("lr_range", runKey(summary, ["alpha"]), filling);

/* Requests */

async function fill(response, go) {
  const range = rangeOf(response, true);
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

function receive(range, reply) {
  for (const name of ["positions", "settled", "outcomes"]) range[name].push(...reply[name]);
  range.count = reply.count;
  range.toBeat = range.toBeat || reply.toBeat;
  range.next = reply.next;
}

const isWhole = ({ next }) => next === null;

/* Drawing */

function show(response) {
  const range = rangeOf(response);
  showLine(response, range);
  showPieces(range);
  showState(response, range);
}

/** The lowest stands at the bottom, the highest at the top, on a log scale. */
function heightOf({ settled }, now) {
  const logs = [...settled, now].filter((loss) => loss > 0).map(Math.log);
  const low = Math.min(...logs);
  const span = Math.max(...logs) - low || 1;
  return (loss) => BOTTOM - (BOTTOM - TOP) * Math.max(0, (loss > 0 ? Math.log(loss) - low : 0) / span);
}

function showLine(response, range) {
  const { positions = [], settled = [] } = range;
  const box = byId("lr-range");
  const whole = isWhole(range);
  const height = heightOf({ settled }, response.summary.settled);
  const isNone = whole && !settled.length;
  const text = isNone ? noPreview() : "final loss at each α";
  const caption = make("span", { class: isNone ? "caption alone" : "caption" }, text);
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

function linePath(positions, settled, height) {
  let pen = "M";
  return positions
    .map((position, k) => {
      if (settled[k] === null) pen = "M";
      const point = settled[k] === null ? "" : `${pen}${(100 * position).toFixed(1)} ${height(settled[k]).toFixed(2)}`;
      if (point) pen = "L";
      return point;
    })
    .join("");
}

/** Where the run diverges. */
function divergedPath(positions, settled) {
  const dash = (position) => `M${100 * position - 0.5} 1.5H${Math.min(100, 100 * position + 0.5)}`;
  return positions.map((position, k) => (settled[k] === null ? dash(position) : "")).join("");
}

/** The current run, on the line, with a stem down to the thumb. */
function currentMarks({ controls, summary }, height) {
  if (summary.settled === null) return [];
  const left = `${100 * controls.position}%`;
  const top = `${(100 * height(summary.settled)) / HEIGHT}%`;
  return ["stem", "now"].map((name) => make("i", { class: name, style: { left, top } }));
}

function inWords({ summary }, range) {
  const { positions, settled } = range;
  if (!isWhole(range)) return `Final loss at each α: ${(progressWords(range) || "Not run yet").toLowerCase()}`;
  if (!settled.length) return `Final loss at each α: ${noPreview()}`;
  const finite = positions.map((_, k) => k).filter((k) => settled[k] !== null);
  if (!finite.length) return "Final loss at each α: every run diverges";
  const along = `Final loss along this slider, for seed ${summary.seed}: `;
  if (isLevel(settled)) return `${along}${formatNumber(settled[0])} at every position`;
  const best = finite.reduce((a, b) => (settled[b] < settled[a] ? b : a));
  const place = (k) => (k === 0 ? "the left" : `α ${formatKnob(alphaAt(positions[k]))}`);
  const at = (k) => `${k === best ? "lowest " : ""}${formatNumber(settled[k])} at ${place(k)}`;
  const named = [...new Set([finite[0], best, finite.at(-1)])];
  return `${along}${named.map(at).join(", ")}; ${countWords(range)}`.replace(/; $/, "");
}

/** How far the scale is; nothing where it has not begun. */
function progressWords({ positions = [], count, stopped }) {
  const done = `${positions.length} of ${count}`;
  if (!positions.length) return stopped ? "Not measured" : "";
  return stopped ? `Stopped at ${done}` : `Measuring, ${done}`;
}

const drawn = { range: null, next: undefined, width: 0 };

/**
 * The track itself and the names under it, once for a range; while a knob is held those of the run before would say
 * nothing of it.
 */
function showPieces(range) {
  const track = byId("alpha-track");
  const names = byId("alpha-outcomes");
  const width = sizeOf(track).width;
  if (drawn.range === range && drawn.next === range.next && drawn.width === width) return;
  Object.assign(drawn, { range, next: range.next, width });
  const isMeasured = isWhole(range) && range.positions.length > 0;
  const pieces = isMeasured ? piecesOf(range) : [];
  track.querySelectorAll(".piece").forEach((piece) => piece.remove());
  track.prepend(...pieces.map(pieceElement));
  names.replaceChildren(...namesOf(pieces, width).map(nameElement));
}

function pieceElement({ outcome, from, to }) {
  const style = { left: `${100 * from}%`, width: `${100 * (to - from)}%` };
  return make("i", { class: "piece", "data-outcome": outcome, style });
}

const nameElement = ({ outcome, at }) =>
  make(
    "span",
    { class: "outcome", tabindex: "0", "data-outcome": outcome, style: { left: `${at.toFixed(1)}px` } },
    outcome,
  );

function showState({ controls, summary }, range) {
  const whole = isWhole(range);
  const isMeasured = whole && range.positions.length > 0;
  const words = isMeasured ? alphaWords(range, summary, bestAlphaFor(summary)) : "";
  const box = byId("alpha-state");
  setText(box, whole ? words : progressWords(range));
  const sentences = isMeasured ? [words, countWords(range)].filter(Boolean) : [];
  box.dataset.says = sentences.map((sentence) => `${sentence}.`).join(" ");
  const thumb = document.querySelector("#alpha-slider [role=slider]");
  const outcome = whole && ownOutcome(summary, outcomeAt(range, controls.position));
  if (thumb) thumb.setAttribute("aria-valuetext", [controls.alpha, outcome].filter(Boolean).join(", "));
}

/** What was measured nearby, but for whether the run itself diverges. */
function ownOutcome({ settled }, nearby) {
  if (settled === null) return "diverges";
  return nearby === "diverges" ? null : nearby;
}

export function installLearningRateRange() {
  speculate(RANK, fill);
  knobPassing.on(show);
  bestAlphaKnown.on(() => state.shown && show(state.shown));
}
