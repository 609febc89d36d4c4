/** The scrubber under the curve: its track, its readout, play, and the line that runs from the plot to the thumb. */

import { buttonById, byId, find, make, setText } from "../lib/dom.js";
import { isCalm } from "../lib/theme.js";
import { formatCount, formatNumber } from "../core/format.js";
import { inBatches, stepsBefore, stepsOf } from "../core/knobs.js";
import { cursorMoved, cursorPlaced, playToggled } from "../core/signals.js";
import { state } from "../core/state.js";
import { depthOf } from "../curve/loss_axis.js";
import { cursor, moveCursor, restCursor, stepCursor } from "../model/cursor.js";

const WHOLE_RUN = 6000;
const CALM_STEPS = 4;
const FAR_RIGHT = 0.8;
const LONG = 1000;
/** @type {Record<string, number>} */
const ARROWS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** @type {ReturnType<typeof makeParts>} */
let parts;

/** The range, the line and the readout, made when the first run comes. */
function makeParts() {
  const range = make("input", { type: "range", min: 0, step: 1, "aria-label": "Step", class: "slide" });
  range.addEventListener("input", () => moveCursor(Number(range.value), !isCalm()));
  for (const ended of ["change", "pointerup", "keyup"]) range.addEventListener(ended, () => restCursor());
  range.addEventListener("pointerdown", pausePlay);
  range.addEventListener("keydown", stepByKey);
  byId("scrubber").append(range);
  const words = make("span");
  const ring = make("i");
  const grip = make("b");
  grip.addEventListener("pointerdown", (event) => drag(event, grip));
  const line = make("div", { class: "cursor", "aria-hidden": "true" }, words, ring, grip);
  byId("loss-picture").parentElement?.append(line);
  const step = make("b");
  const total = make("span");
  const learned = make("small");
  byId("step-read").append(step, total, learned);
  byId("play").addEventListener("click", togglePlay);
  byId("step-back").addEventListener("click", () => jumpSteps(-1));
  byId("step-on").addEventListener("click", () => jumpSteps(1));
  return { range, line, words, ring, step, total, learned };
}

function show() {
  parts = parts || makeParts();
  const { step, last, loss } = cursor.place;
  const { summary } = state.shown;
  const { samples } = summary;
  const { range, line, words, ring } = parts;
  const share = step / samples;
  const text = loss === null ? "" : `loss ${formatNumber(loss)}`;
  const [taken, steps] = [stepsBefore(step, summary), stepsOf(summary)].map(formatCount);
  const learned = inBatches(summary) ? `${formatCount(step)} sample${step === 1 ? "" : "s"}` : "";
  range.max = String(samples);
  range.value = String(step);
  range.setAttribute("aria-valuetext", [`${taken} of ${steps}`, learned, text].filter(Boolean).join(", "));
  line.style.setProperty("--k", String(share));
  line.classList.toggle("flip", share > FAR_RIGHT);
  setText(words, [learned, text].filter(Boolean).join(", "));
  ring.hidden = loss === null;
  if (loss !== null) ring.style.setProperty("--y", String(depthOf(loss, state.shown)));
  setText(parts.step, taken);
  setText(parts.total, ` / ${steps}`);
  setText(parts.learned, learned && `at ${formatCount(step)}`);
  byId("step-read").classList.toggle("two-lines", learned !== "");
  byId("step-read").title = learned && `${taken} of ${steps} steps, ${learned}`;
  byId("step-read").classList.toggle("long", stepsOf(summary) >= LONG);
  buttonById("step-back").disabled = step === 0;
  buttonById("step-on").disabled = step === last;
}

/** Moves by a number of steps, and stops play. @param {number} steps */
export function jumpSteps(steps) {
  pausePlay();
  stepCursor(steps);
}

/**
 * An arrow goes a whole step, where that has several samples, whether the shortcuts are on or not.
 * @param {KeyboardEvent} event
 */
function stepByKey(event) {
  const by = ARROWS[event.key];
  if (!by || event.shiftKey || !inBatches(state.shown.summary)) return;
  event.preventDefault();
  event.stopPropagation();
  jumpSteps(by);
}

/** The line itself can be dragged. @param {PointerEvent} event @param {HTMLElement} grip */
function drag(event, grip) {
  pausePlay();
  grip.setPointerCapture(event.pointerId);
  const { left, width } = parts.range.getBoundingClientRect();
  const thumb = parseFloat(getComputedStyle(parts.range).getPropertyValue("--w")) || 12;
  /** @param {PointerEvent} event */
  const follow = ({ clientX }) => {
    moveCursor(((clientX - left - thumb / 2) / (width - thumb)) * Number(parts.range.max), true);
  };
  const drop = () => {
    grip.removeEventListener("pointermove", follow);
    restCursor();
  };
  grip.addEventListener("pointermove", follow);
  grip.addEventListener("lostpointercapture", drop, { once: true });
}

/* Play: the whole run in six seconds, from where the cursor stands */

/** @type {?object} */
let playing = null;

export const isPlaying = () => playing !== null;
export const togglePlay = () => (playing ? pausePlay() : play());

function play() {
  const { place } = cursor;
  const { samples } = state.shown.summary;
  const from = place.step === place.last ? 0 : place.step;
  const begun = performance.now();
  const mine = {};
  playing = mine;
  setPlayButton("Pause", "pause");
  playToggled.emit(true);
  /** @param {number} now */
  const frame = (now) => {
    if (playing !== mine) return;
    const passed = isCalm() ? Math.floor(((now - begun) * CALM_STEPS) / 1000) * (1000 / CALM_STEPS) : now - begun;
    moveCursor(from + (samples * Math.max(0, passed)) / WHOLE_RUN, true);
    if (cursor.place.step < cursor.place.last) requestAnimationFrame(frame);
    else pausePlay();
  };
  requestAnimationFrame(frame);
}

export function pausePlay() {
  if (!playing) return;
  playing = null;
  setPlayButton("Play", "play");
  restCursor();
  playToggled.emit(false);
}

/** @param {string} name @param {string} picture */
function setPlayButton(name, picture) {
  const button = byId("play");
  button.setAttribute("aria-label", name);
  button.title = name;
  find(button, ".icon").className = `icon icon-${picture}`;
}

export function installScrubber() {
  cursorPlaced.on(show);
  cursorMoved.on(show);
}
