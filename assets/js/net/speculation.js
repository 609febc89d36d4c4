/**
 * Analyses that are computed ahead: where a knob leads, before it is turned. Once a run has settled its parts ask, one
 * after another, and each stops as soon as a knob is held or another run is shown. Replies about a run are cached, so
 * that going back to it asks for nothing.
 */

import { runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { queue } from "./requests.js";

/** @import { RunResponse } from "../core/types.js" */

const MOST_CACHED = 48;
/**
 * Asks, as long as go() is true.
 * @typedef {(response: RunResponse, go: () => boolean) => unknown} Fill
 */
/** @type {{ rank: number, fill: Fill }[]} */
const parts = [];
/** @type {Map<string, object>} */
const cache = new Map();
let turn = 0;

/** Parts of lower rank come first. @param {number} rank @param {Fill} fill */
export function speculate(rank, fill) {
  parts.push({ rank, fill });
  parts.sort((a, b) => a.rank - b.rank);
}

/** @param {RunResponse} response */
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

/**
 * The knowledge under that name; at first it is an empty object, which is cached when it is going to be filled.
 * @template {object} Known
 * @param {string} part
 * @param {string} name
 * @param {boolean} [filling]
 */
export function cached(part, name, filling = false) {
  const key = `${part} ${name}`;
  const known = /** @type {Known} */ (cache.get(key) || {});
  if (!filling) return known;
  cache.delete(key);
  cache.set(key, known);
  if (cache.size > MOST_CACHED) cache.delete([...cache.keys()][0]);
  return known;
}

export function installSpeculation() {
  runSettled.on(start);
}
