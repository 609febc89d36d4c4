/**
 * The learning-rate range: along the α slider the final loss at each position, and on its track the mark past which one
 * sample overshoots. The line belongs to the checkpoint and the samples, so it stays while α is turned, and the current
 * run goes along it.
 */

import { byId, element, make, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatKnob, formatNumber } from "../core/format.js";
import { runKey } from "../core/knobs.js";
import { knobPassing } from "../core/signals.js";
import { alphaAt, positionOf } from "../core/sliders.js";
import { state } from "../core/state.js";
import { noPreview, requestAnalysis } from "../net/analyses.js";
import { remembered, speculate } from "../net/speculation.js";

const HEIGHT = 40;
const TOP = 4;
const BOTTOM = 34;
const RANKS = { mark: 0, line: 1 };

const lineOf = ({ summary }, filling) => remembered("lr_range", runKey(summary, ["alpha"]), filling);

function markOf({ summary }, filling) {
  const samples = Math.min(constants.overshootSamples, summary.samples);
  return remembered("stability", runKey({ ...summary, samples }, ["alpha"]), filling);
}

/* Requests */

async function fillMark(response, go) {
  const mark = markOf(response, true);
  for (let from = mark.next === undefined ? 0 : mark.next; from !== null && go();) {
    const reply = await requestAnalysis("stability", { from });
    if (!reply) return;
    mark.sharpest = Math.max(mark.sharpest || 0, reply.sharpest || 0);
    mark.mean = reply.mean;
    mark.next = from = reply.next;
  }
  if (state.shown === response) show(response);
}

async function fillLine(response, go) {
  const line = lineOf(response, true);
  line.positions = line.positions || [];
  line.settled = line.settled || [];
  for (let from = line.next === undefined ? 0 : line.next; from !== null && go();) {
    const reply = await requestAnalysis("lr_range", { from });
    if (!reply) return;
    line.positions.push(...reply.positions);
    line.settled.push(...reply.settled);
    line.next = from = reply.next;
    if (state.shown === response) show(response);
  }
}

/* Drawing */

function show(response) {
  const mark = markOf(response);
  showLine(response, lineOf(response));
  showMark(mark);
  showState(response, mark);
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
  const whole = next === null;
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

function showMark({ sharpest }) {
  const track = byId("alpha-track");
  const limit = 2 / sharpest;
  track.querySelectorAll(".zone, .limit").forEach((part) => part.remove());
  if (!(limit > 0 && limit < constants.knobs.alpha.largest)) return;
  const style = { left: `${100 * positionOf(limit)}%` };
  track.prepend(make("i", { class: "zone", style }), make("i", { class: "limit", style }));
}

function showState({ summary, controls }, mark) {
  const { words, past } = stabilityOf(summary.alpha, mark);
  const thumb = document.querySelector("#alpha-slider [role=slider]");
  byId("alpha-state").dataset.past = past;
  setText(byId("alpha-state"), words);
  if (thumb)
    thumb.setAttribute("aria-valuetext", words ? `${controls.alpha}. ${words}` : controls.alpha);
}

function stabilityOf(alpha, { sharpest, mean }) {
  if (!(sharpest > 0)) return { words: "", past: "no" };
  const limit = 2 / sharpest;
  const average = 2 / mean;
  if (mean > 0 && alpha > average)
    return { words: `Past ${formatNumber(average)}: the mean loss can rise`, past: "far" };
  if (alpha > limit) return { words: `Past ${formatNumber(limit)}: a step can raise its loss`, past: "yes" };
  return { words: `From ${formatNumber(limit)} on, a step can raise its loss`, past: "no" };
}

export function installLearningRateRange() {
  speculate(RANKS.mark, fillMark);
  speculate(RANKS.line, fillLine);
  knobPassing.on(show);
}
