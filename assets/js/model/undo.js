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
  const isSame = before && sameRun(before.summary, shown.summary);
  if (restored) {
    state.ghosts = restored.ghosts;
    state.comparedWith = before;
  } else if (before && !isSame) {
    const past = [...state.past, before];
    // Each ghost has ghosts of its own: those of a run that is no step any more would never be freed.
    for (const run of past.splice(0, past.length - MOST_STEPS)) run.ghosts = [];
    state.past = past;
    state.future = [];
    state.withdrawn = null;
    state.ghosts = before.key === shown.key ? ghostsWith(before, shown) : [];
    state.comparedWith = before;
  }
  // A run that is restored, or only drawn anew, keeps its name.
  const known = restored || (isSame ? before : null);
  state.base = { ...runShownNow(), ...(known && { label: known.label, change: known.change }) };
  state.restored = null;
  undoChanged.emit();
  saveSession();
  undoWaiting();
}

/** How often undo was asked for while an action was under way: it follows when the run of that is there. */
let waitingUndos = 0;

function undoWaiting() {
  const count = waitingUndos;
  waitingUndos = 0;
  for (let k = 0; k < count; k += 1) undo();
}

/** Whether the run of a change is under way, or held back: one step to take back that is not among the past ones. */
function isChanging() {
  const { base, restored, held, knobs, withheld } = state;
  if (!base || restored) return false;
  return Boolean(withheld) || (!held && !queue.idle && (queue.acting || !haveKnobs(knobs, base.experiment)));
}

/** The changes that undo takes back and redo brings back next, in words; none where there is no step. */
export function nextSteps() {
  const { past, future, base, restored } = state;
  const depth = waitingUndos || 1;
  const earlier = past.length >= depth && base ? [...past, restored || base].at(-depth)?.change : "";
  const last = "the last change";
  if (waitingUndos) return { undo: earlier, redo: last };
  return isChanging() ? { undo: last } : { undo: earlier, redo: nextWithdrawn() ? last : future.at(-1)?.change };
}

/** The knobs that were turned back before their run was there, where redo goes on to them. */
function nextWithdrawn() {
  const { withdrawn, future } = state;
  return withdrawn?.depth === future.length ? withdrawn.knobs : null;
}

/** Asks for an earlier run, which is no change. @param {Run} run */
function restore(run) {
  openRun(run);
  state.restored = run;
  undoChanged.emit();
}

/** A knob is turned back at once. An action has changed the checkpoint by now: it is undone when its run is there. */
function withdraw() {
  if (!queue.acting) {
    state.withdrawn = { knobs: { ...state.knobs }, depth: state.future.length };
    turnKnobs(knobsOf(state.base.experiment, state.knobs));
  } else if (waitingUndos <= state.past.length) waitingUndos += 1;
  undoChanged.emit();
}

/** @param {Run[]} from @param {Run[]} to */
function travel(from, to) {
  if (!from.length || !state.base) return;
  const [run] = from.splice(-1);
  const left = state.restored || state.base;
  to.push(left);
  if (to === state.future) historyTravelled.emit("Undone", left.change);
  else historyTravelled.emit("Redone", run.change);
  restore(run);
}

export function undo() {
  // A run that is held back is given up.
  if (state.withheld && !state.restored) restore(state.base);
  else if (isChanging()) withdraw();
  else travel(state.past, state.future);
}

/** While a change is under way there is nothing to redo, but for an undo that waits. */
export function redo() {
  const { future, past } = state;
  if (waitingUndos) {
    waitingUndos -= 1;
    undoChanged.emit();
  } else if (!isChanging()) {
    const withdrawn = nextWithdrawn();
    if (withdrawn) {
      state.withdrawn = null;
      turnKnobs(withdrawn);
    } else travel(future, past);
  }
}

/** Goes back to a run of the past; what came after it is no step to undo or redo any more. @param {Run} run */
export function returnTo(run) {
  state.past = state.past.slice(0, state.past.indexOf(run));
  state.future = [];
  state.withdrawn = null;
  restore(run);
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
  waitingChanged.on(() => undoChanged.emit());
  runWithheld.on(() => {
    undoChanged.emit();
    undoWaiting();
  });
  // A change that was refused leaves nothing to undo.
  requestEnded.on(() => (waitingUndos = queue.idle ? 0 : waitingUndos));
}
