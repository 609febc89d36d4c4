/**
 * The question which sample did it: asked by its key or from the menu, answered for each run that has settled, and
 * what is known of the run that is shown.
 * @typedef {object} Which
 * @property {number} [seconds] About how long it takes, where it has not been asked for.
 * @property {string} [sentence] The answer, or why there is none.
 * @property {LeftOut[]} [all]
 * @property {?number} [first] The row that the sentence names.
 * @property {Order} [order] The order in which that row is the first.
 * @import { LeftOut, Order } from "./which_order.js"
 * @import { RunResponse } from "../core/types.js"
 */

import { runKey } from "../core/knobs.js";
import { answersChosen, questionChosen } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { addHint, askHintsAgain, knowledge } from "../net/hints.js";
import { leftOutOf } from "./which_order.js";

export const WHICH = "which";

/** @type {import("../net/hints.js").Knowledge<Which>} */
const known = knowledge("which_sample", ({ summary }) => runKey(summary, []));
/** Whether it may take the seconds that it says. */
let isSure = false;

export const isWhichAsked = () => state.question === WHICH;

/** @returns {Which} */
export const whichOfShown = () => (state.shown ? known.of(state.shown) : {});

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  if (!isWhichAsked()) return;
  const which = known.toFill(response);
  if (which.sentence !== undefined || (which.seconds && !isSure)) return;
  const reply = await requestAnalysis("which_sample", { sure: isSure });
  if (!reply) return;
  const { seconds, none, which: found } = reply;
  Object.assign(which, { seconds, sentence: none ?? found?.sentence });
  if (found) {
    const { stands_out: standsOut, did_most: didMost } = found;
    const order = standsOut === null ? "did" : "missed";
    Object.assign(which, { all: leftOutOf(found), first: standsOut ?? didMost, order });
  }
  if (go()) answersChosen.emit();
}

export function toggleWhich() {
  state.question = isWhichAsked() ? "" : WHICH;
  isSure = false;
  questionChosen.emit();
  askHintsAgain();
}

export function askAnyway() {
  isSure = true;
  askHintsAgain();
}

/** @param {number} row */
export function lookAtLeftOut(row) {
  state.leftOut = row;
  answersChosen.emit();
}

/** The row that is looked at, as part of a link. */
export const whichQuery = () => (isWhichAsked() && state.leftOut !== null ? `&row=${state.leftOut}` : "");

export const installWhichQuestion = () => addHint("which_sample", fill);
