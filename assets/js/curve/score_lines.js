/**
 * The scores along a run, the share of rows answered right or R², on the stage in place of the losses: for a table the
 * name of the axis is a menu. The scores of a run are asked for when it has settled; until then those before stay, in
 * grey.
 * @typedef {object} Scores
 * @property {"accuracy" | "r2"} [measure]
 * @property {Numbers} [steps]
 * @property {?Numbers} [learned] None where the rows have no score.
 * @property {?Numbers} [heldOut]
 * @property {number} [constant]
 * @property {string} [none] Why there are none.
 * @import { Numbers, RunResponse } from "../core/types.js"
 */

import { decode } from "../lib/arrays.js";
import { byId, element, find, make } from "../lib/dom.js";
import { isNarrow } from "../lib/theme.js";
import { formatCount, formatWeight, percentOf } from "../core/format.js";
import { placeWord, runKey } from "../core/knobs.js";
import { detailsShown, measureChosen, viewChanged } from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";
import { areShares, chooseMeasure, LOSS, RIGHT, scoreName, showsScores } from "../model/measure.js";
import { letterSize, plotMargins } from "./labels.js";
import { axes } from "./svg_figure.js";

const UNKNOWN = "The scores along the run are not known yet.";
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const LABEL_APART = 1.4;
const MIDDLE = 0.36;

/** @type {import("../net/hints.js").Knowledge<Scores>} */
const known = knowledge("score_curve", ({ summary }) => runKey(summary, []));
/**
 * The run whose scores were drawn last, its experiment, and its scores.
 * @type {?{ key: string, fingerprint: string, scores: Scores }}
 */
let drawn = null;
/** The scores before these. @type {?Scores} */
let before = null;

const picture = () => byId("loss-picture");
const plot = () => /** @type {HTMLElement} */ (picture().parentElement);
const isShown = () => showsScores() && isOnStage("loss");

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  if (!isShown()) return;
  const scores = known.toFill(response);
  if (!scores.steps && !scores.none) {
    const reply = await requestAnalysis("score_curve", {});
    if (!reply) return;
    if (reply.none || !reply.steps) scores.none = reply.none;
    else {
      const { measure, steps, constant } = reply;
      const [learned, heldOut] = [reply.learned, reply.held_out].map((values) => (values ? decode(values) : null));
      Object.assign(scores, { measure, constant, steps: decode(steps), learned, heldOut });
    }
  }
  if (go()) draw();
}

/* The menu */

function drawMenu() {
  const name = scoreName();
  const menu = find(plot(), ".axis-menu");
  if (!name || !isOnStage("loss")) {
    menu?.remove();
    plot().classList.remove("measured");
    return;
  }
  const select = /** @type {HTMLSelectElement} */ (menu ?? plot().appendChild(makeMenu()));
  plot().classList.add("measured");
  const texts = { [LOSS]: "Loss", [RIGHT]: name };
  if (select.dataset.name !== name) {
    select.dataset.name = name;
    select.replaceChildren(...Object.entries(texts).map(([value, text]) => make("option", { value }, text)));
  }
  select.value = state.measure;
}

function makeMenu() {
  /** @param {{ target: HTMLSelectElement }} event */
  const change = ({ target }) => chooseMeasure(target.value);
  return make("select", { class: "axis-menu", "aria-label": "Measure of the curve", on: { change } });
}

/* The lines */

function draw() {
  if (!state.shown) return;
  drawMenu();
  plot().classList.toggle("scored", isShown());
  document.documentElement.toggleAttribute("data-scored", isShown());
  if (!isShown()) {
    find(plot(), ".score-lines")?.remove();
    return;
  }
  const { key, summary } = state.shown;
  const { fingerprint } = summary;
  const scores = known.of(state.shown);
  // Scores of another experiment have another scale, or are of other rows.
  if (drawn?.key !== key) drawn = before = null;
  if (scores.steps && drawn?.fingerprint !== fingerprint) {
    before = drawn?.scores ?? null;
    drawn = { key, fingerprint, scores };
  }
  const svg = find(plot(), ".score-lines") ?? plot().appendChild(element("svg", { class: "score-lines" }));
  const last = scores.steps ? before : (drawn?.scores ?? null);
  const earlier = scores.measure && last?.measure !== scores.measure ? null : last;
  svg.replaceChildren(...parts(scores, earlier));
}

/** @param {Scores} scores @param {?Scores} earlier */
function parts(scores, earlier) {
  const { clientWidth: width, clientHeight: height } = picture();
  const margin = plotMargins();
  const { l, r, t, b } = margin;
  const { xaxis, yaxis, font: loss } = state.shown.loss.layout;
  const size = letterSize();
  const font = { ...loss, size };
  /** @param {number} step */
  const x = (step) => l + ((width - l - r) * step) / xaxis.range[1];
  /** @param {number} value */
  const y = (value) => height - b - (height - t - b) * Math.max(0, Math.min(1, value));
  /** @param {Scores} of @param {Numbers | undefined | null} values @param {string} kind */
  const line = ({ steps }, values, kind) => {
    if (!steps || !values) return [];
    const points = Array.from(values, (value, k) =>
      Number.isFinite(value) ? [`${x(steps[k])} ${y(value)}`] : [],
    ).flat();
    return [element("path", { class: kind, d: points.length ? `M${points.join("L")}` : "" })];
  };
  /** @param {number} left @param {number} top @param {string} text @param {string} kind */
  const words = (left, top, text, kind) =>
    element("text", { class: kind, x: left, y: top + MIDDLE * size, "font-size": size }, text);
  const ticks = { tickvals: TICKS, ticktext: TICKS.map(tickText), gridcolor: yaxis.gridcolor };
  const frame = axes({ margin, xaxis, yaxis: ticks, font }, { width, height, x, level: (power) => y(10 ** power) });
  const shared = [...frame, ...line(earlier ?? {}, earlier?.learned, "earlier")];
  if (!scores.steps) return [...shared, words(l + 8, t + size, scores.none ?? UNKNOWN, "said")];
  const constant = scores.constant ?? 0;
  const note = `one answer for all: ${areShares() ? percent(constant) : 0}`;
  return [
    ...shared,
    element("path", { class: "constant", d: `M${l} ${y(constant)}H${width - r}` }),
    words(width - r - 8, y(constant) - 0.8 * size, note, "said end"),
    ...line(scores, scores.heldOut, "held-out"),
    ...line(scores, scores.learned, "learned"),
    ...endLabels(scores, y, LABEL_APART * size).map(({ top, text, kind }) => words(width - r + 8, top, text, kind)),
  ];
}

/** @param {number} tick */
function tickText(tick) {
  // A telephone has room for four letters beside the axis.
  if (areShares()) return isNarrow() ? `${100 * tick}%` : `${100 * tick} %`;
  return tick ? String(tick) : "≤ 0";
}

/** @param {number} share */
const percent = (share) => `${percentOf(share)} %`;

/** @param {Scores} scores @param {Numbers | null | undefined} values */
const endText = ({ measure }, values) => {
  const end = values?.[values.length - 1] ?? NaN;
  return measure === "r2" ? formatWeight(end) : percent(end);
};

/**
 * The scores at the end, a line apart.
 * @param {Scores} scores @param {(value: number) => number} y @param {number} apart
 */
function endLabels(scores, y, apart) {
  const { learned, heldOut } = scores;
  /** @param {Numbers | null | undefined} values @param {string} name @param {string} kind */
  const label = (values, name, kind) => {
    const end = values?.[values.length - 1] ?? NaN;
    return Number.isFinite(end) ? [{ top: y(end), text: `${name} ${endText(scores, values)}`, kind }] : [];
  };
  const labels = [
    ...label(learned, "learned", "end-now"),
    ...label(heldOut, isNarrow() ? "held" : "held out", "end-held"),
  ];
  const [high, low] = labels.toSorted((a, b) => a.top - b.top);
  if (low && low.top - high.top < apart) low.top = high.top + apart;
  return labels;
}

/** The lines in words; "" while losses are drawn. */
export function scoreWords() {
  if (!isShown()) return "";
  const scores = known.of(state.shown);
  if (!scores.steps) return scores.none ?? UNKNOWN;
  const { learned, heldOut, steps } = scores;
  const of = scores.measure === "r2" ? "R²" : "Right";
  /** @param {Numbers} values @param {string} name */
  const ends = (values, name) => {
    const [first, last] = [values.slice(0, 1), values].map((part) => endText(scores, part));
    return `${name} ${first} at first, ${last} at the end`;
  };
  const one = placeWord(state.shown.summary);
  const sets = [
    ...(learned ? [ends(learned, "learned rows")] : []),
    ...(heldOut ? [ends(heldOut, "held-out rows")] : []),
  ];
  const constant = endText(scores, Float64Array.of(scores.constant ?? 0));
  const until = `${one} ${formatCount(steps[steps.length - 1])}`;
  return `${of}, which ends at ${until}: ${sets.join("; ")}. One answer for all has ${constant}.`;
}

export function installScoreLines() {
  const change = () => {
    draw();
    if (isShown()) askHintsAgain();
  };
  detailsShown.on(draw);
  viewChanged.on(change);
  measureChosen.on(change);
  new ResizeObserver(draw).observe(picture());
  addHint("score_curve", fill);
}
