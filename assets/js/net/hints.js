/**
 * Hints: analyses that are computed ahead, of where a knob leads before it is turned. Once a run has settled they ask
 * in this order, one after another, and each stops as soon as a knob is held, another run is shown, or nobody sees the
 * page. Replies about a run are cached, so that going back to it asks for nothing.
 */

import { hintsEnded, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { queue } from "./requests.js";

/** @import { RunResponse } from "../core/types.js" */

const ORDER = /** @type {const} */ ([
  "score_curve",
  "luck",
  "surface",
  "twins",
  "failure",
  "when_decided",
  "which_sample",
  "more_luck",
  "lr_range",
  "seed_spread",
  "elsewhere",
  "percentile_band",
  "floor",
  "sensitivity",
  "pins",
]);
const MOST_CACHED = 48;
/**
 * Asks, as long as go() is true.
 * @typedef {(response: RunResponse, go: () => boolean) => unknown} Fill
 */
/** @type {Map<string, Fill>} */
const fills = new Map();
/** @type {Map<string, object>} */
const cache = new Map();
let turn = 0;

/**
 * Knowledge of one kind about runs; `toFill` caches it, at first as an empty object.
 * @template {object} Known @template [Run=RunResponse]
 * @typedef {{ of: (run: Run) => Known, toFill: (run: Run) => Known }} Knowledge
 */

/**
 * @template {object} Known @template Run
 * @param {string} name @param {(run: Run) => string} keyOf
 * @returns {Knowledge<Known, Run>}
 */
export const knowledge = (name, keyOf) => ({
  of: (run) => /** @type {Known} */ (cache.get(`${name} ${keyOf(run)}`) ?? {}),
  toFill: (run) => /** @type {Known} */ (cached(`${name} ${keyOf(run)}`)),
});

/** @param {string} key */
function cached(key) {
  const known = cache.get(key) ?? {};
  cache.delete(key);
  cache.set(key, known);
  if (cache.size > MOST_CACHED) cache.delete([...cache.keys()][0]);
  return known;
}

/** Registers a hint under its name in the order. @param {(typeof ORDER)[number]} name @param {Fill} fill */
export function addHint(name, fill) {
  fills.set(name, fill);
}

/** @param {RunResponse} response */
async function start(response) {
  const mine = ++turn;
  const go = () => mine === turn && !state.held && state.shown === response && !document.hidden;
  for (const name of ORDER) {
    if (go()) await fills.get(name)?.(response, go);
  }
  if (go()) hintsEnded.emit();
}

/** A view wants more of the run that is shown than was asked for when it settled. */
export function askHintsAgain() {
  if (state.shown && !state.held && queue.idle) start(state.shown);
}

export function installHints() {
  runSettled.on(start);
  document.addEventListener("visibilitychange", askHintsAgain);
}
