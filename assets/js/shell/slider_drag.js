/**
 * Holding a knob: from the pointer's or the arrow's way down to its way up the run follows, and nothing is remembered
 * yet.
 * @import { Slider } from "../core/types.js"
 */

import { byId, closest, find, typeInto } from "../lib/dom.js";
import { areControlsMounted, setProps } from "../core/dash.js";
import { fieldKnobs, fieldText, placeName, sliderKnobs } from "../core/knobs.js";
import { refusalsCleared } from "../core/signals.js";
import { KEY_STEPS, samplesPosition, sliderValue } from "../core/sliders.js";
import { state, weightSeedOf } from "../core/state.js";
import { queue, requestRun, turnKnobs } from "../net/requests.js";
import { steppedSamples } from "../model/exact_samples.js";
import { handlers } from "./handlers.js";

const SLIDERS = Object.fromEntries(sliderKnobs.map((knob) => [`${knob.name}-slider`, knob]));
const STEPPING = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
const FIELDS = Object.fromEntries(fieldKnobs.map((knob) => [`${knob.name}-field`, knob]));
/** @param {string} id */
const scaleOf = (id) => /** @type {Slider} */ (SLIDERS[id].slider);
const ON_SLIDERS = Object.keys(SLIDERS)
  .map((id) => `#${id}`)
  .join();

/** @param {Event} event */
const onSlider = ({ target }) => closest(target, ON_SLIDERS);

/** @param {boolean} on */
function hold(on) {
  if (state.held === on) return;
  state.held = on;
  document.body.classList.toggle("dragging", on);
  if (!on && state.shown) requestRun();
}

/** The id of the slider that is dragged, or "", and whether it was grasped before Dash had put its own there. */
let slider = "";
let early = false;

/** The values of this drag: the slider tells the last of them once more, and may be late. */
const dragged = new Set();

/**
 * Whether a slider tells what this drag has told. If it is so late that its thumb has been placed meanwhile, it has
 * taken the thumb along: back it goes.
 * @param {string} id @param {unknown} value
 */
export function isEcho(id, value) {
  if (!dragged.has(`${id} ${value}`)) return false;
  const place = state.controlValues[placeName(SLIDERS[id].name)];
  if (!state.held && place !== value) setProps(id, { value: place });
  return true;
}

/**
 * The pixel where the thumb was grasped, and the value that it had; null where the track was pressed beside it.
 * @type {?{ x: number, value: number }}
 */
let grasped = null;

/** @param {string} id */
const trackOf = (id) => find(byId(id), ".mantine-Slider-trackContainer").getBoundingClientRect();

/** It goes by whole pixels of a mouse, as mouse events do. @param {PointerEvent} event */
const pixelOf = ({ pointerType, clientX }) => (pointerType === "mouse" ? Math.floor(clientX) : clientX);

/** @param {PointerEvent} event */
function thumbAt(event) {
  const scale = scaleOf(slider);
  const value = state.controlValues[placeName(SLIDERS[slider].name)];
  const thumb = find(byId(slider), "[role=slider]").getBoundingClientRect();
  const x = pixelOf(event);
  const isOnThumb = typeof value === "number" && value <= scale.high && x >= thumb.left && x <= thumb.right;
  return isOnThumb ? { x, value } : null;
}

/** @param {PointerEvent} event */
function grasp(event) {
  dragged.clear();
  slider = (event.button === 0 && onSlider(event)?.id) || "";
  if (!slider) return;
  early = !areControlsMounted();
  grasped = thumbAt(event);
  hold(true);
  follow(event);
}

/**
 * The pointer is heard at once. The slider itself tells its value through Dash when it is released, and that is no news
 * then. Dash may put its slider in the place of the stand-in that was grasped. A thumb that is grasped stays, and comes
 * back with the pointer: a pixel is several steps of α's slider, so the value there would be another.
 * @param {PointerEvent} event
 */
function follow(event) {
  if (!slider || !state.held) return;
  const { left, width } = trackOf(slider);
  const x = pixelOf(event);
  const there = sliderValue(scaleOf(slider), Math.min(1, Math.max(0, (x - left) / width)));
  const value = grasped && grasped.x === x ? grasped.value : there;
  for (const told of [there, value]) dragged.add(`${slider} ${told}`);
  if (early) setProps(slider, { value });
  handlers[slider](value);
}

/** @param {KeyboardEvent} event */
function onSliderKey(event) {
  const control = onSlider(event);
  if (!control || !STEPPING.includes(event.key)) return;
  dragged.clear();
  hold(true);
  const steps = control.id === "samples-slider" && KEY_STEPS[event.key];
  if (!steps) return;
  event.preventDefault();
  event.stopPropagation();
  stepSamples(steps);
}

/**
 * A number of steps from number to number: positions of the slider are so near that some mean the same one.
 * @param {number} steps
 */
export function stepSamples(steps) {
  const { samples } = state.knobs;
  const from = typeof samples === "number" ? samples : state.experiment.samples;
  const to = steppedSamples(from, steps);
  if (to === from) return;
  state.controlValues[placeName("samples")] = samplesPosition(to);
  setProps("samples-slider", { value: samplesPosition(to) });
  turnKnobs({ samples: to });
}

/** Escape in a field restores what is shown. @param {KeyboardEvent} event */
function restoreField({ key, target }) {
  const field = /** @type {HTMLInputElement} */ (target);
  const knob = FIELDS[field.id];
  const isWeightSeed = field.id === "weights-field";
  if (key !== "Escape" || !(knob || isWeightSeed) || !state.shown) return;
  const { controls, frame } = state.shown;
  const text = isWeightSeed ? weightSeedOf(frame) : fieldText(knob, controls);
  state.controlValues[isWeightSeed ? "weightSeed" : knob.name] = text;
  typeInto(field, text);
  refusalsCleared.emit();
}

export function installSliderDrag() {
  window.addEventListener("pointerdown", grasp, true);
  window.addEventListener("pointermove", follow, true);
  window.addEventListener("pointerup", () => hold(false), true);
  window.addEventListener("pointercancel", () => hold(false), true);
  window.addEventListener("keydown", onSliderKey, true);
  window.addEventListener("keyup", () => hold(false), true);
  window.addEventListener("blur", () => hold(false));
  window.addEventListener("keydown", restoreField);
  window.addEventListener("resize", () => state.shown && queue.idle && requestRun());
}
