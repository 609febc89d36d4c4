/**
 * A run that takes its time: only what is slower than a blink is announced, and the earlier curve stays until the new
 * one is whole. Where the time goes on the way, or in the server's queue, the page says that too.
 */

import { byId, setText } from "../lib/dom.js";
import { pause } from "../lib/http.js";
import { formatCount } from "../core/format.js";
import { placeWord } from "../core/knobs.js";
import { runShown, waitingChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { fetchProgress } from "../net/transport.js";

const PERIOD = 200;
/** The milliseconds after which a response is late. */
const LATE = 1000;
const LATE_WORDS = "The answer is late: the line or the server is slow. The earlier curve stays until it is here.";
const isWaiting = () => document.body.classList.contains("retraining");

/** @param {boolean} waiting */
function show(waiting) {
  if (isWaiting() === waiting) return;
  document.body.classList.toggle("retraining", waiting);
  byId("retraining").hidden = !waiting;
  byId("retraining").classList.remove("known");
  byId("cancel").hidden = !waiting;
  if (waiting) follow(++waits);
}

/** The number of waits so far, and the time since which nothing has come. */
let waits = 0;
let since = 0;

function sayLate() {
  if (isWaiting() && performance.now() - since > LATE) say(LATE_WORDS);
}

/** Before its first answer has come the page has no earlier curve to speak of. @param {string} words */
function say(words) {
  if (state.shown) setText(byId("proof"), words);
}

/**
 * The progress of a long run, five times a second while this wait lasts; most end before it is asked.
 * @param {number} wait
 */
async function follow(wait) {
  const lasts = () => isWaiting() && wait === waits;
  since = performance.now();
  await pause(PERIOD);
  while (lasts()) {
    const late = setTimeout(sayLate, Math.max(0, since + LATE + 1 - performance.now()));
    const { done } = await fetchProgress(state.tab);
    clearTimeout(late);
    if (!lasts()) return;
    const all = Number(String(state.knobs.samples).replace(/[, ]/g, ""));
    if (done && done <= all) {
      const step = `${placeWord(state.knobs)} ${formatCount(done)} of ${formatCount(all)}`;
      say(`Retraining, ${step}. The earlier curve stays until the new one is whole.`);
      byId("retraining").style.setProperty("--done", `${(100 * done) / all}%`);
      byId("retraining").classList.add("known");
    } else sayLate();
    await pause(PERIOD);
  }
}

export function installProgress() {
  waitingChanged.on(show);
  runShown.on(() => (since = performance.now()));
}
