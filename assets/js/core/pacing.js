/**
 * While a knob is held the curve comes with every response; weights, maps and what follows the knob take a third of the
 * time at most, the frame that paints them included. Details follow the curve, and may be paused.
 */

import { state } from "./state.js";

const SHARE = 2;
const parts = {
  maps: { cost: 25, ended: 0 },
  weights: { cost: 10, ended: 0 },
  passing: { cost: 5, ended: 0 },
};

/** Whether a part may be drawn now. @param {keyof typeof parts} part */
export const isDue = (part) => !state.held || performance.now() - parts[part].ended > SHARE * parts[part].cost;

/**
 * Draws a part and notes the time that took, until its frame is painted.
 * @param {keyof typeof parts} part @param {() => void} draw
 */
export function paced(part, draw) {
  const begun = performance.now();
  draw();
  parts[part].ended = Infinity;
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

export const areDetailsPaused = () => isPaused;

export const pauseDetails = () => (isPaused = true);

export function resumeDetails() {
  isPaused = false;
  if (latest) drawAfterCurve(latest);
}

/**
 * However fast responses come, details are drawn of the latest of them, as soon as the curve has been painted.
 * @param {() => void} draw
 */
export function drawAfterCurve(draw) {
  latest = draw;
  if (isPaused || isScheduled) return;
  isScheduled = true;
  afterFrame(() => {
    isScheduled = false;
    latest?.();
  });
}
