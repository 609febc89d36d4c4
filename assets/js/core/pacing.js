/**
 * While a knob is held the curve comes with every response; weights, maps and details, which follow the curve, take a
 * third of the time at most, the frames that paint them included. Details may be paused.
 */

import { state } from "./state.js";

const SHARE = 2;
const parts = {
  maps: { cost: 25, ended: 0 },
  weights: { cost: 10, ended: 0 },
  details: { cost: 10, ended: 0 },
};

/** Milliseconds until a part may be drawn. @param {keyof typeof parts} part */
const untilDue = (part) => (state.held ? parts[part].ended + SHARE * parts[part].cost - performance.now() : 0);

/** Whether a part may be drawn, or asked for. @param {keyof typeof parts} part */
export const isDue = (part) => untilDue(part) <= 0;

/** A part was asked for; the next request does without it. @param {keyof typeof parts} part */
export const noteAsked = (part) => (parts[part].ended = performance.now());

/**
 * Draws a part and notes the time that took, until its frame is painted.
 * @param {keyof typeof parts} part @param {() => void} draw
 */
export function paced(part, draw) {
  const begun = performance.now();
  draw();
  parts[part].ended = performance.now();
  afterFrame(() => {
    parts[part].ended = performance.now();
    parts[part].cost = parts[part].ended - begun;
  });
}

/** @param {() => void} act */
const afterFrame = (act) => requestAnimationFrame(() => setTimeout(act));

/** @type {?(() => void)} */
let latest = null;
let isScheduled = false;
let isPaused = false;
let waits = 0;

export const areDetailsPaused = () => isPaused;

export const pauseDetails = () => (isPaused = true);

export function resumeDetails() {
  isPaused = false;
  if (latest) drawAfterCurve(latest);
}

/**
 * However fast responses come, details are drawn of the latest of them, once the curve has been painted and they are
 * due.
 * @param {() => void} draw
 */
export function drawAfterCurve(draw) {
  latest = draw;
  if (isPaused || isScheduled) return;
  clearTimeout(waits);
  if (isDue("details")) schedule();
  else waits = setTimeout(schedule, untilDue("details"));
}

function schedule() {
  isScheduled = true;
  afterFrame(() => {
    isScheduled = false;
    paced("details", () => latest?.());
  });
}
