/**
 * Cause or luck: once a run has settled the server nudges its first weights by a millionth, and says whether the change
 * from the run before is more than such a nudge does. Until then, and where that would take too long, a sentence claims
 * the numbers alone.
 */

import { runKey } from "../core/knobs.js";
import { luckJudged, runCompleted } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { addHint, knowledge } from "../net/hints.js";

/** @import { ChangeLuck, Run, RunLuck, RunResponse, RunSummary } from "../core/types.js" */

/** @type {import("../net/hints.js").Knowledge<{ now?: RunLuck, changes?: Record<string, ChangeLuck> }, RunSummary>} */
const known = knowledge("luck", (summary) => runKey(summary, []));

/**
 * The run before, without what the server knows: its experiment only where nobody has judged it.
 * @param {Run} before
 */
function knownOf({ summary, experiment }) {
  const { now } = known.of(summary);
  return now || { experiment };
}

/** The shift of this run's final loss by a nudge; 0 where nobody has tried. @param {RunSummary} summary */
export function luckSpread(summary) {
  const { now } = known.of(summary);
  return now ? (now.spread ?? Infinity) : 0;
}

/**
 * The ends of a run's twins: the lowest and the highest final loss, null where they diverge or nobody has tried.
 * @param {RunSummary} summary
 */
export function twinEnds(summary) {
  const { lowest = null, highest = null } = known.of(summary).now ?? /** @type {Partial<RunLuck>} */ ({});
  return { lowest, highest };
}

/** The run from which a sentence claims a change; null where it claims none. @param {RunResponse} response */
export const claimedFrom = ({ said }) => (said.judged ? state.comparedWith : null);

/** @param {?Run} before */
const changeName = (before) => (before ? runKey(before.summary, []) : "");

/** Recalls earlier replies, so that a run that is drawn again keeps its words. @param {RunResponse} response */
function recall(response) {
  const { changes = {} } = known.of(response.summary);
  response.luck = changes[changeName(claimedFrom(response))];
}

/** @param {RunResponse} response */
async function fill(response) {
  if (response.luck) return;
  const before = claimedFrom(response);
  const reply = await requestAnalysis("luck", { before: before && knownOf(before) });
  if (!reply) {
    if (state.shown === response) luckJudged.emit(response);
    return;
  }
  const runLuck = known.toFill(response.summary);
  runLuck.changes = { ...runLuck.changes, [changeName(before)]: reply };
  runLuck.now = reply.now;
  if (before && reply.before) known.toFill(before.summary).now = reply.before;
  response.luck = reply;
  if (state.shown === response) luckJudged.emit(response);
}

/** Whether a sentence claims a change that nobody has judged yet. @param {RunResponse} response */
export const isAwaited = ({ said, luck }) => Boolean(said.judged && !luck);

/** The sentence of a response and its proof, as far as its luck is known. @param {RunResponse} response */
export function judgedWords({ said, luck }) {
  const { sentence, proof, judged } = said;
  /** @param {...string} texts */
  const joined = (...texts) => texts.filter(Boolean).join(" ");
  if (!judged || !luck) return { sentence, proof };
  if (luck.none) return { sentence, proof: joined(proof, luck.none) };
  if (!luck.within) return { sentence: judged.beyond, proof };
  return { sentence: luck.of_before ? judged.within_before : judged.within, proof: joined(luck.proof, luck.elsewhere) };
}

/** Whether the change that is shown is within the luck of the two runs. @param {RunResponse} response */
export const isWithinLuck = (response) => Boolean(response.luck && response.luck.within);

export function installLuck() {
  runCompleted.on(recall);
  addHint("luck", fill);
}
