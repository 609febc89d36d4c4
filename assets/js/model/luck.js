/**
 * Cause or luck: once a run has settled the server nudges its first weights by a millionth, and says whether the change
 * from the run before is more than such a nudge does. Where the first nudges cannot tell, it is asked for more. Until
 * then, and where that would take too long, a sentence claims the numbers alone.
 */

import { constants } from "../core/constants.js";
import { runKey } from "../core/knobs.js";
import { luckJudged, runCompleted } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { addHint, knowledge } from "../net/hints.js";

/** @import { ChangeLuck, Run, RunLuck, RunResponse, RunSummary } from "../core/types.js" */

/** @type {import("../net/hints.js").Knowledge<{ now?: RunLuck, changes?: Record<string, ChangeLuck> }, RunSummary>} */
const known = knowledge("luck", (summary) => runKey(summary, []));

/** The run before: its luck if it is known, else what it is. @param {Run} before */
function luckOrRun({ summary, experiment }) {
  const { now: luck = null } = known.of(summary);
  return { luck, experiment: luck ? null : experiment };
}

/**
 * The lowest and the highest final loss of a run and its first twins, Infinity for divergence; null where nobody has
 * tried. More twins come where it is compared with another run, and what is said of it alone does not depend on that.
 * @param {RunSummary} summary
 */
export function nudgedRange(summary) {
  const { now } = known.of(summary);
  if (!now) return null;
  const ends = now.ends.slice(0, 1 + constants.twins).map((end) => end ?? Infinity);
  return { lowest: Math.min(...ends), highest: Math.max(...ends) };
}

/** Whether a nudge of a run's first weights may end there. @param {RunSummary} summary @param {?number} settled */
export function isNudgedTo(summary, settled) {
  const range = nudgedRange(summary);
  return Boolean(range && (settled ?? Infinity) >= range.lowest && (settled ?? Infinity) <= range.highest);
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
  judge(response, before, await requestAnalysis("luck", { before: before && luckOrRun(before) }));
}

/** More twins of both runs, where these may change the verdict. @param {RunResponse} response */
async function fillMore(response) {
  const before = claimedFrom(response);
  if (!before || !response.luck?.more) return;
  const { now, before: luck } = response.luck;
  judge(response, before, await requestAnalysis("more_luck", { now, before: { luck, experiment: before.experiment } }));
}

/** @param {RunResponse} response @param {?Run} before @param {?ChangeLuck} reply */
function judge(response, before, reply) {
  if (reply) {
    const runLuck = known.toFill(response.summary);
    runLuck.changes = { ...runLuck.changes, [changeName(before)]: reply };
    runLuck.now = reply.now;
    if (before && reply.before) known.toFill(before.summary).now = reply.before;
    response.luck = reply;
  }
  if (state.shown === response) luckJudged.emit(response);
}

/** Whether a sentence claims a change that nobody has judged yet. @param {RunResponse} response */
export const isAwaited = ({ said, luck }) => Boolean(said.judged && !luck);

/**
 * The sentence of a response and its proof, as far as its luck is known; and once it is known that most data seeds
 * have the contrary effect, that it holds here alone.
 * @param {RunResponse} response
 */
export function judgedWords({ said, luck, contrary = "" }) {
  const { sentence, proof, judged } = said;
  /** @param {...string} texts */
  const joined = (...texts) => texts.filter(Boolean).join(" ");
  if (!judged || !luck) return { sentence, proof };
  if (luck.none) return { sentence, proof: joined(proof, luck.none) };
  if (luck.verdict === "untold") return { sentence, proof: luck.proof };
  if (luck.verdict === "luck") {
    return {
      sentence: luck.of_before ? judged.within_before : judged.within,
      proof: luck.proof,
    };
  }
  const { opening, more, beyond } = judged;
  const claim = luck.rest ? [...opening, ...luck.rest] : beyond.slice(0, beyond.length - more.length);
  if (contrary) {
    const [end, kind] = claim[claim.length - 1];
    claim.splice(-1, 1, [`${end.replace(/\.$/, "")} here; ${contrary}`, kind], [".", ""]);
  }
  return { sentence: [...claim, ...more], proof: luck.proof || proof };
}

/** Whether the change that is shown is within the luck of the two runs. @param {RunResponse} response */
export const isWithinLuck = (response) => response.luck?.verdict === "luck";

export function installLuck() {
  runCompleted.on(recall);
  addHint("luck", fill);
  addHint("more_luck", fillMore);
}
