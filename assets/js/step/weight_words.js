/**
 * Words about weights: of one its name, its shown number and its starting value; of all the range.
 * @typedef {Weight & { value: number }} NamedNumber
 * @import { WeightsView } from "../core/types.js"
 * @import { Weight } from "./weight_rows.js"
 */

import { formatCount, formatNumber } from "../core/format.js";
import { stepsBefore } from "../core/knobs.js";
import { state } from "../core/state.js";
import { cursor } from "../model/cursor.js";
import { checkpointWeight, isFrozen, weightAtCursor, weightBlocks, weightName } from "../model/weights.js";

/** The shown number of a weight, beside its starting value. @param {Weight} weight */
export function weightWords(weight) {
  const [start, now] = [checkpointWeight(weight), weightAtCursor(weight)];
  const shown = {
    checkpoint: "",
    trained: `${formatNumber(now)}, `,
    difference: `changed by ${formatNumber(now - start)}, `,
  };
  return `${shown[state.weightsView]}starting weight ${formatNumber(start)}${isFrozen(weight) ? ", frozen" : ""}`;
}

/** These words after the weight's name. @param {Weight} weight */
export const namedWeight = (weight) =>
  `${weightName(weight)}${state.weightsView === "trained" ? " = " : ": "}${weightWords(weight)}`;

/** The finding of the weights that are shown: their range with the names of its ends, and which has changed most. */
export function weightsFinding() {
  const { frame, summary } = state.shown;
  const { none } = frame.weights;
  if (none) return none;
  const step = formatCount(stepsBefore(cursor.of, summary));
  const [low, high, count] = extremes(state.weightsView);
  const [down, up] = extremes("difference");
  const most = -down.value > up.value ? down : up;
  const titles = {
    checkpoint: "starting weights",
    trained: `weights at step ${step}`,
    difference: `changes of weights up to step ${step}`,
  };
  const range = `There are ${formatCount(count)} ${titles[state.weightsView]}, from ${named(low)} to ${named(high)}.`;
  if (state.weightsView !== "trained") return range;
  if (most.value === 0) return `${range} None has changed.`;
  return `${range} ${weightName(most)} has changed most, by ${formatNumber(most.value)}.`;
}

/** @param {NamedNumber} weight */
const named = (weight) => `${formatNumber(weight.value)} (${weightName(weight)})`;

/**
 * The least and the greatest number of a view, each with its cell, and how many numbers there are.
 * @param {WeightsView} view @returns {[least: NamedNumber, most: NamedNumber, count: number]}
 */
function extremes(view) {
  const { cells } = state.shown.frame.weights;
  const first = { block: 0, at: 0, value: weightBlocks(state.shown, view)[0][0] };
  let [least, most, count] = [first, first, 0];
  weightBlocks(state.shown, view).forEach((numbers, block) => {
    count += numbers.length;
    numbers.forEach((value, at) => {
      if (value < least.value) least = { block, at, value };
      if (value > most.value) most = { block, at, value };
    });
  });
  /** @param {{ block: number, at: number, value: number }} fields */
  const cellOf = ({ block, at, value }) => {
    const { layer, name, columns } = cells[block];
    return { layer, name, row: Math.floor(at / columns), column: at % columns, value };
  };
  return [cellOf(least), cellOf(most), count];
}
