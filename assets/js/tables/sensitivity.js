/**
 * Sensitivity: one strip for each knob, for the inputs and for each layer, run when somebody asks. A cell's colour says
 * how the final loss, or that of held-out samples, responds when that one thing is changed: violet lower, orange
 * higher, paper the same. Once all cells are there, the strip with the largest change is first. While the strips are
 * open they follow the run.
 * @typedef {{ title: string, count: number, cells: (?SensitivityCell)[] }} Strip
 * @typedef {{ next: ?number, sharpest: number, raises?: ?number, mean: ?number, samples?: number }} Sharpness
 * @typedef {{ strips?: Strip[], whole?: boolean, sharpness?: Sharpness }} Strips
 * @import { RunResponse, RunSummary, SensitivityCell } from "../core/types.js"
 */

import { byId, closest, find, findAll, focusedIn, make, makeButton, replaceChanged } from "../lib/dom.js";
import { capitalized, formatNumber } from "../core/format.js";
import { runKey } from "../core/knobs.js";
import { state } from "../core/state.js";
import { noPreview, requestAnalysis } from "../net/analyses.js";
import { changeExperiment, turnKnobs } from "../net/requests.js";
import { isNudgedTo } from "../model/luck.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";
import { largestRatio, stripConclusion, ratioWords, sharpnessWords } from "./sensitivity_words.js";

const TENFOLD = Math.log(10);
const SMALLEST = 1e-300;
let open = false;
/** Whether runs are compared by the loss of held-out samples, where there are some. */
let prefersHeldOut = false;

/** The held-out loss of the current run; null where none is, or where it diverged. */
const heldOutNow = () => state.shown?.held?.loss ?? null;
const isByHeldOut = () => prefersHeldOut && heldOutNow() !== null;

/** @type {import("../net/hints.js").Knowledge<Strips, Pick<RunResponse, "summary">>} */
const knownStrips = knowledge("sensitivity", ({ summary }) => runKey(summary, []));

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  if (!open) return;
  const known = knownStrips.toFill(response);
  known.strips = known.strips || [];
  show(response);
  await fillStrips(response, known, go);
  await fillSharpness(response, known, go);
}

/** @param {RunResponse} response @param {Strips} known @param {() => boolean} go */
async function fillStrips(response, known, go) {
  const { strips = [] } = known;
  while (go() && !known.whole) {
    const at = strips.findIndex((strip) => strip.cells.length < strip.count);
    const strip = at < 0 ? strips.length : at;
    const reply = await requestAnalysis("sensitivity", { strip, from: at < 0 ? 0 : strips[at].cells.length });
    if (!reply) return;
    if (at >= 0) strips[at].cells.push(...reply.cells);
    else if (strip < reply.strips) strips.push({ title: reply.title, count: reply.count, cells: reply.cells });
    known.whole = strips.length === reply.strips && strips.every(({ cells, count }) => cells.length >= count);
    if (state.shown === response) show(response);
  }
}

/**
 * The sharpness of the sharpest sample, and of the mean of all samples where that was quick.
 * @param {RunResponse} response @param {Strips} known @param {() => boolean} go
 */
async function fillSharpness(response, known, go) {
  const { sharpness = { next: 0, sharpest: 0, mean: null } } = known;
  known.sharpness = sharpness;
  while (go() && sharpness.next !== null) {
    const reply = await requestAnalysis("stability", { from: sharpness.next });
    if (!reply) return;
    if ((reply.sharpest || 0) > sharpness.sharpest) {
      sharpness.sharpest = reply.sharpest || 0;
      sharpness.raises = reply.raises;
    }
    sharpness.mean = sharpness.mean || reply.mean;
    sharpness.next = reply.next;
    sharpness.samples = reply.samples;
    if (state.shown === response) byId("sensitivity-strips").append(...sharpnessLine(sharpness, response.summary));
  }
}

/** @param {RunResponse} response */
function show(response) {
  const { strips = [], sharpness, whole } = knownStrips.of(response);
  const settled = isByHeldOut() ? heldOutNow() : response.summary.settled;
  const box = byId("sensitivity-strips");
  const focused = focusedIn(box)?.dataset.at;
  const compared = strips
    .filter(({ count }) => count)
    .map((strip, at) => ({ ...strip, cells: strip.cells.map(asCompared), at }));
  /** @param {Strip} strip */
  const change = ({ cells }) => largestRatio(cells, settled, (cell) => isLuck(cell, settled));
  const rows = whole ? compared.toSorted((a, b) => change(b) - change(a)) : compared;
  const elements = rows.map((strip) => rowElement(strip, strip.at, settled));
  replaceChanged(box, [colourScaleKey(settled), ...elements, ...sharpnessLine(sharpness, response.summary)]);
  const again = focused && find(box, `[data-at="${focused}"]`);
  if (again) again.focus({ preventScroll: true });
}

/** The cell with the loss that is compared as its `settled`. @param {?SensitivityCell} cell */
const asCompared = (cell) => cell && (isByHeldOut() ? { ...cell, settled: cell.held_out } : cell);

/** @param {?number} settled */
function colourScaleKey(settled) {
  const ends = isByHeldOut() ? "the held-out loss of the current run" : "where the current run ends";
  const words =
    settled === null
      ? "The current run diverges, so nothing can be compared with it."
      : `compared with ${formatNumber(settled)}, ${ends}; the largest change is first`;
  const scale = [
    make("span", {}, "at least 10 times lower"),
    make("i", { class: "ramp" }),
    make("span", {}, "at least 10 times higher"),
  ];
  return make("p", { class: "key" }, ...measureMenu(), ...scale, make("span", { class: "hint" }, words));
}

/** The choice of the loss, where samples are held out. */
function measureMenu() {
  if (heldOutNow() === null) return [];
  const texts = ["Final loss", "Held-out loss"];
  const options = texts.map((text, k) => make("option", { value: k, selected: isByHeldOut() === Boolean(k) }, text));
  /** @param {{ target: HTMLSelectElement }} event */
  const change = ({ target }) => {
    prefersHeldOut = target.value === "1";
    show(state.shown);
    byId("sensitivity-measure").focus();
  };
  return [
    make(
      "select",
      { id: "sensitivity-measure", class: "mini", "aria-label": "Compare by", on: { change } },
      ...options,
    ),
  ];
}

/** @param {Strip} strip @param {number} k @param {?number} settled */
function rowElement({ title, count, cells }, k, settled) {
  const missing = count - cells.length;
  const current = cells.findIndex((cell) => cell && cell.now);
  const stop = Math.max(0, current);
  const says = `strip-${k}-says`;
  const attributes = { class: "cells", role: "group", "aria-label": title, "aria-describedby": says };
  const box = make("div", { ...attributes, on: { keydown: onKey } });
  const known = cells.map((cell, at) => cellElement(cell, settled, at === stop, `${k}-${at}`));
  box.append(...known, ...Array.from({ length: missing }, () => make("span", { class: "cell to-run" })));
  const words = missing ? "still to run" : stripConclusion(cells, settled, (cell) => isLuck(cell, settled));
  return make("div", { class: "strip-row" }, make("h3", {}, title), box, make("p", { class: "hint", id: says }, words));
}

/** @param {Sharpness | undefined} sharpness @param {RunSummary} runSummary */
function sharpnessLine(sharpness, { samples }) {
  if (!sharpness || sharpness.next !== null || !(sharpness.sharpest > 0)) return [];
  return [make("p", { class: "hint sharpness" }, sharpnessWords(sharpness, samples))];
}

/** Ten times lower to ten times higher, as −1 … 1. @param {SensitivityCell} cell @param {?number} settled */
function shadeOf(cell, settled) {
  if (cell.settled === null || settled === null || !(settled > 0)) return 0;
  return Math.max(-1, Math.min(1, Math.log((cell.settled || SMALLEST) / settled) / TENFOLD));
}

/**
 * Whether a nudge of the first weights changes the current run's final loss as much as this cell does.
 * @param {SensitivityCell} cell @param {?number} settled
 */
const isLuck = (cell, settled) =>
  !isByHeldOut() &&
  cell.settled !== null &&
  settled !== null &&
  !cell.now &&
  cell.settled !== settled &&
  isNudgedTo(state.shown.summary, cell.settled);

/** @param {?SensitivityCell} cell @param {?number} settled @param {boolean} stop @param {string} at */
function cellElement(cell, settled, stop, at) {
  if (!cell) return make("span", { class: "cell none", title: noPreview() });
  const words = cellWords(cell, settled);
  const turn = cell.now ? null : cell.turn;
  return makeButton(
    {
      class: ["cell tint", ...markOf(cell, settled)].join(" "),
      tabindex: stop ? "0" : "-1",
      title: words,
      "aria-label": words,
      "aria-disabled": turn ? null : "true",
      "data-at": at,
      style: { "--t": shadeOf(cell, settled).toFixed(3) },
    },
    () => turn && turnTo(turn),
  );
}

/** @param {SensitivityCell} cell @param {?number} settled */
function markOf(cell, settled) {
  if (cell.now) return ["now"];
  if (cell.settled === null) return ["gone"];
  return isLuck(cell, settled) ? ["luck"] : [];
}

/** @param {SensitivityCell} cell @param {?number} settled */
function cellWords(cell, settled) {
  const { says, settled: loss, now } = cell;
  const name = capitalized(says);
  if (loss === null) return `${name}: diverges`;
  const luck = isLuck(cell, settled) ? ", within the luck of the current run" : "";
  const comparison = settled === null ? "" : `, ${ratioWords(loss, settled)}${luck}`;
  const ends = isByHeldOut() ? "held-out loss" : "ends at";
  return `${name}: ${ends} ${formatNumber(loss)}${now ? ", the current run" : comparison}`;
}

/** @param {NonNullable<SensitivityCell["turn"]>} nonNullable */
function turnTo({ change, ...knobs }) {
  if (change) changeExperiment(change[0], 0, change[1]);
  else turnKnobs(knobs);
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function onKey(event) {
  const cells = findAll(event.currentTarget, "button");
  const at = cells.findIndex((cell) => cell === event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: cells.length - 1 }[event.key];
  if (to === undefined || !cells[to]) return;
  event.preventDefault();
  event.stopPropagation();
  cells[to].focus();
}

function toggle() {
  open = !open;
  byId("sensitivity").setAttribute("aria-expanded", String(open));
  byId("sensitivity").textContent = open ? "Close" : "Run the comparison";
  byId("sensitivity-strips").hidden = !open;
  askHintsAgain();
}

export function installSensitivity() {
  document.addEventListener("click", ({ target }) => closest(target, "#sensitivity") && toggle());
  addHint("sensitivity", fill);
}
