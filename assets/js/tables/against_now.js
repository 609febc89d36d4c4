/**
 * The pinned runs compared with the current one, in three words each: answers, weights, wall. While the table is in
 * sight and nothing else is to be done, one pair after another is measured. The server measures none that takes too
 * long.
 * @import { Run, RunResponse } from "../core/types.js"
 * @import { PairKnowledge } from "../surface/run_pair.js"
 */

import { byId } from "../lib/dom.js";
import { followSight } from "../lib/in_sight.js";
import { sameRun } from "../core/knobs.js";
import { pinsChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { addHint, askHintsAgain } from "../net/hints.js";
import { measurePair, pairWith } from "../surface/run_pair.js";

const WORDS = ["answers", "weights", "wall"];
const NOT_COMPARED = "not compared";

let inSight = false;

/**
 * Whether the table's current run is the one that pairs are measured with, and another one than this.
 * @param {Run} run
 */
function isPair({ summary }) {
  const { shown, base } = state;
  return shown && base && sameRun(shown.summary, base.summary) && !sameRun(summary, base.summary);
}

/**
 * The three words about a run and the current one, and in whole sentences what else there is to say; both empty while
 * nothing is known, and for the current run itself.
 * @param {Run} run @returns {{ words: string, more: string }}
 */
export function againstNow(run) {
  return isPair(run) ? pairSummary(pairWith(run)) : { words: "", more: "" };
}

/** @param {PairKnowledge} pair */
function pairSummary({ reply, none }) {
  if (!reply) return { words: none ? NOT_COMPARED : "", more: none || "" };
  const found = WORDS.flatMap((name) => reply.words.filter((row) => row.name === name));
  const words = found.map(({ word }) => word[0].toLowerCase() + word.slice(1)).join(" · ");
  return { words: words || NOT_COMPARED, more: reply.remarks.join(" ") };
}

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  const wanted = () => inSight && go();
  for (const { run } of state.pins) {
    if (wanted() && !sameRun(run.summary, response.summary)) await measurePair(run, go);
  }
}

export function installAgainstNow() {
  addHint("pins", fill);
  pinsChanged.on(() => inSight && askHintsAgain());
  watch(byId("runs-table"));
}

/** @param {HTMLElement} table */
function watch(table) {
  followSight(table, (isSeen) => {
    inSight = isSeen;
    if (inSight && state.pins.length) askHintsAgain();
  });
}
