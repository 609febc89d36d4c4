/** Side analyses: questions about the run that is shown, beside the turning of its knobs. */

import { backOff, jsonIfOk, pause, postJson, retryAfter } from "../lib/http.js";
import { knobsOf, sameRun } from "../core/knobs.js";
import { compilingChanged, noticeRaised, requestEnded } from "../core/signals.js";
import { state } from "../core/state.js";
import { queue, reopen } from "./requests.js";

/** @import { Analyses, Knobs } from "../core/types.js" */

/** @typedef {{ lost?: boolean, dropped?: boolean, refused?: string }} NoReply */

/** The words that stand where an analysis of the run that is shown would take too long. */
export const noPreview = () => state.shown.frame.no_preview;

/** Seconds until an analysis that gave its place in the queue to another one is requested again. */
const AFTER_DROPPED = 0.25;

/** Seconds until an analysis is requested again whose request or reply was lost on the way. */
const AFTER_LOST = 1;

/** Links and files: who asked for one hears that it was lost, and may ask again. @type {(keyof Analyses)[]} */
const SAID_TO_BE_LOST = ["address", "export", "landscape_file"];

let serial = Date.now();

/** The times in a row that a question got no reply, and the time until which the page asks none. */
let refusals = 0;
let quietUntil = 0;

/** Seconds in which a checkpoint that is lost once more is not stored again: some servers keep none. */
const BETWEEN_REOPENS = 30;

/** The time from which on a question may store a lost checkpoint again. */
let mayReopenFrom = 0;

function reopenOnce() {
  if (performance.now() < mayReopenFrom) return false;
  mayReopenFrom = performance.now() + 1000 * BETWEEN_REOPENS;
  reopen();
  return true;
}

/** @param {object} knobs */
const isEmpty = (knobs) => Object.keys(knobs).length === 0;

/**
 * The reply that has come with the run that is shown, since others have asked the same before.
 * @param {string} name
 * @param {object} asked
 */
function knownReply(name, asked) {
  const question = JSON.stringify(asked);
  return state.shown.known?.find((known) => known.name === name && JSON.stringify(known.asked) === question)?.reply;
}

/**
 * The reply; null when there is none. `knobs` are turned for this question alone. Responses for a run that is no longer
 * shown are discarded, and but for links and files, what is lost on the way is requested again. A `patient` one that
 * gave its place in the server's queue to a newer analysis comes again, and `signal` ends one that nobody waits for any
 * more.
 * @template {keyof Analyses} Name
 * @param {Name} name
 * @param {object} asked
 * @param {Partial<Knobs>} [knobs]
 * @param {{ patient?: boolean, signal?: AbortSignal }} [options]
 * @returns {Promise<?Analyses[Name]>}
 */
export async function requestAnalysis(name, asked, knobs = {}, { patient = false, signal } = {}) {
  const about = state.shown.summary;
  const known = isEmpty(knobs) && knownReply(name, asked);
  if (known) return accepted(/** @type {Analyses[Name] & NoReply} */ (known));
  // While a run is held back, the server has its network, and not that of the run that is shown.
  const isShown = () => !signal?.aborted && !state.withheld && sameRun(about, state.shown.summary);
  const standing = { tab: state.tab, key: state.key, knobs: { ...knobsOf(state.experiment), ...knobs } };
  for (let tries = 0; await isAskedNow(isShown); tries++) {
    const { serial: shownSerial } = state.shown;
    const response = await postJson(`analysis/${name}`, { serial: ++serial, asked, ...standing }, signal);
    const isAgain = isShown() && !SAID_TO_BE_LOST.includes(name);
    const seconds = response ? retryAfter(response) : isAgain && AFTER_LOST;
    if (seconds) {
      quietUntil = performance.now() + 1000 * backOff(seconds, refusals++);
      continue;
    }
    refusals = 0;
    const reply = await jsonIfOk(response);
    // The server may have had the network of an act already, whose run is still to be shown.
    while (queue.acting) await requestEnded.next();
    if (reply?.lost && isShown() && (state.shown.serial !== shownSerial || reopenOnce())) {
      while (queue.acting) await requestEnded.next();
      continue;
    }
    setCompiling(Boolean(reply?.later));
    const later = reply && (reply.later || (patient && reply.dropped && AFTER_DROPPED));
    if (!later) return isShown() ? accepted(reply) : null;
    await pause(1000 * backOff(later, tries));
  }
  return null;
}

/** @param {boolean} isCompiling */
function setCompiling(isCompiling) {
  if (state.isCompiling === isCompiling) return;
  state.isCompiling = isCompiling;
  compilingChanged.emit();
}

/**
 * Waits until the server, if it gave no reply to a question of any kind, may be asked again; whether the run is still
 * shown.
 * @param {() => boolean} isShown
 */
async function isAskedNow(isShown) {
  while (isShown() && performance.now() < quietUntil) await pause(quietUntil - performance.now());
  return isShown();
}

/** @template {{ lost?: boolean, dropped?: boolean, refused?: string }} Reply @param {?Reply} reply */
function accepted(reply) {
  if (!reply || reply.lost || reply.dropped) return null;
  if (!reply.refused) return reply;
  noticeRaised.emit(reply.refused);
  return null;
}
