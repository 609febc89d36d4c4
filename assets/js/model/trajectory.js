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

let loaded = null;

/** Asked for again as long as the server is still recording. */
async function load({ summary }) {
  if (loaded && sameRun(loaded.summary, summary)) return;
  loaded = null;
  const asked = isLineSlow() ? { rounded: true } : {};
  let reply = { done: 0 };
  while (reply && "done" in reply) reply = state.held ? null : await requestAnalysis("trajectory", asked);
  if (!reply) return;
  loaded = { ...reply, summary, losses: decode(reply.losses), weights: decode(reply.weights) };
  trajectoryLoaded.emit();
}

/** The trajectory of the run that is shown, or null. */
export const currentTrajectory = () => (loaded && sameRun(loaded.summary, state.shown.summary) ? loaded : null);

/** The last stored step that is not past this one. */
export const storedStepBefore = (step) => Math.floor(step / loaded.every) * loaded.every;

/** The weights at a stored step, without copying. */
export function weightsAt(stored) {
  const row = stored / loaded.every;
  return loaded.weights.subarray(row * loaded.width, (row + 1) * loaded.width);
}

/** The loss of the sample about to be used at this step; null where the trajectory does not have it. */
export function lossAt(step) {
  const loss = currentTrajectory() && step % loaded.every === 0 ? loaded.losses[step / loaded.every] : null;
  return Number.isFinite(loss) ? loss : null;
}

export function installTrajectory() {
  runSettled.on(load);
}
