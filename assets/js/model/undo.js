/** Which runs came before: ghosts behind the curve, and one run for each change to go back to. */

import { sameRun } from "../core/knobs.js";
import { runCompleted, undoChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { openRun, requestRun } from "../net/requests.js";
import { runWords } from "./run_words.js";
import { saveSession } from "./session.js";

const MOST_GHOSTS = 5;
const MOST_STEPS = 100;

/** The run that is shown, as the browser remembers it. @returns {import("../core/types.js").Run} */
function runShownNow() {
  const { shown, experiment, ghosts } = state;
  const { key, summary, said, ghost } = shown;
  const about = runWords(shown, experiment);
  return { key, experiment, summary, ghost, label: said.label, change: said.change, said, about, ghosts };
}

/** A change is finished: the run before it becomes a ghost and a step to undo. */
function commit() {
  const { base: before, restored, shown } = state;
  if (restored) {
    state.ghosts = restored.ghosts;
    state.comparedWith = before;
  } else if (before && !sameRun(before.summary, shown.summary)) {
    state.past = state.past.concat([before]).slice(-MOST_STEPS);
    state.future = [];
    state.ghosts = before.key === shown.key ? state.ghosts.concat([before]).slice(-MOST_GHOSTS) : [];
    state.comparedWith = before;
  }
  state.base = { ...runShownNow(), ...(restored && { label: restored.label, change: restored.change }) };
  state.restored = null;
  undoChanged.emit();
  saveSession();
}

function travel(from, to) {
  if (!from.length || !state.base) return;
  const run = from.pop();
  to.push(state.restored || state.base);
  state.restored = run;
  openRun(run);
}

export const undo = () => travel(state.past, state.future);
export const redo = () => travel(state.future, state.past);

/** The latest target of this experiment while its samples were no table; null where no such run is remembered. */
export function targetBeforeTable() {
  const run = state.past.findLast(({ key, experiment }) => key === state.key && !experiment.inputs.kind);
  return run ? run.experiment.ideal : null;
}

/** Takes a ghost from behind the curve. */
export function forgetRun(run) {
  state.ghosts = state.ghosts.filter((ghost) => ghost !== run);
  state.base = { ...state.base, ghosts: state.ghosts };
  saveSession();
  requestRun();
}

export function installUndo() {
  runCompleted.on(commit);
}
