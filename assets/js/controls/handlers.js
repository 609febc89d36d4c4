/**
 * The action of each control, by its id: of Dash's controls, which are turned by hand and tell it, and of buttons.
 * @typedef {(value?: any) => unknown} Handler With a value of that control's own kind.
 * @import { KnobRow } from "../core/types.js"
 */

import { closest } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { setProps } from "../core/dash.js";
import { fieldKnobs, fieldText, knobsOf, singleControls, sliderKnobs } from "../core/knobs.js";
import { refusalsCleared } from "../core/signals.js";
import { distinctAt } from "../core/sliders.js";
import { state } from "../core/state.js";
import { changeExperiment, chooseExperiment, requestAction, turnKnobs } from "../net/requests.js";
import { cursor } from "../model/cursor.js";
import { alphaToSend } from "../model/exact_alpha.js";
import { samplesToSend } from "../model/exact_samples.js";
import { isTable } from "../model/ports.js";
import { redo, targetBeforeTable, undo } from "../model/undo.js";
import { showWeights, showWeightsAs } from "../step/weights_view.js";
import { openDataDialog } from "../tables/data_dialog.js";
import { openHelp } from "./help.js";
import { switchTheme } from "./theme_switch.js";

const SEEDS = constants.knobs.seeds.all;

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

/** @param {string} name @returns {Handler} */
const turning = (name) => (value) => turnKnobs({ [name]: value });

/** @type {Record<string, Handler>} */
export const handlers = {
  ...buttons,
  ...Object.fromEntries(fieldKnobs.map((knob) => [`${knob.name}-field`, turnTyped.bind(null, knob)])),
  ...Object.fromEntries(sliderKnobs.map(({ name }) => [`${name}-slider`, turning(name)])),
  ...Object.fromEntries(singleControls.map(([{ name }, id]) => [id, turning(name)])),
  // The sliders of α and of samples go by position.
  "alpha-slider": (position) => turnKnobs({ alpha: alphaToSend(position) }),
  "samples-slider": (position) => turnNumber("samples", samplesToSend(position)),
  "distinct-slider": (position) => turnNumber("distinct", distinctAt(position, mostDistinct())),
  "batch-slider": (count) => turnNumber("batch", Math.min(count, state.experiment.samples)),
  target: (name) => changeExperiment("target", 0, name),
  inputs: (name) => chooseInputs(name),
  "weights-field": (text) => changeExperiment("weight seed", 0, text),
  scheme: (name) => changeExperiment("scheme", 0, name),
  experiment: (key) => key !== state.key && chooseExperiment(key),
  "weights-view": (view) => showWeights(view),
  "weights-form": (form) => showWeightsAs(form),
};

/**
 * A control tells its value. Dash's tell what the page itself has written too; only what differs from that is a change.
 * @param {string} id @param {unknown} value
 */
export function turnControl(id, value) {
  if (value === null || value === undefined || String(state.controlValues[id]) === String(value)) return;
  state.controlValues[id] = value;
  handlers[id](value);
}

/**
 * Text that says what is shown asks for nothing: 0.252 stands for all the digits of the α that a slider gave. Nor does
 * an emptied field, which shows the last good value again.
 * @param {KnobRow} knob @param {string} text
 */
function turnTyped(knob, text) {
  const field = `${knob.name}-field`;
  const run = state.withheld || state.shown;
  const shown = run && fieldText(knob, run.controls);
  if (shown && (text === shown || !text.trim())) {
    state.controlValues[field] = shown;
    setProps(field, { value: shown });
    refusalsCleared.emit();
  } else turnKnobs({ [knob.name]: text });
}

/**
 * Many positions of a slider may mean the same number, and it may go further than there are samples.
 * @param {"samples" | "distinct" | "batch"} name @param {?number} number
 */
function turnNumber(name, number) {
  if (number !== state.knobs[name]) turnKnobs({ [name]: number });
}

/** As many as samples, or as rows of a table are learned. */
const mostDistinct = () => Math.min(state.experiment.samples, state.shown.rows?.[0] ?? Infinity);

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
