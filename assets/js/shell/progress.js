/**
 * A run that takes its time: only what is slower than a blink is announced, and the earlier curve stays until the new
 * one is whole.
 */

import { byId, setText } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { placeWord } from "../core/knobs.js";
import { waitingChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { fetchProgress } from "../net/transport.js";

const PERIOD = 200;
const isWaiting = () => document.body.classList.contains("retraining");

function show(waiting) {
  if (isWaiting() === waiting) return;
  document.body.classList.toggle("retraining", waiting);
  byId("retraining").hidden = !waiting;
  byId("cancel").hidden = !waiting;
  if (waiting) follow();
}

/** How far a long run is, five times a second. */
async function follow() {
  while (isWaiting()) {
    const { done } = await fetchProgress(state.tab);
    const all = Number(String(state.knobs.samples).replace(/[, ]/g, ""));
    if (done && done <= all && isWaiting()) {
      const step = `${placeWord(state.knobs)} ${formatCount(done)} of ${formatCount(all)}`;
      setText(byId("proof"), `Retraining, ${step}. The earlier curve stays until the new one is whole.`);
      byId("retraining").style.setProperty("--done", `${(100 * done) / all}%`);
      byId("retraining").classList.add("known");
    }
    await new Promise((later) => setTimeout(later, PERIOD));
  }
  byId("retraining").classList.remove("known");
}

export function installProgress() {
  waitingChanged.on(show);
}
