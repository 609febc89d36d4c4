/**
 * The keyboard shortcuts, listed under "?". They are off while somebody types, and can be switched off altogether.
 * @import { KnobRow, Slider } from "../core/types.js"
 */

import { buttonById, byId, closest, inputById } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { sliderKnobs } from "../core/knobs.js";
import { positionOf, thumbValue } from "../core/sliders.js";
import { state } from "../core/state.js";
import { turnKnobs } from "../net/requests.js";
import { closeComparison, compareWithNewest, isComparing } from "../model/comparison.js";
import { alphaToSend } from "../model/exact_alpha.js";
import { toggleBand } from "../curve/band.js";
import { toggleTwins } from "../curve/twins.js";
import { whichQuestion } from "../output/which_question.js";
import { decidedQuestion } from "../step/decided_strip.js";
import { jumpSteps, togglePlay } from "../step/scrubber.js";
import { togglePinnedRun } from "../tables/run_table.js";
import { handlers } from "../controls/handlers.js";
import { stepSamples } from "../controls/slider_drag.js";
import { togglePredictions } from "../lessons/prediction.js";
import { isPresenting, togglePresenting } from "../stage/presenting.js";
import { nextView } from "../stage/stage_view.js";

const STEP = 0.005;
const BIG_STEP = 0.05;
/** The most decimals that a step of a slider has. */
const DECIMALS = 6;

/** @param {string} id */
function jumpTo(id) {
  const target = byId(id);
  target.scrollIntoView({ block: "nearest" });
  target.focus();
}

/** @type {Record<string, (far: boolean) => unknown>} */
const KEYS = {
  "[": () => slide(-STEP),
  "]": () => slide(STEP),
  "{": () => slide(-BIG_STEP),
  "}": () => slide(BIG_STEP),
  n: () => handlers["next-seed"](),
  f: () => nextFilter(),
  v: () => nextView(),
  V: () => nextView(true),
  s: () => toggleBand(),
  t: () => toggleTwins(),
  d: () => decidedQuestion.toggle(),
  w: () => whichQuestion.toggle(),
  g: () => togglePredictions(),
  p: () => togglePinnedRun(),
  c: () => compareWithNewest(),
  l: () => togglePresenting(),
  u: () => handlers.undo(),
  U: () => handlers.redo(),
  1: () => jumpTo("at-weights"),
  2: () => jumpTo("at-response"),
  3: () => jumpTo("landscape"),
  4: () => jumpTo("at-probe"),
  5: () => jumpTo("runs"),
  "?": () => handlers.help(),
};

/**
 * Keys that move the cursor also move within sliders and lists, and presses buttons: there it is theirs.
 * @type {Record<string, (far: boolean) => unknown>}
 */
const CURSOR_KEYS = {
  ArrowLeft: (far) => jumpSteps(far ? -10 : -1),
  ArrowRight: (far) => jumpSteps(far ? 10 : 1),
  Home: () => jumpSteps(-Infinity),
  End: () => jumpSteps(Infinity),
  " ": () => togglePlay(),
};
const OWN_ARROWS = "[role=slider], [role=radiogroup], [role=menu], [role=toolbar], select, .chain, .flow, .update";
const PRESSED = "button, a, summary, input:not([type=range])";
const TYPED = [
  "input:not([type=radio], [type=checkbox], [type=range])",
  "select, textarea, [contenteditable], dialog, [role=listbox], [role=menu]",
].join();

/** @param {KeyboardEvent} event */
const isTaken = ({ key, target }) => closest(target, key === " " ? `${OWN_ARROWS}, ${PRESSED}` : OWN_ARROWS);

/** @param {number} by */
function slide(by) {
  turnKnobs({ alpha: alphaToSend(Math.min(1, Math.max(0, by + positionToBe()))) });
}

/** The position of α's thumb when all that was turned so far has come. */
function positionToBe() {
  const { alpha } = state.knobs;
  if (typeof alpha === "object") return alpha.position;
  return typeof alpha === "number" ? positionOf(alpha) : Number(state.controlValues["alpha-slider"]);
}

/** Page Up and Page Down on a slider: ten of its steps. @param {string} id @param {number} steps */
function slideFar(id, steps) {
  if (id === "samples-slider") {
    stepSamples(steps);
    return;
  }
  if (id === "distinct-slider") return;
  const { name, slider } = /** @type {KnobRow} */ (sliderKnobs.find((knob) => `${knob.name}-slider` === id));
  const scale = /** @type {Slider} */ (slider);
  const { low, high, step } = scale;
  const thumb =
    name === "alpha"
      ? positionToBe()
      : thumbValue(scale, Number(/** @type {Record<string, unknown>} */ ({ ...state.knobs })[name]));
  const value = Math.min(high, Math.max(low, thumb + steps * step));
  turnKnobs({ [name]: name === "alpha" ? alphaToSend(value) : Number(value.toFixed(DECIMALS)) });
}

function nextFilter() {
  const { filters } = constants.knobs;
  turnKnobs({ filter: filters[(filters.indexOf(String(state.knobs.filter)) + 1) % filters.length] });
}

function isAllowed() {
  const box = inputById("keys-on");
  return !box || box.checked !== false;
}

/** @type {Record<string, number>} */
const PAGES = { PageUp: 10, PageDown: -10 };

const OPEN = "dialog[open], :popover-open";

/**
 * Does what works whether the shortcuts are switched on or not: undo, pages of a slider, those of the story on a
 * projector, and Escape, which closes a comparison or leaves the projector where nothing else is open; whether it was
 * that.
 * @param {KeyboardEvent} event
 */
function onCommonKey({ key, target, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey || !state.shown) return false;
  if (
    key === "Escape" &&
    (isComparing() || isPresenting()) &&
    !closest(target, TYPED) &&
    !document.querySelector(OPEN)
  ) {
    (isComparing() ? closeComparison : togglePresenting)();
    return true;
  }
  if (PAGES[key] && isPresenting() && state.lesson?.key && !document.querySelector(OPEN)) {
    buttonById(key === "PageDown" ? "lesson-next" : "lesson-back").click();
    return true;
  }
  if ((ctrlKey || metaKey) && key.toLowerCase() === "z" && !closest(target, TYPED)) {
    handlers[shiftKey ? "redo" : "undo"]();
    return true;
  }
  const slider = PAGES[key] && closest(target, "[role=slider]") && closest(target, "[id$=-slider]");
  if (slider) slideFar(slider.id, PAGES[key]);
  return Boolean(slider);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (onCommonKey(event)) {
    event.preventDefault();
    return;
  }
  const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
  // In a comparison both runs stay at their last step.
  const act = KEYS[key] || (CURSOR_KEYS[key] && !isTaken(event) && !isComparing() && CURSOR_KEYS[key]);
  if (!act || ctrlKey || metaKey || altKey || closest(target, TYPED) || !isAllowed() || !state.shown) return;
  event.preventDefault();
  act(shiftKey);
}

export function installShortcuts() {
  document.addEventListener("keydown", onKey);
}
