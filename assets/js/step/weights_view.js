/**
 * The weights at the cursor's step, the checkpoint's, or their difference: which of them is chosen, and when they are
 * drawn.
 */

import { byId } from "../lib/dom.js";
import { formatNumber } from "../core/format.js";
import { paced } from "../core/pacing.js";
import { cursorMoved, weightsShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { colourScale, cursor } from "../model/cursor.js";
import { showColourKey } from "./colour_key.js";
import { showWeightCells } from "./weight_cells.js";
import { showWeightGrid } from "./weight_pointer.js";

export function showWeights(view, moving = false) {
  state.weightsView = view;
  if (!state.shown) return;
  const { none, cells } = state.shown.frame.weights;
  const scale = colourScale();
  byId("at-weights").classList.toggle("wide", !cells.every(({ buttons }) => buttons));
  paced("weights", () => {
    showWeightCells(state.shown, view, moving);
    showWeightGrid();
  });
  byId("at-weights").classList.toggle("none", Boolean(none));
  showColourKey("weights-key", formatNumber(-scale, 2), formatNumber(scale, 2), none);
}

export function installWeightsView() {
  weightsShown.on((moving) => showWeights(state.weightsView, moving));
  cursorMoved.on(() => showWeights(state.weightsView, cursor.moving));
}
