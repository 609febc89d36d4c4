/**
 * A first visit: the run plays itself once, from its first weights to its end, and then an invitation stands in the
 * picture. Any act goes to the end at once. With reduced motion the run is finished from the start.
 */

import { byId, closest, find } from "../lib/dom.js";
import { isCalm } from "../lib/theme.js";
import { playToggled, runCompleted, trajectoryLoaded } from "../core/signals.js";
import { state } from "../core/state.js";
import { moveCursor } from "../model/cursor.js";
import { isPlaying, pausePlay, togglePlay } from "../step/scrubber.js";

const root = document.documentElement;
const ACTS = ["pointerdown", "keydown", "wheel"];

/** Whether the run is to play itself, or does. */
let isOpening = false;

/** @param {boolean} on */
function showInvitation(on) {
  byId("invitation").hidden = !on;
  find(document, ".bench").classList.toggle("inviting", on);
}

/** @param {boolean} on */
function setOpening(on) {
  isOpening = on;
  root.toggleAttribute("data-opening", on);
}

/** Goes to the end of the run. */
function end() {
  if (!isOpening) return;
  setOpening(false);
  pausePlay();
  moveCursor(Infinity);
  showInvitation(true);
}

function invite() {
  if (!isOpening || isPlaying()) return;
  setOpening(false);
  showInvitation(true);
}

function begin() {
  if (!isOpening || isPlaying()) return;
  moveCursor(0);
  togglePlay();
}

export function installOpening() {
  const isFirst = root.hasAttribute("data-first-visit");
  if (!isFirst || isCalm()) return;
  setOpening(true);
  for (const act of ACTS) document.addEventListener(act, end, { capture: true, passive: true });
  trajectoryLoaded.on(begin);
  playToggled.on((playing) => playing || invite());
  document.addEventListener("click", ({ target }) => {
    if (!closest(target, "#play-again")) return;
    showInvitation(false);
    togglePlay();
  });
  // Another run is what it invites to.
  runCompleted.on(() => {
    if (state.past.length) showInvitation(false);
  });
}
