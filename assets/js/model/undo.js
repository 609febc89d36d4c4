/** The runs before this one: ghosts behind the curve, and one run for each change to go back to. */

import { haveKnobs, knobsOf, sameRun } from "../core/knobs.js";
import {
  historyTravelled,
  requestEnded,
  runCompleted,
  runWithheld,
  undoChanged,
  waitingChanged,
} from "../core/signals.js";
import { state } from "../core/state.js";
import { openRun, queue, requestRun, turnKnobs } from "../net/requests.js";
import { runWords } from "./run_words.js";
import { saveSession } from "./session.js";

/** @import { Run, RunResponse } from "../core/types.js" */

const MOST_GHOSTS = 5;
const MOST_STEPS = 100;

/** The run that is shown, as the browser remembers it. @returns {Run} */
function runShownNow() {
  const { shown, experiment, ghosts } = state;
  const { key, summary, said, ghost } = shown;
  const about = runWords(shown, experiment);
  return { key, experiment, summary, ghost, label: said.label, change: said.change, said, about, ghosts };
}

/**
 * The earlier runs with one more, each of them once, and without the one that is shown.
 * @param {Run} before
 * @param {RunResponse} shown
 */
function ghostsWith(before, shown) {
  /** @param {Run} run */
  const isOther = ({ summary }) => !sameRun(summary, before.summary) && !sameRun(summary, shown.summary);
  return [...state.ghosts.filter(isOther), before].slice(-MOST_GHOSTS);
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
    state.withdrawn = null;
    state.ghosts = before.key === shown.key ? ghostsWith(before, shown) : [];
    state.comparedWith = before;
  }
  state.base = { ...runShownNow(), ...(restored && { label: restored.label, change: restored.change }) };
  state.restored = null;
  undoChanged.emit();
  saveSession();
  if (undoNext) undo();
}

/** Undo was asked for while the run of a change was under way: it follows when that run is there. */
let undoNext = false;

/** Whether the run of a change is under way, or held back: one step to take back that is not among the past ones. */
export function isChanging() {
  const { base, restored, held, knobs, withheld } = state;
  if (withheld) return true;
  if (!base || restored || held || queue.idle) return false;
  return queue.acting || !haveKnobs(knobs, base.experiment);
}

/** A run that is held back is given up. */
function forgo() {
  state.restored = state.base;
  openRun(state.base);
}

/** A knob is turned back at once. An action has changed the checkpoint by now: it is undone when its run is there. */
function withdraw() {
  undoNext = queue.acting;
  if (undoNext) return;
  state.withdrawn = { ...state.knobs };
  turnKnobs(knobsOf(state.base.experiment, state.knobs));
  undoChanged.emit();
}

/** @param {Run[]} from @param {Run[]} to */
function travel(from, to) {
  if (!from.length || !state.base) return;
  const [run] = from.splice(-1);
  const left = state.restored || state.base;
  to.push(left);
  state.restored = run;
  if (to === state.future) historyTravelled.emit("Undone", left.change);
  else historyTravelled.emit("Redone", run.change);
  openRun(run);
}

export function undo() {
  if (state.withheld) forgo();
  else if (isChanging()) withdraw();
  else {
    undoNext = false;
    state.withdrawn = null;
    travel(state.past, state.future);
  }
}

export function redo() {
  const { withdrawn, future, past } = state;
  state.withdrawn = null;
  if (withdrawn) turnKnobs(withdrawn);
  else travel(future, past);
}

/** Goes back to a run of the past; what came after it is no step to undo or redo any more. @param {Run} run */
export function returnTo(run) {
  state.past = state.past.slice(0, state.past.indexOf(run));
  state.future = [];
  state.withdrawn = null;
  state.restored = run;
  openRun(run);
}

/** The latest target of this experiment while its samples were no table; null where no such run is remembered. */
export function targetBeforeTable() {
  const run = state.past.findLast(({ key, experiment }) => key === state.key && typeof experiment.inputs === "string");
  return run ? run.experiment.ideal : null;
}

/** Takes a ghost from behind the curve. @param {Run} run */
export function forgetRun(run) {
  state.ghosts = state.ghosts.filter((ghost) => ghost !== run);
  state.base = { ...state.base, ghosts: state.ghosts };
  saveSession();
  requestRun();
}

export function installUndo() {
  runCompleted.on(commit);
  for (const changed of [waitingChanged, runWithheld]) changed.on(() => undoChanged.emit());
  // A change that was refused leaves nothing to undo.
  requestEnded.on(() => (undoNext = undoNext && !queue.idle));
}
