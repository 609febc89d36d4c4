/**
 * The loss curve: the server's figure, and over it earlier runs as grey ghosts, the level bars that the sentence speaks
 * of, and the labels at the right end. They are drawn here because only the browser remembers which runs came before.
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, find } from "../lib/dom.js";
import { isInSight, watchSight } from "../lib/in_sight.js";
import { isNarrow, token } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { drawGraph, globals } from "../core/dash.js";
import { isPlotlyLoaded } from "../core/plotly.js";
import {
  comparisonChanged,
  curveNotesChanged,
  curvePlotted,
  detailsShown,
  earlierRunsShown,
  luckJudged,
  pinsChanged,
  runShown,
  viewChanged,
} from "../core/signals.js";
import { formatCount } from "../core/format.js";
import { isOnStage } from "../core/stage.js";
import { drawnGhosts, state } from "../core/state.js";
import { isWithinLuck } from "../model/luck.js";
import { isComparing } from "../model/comparison.js";
import { drawNotes, drawOver, drawPlain, drawUnder } from "./canvas.js";
import { curveWords } from "./curve_words.js";
import { drawLabels, letterSize, plotMargins } from "./labels.js";
import { scoreWords } from "./score_lines.js";
import { isOffTheAxis, raisedLosses } from "./loss_axis.js";
import { isPinnedCurveDrawn, lowPassLine, widened } from "./pinned_curves.js";

/** @import { View } from "../core/stage.js" */
/** @import { Annotation, Axis, Ends, Layout, Run, RunResponse, Trace } from "../core/types.js" */

const GHOST_WIDTHS = [1, 1, 1, 1.25, 1.5];
const GHOST_SHADES = ["--ghost-3", "--ghost-3", "--ghost-3", "--ghost-2", "--ghost-1"];
const MOST_TICKS = 5;
/** The width of a digit under the axis, in pixels, for letters of 12. */
const DIGIT = 7;
const digitWidth = () => (DIGIT * letterSize()) / 12;
const TICK_GAP = 8;
const picture = () => byId("loss-picture");
const frame = () => /** @type {HTMLElement} */ (picture().parentElement);

/** @typedef {import("./canvas.js").CurveFigure} CurveFigure */

/**
 * The server's figure with ghosts behind it, and apart from it the parts that are drawn beside Plotly's drawing.
 * @param {RunResponse} response
 * @param {Run[]} ghosts
 * @param {?Run} base
 * @returns {CurveFigure}
 */
function figureOf(response, ghosts, base) {
  const { loss, ends } = response;
  const { data, layout } = loss;
  const { dots, lower, zeros } = constants.traces;
  /** @param {string} name */
  const named = (name) => data.find((part) => part.name === name);
  const lines = ghosts.map((run, k) => ghostLine(run, k + GHOST_WIDTHS.length - ghosts.length, ends));
  // Plotly draws nothing of what is off the axis. It keeps the dots so that they answer the pointer that hovers over
  // them.
  /** @param {Trace} trace */
  const hovered = (trace) => (trace.name === dots ? { ...trace, mode: "none" } : trace);
  return {
    data: [
      ...lines.filter((_, k) => !isPinnedCurveDrawn(ghosts[k])),
      ...data.filter((trace) => !isOffTheAxis(trace)).map(hovered),
    ],
    layout: layoutOf(layout),
    ends,
    bars: state.predicting ? null : levelBars(response, base),
    dots: named(dots),
    lower: named(lower),
    zeros: named(zeros),
    counts: layout.annotations.filter(isOffTheAxis),
  };
}

/** @param {Layout} layout */
function layoutOf(layout) {
  const { xaxis } = layout;
  const every = ticksApart(xaxis);
  return {
    ...layout,
    margin: plotMargins(),
    font: { ...layout.font, size: letterSize() },
    xaxis: every > 1 ? { ...xaxis, tickvals: xaxis.tickvals.filter((_, k) => k % every === 0) } : xaxis,
    annotations: layout.annotations.filter((words) => !isOffTheAxis(words)).map(inLetters),
  };
}

/** Words in the plot are as large beside its letters as ever. @param {Annotation} words */
const inLetters = ({ font, ...words }) => ({ ...words, font: { ...font, size: (font.size * letterSize()) / 12 } });

/** One in this many numbers along the axis is written, so that they stand beside each other. @param {Axis} axis */
function ticksApart({ tickvals }) {
  const { l, r } = plotMargins();
  const widest = formatCount(tickvals[tickvals.length - 1]).length * digitWidth() + TICK_GAP;
  const fitting = Math.ceil((widest * (tickvals.length - 1)) / Math.max(1, sizeOf(picture()).width - l - r));
  const isSmall = isNarrow() || !isOnStage("loss");
  return Math.max(isSmall && tickvals.length > MOST_TICKS ? 2 : 1, fitting);
}

/** @param {Run} run @param {number} rank @param {Ends} ends */
function ghostLine(run, rank, ends) {
  const line = { width: GHOST_WIDTHS[rank], color: token(GHOST_SHADES[rank]) };
  const { x, y } = lowPassLine(run);
  return { x, y: raisedLosses(y, ends) || y, type: "scatter", mode: "lines", hoverinfo: "skip", line };
}

/**
 * The final losses that the sentence compares, where neither run diverged, and whether it speaks of an effect.
 * @param {RunResponse} response
 * @param {?Run} base
 */
function levelBars(response, base) {
  const { settled: now, samples } = response.summary;
  const was = base && response.said.compares ? base.summary.settled : null;
  return now !== null && was !== null ? { was, now, samples, isEffect: !isWithinLuck(response) } : null;
}

/** The run that is drawn, and the one it is compared with. @type {?[RunResponse, ?Run]} */
let drawn = null;
/** @type {?CurveFigure} */
let beside = null;
/** Whether that run is not on the picture yet, which is out of sight. */
let isBehind = false;

/**
 * The curve, and what is drawn beside it; in a comparison that is the other run's curve alone. While a knob is held it
 * is drawn without Plotly, which takes ten times as long, and not at all where nobody sees it.
 * @param {RunResponse} response
 * @param {?Run} base
 */
function drawCurve(response, base) {
  drawn = [response, base];
  isBehind = state.held && !isInSight(picture());
  if (isBehind) return;
  const figure = isComparing() ? widened(figureOf(response, [], null)) : figureOf(response, drawnGhosts(), base);
  picture().classList.toggle("passing", state.held);
  frame().style.setProperty("--tick-reach", `${tickReach(figure.layout.xaxis)}px`);
  drawBeside(figure);
  if (!state.held) drawGraph("loss", { data: figure.data, layout: figure.layout });
}

/** The curve follows the size of the picture, which type that comes late may change. @param {CurveFigure} figure */
function drawBeside(figure) {
  if (!beside) {
    new ResizeObserver(redrawCurve).observe(picture());
    giveWayToPlotly();
  }
  beside = figure;
  drawUnder(picture(), figure);
  drawOver(picture(), figure);
  if (state.held || !isPlotlyLoaded()) drawPlain(picture(), figure);
}

/** The page's own drawing of the curve is hidden from Plotly's first one on. */
async function giveWayToPlotly() {
  await globals.Plotly;
  const watcher = new MutationObserver(() => {
    if (!find(picture(), ".scatterlayer")) return;
    watcher.disconnect();
    picture().classList.add("plotted");
    curvePlotted.emit();
  });
  watcher.observe(picture(), { childList: true, subtree: true });
}

/**
 * The pixels by which the last number under the axis goes beyond its end: the axis's name stands after that.
 * @param {Axis} axis
 */
function tickReach({ tickvals, range }) {
  const last = tickvals[tickvals.length - 1];
  const { l, r } = plotMargins();
  const across = (sizeOf(picture()).width - l - r) / range[1];
  return Math.max(0, (formatCount(last).length * digitWidth()) / 2 - (range[1] - last) * across);
}

const label = () => drawLabels(frame(), state.shown, drawnGhosts());

/**
 * The curve that is shown, once more: in another size it has other numbers along its axis, and other views paint
 * something else under it, and write something else beside it.
 */
function redrawCurve() {
  if (!drawn) return;
  drawCurve(...drawn);
  label();
}

/** The drawings under the curve, over it and beside it, once more; the curve itself stays. */
function repaintCurve() {
  if (!beside || isBehind) return;
  drawUnder(picture(), beside);
  drawNotes(picture());
  label();
}

function install() {
  runShown.on((response, { compared }) => drawCurve(response, compared));
  detailsShown.on((response) => {
    picture().setAttribute("aria-label", response.said.aria);
    if (!isBehind) label();
    watchSight(picture(), () => isBehind && redrawCurve());
  });
  for (const changed of [earlierRunsShown, pinsChanged, viewChanged, comparisonChanged]) changed.on(redrawCurve);
  luckJudged.on((response) => isWithinLuck(response) && redrawCurve());
  curveNotesChanged.on(repaintCurve);
}

/** @type {View} */
export const lossView = {
  name: "loss",
  install,
  figures: "#loss-picture",
  finding: () => scoreWords() || curveWords(state.shown),
};
