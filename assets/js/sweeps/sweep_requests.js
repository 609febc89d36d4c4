/**
 * Sweeps on the server: planned, started, listed, followed piece by piece, cancelled, and one run of them opened.
 * @import { JobList, Listeners, Plan, Refusal } from "./types.js"
 */

import { byId } from "../lib/dom.js";
import { ask, backOff, jsonIfOk, jsonOf, pause, postJson, retryAfter } from "../lib/http.js";
import { requestAnalysis } from "../net/analyses.js";

const AWAY = "The server does not answer. What it has made is kept there; the page tries again.";
/** Milliseconds between two looks at a sweep that has no new runs. */
const PACE = 200;

/** @param {Refusal & { error?: string }} reply */
const sentenceOf = (reply) => reply.refused || reply.error;

/** The link of what is on the bench, "" for a bench of somebody's own, null where the bench has moved on. */
export async function linkOfBench() {
  if (!byId("share")) return "";
  const reply = await requestAnalysis("address", {});
  return reply && `?${reply.query}`;
}

/**
 * The runs and the seconds that a plan comes to, or { refused, axis }; null where `isWanted` says so meanwhile.
 * @param {Plan} plan @param {() => boolean} isWanted
 */
export async function estimateSweep(plan, isWanted) {
  for (let tries = 0; isWanted(); tries++) {
    const response = await postJson("sweeps", { ...plan, start: false });
    const reply = await jsonOf(response);
    const seconds = response ? retryAfter(response) : 1;
    if (!seconds) return isWanted() ? reply && { ...reply, refused: sentenceOf(reply) } : null;
    await pause(1000 * backOff(seconds, tries));
  }
  return null;
}

/** Starts a sweep: { id }, or { refused, axis }. @param {Plan} plan */
export async function startSweep(plan) {
  const reply = await jsonOf(await postJson("sweeps", { ...plan, start: true }));
  if (!reply) return { refused: AWAY };
  return reply.job ? { id: reply.job.id } : { refused: sentenceOf(reply), axis: reply.axis };
}

/**
 * The sweeps of this browser, and what is in their way; null while the server does not answer.
 * @returns {Promise<?JobList>}
 */
export const ownSweeps = async () => jsonIfOk(await ask("sweeps").catch(() => null));

/** Says that this browser does not want a sweep any more; the reason why that cannot be, or "". @param {string} id */
export async function leaveSweep(id) {
  const reply = await jsonOf(await ask(`sweeps/${id}`, { method: "DELETE" }).catch(() => null));
  return reply ? sentenceOf(reply) || "" : AWAY;
}

/** Starts a sweep again that was cancelled, or that failed; the reason why that cannot be, or "". @param {string} id */
export async function restartSweep(id) {
  const reply = await jsonOf(await postJson(`sweeps/${id}`, {}));
  return reply ? sentenceOf(reply) || "" : AWAY;
}

/**
 * The experiment of one run, as that of a link; null while the server does not answer.
 * @param {string} id @param {number} cell
 */
export const runOfSweep = async (id, cell) => jsonIfOk(await ask(`sweeps/${id}/runs/${cell}`).catch(() => null));

/**
 * Reads a sweep from its piece of that number on until it is whole, ended or left; of a large one that part. `take`
 * gets each response and says whether it wants more; `trouble` gets a sentence, or "" when there is none any more;
 * `gone` gets the reason why there is no such sweep. Returns what leaves it.
 * @param {string} id @param {number} from @param {Listeners} listeners @param {string} part
 */
export function followSweep(id, from, listeners, part = "") {
  const left = new AbortController();
  follow(`sweeps/${id}?as=${part ? `part&part=${part}` : "map"}`, from, listeners, left.signal);
  return () => left.abort();
}

/** @param {string} path @param {number} from @param {Listeners} listeners @param {AbortSignal} signal */
async function follow(path, from, { take, trouble, gone }, signal) {
  let next = from;
  /** @type {?number | undefined} */
  let filled = null;
  for (let tries = 0; !signal.aborted;) {
    const response = await ask(`${path}&from=${next}`, { signal }).catch(() => null);
    const reply = await jsonOf(response);
    if (signal.aborted) return;
    const seconds = response && reply ? retryAfter(response) : 1;
    if (seconds) {
      trouble((reply && sentenceOf(reply)) || AWAY);
      await pause(1000 * backOff(seconds, tries++));
    } else if (!response?.ok) {
      gone(sentenceOf(reply) ?? "");
      return;
    } else {
      trouble("");
      tries = 0;
      next = reply.next;
      const goesOn = take(reply);
      const { stored, state } = reply.job;
      if (!goesOn || (next >= stored && state !== "wanted")) return;
      // Of a part the server says how far its file is filled, and sends runs once it is worth it. Another may fill it.
      const isStill = reply.filled !== undefined && reply.filled === filled;
      filled = reply.filled;
      if (isStill || (filled ?? next) >= stored) await pause(PACE);
    }
  }
}
