/**
 * What is computed ahead: where a knob leads, before it is turned. Once a run has settled its parts ask, one after
 * another, and each stops as soon as a knob is held or another run is shown. What has been learned of a run is cached,
 * so that going back to it asks for nothing.
 */

import { runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { queue } from "./requests.js";

const MOST_CACHED = 48;
const parts = [];
const cache = new Map();
let turn = 0;

/** fill(response, go) asks, as long as go() is true; parts of lower rank come first. */
export function speculate(rank, fill) {
  parts.push({ rank, fill });
  parts.sort((a, b) => a.rank - b.rank);
}

async function start(response) {
  const mine = ++turn;
  const go = () => mine === turn && !state.held && state.shown === response;
  for (const { fill } of parts) {
    if (go()) await fill(response, go);
  }
}

/** A view wants more of the run that is shown than was asked for when it settled. */
export function speculateAgain() {
  if (state.shown && !state.held && queue.idle) start(state.shown);
}

/** What is known under that name; nothing yet is an empty object, which is cached when it is going to be filled. */
export function remembered(part, name, filling = false) {
  const key = `${part} ${name}`;
  const known = cache.get(key) || {};
  if (!filling) return known;
  cache.delete(key);
  cache.set(key, known);
  if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value);
  return known;
}

export function installSpeculation() {
  runSettled.on(start);
}
