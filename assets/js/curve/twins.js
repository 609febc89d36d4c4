/**
 * The twins of the run: the same run from first weights nudged by a millionth, a thin line for each over the band
 * between them, and a mark where they part. Switched on by a button, and gone while a knob is turned.
 */

import { decode, rowsOf } from "../lib/arrays.js";
import { byId, closest } from "../lib/dom.js";
import { isNarrow, token } from "../lib/theme.js";
import { formatCount, formatNumber } from "../core/format.js";
import { placeWord, runKey } from "../core/knobs.js";
import { curveNotesChanged, noticeRaised } from "../core/signals.js";
import { state } from "../core/state.js";
import { noPreview, requestAnalysis } from "../net/analyses.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";
import { nudgedRange } from "../model/luck.js";
import { LINE, bandLines } from "./band.js";
import { addBesidePainter, addPainter, addWords, hideDotsWhile } from "./canvas.js";
import { addLabels, plotMargins } from "./labels.js";
import { fillBand, strokeLosses, writeOnPaper, writeWords } from "./strokes.js";

/** @import { Numbers, PlotPlaces, RunResponse } from "../core/types.js" */

const LINE_SHARE = 0.55;
const [BRACKET, BRACKET_FOOT] = [6, 4];
const PARTING_DEPTH = 12;
let on = false;

/**
 * @typedef {{ steps: ?Numbers, curves: Numbers[], apart: ?number }} Twins
 * @type {import("../net/hints.js").Knowledge<Partial<Twins>>}
 */
const knownTwins = knowledge("twins", ({ summary }) => runKey(summary, []));

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  if (!on) return;
  const twins = knownTwins.toFill(response);
  if (!("steps" in twins)) {
    const reply = await requestAnalysis("twins", {});
    if (!reply) return;
    twins.apart = reply.apart;
    twins.steps = reply.steps && decode(reply.steps);
    if (twins.steps) twins.curves = rowsOf(decode(reply.curves), twins.steps.length);
  }
  if (twins.steps === null && go()) noticeRaised.emit(`The twins are ${noPreview()}.`);
  if (go()) curveNotesChanged.emit();
}

/** The twins of the run that is shown, once they are known. @returns {?(Twins & { steps: Numbers })} */
function shownTwins() {
  const twins = on && state.shown && knownTwins.of(state.shown);
  return twins && twins.steps ? /** @type {Twins & { steps: Numbers }} */ (twins) : null;
}

/** @param {CanvasRenderingContext2D} context @param {PlotPlaces} places */
function paint(context, places) {
  const twins = shownTwins();
  if (!twins) return;
  const { steps, curves } = twins;
  /** @param {(...losses: number[]) => number} pick */
  const extreme = (pick) => Array.from(steps, (_, k) => pick(...curves.map((losses) => losses[k])));
  const [low, high] = [extreme(Math.min), extreme(Math.max)];
  fillBand(context, places, steps, low, high);
  for (const losses of curves) strokeLosses(context, places, steps, losses, { width: 1, opacity: LINE_SHARE });
}

/**
 * A dotted line at the step where they part, and its name.
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 */
function markParting(context, places) {
  const step = shownTwins()?.apart ?? null;
  if (step === null) return;
  const x = places.x(step);
  const { l, t, b } = plotMargins();
  const bottom = places.height - b;
  context.save();
  context.strokeStyle = token("--ink-2");
  context.setLineDash([1, 3]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, bottom);
  context.stroke();
  writeWords(context);
  const words = `twins part, ${placeWord(state.shown.summary)} ${formatCount(Math.round(step))}`;
  const { width } = context.measureText(words);
  const right = x + width + 8 < places.x(state.shown.summary.samples);
  const under = LINE * bandLines(context, places).length;
  context.textAlign = "left";
  context.setLineDash([]);
  writeOnPaper(context, words, right ? x + 6 : Math.max(l + 4, x - 6 - width), t + PARTING_DEPTH + under);
  context.restore();
}

/** The lowest and the highest final loss of the shown run and its twins; null where not known, infinite or equal. */
function shownEnds() {
  const ends = shownTwins() ? nudgedRange(state.shown.summary) : null;
  if (!ends || ends.lowest <= 0 || ends.highest === Infinity) return null;
  return formatNumber(ends.lowest) !== formatNumber(ends.highest) ? ends : null;
}

/**
 * A bracket beside the plot, over the final losses of the twins.
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 */
function paintEnds(context, places) {
  const ends = shownEnds();
  if (!ends) return;
  const x = places.x(state.shown.summary.samples) + BRACKET;
  context.save();
  context.strokeStyle = token("--now");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x - BRACKET_FOOT, places.y(ends.highest));
  context.lineTo(x, places.y(ends.highest));
  context.lineTo(x, places.y(ends.lowest));
  context.lineTo(x - BRACKET_FOOT, places.y(ends.lowest));
  context.stroke();
  context.restore();
}

function labels() {
  const twins = shownTwins();
  if (!twins) return [];
  const ends = shownEnds();
  if (ends) {
    const twin = isNarrow() ? "" : " twin";
    return [
      { loss: ends.highest, text: `worst${twin} ${formatNumber(ends.highest)}`, kind: "median" },
      { loss: ends.lowest, text: `best${twin} ${formatNumber(ends.lowest)}`, kind: "median" },
    ];
  }
  const last = twins.curves.map((losses) => losses[losses.length - 1]).filter(Number.isFinite);
  return last.length ? [{ loss: Math.max(...last), text: `${twins.curves.length} twins`, kind: "median" }] : [];
}

export function toggleTwins() {
  on = !on;
  byId("twins").setAttribute("aria-pressed", String(on));
  curveNotesChanged.emit();
  askHintsAgain();
}

export function installTwins() {
  document.addEventListener("click", ({ target }) => closest(target, "#twins") && toggleTwins());
  addPainter(paint);
  addWords(markParting);
  hideDotsWhile(() => shownTwins() !== null);
  addBesidePainter(paintEnds);
  addLabels(labels);
  addHint("twins", fill);
}
