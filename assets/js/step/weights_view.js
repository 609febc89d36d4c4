/**
 * The weights at the cursor's step, the checkpoint's, or their difference: which of them is chosen, in which form they
 * are drawn, and when.
 * @import { View } from "../core/stage.js"
 * @import { Numbers, WeightsView } from "../core/types.js"
 * @import { Drawing } from "./weight_cells.js"
 * @import { Form } from "./weight_form.js"
 */

import { byId, setVariable } from "../lib/dom.js";
import { isInSight, watchSight } from "../lib/in_sight.js";
import { redrawWith } from "../lib/redraw.js";
import { formatNumber } from "../core/format.js";
import { paced } from "../core/pacing.js";
import { cursorMoved, unitChosen, unitsOpened, weightsShown } from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { colourScale, cursor } from "../model/cursor.js";
import { pictureLayer } from "../model/pictures.js";
import { currentTrajectory } from "../model/trajectory.js";
import { denseUnit, weightBlocks } from "../model/weights.js";
import { colourThumbnails } from "../network/thumbnails.js";
import { nameShownStep, showColourKey } from "../maps/colour_key.js";
import { drawSparklines, moveDots, sparklineHint, sparklineWords } from "./sparklines.js";
import { clearWeightCells, showWeightCells } from "./weight_cells.js";
import { chooseForm, showForm } from "./weight_form.js";
import { weightsFinding } from "./weight_words.js";
import { WEIGHTS_VIEW, drawWeightsGraph, followWeightsPointer, offerWeightsGraph } from "./weights_graph.js";
import { showWeightMatrix } from "./weight_matrix.js";
import { clearWeightPictures, showWeightPictures } from "./weight_pictures.js";
import { markCells, showWeightGrid } from "./weight_pointer.js";
import { clearWeightTable, markRow, showWeightTable } from "./weight_table.js";

/** @param {WeightsView} view @param {boolean} moving */
export function showWeights(view, moving = false) {
  state.weightsView = view;
  if (!state.shown) return;
  const { none, cells } = state.shown.frame.weights;
  const scale = colourScale();
  const box = byId("at-weights");
  box.classList.toggle("wide", !cells.every(({ buttons }) => buttons));
  box.classList.toggle("none", Boolean(none));
  paced("weights", () => draw(view, scale, moving));
}

/**
 * While they move, weights that nobody sees are not drawn, in the large picture and in the small ones on the cards.
 * @param {WeightsView} view @param {number} scale @param {boolean} moving
 */
function draw(view, scale, moving) {
  const { shown } = state;
  const { cells } = shown.frame.weights;
  const blocks = weightBlocks(shown, view);
  /** @param {string} id */
  const isSeen = (id) => !moving || isInSight(byId(id));
  if (isSeen("at-weights")) drawWeights(blocks, scale, moving);
  // Units whose weights are pictures are painted with them.
  if (pictureLayer() >= 0) unitsOpened.emit();
  if (!isSeen("network")) return;
  colourThumbnails(view === "trained" ? blocks : weightBlocks(shown, "trained"), cells, scale, cursor.of);
}

/** @param {Numbers[]} blocks @param {number} scale @param {boolean} moving */
function drawWeights(blocks, scale, moving) {
  const { none, cells } = state.shown.frame.weights;
  const form = showForm(cells);
  const rows = cells.reduce((sum, { name, rows: count }) => sum + (name === "M" ? count : 0), 0);
  setVariable(byId("weights-plot"), "--weight-rows", rows);
  const box = drawForm(form, { blocks, scale, moving });
  drawWeightsGraph(blocks, scale, form === "heatmap" && !moving);
  trace(box, scale, form);
  showWeightGrid(form);
  markUnit();
  showColourKey("weights-key", formatNumber(-scale, 2), formatNumber(scale, 2), none);
}

/**
 * Draws that form and clears the others; what it gives has the elements with a path.
 * @param {Form} form @param {Drawing} drawing
 */
function drawForm(form, drawing) {
  const { shown } = state;
  if (form !== "heatmap") clearWeightCells();
  if (form !== "rows") clearWeightTable();
  if (form !== "pictures") clearWeightPictures();
  else showWeightPictures();
  if (form === "rows") return showWeightTable(shown, drawing);
  if (form === "matrix") showWeightMatrix(shown, drawing);
  else if (form === "heatmap") showWeightCells(shown, drawing);
  return byId("weight-cells");
}

/**
 * Paths of the numbers themselves, whichever view is shown, with dots at the cursor.
 * @param {HTMLElement} box @param {number} scale @param {Form} form
 */
function trace(box, scale, form) {
  const { frame, summary } = state.shown;
  const trajectory = currentTrajectory();
  drawSparklines(box, trajectory, scale);
  moveDots(box, cursor.weights, cursor.of, summary.samples, scale);
  const { none, closed } = frame.weights;
  const drawn = box.querySelector(".with-path");
  if (form === "pictures") {
    nameShownStep(cursor.of, "by unit, each on a scale of its own", "");
    return;
  }
  const path = sparklineWords(trajectory, drawn);
  const words = none ? "" : closed || [...barWords(form, scale), path].filter(Boolean).join("; ");
  nameShownStep(cursor.of, words, none ? "" : sparklineHint(trajectory, drawn));
}

/** @param {Form} form @param {number} scale */
const barWords = (form, scale) =>
  form === "rows" ? [`bar: from 0 in the middle to ±${formatNumber(scale, 2)} at the edge`] : [];

/** The weights that lead into the hidden unit that is on the stage. */
function markUnit() {
  const unit = state.unit && denseUnit(state.unit);
  markRow(unit && `${unit.layer}.${unit.row}`);
  markCells(unit);
}

/** The form is chosen; what is shown stays as it is. @param {string} form */
export function showWeightsAs(form) {
  chooseForm(form);
  showWeights(state.weightsView);
}

/** Paintings follow the size of their box. */
let watched = false;

function watch() {
  if (watched) return;
  watched = true;
  const show = () => showWeights(state.weightsView, state.held || cursor.moving);
  for (const part of ["at-weights", "network"]) watchSight(byId(part), show);
  const isPainted = () => byId("at-weights").dataset.form !== "rows";
  redrawWith(byId("weight-cells"), () => isPainted() && showWeights(state.weightsView, cursor.moving));
  followWeightsPointer(show);
}

/** @type {View} */
export const weightsView = {
  name: WEIGHTS_VIEW,
  install() {
    weightsShown.on((moving) => {
      showWeights(state.weightsView, moving);
      offerWeightsGraph(isOnStage(WEIGHTS_VIEW));
      watch();
    });
    cursorMoved.on(() => showWeights(state.weightsView, cursor.moving));
    unitChosen.on(() => state.shown && markUnit());
  },
  show() {
    offerWeightsGraph(true);
    showWeights(state.weightsView);
  },
  hide() {
    offerWeightsGraph(false);
    showWeights(state.weightsView);
  },
  figures: "#weight-names, #weight-grid, #weight-table",
  finding: weightsFinding,
};
