/**
 * Whether the line to the server is slow, measured on the answers that have come over it: of one of some size, the time
 * that its body took.
 */

import { remember } from "./storage.js";

/** Bytes of a body that are enough to tell. */
const ENOUGH = 8_000;
/** Bytes a millisecond, below which a line is slow: 8 Mbit/s. */
const SLOW = 1_000;

/** Where the browser keeps what was measured last: the first answer of the next visit comes before anything else. */
const KEY = "nnbench-slow-line";

let slow = false;

export const isLineSlow = () => slow;

/** An answer that comes with several others may be slow for them, so the fastest of the latest few counts. */
const LATEST = 3;
/** @type {number[]} */
const speeds = [];

/** @param {PerformanceEntry} entry */
function measure(entry) {
  const { encodedBodySize, transferSize, responseStart, responseEnd } = /** @type {PerformanceResourceTiming} */ (
    entry
  );
  // An answer that the browser had in its cache, or has not yet, says nothing of the line.
  if (transferSize < ENOUGH || encodedBodySize < ENOUGH || !responseEnd) return;
  speeds.push(encodedBodySize / Math.max(1, responseEnd - responseStart));
  if (speeds.length > LATEST) speeds.shift();
  change(Math.max(...speeds) < SLOW);
}

/** @param {boolean} to */
function change(to) {
  if (to === slow) return;
  slow = to;
  if (slow) remember(localStorage, KEY, "yes");
  else localStorage.removeItem(KEY);
}

export function installLineSpeed() {
  slow = localStorage.getItem(KEY) !== null;
  for (const type of ["navigation", "resource"]) performance.getEntriesByType(type).forEach(measure);
  new PerformanceObserver((list) => list.getEntries().forEach(measure)).observe({ type: "resource" });
}
