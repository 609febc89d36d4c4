/**
 * The surface on the stage: the plane through the starting weights, the end A of the run before and the end B of this
 * one. Where there is none, a sentence stands in its place, and beside it what is known all the same.
 * @typedef {Surface & { before: Run, reply: PairReply }} ShownSurface
 * @import { View } from "../core/stage.js"
 * @import { Run, RunSummary } from "../core/types.js"
 * @import { Surface } from "./drawing.js"
 * @import { Grid, PairKnowledge, PairReply, Plane } from "./run_pair.js"
 */

import { measureBox, sizeOf } from "../lib/box_size.js";
import { byId, find, findAll, focusedIn, make, moveTo, setText } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { formatNumber } from "../core/format.js";
import { lostWords } from "../core/knobs.js";
import { cursorMoved, cursorPlaced, runShown, surfaceMeasured } from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { cursor } from "../model/cursor.js";
import { runDifferences } from "../model/run_differences.js";
import { crossElements, followCross } from "./surface_cursor.js";
import { drawSurface, pathPixels, pixelOf, pointAt } from "./drawing.js";
import { surfacePicture } from "./export.js";
import { floorNotes } from "./floor_notes.js";
import { largeLineChart } from "./line_chart.js";
import { hideTip, keepOff, surfaceNotes } from "./notes.js";
import { SURFACE_VIEW, measuringWords, noRunBefore, pairKnowledge, runBefore } from "./run_pair.js";

const KEYS = "Arrow keys move a cross from the starting weights, Enter starts from the weights there.";
const HELD = "The surface follows when the knob is released.";
const LONGEST = 16;
const NO_DIFFERENCE = { label: "", one: "", other: "" };

/** @type {{ made: [?PairReply, string, ?Grid], pair: PairKnowledge, before: Run, run: RunSummary }} */
let shown;
/** @type {?HTMLElement[]} */
let marks = null;

function show() {
  const box = byId("surface");
  if (!box || !state.shown || !isOnStage(SURFACE_VIEW)) return;
  box.classList.toggle("stale", state.held);
  if (state.held) {
    const line = box.querySelector(".measuring");
    if (line) setText(line, HELD);
    return;
  }
  const pair = pairKnowledge();
  /** @type {typeof shown.made} */
  const made = [pair.reply || null, pair.none || noRunBefore(), pair.grid || null];
  const isSame = shown && shown.made.every((part, k) => part === made[k]) && shown.run === state.shown.summary;
  if (!isSame) rebuild(box, pair, made);
  setText(find(box, ".measuring"), made[1] ? "" : measuringWords(pair));
}

/**
 * Anew where something else is there to be seen; what had the focus has it again.
 * @param {HTMLElement} box @param {PairKnowledge} pair @param {typeof shown.made} made
 */
function rebuild(box, pair, made) {
  const focused = focusedIn(box)?.dataset.word;
  const atSquare = focusedIn(box)?.matches(".surface-square");
  hideTip();
  const before = /** @type {Run} */ (runBefore());
  const { reply } = pair;
  const sameRuns = shown && shown.made[0] === made[0] && made[0] && shown.run === state.shown.summary;
  shown = { made, pair, before, run: state.shown.summary };
  if (sameRuns && reply?.plane && box.querySelector(".surface-square")) {
    find(box, ".surface-notes").replaceChildren(...surfaceNotes(reply, pair.grid, ""));
    draw();
  } else if (reply?.plane) {
    box.replaceChildren(squareFigure(reply.plane), notesBox(surfaceNotes(reply, pair.grid, "")));
    marks = findAll(box, ".run-mark");
    measureBox(find(box, ".surface-square"));
    draw();
  } else {
    marks = null;
    box.replaceChildren(otherFigure(made[1], reply), notesBox(otherNotes(pair)));
  }
  const again = focused && find(box, `[data-word="${focused}"]`);
  if (again) again.focus();
  else if (atSquare) find(box, ".surface-square")?.focus();
}

/** @param {PairKnowledge} pair */
const otherNotes = ({ reply, grid }) =>
  reply ? surfaceNotes(reply, grid, "") : [floorNotes(), make("p", { class: "measuring", role: "status" })];

/** @param {Node[]} notes */
const notesBox = (notes) => make("div", { class: "surface-notes" }, ...notes);

/** @param {Plane} plane */
function squareFigure(plane) {
  const square = make(
    "div",
    { class: "surface-square", role: "application", tabindex: "0", "aria-label": squareWords(plane) },
    make("canvas", { "aria-hidden": "true" }),
    make("i", { class: "run-mark before" }),
    make("i", { class: "run-mark now" }),
    ...crossElements(),
  );
  const button = make("button", { class: "button edged start-here", type: "button", hidden: true }, "Start from here");
  followCross(square, button, () => ({ before: shown.before, plane, grid: shown.pair.grid }));
  return make(
    "figure",
    { class: "surface-figure" },
    make("div", { class: "surface-box" }, square, button),
    make("figcaption", {}, plane.caption),
  );
}

/**
 * In place of the square why there is none, and where the loss between both ends is known, that.
 * @param {string} why @param {PairReply | undefined} reply
 */
function otherFigure(why, reply) {
  const chart = reply && reply.line ? largeLineChart(reply.line) : [];
  const words = make("p", {}, why || (reply ? reply.why : ""));
  return make("figure", { class: "surface-figure" }, make("div", { class: "surface-box empty" }, words, ...chart));
}

/** The square in words, for whoever does not see it. @param {Plane} plane */
function squareWords({ share: [held, number, after] }) {
  const [a, b] = endLabels();
  return `${held}${number}${after} ${a}; ${b}. ${KEYS}`;
}

/** The finding of the surface: what the server says of both runs, or why there is none. */
function surfaceFinding() {
  if (!shown) return "";
  const { reply } = shown.pair;
  if (!reply) return shown.made[1] || "";
  const words = reply.words.map(({ word, number }) => `${word}, ${number}.`);
  return [reply.sentence, ...words].join(" ");
}

/* Words at the ends */

/** A, α 0.01: final loss 0.208, which is of other samples than the contours. Only one difference has room. */
function endLabels() {
  const { before } = shown;
  const now = /** @type {Run} */ ({ experiment: state.experiment, summary: state.shown.summary });
  const differences = runDifferences(before, now);
  const { label, one, other } = differences.length === 1 ? differences[0] : NO_DIFFERENCE;
  const isShort = one && Math.max(one.length, other.length) <= LONGEST;
  /** @param {RunSummary} run */
  const end = (run) => (run.settled === null ? lostWords(run) : `final loss ${formatNumber(run.settled)}`);
  /** @param {string} name @param {string} value @param {RunSummary} summary */
  const words = (name, value, summary) => `${name}${isShort ? `, ${label} ${value}` : ""}: ${end(summary)}`;
  return [words("A", one, before.summary), words("B", other, now.summary)];
}

const labels = () => [...endLabels(), "starting weights"];

/** The surface on the stage, with the run before and the server's reply; null where there is no square. */
export function shownSurface() {
  const isThere = marks && isOnStage(SURFACE_VIEW) && shown.run === state.shown.summary;
  if (!isThere) return null;
  return { ...squareOf(shown.pair), before: shown.before };
}

/** Of a pair whose plane is known. @param {PairKnowledge} pair */
function squareOf({ reply, paths, grid }) {
  const known = /** @type {PairReply & { plane: Plane }} */ (reply);
  return { reply: known, plane: known.plane, paths: paths ?? [], grid, labels: labels() };
}

/* Drawing */

function draw() {
  const square = find(byId("surface"), ".surface-square");
  if (!square) return;
  const surface = squareOf(shown.pair);
  drawSurface(square, surface);
  const { width: side } = sizeOf(square);
  keepOff(
    square,
    surface.paths.flatMap((path) => pathPixels(path, surface.plane.window, side)),
  );
  moveMarks();
}

/** A point on each path at the step of the cursor; nothing is laid out for it. */
function moveMarks() {
  if (!marks || !cursor.place || !isOnStage(SURFACE_VIEW)) return;
  const { plane, paths } = squareOf(shown.pair);
  const { width: side } = sizeOf(/** @type {HTMLElement} */ (marks[0].parentElement));
  const pixel = pixelOf(plane.window, side);
  marks.forEach((mark, k) => {
    moveTo(mark, pixel(pointAt(paths[k], cursor.place.step)));
  });
}

function resize() {
  const square = find(byId("surface"), ".surface-square");
  if (!square || !isOnStage(SURFACE_VIEW)) return;
  measureBox(square);
  draw();
}

/** On a telephone the parts of the box are parts of the page. @param {HTMLElement} box */
function watch(box) {
  redrawWith(box, resize);
  new ResizeObserver(resize).observe(/** @type {Element} */ (box.closest(".page")));
}

/** @type {View} */
export const surfaceView = {
  name: SURFACE_VIEW,
  install() {
    for (const changed of [runShown, surfaceMeasured]) changed.on(show);
    for (const changed of [cursorMoved, cursorPlaced]) changed.on(moveMarks);
    watch(byId("surface"));
  },
  show() {
    show();
    resize();
  },
  hide: hideTip,
  picture() {
    const surface = shownSurface();
    return surface && surfacePicture(surface);
  },
  figures: ".surface-square",
  finding: surfaceFinding,
};
