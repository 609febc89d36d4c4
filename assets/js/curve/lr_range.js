/**
 * The learning-rate range: along the α slider the final loss at each position, and its track is what was measured
 * there. Both belong to the checkpoint and the samples, so they stay while α is turned, and the current run goes along
 * the line.
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, element, make, setText } from "../lib/dom.js";
import { formatKnob, formatNumber } from "../core/format.js";
import { runKey } from "../core/knobs.js";
import { knobPassing } from "../core/signals.js";
import { alphaAt } from "../core/sliders.js";
import { state } from "../core/state.js";
import { noPreview, requestAnalysis } from "../net/analyses.js";
import { remembered, speculate } from "../net/speculation.js";
import { namesOf, outcomeAt, piecesOf, scaleWords } from "./alpha_outcomes.js";

const HEIGHT = 40;
const TOP = 4;
const BOTTOM = 34;
const RANK = 1;

const rangeOf = ({ summary }, filling) => remembered("lr_range", runKey(summary, ["alpha"]), filling);

/* Requests */

async function fill(response, go) {
  const range = rangeOf(response, true);
  range.positions = range.positions || [];
  range.settled = range.settled || [];
  range.outcomes = range.outcomes || [];
  for (let from = range.next === undefined ? 0 : range.next; from !== null && go();) {
    const reply = await requestAnalysis("lr_range", { from });
    if (!reply) return;
    for (const name of ["positions", "settled", "outcomes"]) range[name].push(...reply[name]);
    range.count = reply.count;
    range.next = from = reply.next;
    if (state.shown === response) show(response);
  }
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

function showLine(response, { next, positions = [], settled = [] }) {
  const box = byId("lr-range");
  const whole = isWhole({ next });
  const height = heightOf({ settled }, response.summary.settled);
  const text = whole && !settled.length ? noPreview() : "final loss at each α";
  const caption = make("span", { class: "caption" }, text);
  const svg = element(
    "svg",
    { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    element("path", { class: "line", d: linePath(positions, settled, height) }),
    element("path", { class: "gone", d: divergedPath(positions, settled) }),
  );
  box.classList.toggle("waiting", !whole);
  box.replaceChildren(svg, caption, ...(whole && settled.length ? currentMarks(response, height) : []));
  if (whole) box.setAttribute("aria-label", inWords(response, positions, settled));
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

function inWords({ summary }, positions, settled) {
  const at = (loss, k) => (loss === null ? [] : [{ loss, alpha: alphaAt(positions[k]) }]);
  const finite = settled.flatMap(at);
  if (!settled.length) return `Final loss at each α: ${noPreview()}`;
  if (!finite.length) return "Final loss at each α: every run diverges";
  const best = finite.reduce((a, b) => (b.loss < a.loss ? b : a));
  const [first, last] = [finite[0], finite[finite.length - 1]];
  const diverged = settled.length - finite.length;
  return [
    `Final loss along this slider, for seed ${summary.seed}: ${formatNumber(first.loss)} at the left, `,
    `lowest ${formatNumber(best.loss)} at α ${formatKnob(best.alpha)}, `,
    `${formatNumber(last.loss)} at α ${formatKnob(last.alpha)}`,
    diverged ? `; ${diverged} of ${settled.length} diverge` : "",
  ].join("");
}

const drawn = { range: null, next: undefined, width: 0, words: "" };

/**
 * The track itself, the names under it and what they come to, once for a range; while a knob is held those of the run
 * before would say nothing of it.
 */
function showPieces(range) {
  const track = byId("alpha-track");
  const names = byId("alpha-outcomes");
  const width = sizeOf(track).width;
  if (drawn.range === range && drawn.next === range.next && drawn.width === width) return;
  Object.assign(drawn, { range, next: range.next, width });
  const isMeasured = isWhole(range) && range.positions.length > 0;
  drawn.words = isMeasured ? scaleWords(range) : "";
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
  make("span", { class: "outcome", "data-outcome": outcome, style: { left: `${at.toFixed(1)}px` } }, outcome);

function showState({ controls }, range) {
  const { positions = [], count } = range;
  const whole = isWhole(range);
  const measuring = positions.length ? `Measuring, ${positions.length} of ${count}` : "";
  setText(byId("alpha-state"), whole ? drawn.words : measuring);
  const thumb = document.querySelector("#alpha-slider [role=slider]");
  const outcome = whole && outcomeAt(range, controls.position);
  if (thumb) thumb.setAttribute("aria-valuetext", [controls.alpha, outcome].filter(Boolean).join(", "));
}

export function installLearningRateRange() {
  speculate(RANK, fill);
  knobPassing.on(show);
}
