/**
 * The action of each control, by its id: Dash calls `turn` for it, and so do sliders while they are dragged, keys, and
 * clicks on buttons.
 * @typedef {(value?: any) => unknown} Handler With a value of that control's own kind.
 * @import { KnobRow } from "../core/types.js"
 */

import { closest } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { setProps } from "../core/dash.js";
import { fieldKnobs, fieldText, knobsOf, placeName, singleControls, sliderKnobs } from "../core/knobs.js";
import { refusalsCleared } from "../core/signals.js";
import { distinctAt } from "../core/sliders.js";
import { state } from "../core/state.js";
import { changeExperiment, chooseExperiment, requestAction, turnKnobs } from "../net/requests.js";
import { cursor } from "../model/cursor.js";
import { alphaToSend } from "../model/exact_alpha.js";
import { samplesToSend } from "../model/exact_samples.js";
import { redo, targetBeforeTable, undo } from "../model/undo.js";
import { showWeights, showWeightsAs } from "../step/weights_view.js";
import { openDataDialog } from "../tables/data_dialog.js";
import { isTable } from "../tables/data_rows.js";
import { openHelp } from "./help.js";
import { switchTheme } from "./theme_switch.js";

const SEEDS = constants.knobs.seeds.all;

/** @param {string} id @param {Handler} handler @returns {[string, Handler]} */
const pair = (id, handler) => [id, handler];

/** Those of the table of knobs. */
const knobHandlers = [
  ...fieldKnobs.map((knob) => pair(`${knob.name}-field`, (text) => isChange(knob.name, text) && turnTyped(knob, text))),
  ...sliderKnobs.map(({ name }) =>
    pair(`${name}-slider`, (value) => isChange(placeName(name), value) && turnKnobs({ [name]: value })),
  ),
  ...singleControls.map(([{ name }, id]) => pair(id, (value) => isChange(name, value) && turnKnobs({ [name]: value }))),
];

/** Buttons, which are elements of the page and not Dash's. @type {Record<string, () => unknown>} */
const buttons = {
  "next-seed": () => turnKnobs({ seed: (currentSeed() + 1) % SEEDS }),
  "open-facts": () => openDataDialog(),
  "next-weights": () => changeExperiment("weight seed", 0, ((state.shown.frame.drawn.seed ?? -1) + 1) % SEEDS),
  randomize: () => requestAction("randomize"),
  keep: () => requestAction("keep", {}, () => (state.storedStep = cursor.place.step)),
  undo: () => undo(),
  redo: () => redo(),
  cancel: () => state.base && turnKnobs(knobsOf(state.base.experiment, state.knobs)),
  theme: () => switchTheme(),
  "theme-phone": () => switchTheme(),
  help: () => openHelp(),
  "help-phone": () => openHelp(),
};

/** @type {Record<string, Handler>} */
export const handlers = {
  ...buttons,
  ...Object.fromEntries(knobHandlers),
  // The sliders of α and of samples go by position.
  "alpha-slider": (position) => isChange(placeName("alpha"), position) && turnKnobs({ alpha: alphaToSend(position) }),
  "samples-slider": (position) => isChange(placeName("samples"), position) && turnSamples(samplesToSend(position)),
  "distinct-slider": (position) =>
    isChange(placeName("distinct"), position) && turnDistinct(distinctAt(position, mostDistinct())),
  "batch-slider": (count) => isChange(placeName("batch"), count) && turnBatch(Math.min(count, mostInBatch())),
  target: (name) => isChange("ideal", name) && changeExperiment("target", 0, name),
  inputs: (name) => isChange("inputs", name) && chooseInputs(name),
  "weights-field": (text) => isChange("weightSeed", text) && changeExperiment("weight seed", 0, text),
  scheme: (name) => isChange("scheme", name) && changeExperiment("scheme", 0, name),
  experiment: (key) => isChange("key", key) && key !== state.key && chooseExperiment(key),
  "weights-view": (view) => showWeights(view),
  "weights-form": (form) => showWeightsAs(form),
};

/**
 * Dash calls back for what the page itself has written; only what differs from that is a change.
 * @param {string} name @param {unknown} value
 */
function isChange(name, value) {
  if (value === null || value === undefined || String(state.controlValues[name]) === String(value)) return false;
  state.controlValues[name] = value;
  return true;
}

/**
 * Text that says what is shown asks for nothing: 0.252 stands for all the digits of the α that a slider gave. Nor does
 * an emptied field, which shows the last good value again.
 * @param {KnobRow} knob @param {string} text
 */
function turnTyped(knob, text) {
  const { name } = knob;
  const run = state.withheld || state.shown;
  const shown = run && fieldText(knob, run.controls);
  if (shown && (text === shown || !text.trim())) {
    state.controlValues[name] = shown;
    setProps(`${name}-field`, { value: shown });
    refusalsCleared.emit();
  } else turnKnobs({ [name]: text });
}

/** Near its left end many positions of the slider mean the same number. @param {number} samples */
function turnSamples(samples) {
  if (samples !== state.knobs.samples) turnKnobs({ samples });
}

/**
 * Many positions mean the same number of distinct samples too, of which there are at most as many as samples, or as a
 * table has rows.
 * @param {?number} distinct
 */
function turnDistinct(distinct) {
  if (distinct !== state.knobs.distinct) turnKnobs({ distinct });
}

/** A batch has at most as many samples as the run; its slider goes further. @param {number} batch */
function turnBatch(batch) {
  if (batch !== state.knobs.batch) turnKnobs({ batch });
}

const mostInBatch = () => state.experiment.samples;

function mostDistinct() {
  const { inputs, samples } = state.experiment;
  return isTable(inputs) ? Math.min(samples, inputs.inputs.length) : samples;
}

/** Inputs that are drawn in place of a table need a target. @param {string} name */
function chooseInputs(name) {
  const wasTable = isTable(state.experiment.inputs);
  changeExperiment("inputs", 0, wasTable ? { inputs: name, ideal: targetBeforeTable() } : name);
}

const currentSeed = () => (typeof state.knobs.seed === "number" ? state.knobs.seed : state.experiment.seed);

export function installButtons() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "button");
    if (button && state.tab && Object.hasOwn(buttons, button.id)) buttons[button.id]();
  });
}
