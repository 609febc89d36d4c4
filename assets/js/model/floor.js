/**
 * The losses that the network of the run that is shown can reach: the floor, and the ceiling of one answer for all
 * samples. Asked for by a button, a fit after the other; what is found of a run is cached, so that turning back asks
 * for nothing.
 */

import { hasUsualLoss, runKey } from "../core/knobs.js";
import { curveNotesChanged, floorChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { openExperiment } from "../net/requests.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";

/** @import { Cause, Floor, RunResponse } from "../core/types.js" */

let on = false;

/**
 * @typedef {{ pieces?: number, floor?: ?Floor, cause?: ?Cause, none?: string, losses?: (?number)[] }} FloorKnowledge
 * @type {import("../net/hints.js").Knowledge<FloorKnowledge>}
 */
const floors = knowledge("floor", ({ summary }) => runKey(summary, []));

/**
 * The best network of a shape is searched for by squares of errors: with another loss there is nothing to say.
 * @param {RunResponse} response
 */
export const hasFloor = ({ summary }) => hasUsualLoss(summary);

/**
 * The floor of the run that is shown, as far as it is known: { floor, cause } once it is found, with a cause where the
 * run failed because of its network's shape; { none } in words where it is not searched for; else how many fits of how
 * many are done. null where nobody asks.
 */
export function shownFloor() {
  if (!on || !state.shown || !hasFloor(state.shown)) return null;
  const { floor, cause, none, losses = [], pieces = 0 } = floors.of(state.shown);
  return { floor, cause, none, done: losses.length, pieces };
}

export const isFloorWanted = () => on;

function tell() {
  floorChanged.emit();
  curveNotesChanged.emit();
}

/** The place of the least loss; of none that is finite, the first. @param {(?number)[]} losses */
const placeOfLeast = (losses) => losses.indexOf(Math.min(...losses.map((loss) => loss ?? Infinity)));

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  if (!on || !hasFloor(response)) return;
  const known = floors.toFill(response);
  if (!known.floor && !known.none) await search(known, go);
  if (go()) tell();
}

/** Goes on with what has been found so far. @param {FloorKnowledge} known @param {() => boolean} go */
async function search(known, go) {
  if (known.pieces === undefined) {
    const reply = await requestAnalysis("floor", { piece: null, best: null });
    if (!reply) return;
    const { pieces, floor, cause, none } = reply;
    Object.assign(known, { pieces, floor, cause, none, losses: [] });
  }
  const { losses = [], pieces = 0 } = known;
  while (losses.length < pieces) {
    if (!go() || !on) return;
    tell();
    const reply = await requestAnalysis("floor", { piece: losses.length, best: null });
    if (!reply) return;
    losses.push(reply.loss);
  }
  if (known.floor || known.none || !go()) return;
  const reply = await requestAnalysis("floor", { piece: null, best: Math.max(0, placeOfLeast(losses)) });
  if (reply) Object.assign(known, { floor: reply.floor, cause: reply.cause });
}

export function toggleFloor() {
  on = !on;
  tell();
  askHintsAgain();
}

/** The weights that reach the floor become the starting weights. */
export function loadFloorWeights() {
  const { floor } = floors.of(state.shown);
  if (!floor || !floor.weights) return;
  openExperiment({ key: state.key, experiment: { ...state.experiment, weights: floor.weights } });
}

export const installFloor = () => addHint("floor", fill);
