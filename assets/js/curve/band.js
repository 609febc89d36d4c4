/**
 * The band between the 10th and the 90th percentile of 32 seeds' curves, and their median, under the same knobs. It is
 * painted under the curve, switched on by its button, and gone while the knobs it belongs to are being turned.
 */

import { decode } from "../lib/arrays.js";
import { byId, closest } from "../lib/dom.js";
import { isNarrow } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { formatCount, formatNumber } from "../core/format.js";
import { runKey } from "../core/knobs.js";
import { curveNotesChanged, noticeRaised } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";
import { addPainter, addWords } from "./canvas.js";
import { addLabels, plotMargins } from "./labels.js";
import { fillBand, strokeLosses, writeOnPaper, writeWords } from "./strokes.js";

/** @import { Numbers, PlotPlaces, RunResponse } from "../core/types.js" */

const SEEDS = constants.knobs.seeds.together;
/** The server draws a run that has diverged far above everything. */
const DIVERGED = 1e299;
/** From one line of words to the next, in pixels. */
export const LINE = 16;
/** @typedef {{ steps: ?Numbers, low: Numbers, middle: Numbers, high: Numbers, most: number }} Band */
/** @type {("steps" | "low" | "middle" | "high")[]} */
const LINES = ["steps", "low", "middle", "high"];
let on = false;

/** @param {RunResponse} response */
const firstOf = ({ summary }) => SEEDS * Math.floor(summary.seed / SEEDS);

/** @type {import("../net/hints.js").Knowledge<Partial<Band>>} */
const bands = knowledge("percentile_band", (run) => runKey(run.summary, ["seed"], firstOf(run)));

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  if (!on) return;
  const band = bands.toFill(response);
  if (!("steps" in band)) {
    const reply = await requestAnalysis("percentile_band", { first: firstOf(response) }, {}, { patient: true });
    if (!reply) return;
    band.most = reply.most;
    for (const name of LINES) Object.assign(band, { [name]: reply[name] && decode(reply[name]) });
  }
  if (band.steps === null && go()) noticeRaised.emit(tooLong(band));
  if (go()) curveNotesChanged.emit();
}

/** @param {Partial<Band>} band */
const tooLong = ({ most }) =>
  most
    ? `The band needs shorter runs: at most ${formatCount(most)} ${most === 1 ? "sample" : "samples"} here.`
    : "The band of this network would take too long.";

/** The band of the run that is shown, once it is known. @returns {?(Band & { steps: Numbers })} */
function shownBand() {
  const band = on && state.shown && bands.of(state.shown);
  return band && band.steps ? /** @type {Band & { steps: Numbers }} */ (band) : null;
}

/** @param {CanvasRenderingContext2D} context @param {PlotPlaces} places */
function paint(context, places) {
  const band = shownBand();
  if (!band) return;
  const { steps, low, middle, high } = band;
  fillBand(context, places, steps, low, high);
  strokeLosses(context, places, steps, middle, { width: 1.25, dash: [2, 3] });
}

/** @param {CanvasRenderingContext2D} context @param {PlotPlaces} places */
function write(context, places) {
  const { l, t } = plotMargins();
  bandLines(context, places).forEach((line, k) => writeOnPaper(context, line, l + 8, t + 14 + k * LINE));
}

/**
 * The losses at which the middle 80 % of the seeds end, in the corner of the plot that is empty more often than others:
 * in as many lines as its width needs; no line without a band.
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 */
export function bandLines(context, { width }) {
  const band = shownBand();
  if (!band || isNarrow()) return [];
  const { l, r } = plotMargins();
  writeWords(context);
  context.textAlign = "left";
  /** @param {string} text */
  const isWide = (text) => context.measureText(text).width > width - l - r - 16;
  return bandWords()
    .split(" ")
    .reduce((lines, word) => {
      const longer = `${lines.at(-1)} ${word}`;
      return lines.length && !isWide(longer) ? [...lines.slice(0, -1), longer] : [...lines, word];
    }, /** @type {string[]} */ ([]));
}

/** @param {Numbers} losses */
const lastOf = (losses) => losses[losses.length - 1];

/** The losses at which the middle 80 % of the seeds end; "" where there is no band. */
export function bandWords() {
  const band = shownBand();
  return band ? `The middle 80 % of ${SEEDS} seeds ${endsWords(lastOf(band.low), lastOf(band.high))}` : "";
}

/** The losses of their ends, as far as three digits tell them apart. @param {number} low @param {number} high */
function endsWords(low, high) {
  if (low >= DIVERGED) return "diverges";
  if (high >= DIVERGED) return `ends at ${formatNumber(low)} or above, or diverges`;
  const [least, most] = [low, high].map((loss) => formatNumber(loss));
  return least === most ? `ends at ${least}` : `ends between ${least} and ${most}`;
}

function labels() {
  const band = shownBand();
  return band ? [{ loss: lastOf(band.middle), text: `median of ${SEEDS}`, kind: "median" }] : [];
}

export function toggleBand() {
  on = !on;
  byId("band").setAttribute("aria-pressed", String(on));
  curveNotesChanged.emit();
  askHintsAgain();
}

export function installBand() {
  document.addEventListener("click", ({ target }) => closest(target, "#band") && toggleBand());
  addPainter(paint);
  addWords(write);
  addLabels(labels);
  addHint("percentile_band", fill);
}
