/**
 * The pair of runs whose surface is shown: A, the one before, and B, the one that is shown; and what the server has
 * measured of them. It is asked for only while the view is on the stage; a comparison there asks for the words of its
 * own two runs.
 * @import { EncodedArray, Numbers, Run, RunResponse } from "../core/types.js"
 * @import { Window } from "./drawing.js"
 * @import { Point } from "./label_places.js"
 */

import { decode } from "../lib/arrays.js";
import { runKey } from "../core/knobs.js";
import { comparisonChanged, surfaceMeasured, viewChanged } from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";
import { isComparing } from "../model/comparison.js";

/** The view of the stage that shows it. */
export const SURFACE_VIEW = "surface";

/** After the luck of the change, and before all that is computed ahead. */
const GRIDS = ["coarse", "fine"];

const FIRST_RUN = "There is no run before this one. Turn a knob, and the surface has both runs.";
const OTHER_EXPERIMENT =
  "The run before is of another experiment. Turn a knob, and the surface has the runs before and after.";
const PREDICTED = "The surface has both runs once the result is shown.";
const NO_ANSWER = "There is no answer about these two runs. Turn a knob, and the surface is asked for again.";

/** The run before, where it can be compared with the one that is shown. */
export function runBefore() {
  const { comparedWith, shown } = state;
  return comparedWith && shown && comparedWith.key === shown.key && !state.predicting ? comparedWith : null;
}

/** Why there is no run before, in a sentence; "" where there is one. */
export function noRunBefore() {
  if (state.predicting) return PREDICTED;
  if (runBefore()) return "";
  return state.comparedWith ? OTHER_EXPERIMENT : FIRST_RUN;
}

/** Of another run and the one that is shown. @type {import("../net/hints.js").Knowledge<PairKnowledge, Run>} */
const pairs = knowledge("surface", (run) => `${runKey(run.summary, [])} ${runKey(state.shown.summary, [])}`);

/**
 * The knowledge about both runs: `reply`, the server's words about them; `grid`, the finest heights that are whole, and
 * how many rows of `coming` are there, of finer ones; `none`, why there is nothing more, in a sentence.
 * @typedef {{ reply?: PairReply, paths?: RunPath[], grid?: Grid, coming?: { name: string, rows: number, of: number },
 *   none?: string }} PairKnowledge
 * @typedef {object} PairReply
 * @property {string} sentence
 * @property {PairWord[]} words
 * @property {string[]} remarks
 * @property {?Plane} plane
 * @property {string} why There is no plane.
 * @property {?Numbers} line The mean losses on the straight line from A to B.
 * @property {?{ weights: Numbers, changes: ("order" | "signs" | "sizes")[] }} ordered
 * @typedef {Omit<PairReply, "line" | "ordered"> & { none?: string, line: ?EncodedArray, ordered: ?EncodedOrder }}
 *   SurfaceReply As it is sent.
 * @typedef {{ weights: EncodedArray, changes: NonNullable<PairReply["ordered"]>["changes"] }} EncodedOrder
 * @typedef {{ heights: ?EncodedArray, points: number, samples: number }} Heights Some rows of a grid.
 * @typedef {{ name: string, word: string, number: string, says: string }} PairWord
 * @typedef {object} Plane
 * @property {Window} window
 * @property {Point} a
 * @property {Point} b
 * @property {string} caption
 * @property {[before: string, number: string, after: string]} share
 * @property {Record<keyof RunPath, EncodedArray>[]} paths
 * @typedef {{ steps: Int32Array, points: Float64Array, distances: Float32Array }} RunPath
 * @typedef {{ name: string, points: number, samples: number, heights: Float32Array }} Grid Powers of ten, from
 *   the lowest row up.
 * @returns {PairKnowledge}
 */
export function pairKnowledge() {
  const before = runBefore();
  return before ? pairs.of(before) : {};
}

/** The knowledge about another run and the one that is shown. @returns {PairKnowledge} @param {Run} run */
export const pairWith = (run) => pairs.of(run);

/** The run that the one on the stage is measured with, if any. */
function runWanted() {
  if (isOnStage(SURFACE_VIEW)) return runBefore();
  return isComparing() && state.compared ? state.compared.run : null;
}

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  const before = runWanted();
  if (!before) return;
  const pair = pairs.toFill(before);
  if (!pair.reply) await fillReply(pair, before, go);
  if (!isOnStage(SURFACE_VIEW) || !pair.reply || !pair.reply.plane) return;
  for (const name of GRIDS) {
    if (go() && !(await fillGrid(pair, name, before, go))) return;
  }
}

/**
 * Asks for the words about another run and the one that is shown, unless they are known.
 * @param {Run} run @param {() => boolean} go
 */
export async function measurePair(run, go) {
  const pair = pairs.toFill(run);
  if (!pair.reply && (!pair.none || pair.none === NO_ANSWER)) await fillReply(pair, run, go);
}

/** @param {PairKnowledge} pair @param {Run} before @param {() => boolean} go */
async function fillReply(pair, before, go) {
  const reply = /** @type {?SurfaceReply} */ (await requestAnalysis("surface", { before: before.experiment }));
  if (!reply && !go()) return;
  pair.none = reply ? reply.none : NO_ANSWER;
  if (reply && !reply.none) {
    const { line, ordered } = reply;
    pair.reply = { ...reply, line: line && decode(line), ordered: ordered && orderedOf(ordered) };
    pair.paths = reply.plane?.paths.map(pathOf);
  }
  surfaceMeasured.emit();
}

/** @param {EncodedOrder} order */
const orderedOf = ({ weights, changes }) => ({ weights: decode(weights), changes });

/** @param {Record<keyof RunPath, EncodedArray>} record */
const pathOf = ({ steps, points, distances }) =>
  /** @type {RunPath} */ ({ steps: decode(steps), points: decode(points), distances: decode(distances) });

/**
 * All rows of a grid, some at a time; whether they are there.
 * @param {PairKnowledge} pair @param {string} name @param {Run} before @param {() => boolean} go
 */
async function fillGrid(pair, name, before, go) {
  if (pair.grid && (pair.grid.name === name || pair.grid.name === GRIDS.at(-1))) return true;
  /** @type {Float32Array[]} */
  const rows = [];
  let [done, of] = [0, 1];
  while (done < of) {
    const asked = { before: before.experiment, grid: name, from: done };
    const reply = /** @type {?Heights} */ (await requestAnalysis("heights", asked));
    if (!reply || !reply.heights || !go()) return false;
    const received = /** @type {Float32Array} */ (decode(reply.heights));
    rows.push(received);
    of = reply.points;
    done += received.length / of;
    pair.coming = { name, rows: done, of };
    if (done === of) pair.grid = { name, points: of, samples: reply.samples, heights: joined(rows) };
    surfaceMeasured.emit();
  }
  return true;
}

/** @param {Float32Array[]} parts */
function joined(parts) {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** The measurement that is under way, in words; "" where none is. @param {PairKnowledge} pairKnowledge */
export function measuringWords({ reply, grid, coming, none }) {
  if (none || (reply && !reply.plane) || (grid && grid.name === GRIDS.at(-1))) return "";
  if (!reply) return "measuring, both runs";
  if (!grid) return "measuring, coarse map";
  return !coming || coming.name === grid.name
    ? "measuring, fine map"
    : `measuring, ${coming.rows} of ${coming.of} rows`;
}

export function installRunPair() {
  for (const changed of [viewChanged, comparisonChanged]) {
    changed.on(() => (isOnStage(SURFACE_VIEW) || isComparing()) && askHintsAgain());
  }
  addHint("surface", fill);
}
