/**
 * The question which sample did it, and the row that is looked at among those that are left out.
 * @typedef {object} Which The knowledge of one run.
 * @property {LeftOut[]} all
 * @property {?number} first The row that the sentence names.
 * @property {Order} order The order in which that row is the first.
 * @import { LeftOut, Order } from "./which_order.js"
 * @import { WhichReply } from "../core/types.js"
 */

import { answersChosen } from "../core/signals.js";
import { state } from "../core/state.js";
import { question } from "../net/questions.js";
import { leftOutOf } from "./which_order.js";

export const WHICH = "which";

/** @param {WhichReply} found @returns {Which} */
function whichOf(found) {
  const { stands_out: standsOut, did_most: didMost } = found;
  return { all: leftOutOf(found), first: standsOut ?? didMost, order: standsOut === null ? "did" : "missed" };
}

/** @type {import("../net/questions.js").Question<Which>} */
export const whichQuestion = question(
  WHICH,
  "which_sample",
  ({ seconds, of, more, none, which }) => ({
    ...(seconds && { seconds, of }),
    more,
    sentence: none ?? which?.sentence,
    ...(which && whichOf(which)),
  }),
  () => answersChosen.emit(),
);

/** @param {number} row */
export function lookAtLeftOut(row) {
  state.leftOut = row;
  answersChosen.emit();
}

/** The row that is looked at, as part of a link. */
export const whichQuery = () => (whichQuestion.isAsked() && state.leftOut !== null ? `&row=${state.leftOut}` : "");
