/**
 * Knobs follow the run, but never while they are held.
 * @import { Controls, Experiment, Frame, KnobRow, NamedTable, RunResponse, Slider, Table } from "../core/types.js"
 */

import { buttonById, byId, find, inputById, setText } from "../lib/dom.js";
import { showNoted } from "../core/dash.js";
import { formatCount, passWords } from "../core/format.js";
import { fieldKnobs, fieldText, foldWords, isOn, plainKnobs, singleControls, sliderKnobs } from "../core/knobs.js";
import { detailsShown, runWithheld, undoChanged } from "../core/signals.js";
import { distinctPosition, samplesPosition, thumbValue } from "../core/sliders.js";
import { state, weightSeedOf } from "../core/state.js";
import { nextSteps } from "../model/undo.js";
import { unusedWords } from "../tables/data_rows.js";

/** The bar of a table's rows says which are held out, and which are for a test. */
const SAID_BY_THE_BAR = ["held_out", "split", "test"];
const EVER_NEW = ["normal", "uniform"];
const DISTINCT = /** @type {KnobRow} */ (fieldKnobs.find(({ name }) => name === "distinct"));

/** The value of a knob, by its name. @param {Controls | Experiment} from @param {string} name */
const valueIn = (from, name) => /** @type {Record<string, unknown>} */ ({ ...from })[name];

/** @param {Pick<RunResponse, "controls" | "frame">} pick */
export function showKnobs({ controls, frame }) {
  fieldKnobs.forEach((knob) => showField(knob, controls));
  if (!state.held) {
    for (const knob of sliderKnobs) put(`${knob.name}-slider`, placeOf(knob, controls));
  }
  for (const [{ name }, id, property] of singleControls) put(id, valueIn(controls, name), property);
  put("target", controls.ideal);
  put("inputs", controls.inputs);
  setText(byId("inputs-rows"), unusedWords(state.experiment, state.shown?.rows?.[0] ?? 0));
  put("experiment", state.key);
  showWeightSeed(frame);
  put("scheme", frame.drawn.scheme);
  sayValue("alpha-slider", String(controls.alpha));
  sayValue("samples-slider", formatCount(Number(controls.samples)));
  sayValue("distinct-slider", fieldText(DISTINCT, controls));
}

/** @param {KnobRow} knob @param {Controls} controls */
export const showField = (knob, controls) => put(`${knob.name}-field`, fieldText(knob, controls));

/** @param {Frame} frame */
export const showWeightSeed = (frame) => put("weights-field", weightSeedOf(frame));

/** @param {KnobRow} knobRow @param {Controls} controls */
function placeOf({ name, slider }, controls) {
  if (name === "alpha") return controls.position;
  if (name === "distinct") return distinctPosition(controls.distinct);
  return name === "samples"
    ? samplesPosition(Number(controls.samples))
    : thumbValue(/** @type {Slider} */ (slider), Number(valueIn(controls, name)));
}

/** A slider that goes by position says its value in words. @param {string} id @param {string} text */
function sayValue(id, text) {
  const thumb = byId(id).querySelector("[role=slider]");
  if (thumb) thumb.setAttribute("aria-valuetext", text);
}

/**
 * A field shows its value at once; Dash, which takes as long as a curve, hears of it when the knob is released.
 * @param {string} id @param {unknown} value @param {string} property
 */
function put(id, value, property = "value") {
  const { controlValues, held } = state;
  const control = inputById(id);
  const noted = String(controlValues[id]);
  const isField = id.endsWith("-field");
  if (isField && document.activeElement === control && control.value !== noted) return;
  if (isField && control.value !== value) control.value = String(value);
  if (noted === String(value) || (isField && held)) return;
  controlValues[id] = value;
  showNoted(id, property);
}

/** @param {Frame["ideals"]} rows @param {string} value */
const labelOf = (rows, value) => (rows.find((row) => row.value === value) || { label: "" }).label;

/** The words of the folded blocks: the target, and how the inputs come about. @param {RunResponse} runResponse */
function showFolded({ controls, frame, held, rows }) {
  find(document, ".knobs").classList.toggle("of-a-table", Boolean(rows));
  setText(find(byId("knob-target"), "summary b"), rows ? "Table" : "Target");
  setText(find(byId("knob-target"), "label"), rows ? "Answer" : "Named");
  const ideal = labelOf(frame.ideals, controls.ideal);
  byId("target").title = ideal;
  setText(byId("target-said"), ideal);
  const said = byId("inputs-said");
  said.title = foldedWords(controls, labelOf(frame.inputs, controls.inputs), rows?.[0] ?? 0);
  setText(said, said.title);
  setText(byId("held-out-says"), held ? held.says : "");
}

/**
 * The inputs, how often they come again, and which of the knobs under them are on.
 * @param {Controls} controls
 * @param {string} label
 * @param {number} rows Of a table, those that are learned.
 */
function foldedWords({ inputs }, label, rows) {
  const { samples, distinct } = state.experiment;
  if (inputs === "table") {
    const learned = typeof distinct === "number" ? Math.min(distinct, rows) : rows;
    const passes = passWords(samples, learned, learned === 1 ? "row" : "rows");
    return [passes, ...orderWords(), ...foldWords("data", state.experiment, SAID_BY_THE_BAR)].join(", ");
  }
  return [inputWords(label, inputs, typeof distinct !== "number"), ...foldWords("data", state.experiment)].join(", ");
}

/** The knobs in a fold that are off look so. @param {{ experiment: Experiment }} fields */
function showWhichAreOff({ experiment }) {
  for (const { name } of plainKnobs) {
    const row = byId(`knob-${name}`);
    if (row && row.classList.contains("fold-row")) row.classList.toggle("off", !isOn(name, experiment));
  }
}

/** Rows of a table come in another order each pass, or else it is said. */
const orderWords = () =>
  /** @type {Table | NamedTable} */ (state.experiment.inputs).shuffled === false ? ["in order"] : [];

/**
 * Normal and uniform inputs are never the same again; corners are.
 * @param {string} label @param {string} inputs @param {boolean} isAll
 */
function inputWords(label, inputs, isAll) {
  const kind = label.toLowerCase().replace(/s$/, "");
  return `${kind}${isAll && EVER_NEW.includes(inputs) ? ", all new" : ""}`;
}

/** @param {string} id @param {string} verb @param {string} [change] */
function nameButton(id, verb, change) {
  const button = buttonById(id);
  button.disabled = !change;
  button.title = change ? `${verb} ${change}` : verb;
  button.setAttribute("aria-label", button.title);
}

/** The buttons say what they undo and redo. */
function nameUndo() {
  const { undo, redo } = nextSteps();
  nameButton("undo", "Undo", undo);
  nameButton("redo", "Redo", redo);
}

export function installKnobControls() {
  detailsShown.on(showKnobs);
  detailsShown.on(showFolded);
  detailsShown.on(() => showWhichAreOff(state));
  runWithheld.on(showKnobs);
  undoChanged.on(nameUndo);
}
