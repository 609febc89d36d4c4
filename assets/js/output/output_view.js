/**
 * The output of the network on the stage, as large as it has room: a square for each of at most two outputs, one of
 * three or more, or with one input a plot. Elements are made anew only where others are needed; what is drawn follows
 * every response.
 * @import { StepMaps } from "../core/signals.js"
 * @import { StagePicture, View } from "../core/stage.js"
 * @import { Answers, Maps, TargetMap } from "../core/types.js"
 * @import { Kind, Quantity, Shown } from "./map_selection.js"
 * @import { Acts } from "./elements.js"
 * @import { StageUnit } from "./unit_stage.js"
 * @import { MapColours } from "../maps/map_canvas.js"
 */

import { decode } from "../lib/arrays.js";
import { byId, find, findAll, focusedIn, make, subscript } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { currentTheme } from "../lib/theme.js";
import { areAnswersShown, isPlaneShown, outputForm } from "../core/answers.js";
import { hasOtherContents } from "../core/contents.js";
import { capitalized, formatCount } from "../core/format.js";
import { stepsBefore } from "../core/knobs.js";
import { answersChosen, compilingChanged, mapsReceived, unitChosen, unitKept } from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { cursor, requestStep } from "../model/cursor.js";
import { unitPicture } from "../model/pictures.js";
import { namedOutput } from "../model/ports.js";
import { drawMaps } from "../maps/map_canvas.js";
import { classColours, mapColours } from "../maps/map_colours.js";
import { followPointer, showReading } from "../maps/map_readout.js";
import { outputWords, rangeWords } from "../maps/map_words.js";
import { classAreas } from "../maps/class_areas.js";
import { drawnPlane, shareOfEach } from "./row_plane.js";
import { curvesTitle, gridsOf, outputName } from "../maps/response_grids.js";
import { axesOf, shareAt, spanOf } from "../maps/spans.js";
import { installAnswerChoice } from "./answer_choice.js";
import { rowsWords, showRows } from "./answers.js";
import { WINNER, arrangement, chosen, fineSquareOf, nameOf, quantityName, squareOf } from "./map_selection.js";
import { fillTicks, outputChoices, plotFigure, squareFigure } from "./elements.js";
import { fillNotes, makeNotes, shareWords, valuesAt } from "./notes.js";
import { outputSheet } from "./output_picture.js";
import { drawPoints, hidePoints, installPointTool } from "./point_tool.js";
import { probeWithKeys, sayProbe } from "./probe_keys.js";
import { drawLargeSquare, measureSquare } from "./square.js";
import { fillUnitNotes, makeUnitNotes } from "./unit_notes.js";
import { unitOnStage, unitSquare } from "./unit_stage.js";
import { whichQuestion } from "./which_question.js";
import { showWhich, whichWords } from "./which_view.js";

const FIGURES = "#output :is(.stage-map, .answers-figure)";
const HEADROOM = 1.25;
/** A small square has no room for lines and a ring, nor for samples where there are colours. */
const PLAIN = { lines: [], ring: null, letters: [] };

/** The latest maps; undefined before the first. @type {Shown} */
let latest;
/** The latest answers to the rows of a table. @type {?Answers} */
let latestAnswers = null;
/** The unit that is on the stage in place of them. @type {?StageUnit} */
let unit = null;

/** @param {StepMaps} stepMaps */
function receive({ response, probe, answers }) {
  const whole = state.shown.frame;
  const frame = whole.response;
  const isOther = latest && latest.frame !== frame;
  latestAnswers = answers ?? (isOther ? null : latestAnswers);
  latest = { whole, frame, response, probe: probe || (latest && latest.probe), grids: gridsOf(frame, response) };
  show();
}

/** Until it is drawn, the curve under it leaves its place free. */
function show() {
  drawStage(byId("output"));
  byId("loss-view").classList.toggle("output-follows", !byId("output").hasChildNodes());
}

/** @param {HTMLElement} box */
function drawStage(box) {
  if (!latest || !isOnStage(outputView.name)) return;
  const { frame } = latest;
  unit = unitOnStage(latest.response);
  if (showsWhich()) {
    hidePoints();
    showWhich(box, latest);
    return;
  }
  if (showsRows()) {
    hidePoints();
    if (areOfShown()) showRows(box, latest, latestAnswers);
    return;
  }
  // Maps over the inputs are on their way.
  if (latest.response.plane && !unit) return;
  const { kind, rows } = arrangement(frame, unit);
  if (hasOtherContents(box, [kind, rows, chosen.quantity, unit && state.unit], latest.whole)) rebuild(box, kind, rows);
  draw(box);
  drawPoints(box, latest);
  if (unit) fillUnitNotes(box, latest, unit);
  else fillNotes(box, latest, kind);
  sayProbe(box, latest.response);
}

/** A unit goes before what a question has found, and that before rows. */
const showsWhich = () => whichQuestion.isAsked() && !unit;
const showsRows = () => (areAnswersShown() || isPlaneShown()) && !unit;
/** Whether maps and answers are those of the run that is shown, whose own may still be on their way. */
const areOfShown = () => latest.whole.name === state.shown.frame.name;

/** The layer of the unit on the stage, and its place there. */
const unitPlace = () => /** @type {[number, number]} */ (state.unit);
const unitTitle = () => `Unit ${subscript("u", unitPlace()[1])}`;

/** @type {Acts} */
const acts = {
  key: (event) => probeWithKeys(event, latest),
  swap: (choice) => {
    Object.assign(chosen, choice);
    show();
  },
};

/** @param {HTMLElement} box @param {Kind} kind @param {number[]} rows */
function rebuild(box, kind, rows) {
  const focused = focusedIn(box)?.dataset.part;
  const { frame, response } = latest;
  const unitName = unit && unitTitle();
  /** @param {number} row */
  const named = (row) => unitName || nameOf(chosen.quantity, row);
  /** @param {number} row */
  const square = (row) => squareFigure(row, { name: named(row), beside: kind === "two", acts });
  const figures =
    kind === "line" ? [plotFigure(unitName || curvesTitle(frame, response.held), acts)] : rows.map(square);
  box.dataset.kind = kind;
  box.replaceChildren(
    ...(kind === "many" ? [outputChoices(frame.rows, acts)] : []),
    make("div", { class: "pictures" }, ...figures),
    make("div", { class: "output-notes" }, ...(unit ? makeUnitNotes(frame) : makeNotes(frame, kind, acts))),
  );
  box.classList.toggle("with-thumbs", find(box, ".thumbs") !== null);
  box.classList.toggle("of-sample", find(box, ".at-sample") !== null);
  findAll(box, ".stage-map").forEach(followPointer);
  measure(box);
  // A quantity that was swapped onto the stage has no small picture any more.
  const again = focused && (find(box, `[data-part="${focused}"]`) || find(box, ".thumbs .thumb"));
  if (again) again.focus();
}

/** @param {HTMLElement} box */
const measure = (box) => findAll(box, ".stage-map, .thumb-map, .which-plot").forEach(measureSquare);

/* Drawing */

/** @param {HTMLElement} box */
function draw(box) {
  const colours = mapColours(currentTheme());
  findAll(box, ".stage-plot > .stage-map").forEach((map) => drawPlot(map, colours));
  findAll(box, ".stage-square").forEach((figure) => drawFigure(figure, colours));
  if (latest.frame.inputs === 1) return;
  findAll(box, ".thumb").forEach((thumb) => {
    const { quantity, row } = thumb.dataset;
    const square = squareOf(latest, /** @type {Quantity} */ (quantity), Number(row));
    drawLargeSquare(
      find(thumb, ".thumb-map"),
      { ...square, ...PLAIN, dots: square.sparse ? square.dots : [] },
      colours,
    );
  });
}

/** @param {HTMLElement} figure @param {MapColours} colours */
function drawFigure(figure, colours) {
  const { probe, frame, response } = latest;
  const map = find(figure, ".stage-map");
  const row = Number(figure.dataset.row);
  drawLargeSquare(map, unit ? unitSquare(latest, unit) : fineSquareOf(latest, chosen.quantity, row), colours);
  showReading(map);
  const values = figure.querySelector(".values");
  if (values && probe) values.replaceChildren(...valuesAt(probe, row, frame));
  fillTicks(figure, frame, response, Boolean(unit && unitPicture(unitPlace())));
}

/** @param {HTMLElement} map @param {MapColours} colours */
function drawPlot(map, colours) {
  const { frame, response, grids } = latest;
  const { inputs, rows, scale } = frame;
  const { marks: dots, held: hollow } = response;
  const both = () => [
    { name: "target", exact: true, rows: grids.target, dots, hollow, tints: null },
    { name: outputName(frame), exact: false, rows: grids.output, dots: [], tints: null },
  ];
  const columns = unit ? [unitColumn(unit)] : both();
  const names = Array.from({ length: rows }, (_, row) => namedOutput(row));
  const highest = unit ? HEADROOM * (unit.scale || 1) : response.highest;
  const titles = [unit ? "" : curvesTitle(frame, hollow)];
  const ring = ringOf(highest);
  drawMaps(map, { inputs, ...axesOf(frame, response), scale, highest, titles, names, columns, ring }, colours);
  showReading(map);
}

/** The finding of a picture on the stage: of the unit, or of what is chosen of that output. @param {number} row */
function stageWords(row) {
  if (!latest) return "";
  if (showsWhich()) return whichWords();
  if (showsRows()) return areOfShown() ? rowsWords(latest, latestAnswers) : "";
  // A figure of rows stands there until maps have come.
  if (!Number.isFinite(row)) return "";
  const { frame, response, grids } = latest;
  if (unit) return `${unitTitle()} ${rangeWords(unit.numbers)}.`;
  if (frame.inputs > 1 && chosen.quantity !== "output") {
    const numbers = chosen.quantity === "error" ? grids.errors()[row] : grids.target[row];
    return `${nameOf(chosen.quantity, row)} ${rangeWords(numbers)}.`;
  }
  if (row === WINNER) return winnerWords();
  const rows = frame.inputs > 1 ? [row] : Array.from({ length: frame.rows }, (_, k) => k);
  const words = rows.map((k) => outputWords(frame, response, grids, k));
  return [...words, frame.inputs > 1 ? shareWords(response.share, row) : ""].filter(Boolean).join(" ");
}

/** The stage as a file; null before it is drawn, and for the samples of a question. @returns {?StagePicture} */
function picture() {
  const box = byId("output");
  const figures = findAll(box, FIGURES).filter((figure) => figure.querySelector(":scope > :is(canvas, table)"));
  const areRowsThere = isPlaneShown() ? drawnPlane() : latestAnswers && areOfShown();
  if (!figures.length || showsWhich() || (showsRows() && !areRowsThere)) return null;
  const { key, summary } = state.shown;
  const { title, name, after = [] } = pictureName(figures);
  const step = name === "target" ? "" : ` at step ${formatCount(stepsBefore(cursor.of, summary))}`;
  const finding = figures.map((figure) => outputView.finding(figure)).join(" ");
  return {
    title,
    file: [name, key, summary.fingerprint, ...after].join("-"),
    draw: () => outputSheet(box, latestAnswers, `${title}${step}. ${finding}`),
  };
}

/** @param {HTMLElement[]} figures @returns {{ title: string, name: string, after?: number[] }} */
function pictureName([{ dataset }, ...others]) {
  const after = isPlaneShown() ? drawnPlane()?.plane.through : [];
  if (showsRows()) return { title: capitalized(outputForm()), name: outputForm(), after };
  if (unit) return { title: unitTitle(), name: `unit-${unitPlace().join("-")}` };
  if (latest.frame.inputs === 1) return { title: quantityName("output"), name: "output" };
  const row = others.length ? null : Number(dataset.row);
  return { title: nameOf(chosen.quantity, row), name: chosen.quantity, after: row && row > 0 ? [row] : [] };
}

/** How much of the square each class has. */
function winnerWords() {
  const { frame, response, grids } = latest;
  const areas = classAreas(grids.output, Boolean(frame.probability), classColours());
  return `Of the square the answer is ${shareOfEach(areas, response.opacity && decode(response.opacity))}.`;
}

/**
 * The point of the probed input on the first curve, in shares of the way across and up.
 * @param {number} highest @returns {?[number, number]}
 */
function ringOf(highest) {
  const { probe, frame, response } = latest;
  if (!probe) return null;
  /** @param {number} column */
  const at = (column) => decode(probe.columns[column].values);
  const [layer, index] = unit ? unitPlace() : [0, 0];
  const value = unit ? at(layer + 1)[index] : at(probe.columns.length - 1)[0];
  return [shareAt(spanOf(axesOf(frame, response), 0), at(0)[0]), (value / highest + 1) / 2];
}

/** @param {StageUnit} stageUnit */
const unitColumn = ({ numbers }) => ({ name: "it answers", exact: false, rows: [numbers], dots: [], tints: null });

function resize() {
  measure(byId("output"));
  show();
}

/** On a telephone the parts of the box are parts of the page. @param {HTMLElement} box */
function watch(box) {
  redrawWith(box, resize);
  new ResizeObserver(resize).observe(/** @type {Element} */ (box.closest(".page")));
}

/** @type {View} */
export const outputView = {
  name: "output",
  install() {
    mapsReceived.on(receive);
    unitChosen.on(show);
    answersChosen.on(show);
    compilingChanged.on(show);
    whichQuestion.install();
    installAnswerChoice();
    installPointTool();
    watch(byId("output"));
  },
  show() {
    resize();
    // On the stage maps may have more points than they had.
    if (latest) requestStep();
  },
  hide() {
    // The small maps of other views are over the inputs, with fewer samples.
    if (latest?.response.large) requestStep();
  },
  picture,
  summons: { changed: unitKept, isWanted: () => Boolean(state.keptUnit) },
  figures: FIGURES,
  finding: ({ dataset }) => stageWords(Number(dataset.row)),
};
