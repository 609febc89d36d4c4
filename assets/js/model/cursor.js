/**
 * The cursor: the step of the run that all views at the right show. It moves over the trajectory at once; the server
 * answers with the exact weights of the step where it is, its maps and its probe, one question at a time and the newest
 * next. At the end it stays at the end.
 */

import { decode } from "../lib/arrays.js";
import { pause } from "../lib/http.js";
import { nearestStep, placeAfter } from "../core/knobs.js";
import { cursorMoved, cursorPlaced, mapsReceived, runShown, trajectoryLoaded } from "../core/signals.js";
import { notYet, state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { placeOf } from "../net/requests.js";
import { currentTrajectory, lossAt, storedStepBefore, weightsAt } from "./trajectory.js";

/** @import { Numbers, Place, RunResponse, StepReply, WeightsFigure } from "../core/types.js" */

/** While it moves, maps and probe take a share of the time at most. */
const SHARE = 2;

export const cursor = {
  /** @type {Place} */
  place: notYet,
  /** The weights that are drawn. @type {Numbers} */
  weights: notYet,
  /** The step that they are of. */
  of: 0,
  moving: false,
};

/** @type {?number} */
let scheduled = null;
let asking = false;
let stale = false;

/** A run has been drawn: the cursor stands where its response says. @param {RunResponse} response */
function place(response) {
  cursor.place = response.place;
  setWeights(numbersOf(response.weights), response.place.step);
  cursorPlaced.emit();
}

/** The numbers of all heat maps in one row. @param {WeightsFigure} figure */
function numbersOf({ data }) {
  const blocks = data.map(({ z }) => decode(z));
  const numbers = new Float64Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const block of blocks) {
    numbers.set(block, start);
    start += block.length;
  }
  return numbers;
}

/** @param {Numbers} weights @param {number} step */
function setWeights(weights, step) {
  cursor.weights = weights;
  cursor.of = step;
}

/**
 * To the nearest step, clipped to the run, by samples; `moving` while a drag or play goes on.
 * @param {number} step
 * @param {boolean} [moving]
 */
export function moveCursor(step, moving = false) {
  if (!state.shown || !cursor.place) return;
  const { last } = cursor.place;
  const { summary } = state.shown;
  const { samples } = summary;
  const to = Math.max(0, Math.min(last, nearestStep(step, summary)));
  const trajectory = currentTrajectory();
  state.cursorStep = to === last ? null : to;
  cursor.place = { step: to, last, sample: Math.min(to, last, samples - 1), loss: trajectory ? lossAt(to) : null };
  cursor.moving = moving;
  if (trajectory) setWeights(weightsAt(storedStepBefore(to)), storedStepBefore(to));
  drawSoon();
  requestStep();
}

/** @param {number} steps */
export const stepCursor = (steps) =>
  cursor.place && moveCursor(placeAfter(cursor.place.step, steps, state.shown.summary));

/** Everything that needs no server, once a frame. */
function drawSoon() {
  scheduled =
    scheduled ||
    requestAnimationFrame(() => {
      scheduled = null;
      cursorMoved.emit();
    });
}

/** Asks what is at the cursor; while a reply is awaited, what is asked next is the newest. */
export async function requestStep() {
  stale = true;
  if (asking) return;
  asking = true;
  while (stale && !state.held) {
    stale = false;
    const begun = performance.now();
    const reply = await requestAnalysis("step", placeOf(state));
    if (reply && "done" in reply) stale = true;
    else if (reply) receiveStep(reply);
    if (cursor.moving) {
      await pause(SHARE * Math.min(100, performance.now() - begun));
    }
  }
  asking = false;
}

/** A reply about a step; where the cursor is still there, its numbers are the exact ones. @param {StepReply} reply */
function receiveStep(reply) {
  if (reply.place.step === cursor.place.step) {
    cursor.place = reply.place;
    setWeights(decode(reply.weights), reply.place.step);
    drawSoon();
  }
  mapsReceived.emit(reply);
}

/** A drag or play has ended: what was painted in haste is drawn. */
export function restCursor() {
  if (!cursor.moving) return;
  cursor.moving = false;
  drawSoon();
}

/** The scale of all colours: the greatest weight of the whole run, once it is known. */
export function colourScale() {
  const trajectory = currentTrajectory();
  const scale = state.shown.weights.layout.coloraxis.cmax;
  return trajectory ? Math.max(trajectory.scale, scale) : scale;
}

export function installCursor() {
  runShown.on(place);
  // Every path can be drawn, on the scale of the whole run.
  trajectoryLoaded.on(drawSoon);
}
