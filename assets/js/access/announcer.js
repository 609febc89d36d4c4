/**
 * Messages for a screen reader: one message for one gesture, once it rests. While a knob is held or a run plays, the
 * sentence changes many times; what stands there at the end is said once.
 */

import { byId, setText } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { historyTravelled, playToggled } from "../core/signals.js";
import { state } from "../core/state.js";
import { cursor } from "../model/cursor.js";

/** The milliseconds without a change after which the page counts as resting. */
const REST = 400;

let waiting = 0;
let before = "";
/** The finding that was said last, or that the document came with. */
let known = "";

/** The sentence of the run, or of the comparison that is open. */
const heading = () =>
  ["compare-sentence", "sentence"].map((id) => byId(id)).find((sentence) => sentence.checkVisibility());

/** The finding, why a run failed where it did, and that the gradient is wrong where it is. */
function finding() {
  const [why, badge] = [byId("why"), byId("badge")];
  const parts = [heading(), why.hidden ? null : why, badge.dataset.state === "disagrees" ? badge : null];
  return parts.flatMap((part) => (part ? [part.textContent.trim()] : [])).join(" ");
}

const isResting = () => !state.held && byId("sentence").getAttribute("aria-busy") === "false";

/** @param {string} text */
function say(text) {
  setText(byId("announced"), text);
}

function sayFinding() {
  if (!isResting()) return;
  const words = finding();
  if (words === known && !before) return;
  say([before, words].filter(Boolean).join(" "));
  known = words;
  before = "";
}

function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(sayFinding, REST);
}

/** @param {boolean} isPlaying */
function sayPlay(isPlaying) {
  const { step, last } = cursor.place;
  if (isPlaying) say(`Playing from step ${formatCount(step === last ? 0 : step)}`);
  else say(`Step ${formatCount(step)} of ${formatCount(last)}`);
}

export function installAnnouncer() {
  known = finding();
  const changes = new MutationObserver(wait);
  for (const id of ["sentence", "compare-sentence", "why", "badge"]) {
    changes.observe(byId(id), { attributes: true, childList: true, characterData: true, subtree: true });
  }
  historyTravelled.on((word, change) => {
    before = `${word}: ${change}.`;
    wait();
  });
  playToggled.on(sayPlay);
}
