/**
 * The comparison of a pinned run with the current one, both at their last step. The pinned one is trained once more on
 * the server, which gives its weights, and its output where the current run's is drawn.
 */

import { decode } from "../lib/arrays.js";
import { onlyKnob } from "../core/embedding.js";
import { sameRun } from "../core/knobs.js";
import {
  comparisonChanged,
  comparisonReceived,
  mapsReceived,
  noticeRaised,
  pinsChanged,
  refusalsCleared,
  requestEnded,
  runCompleted,
  runSettled,
} from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { openRun, queue, turnKnobs } from "../net/requests.js";
import { currentPin, pinRun } from "./pins.js";
import { outputAtEnd } from "./run_end.js";

/** @import { ComparedEnd, Knobs, Pin } from "../core/types.js" */

const NO_PIN = "No run is pinned yet. Pin one, then turn a knob and compare.";
const NO_ANSWER = "There is no answer about this run. Close the comparison and open it again.";

/** The view of the stage that shows the comparison. */
export const COMPARISON_VIEW = "compare";

/** Whether the comparison is on the stage. */
export const isComparing = () => Boolean(state.compared) && isOnStage(COMPARISON_VIEW);

/** @param {Pin} pin */
export function openComparison(pin) {
  state.compared = pin;
  refusalsCleared.emit();
  comparisonChanged.emit();
  update();
}

export function closeComparison() {
  state.compared = null;
  comparisonChanged.emit();
}

/** With the run that was pinned last, but not with the current run itself where there is another one. */
export function compareWithNewest() {
  const { pins, base } = state;
  const newest = pins.findLast(({ run }) => !sameRun(run.summary, base.summary)) || pins.at(-1);
  if (newest) openComparison(newest);
  else noticeRaised.emit(NO_PIN);
}

/** The pin that the comparison goes on with when the run that was asked for is there. @type {?Pin} */
let next = null;

/** The pinned run becomes the current one, and is compared with the one that was. */
export function swapComparison() {
  const { compared } = state;
  const here = currentPin() || pinRun();
  if (!here || !compared || here === compared) return;
  next = here;
  openRun(compared.run);
}

/** The run is pinned, and compared with the one that these knobs lead to. @param {Partial<Knobs>} knobs */
export function compareWithTurned(knobs) {
  const here = currentPin() || pinRun();
  if (!here || onlyKnob()) return;
  next = here;
  turnKnobs(knobs);
}

function goOnWithNext() {
  if (!next) return;
  state.compared = next;
  next = null;
  comparisonChanged.emit();
}

/* The server's reply about the pinned run */

/** @type {{ key: string, end: ?ComparedEnd }} */
let known = { key: "", end: null };

/**
 * The answer depends on the run, on where the output of the current run is drawn, and on how it is shown.
 * @param {Pin} pin
 * @param {import("./run_end.js").RunEnd} here
 */
function keyOf({ run }, { map, response }) {
  const { inputs, reach, probability } = map;
  const through = inputs > 2 ? response.probed.bdata : "";
  const drawnOver = [inputs, reach, response.spans, response.axes, through];
  return JSON.stringify([run.summary.fingerprint, probability, ...drawnOver]);
}

/** The pinned run at its end; null while it is awaited. @returns {?ComparedEnd} */
export function comparedEnd() {
  const here = outputAtEnd();
  return state.compared && here && known.key === keyOf(state.compared, here) ? known.end : null;
}

let asking = false;

/** Asks for what is not known, one question after another, until nothing else is wanted. */
async function update() {
  if (asking || state.held) return;
  asking = true;
  while (await asked());
  asking = false;
}

/** Asks once; whether there may be more to ask for. */
async function asked() {
  const { compared, shown } = state;
  const here = compared && outputAtEnd();
  if (!compared || !here || comparedEnd()) return false;
  const { axes, probed } = here.response;
  const through = Array.from(decode(probed));
  const key = keyOf(compared, here);
  const reply = await requestAnalysis("compare", { experiment: compared.run.experiment, axes, through });
  if (!reply && state.shown !== shown) return true;
  known = { key, end: reply || /** @type {ComparedEnd} */ ({ none: NO_ANSWER }) };
  comparisonReceived.emit();
  return true;
}

export function installComparison() {
  runCompleted.on(goOnWithNext);
  requestEnded.on(() => (next = queue.idle ? null : next));
  for (const changed of [runSettled, mapsReceived]) changed.on(() => state.compared && update());
  pinsChanged.on(() => state.compared && !state.pins.includes(state.compared) && closeComparison());
}
