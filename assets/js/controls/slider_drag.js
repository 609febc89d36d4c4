/**
 * Holding a knob: from the pointer's or the arrow's way down to its way up the run follows, and nothing is remembered
 * yet.
 */

import { byId, closest, find, typeInto } from "../lib/dom.js";
import { setProps } from "../core/dash.js";
import { fieldKnobs, fieldText, sliderKnobs, sliderOf } from "../core/knobs.js";
import { refusalsCleared } from "../core/signals.js";
import { KEY_STEPS, samplesPosition, sliderValue, thumbValue } from "../core/sliders.js";
import { state, weightSeedOf } from "../core/state.js";
import { queue, requestRun, turnKnobs } from "../net/requests.js";
import { steppedSamples } from "../model/exact_samples.js";
import { turnControl } from "./handlers.js";

const SLIDERS = Object.fromEntries(sliderKnobs.map(({ name }) => [`${name}-slider`, sliderOf(name)]));
const STEPPING = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
const FIELDS = Object.fromEntries(fieldKnobs.map((knob) => [`${knob.name}-field`, knob]));
const ON_SLIDERS = Object.keys(SLIDERS)
  .map((id) => `#${id}`)
  .join();

/** @param {Event} event */
const onSlider = ({ target }) => closest(target, ON_SLIDERS);

/** @param {boolean} on */
function hold(on) {
  if (state.held === on) return;
  state.held = on;
  if (!on && slider) moveThumb();
  document.body.classList.toggle("dragging", on);
  if (!on && state.shown) requestRun();
}

/** The id of the slider that is dragged, or "". */
let slider = "";
/** The id of the pointer that drags it. */
let pointer = 0;
/** Whether it is another finger beside the one that drags. @param {PointerEvent} event */
const isBeside = ({ pointerId }) => slider !== "" && state.held && pointerId !== pointer;

/** The values that this drag has passed, each after its slider's id. */
const dragged = new Set();

/** Whether the latest drag has passed a value of a slider. @param {string} id @param {unknown} value */
export const wasDragged = (id, value) => dragged.has(`${id} ${value}`);

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
  const scale = SLIDERS[slider];
  const value = state.controlValues[slider];
  const thumb = find(byId(slider), "[role=slider]").getBoundingClientRect();
  const x = pixelOf(event);
  const isOnThumb = typeof value === "number" && value <= scale.high && x >= thumb.left && x <= thumb.right;
  return isOnThumb ? { x, value } : null;
}

/**
 * Moves the thumb while it is dragged, by pixels from the start of its track: nothing is laid out or painted for a
 * translation. Without a number the thumb stands at its value again.
 * @param {number} [pixels]
 */
function moveThumb(pixels) {
  const { style } = find(byId(slider), "[role=slider]");
  const isMoved = pixels !== undefined;
  style.left = isMoved ? "0" : "";
  style.transform = isMoved ? `translateX(${pixels}px)` : "";
  style.willChange = isMoved ? "transform" : "";
}

/** @param {PointerEvent} event */
function grasp(event) {
  if (isBeside(event)) return;
  pointer = event.pointerId;
  dragged.clear();
  slider = (event.button === 0 && onSlider(event)?.id) || "";
  if (!slider) return;
  grasped = thumbAt(event);
  hold(true);
  follow(event);
}

/**
 * The pointer is heard at once. The slider itself tells its value through Dash when it is released, and that is no news
 * then. A thumb that is grasped stays, and comes back with the pointer: a pixel is several steps of α's slider, so the
 * value there would be another.
 * @param {PointerEvent} event
 */
function follow(event) {
  if (!slider || !state.held || isBeside(event)) return;
  const { left, width } = trackOf(slider);
  const x = pixelOf(event);
  const scale = SLIDERS[slider];
  const there = sliderValue(scale, Math.min(1, Math.max(0, (x - left) / width)));
  const value = grasped && grasped.x === x ? grasped.value : there;
  for (const passed of [there, value]) dragged.add(`${slider} ${passed}`);
  moveThumb((width * (thumbValue(scale, value) - scale.low)) / (scale.high - scale.low));
  turnControl(slider, value);
}

/** @param {PointerEvent} event */
const release = (event) => isBeside(event) || hold(false);

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
  state.controlValues["samples-slider"] = samplesPosition(to);
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
  state.controlValues[field.id] = text;
  typeInto(field, text);
  refusalsCleared.emit();
}

export function installSliderDrag() {
  window.addEventListener("pointerdown", grasp, true);
  window.addEventListener("pointermove", follow, true);
  window.addEventListener("pointerup", release, true);
  window.addEventListener("pointercancel", release, true);
  window.addEventListener("keydown", onSliderKey, true);
  window.addEventListener("keyup", () => hold(false), true);
  window.addEventListener("blur", () => hold(false));
  window.addEventListener("keydown", restoreField);
  window.addEventListener("resize", () => state.shown && queue.idle && requestRun());
}
