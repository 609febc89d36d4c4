/**
 * The trajectory: losses and weights of the run that is shown, at every step or at every k-th. It comes once a knob is
 * released, and lets the cursor move without the server. Another run has another trajectory.
 */

import { decode } from "../lib/arrays.js";
import { isLineSlow } from "../lib/line_speed.js";
import { sameRun } from "../core/knobs.js";
import { runSettled, trajectoryLoaded } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";

/** @import { Analyses, Numbers, RunResponse, RunSummary, TrajectoryReply } from "../core/types.js" */

/**
 * @typedef {Omit<TrajectoryReply, "losses" | "weights"> & { summary: RunSummary, losses: Numbers, weights: Numbers }}
 *   Trajectory
 * @type {?Trajectory}
 */
let loaded = null;

/** Asked for again as long as the server is still recording. @param {RunResponse} response */
async function load({ summary }) {
  if (loaded && sameRun(loaded.summary, summary)) return;
  loaded = null;
  const asked = isLineSlow() ? { rounded: true } : {};
  /** @type {?Analyses["trajectory"]} */
  let reply = { done: 0 };
  while (reply && "done" in reply) reply = state.held ? null : await requestAnalysis("trajectory", asked);
  if (!reply) return;
  loaded = { ...reply, summary, losses: decode(reply.losses), weights: decode(reply.weights) };
  trajectoryLoaded.emit();
}

/** The trajectory of the run that is shown, or null. */
export const currentTrajectory = () => (loaded && sameRun(loaded.summary, state.shown.summary) ? loaded : null);

/** The last stored step that is not past this one. @param {number} step */
export function storedStepBefore(step) {
  const { every } = /** @type {Trajectory} */ (loaded);
  return Math.floor(step / every) * every;
}

/** The weights at a stored step, without copying. @param {number} stored */
export function weightsAt(stored) {
  const { every, weights, width } = /** @type {Trajectory} */ (loaded);
  const row = stored / every;
  return weights.subarray(row * width, (row + 1) * width);
}

/**
 * The loss of the sample about to be used at this step; null where the trajectory does not have it.
 * @param {number} step
 */
export function lossAt(step) {
  const trajectory = currentTrajectory();
  const loss = trajectory && step % trajectory.every === 0 ? trajectory.losses[step / trajectory.every] : NaN;
  return Number.isFinite(loss) ? loss : null;
}

export function installTrajectory() {
  runSettled.on(load);
}
