/**
 * The knobs, derived from the server's table (`constants.knobTable`): a knob that is added there is turned, shown,
 * compared and remembered here without a line of its own.
 */

import { constants } from "./constants.js";
import { formatCount, formatKnob } from "./format.js";

/**
 * @import { Experiment, KnobRow, KnobValue, KnobValues, Knobs, Run, RunSummary, Slider } from "./types.js"
 */

/** Knobs whose values are said in requests under their names. */
export const plainKnobs = constants.knobTable.filter(({ plain }) => plain);

/** The plain knobs that are typed. */
export const fieldKnobs = plainKnobs.filter(({ name, controls }) => controls.some(([id]) => id === `${name}-field`));

/**
 * The text in a knob's field: the thousands of a count are grouped.
 * @param {KnobRow} knob
 * @param {Record<string, unknown>} controls
 */
export function fieldText({ name, grouped }, controls) {
  const value = controls[name];
  return grouped && typeof value === "number" ? formatCount(value) : String(value);
}

/** The plain knobs that are dragged. */
export const sliderKnobs = plainKnobs.filter(({ slider }) => slider);

/** @param {string} name */
export const sliderOf = (name) => /** @type {Slider} */ (sliderKnobs.find((knob) => knob.name === name)?.slider);

/** The plain knobs that are one control, such as a choice or a switch: [knob, id, property]. */
export const singleControls = plainKnobs.flatMap((knob) =>
  knob.controls
    .filter(([id]) => !id.startsWith(`${knob.name}-`))
    .map(([id, property]) => /** @type {[KnobRow, string, string]} */ ([knob, id, property])),
);

const rows = Object.fromEntries(constants.knobTable.map((knob) => [knob.name, knob]));

/**
 * @template {string} Name
 * @typedef {Name extends keyof KnobValues ? KnobValues[Name] : KnobValue} ValueOf
 */

/**
 * A knob in what was stored, which lacks knobs that came later: their defaults stand in. Whole numbers, which JSON has
 * as a list, are the text that a field has.
 * @template {string} Name
 * @param {object} stored
 * @param {Name} field
 */
export function storedValue(stored, field) {
  const value = /** @type {Record<string, KnobValue | number[]>} */ (stored)[field] ?? rows[field]?.default;
  return /** @type {ValueOf<Name>} */ (Array.isArray(value) ? value.join() : value);
}

/** Whether the values of a knob have names. @param {string} name */
export const isChoice = (name) => Boolean(rows[name]?.options);

/** The title of a value of a choice: RMSProp. @param {string} name @param {string} value */
export const choiceTitle = (name, value) => rows[name].options?.[value] || value;

/** Whether a knob is on: it has another value than by default. @param {string} name @param {object} experiment */
export const isOn = (name, experiment) => storedValue(experiment, name) !== rows[name].default;

/**
 * The knobs of a fold that are on, in few words each, but for those that are said elsewhere.
 * @param {string} fold @param {object} experiment @param {string[]} elsewhere
 */
export const foldWords = (fold, experiment, elsewhere = []) =>
  constants.folds[fold]
    .filter((name) => !elsewhere.includes(name))
    .filter((name) => isOn(name, experiment) && (!rows[name].needs || isOn(rows[name].needs, experiment)))
    .map((name) => knobWords(rows[name], storedValue(experiment, name)));

/** momentum 0.9. @param {KnobRow} row @param {KnobValue} value */
function knobWords({ name, words, grouped }, value) {
  const number = grouped ? formatCount : formatKnob;
  const text = typeof value === "number" ? number(value) : String(value);
  return words.replace("{value}", () => text).replace("{title}", () => choiceTitle(name, text));
}

/** The number of samples of each step of a run; `run` is a summary or an experiment. @param {object} run */
const batchOf = (run) => storedValue(run, "batch");

/**
 * Whether some step of the run has several samples: then places along it are counted in samples.
 * @param {object} run
 */
export const inBatches = (run) => batchOf(run) > 1;

/** The word for what a place along the run counts. @param {object} run */
export const placeWord = (run) => (inBatches(run) ? "sample" : "step");

/** How a run without a final loss ends: diverges at step 38. @param {{ diverged_at: ?number }} run */
export const lostWords = (run) =>
  run.diverged_at === null ? "ends past all numbers" : `diverges at ${placeWord(run)} ${formatCount(run.diverged_at)}`;

/** The number of steps of a run: one for each batch, the last of which may be shorter. @param {KnobValues} run */
export const stepsOf = (run) => Math.ceil(run.samples / batchOf(run));

/** The number of steps before a place, which counts samples. @param {number} place @param {KnobValues} run */
export const stepsBefore = (place, run) => (place >= run.samples ? stepsOf(run) : Math.floor(place / batchOf(run)));

/**
 * The place where a step begins that is nearest to this one; the end of the run is one too.
 * @param {number} place
 * @param {KnobValues} run
 */
export function nearestStep(place, run) {
  const near = Math.round(place / batchOf(run)) * batchOf(run);
  return place >= run.samples ? run.samples : Math.min(near, run.samples);
}

/** The place some steps on, or back. @param {number} place @param {number} steps @param {object} run */
export function placeAfter(place, steps, run) {
  const from = place / batchOf(run);
  return (steps > 0 ? Math.floor(from) + steps : Math.ceil(from) + steps) * batchOf(run);
}

/** The loss that a run was trained with; `run` is a summary or an experiment. @param {object} run */
export const lossOf = (run) => storedValue(run, "loss");

/** Whether that is the default: half the square of the error. @param {object} run */
export const hasUsualLoss = (run) => !isOn("loss", run);

/**
 * Whether the losses of two runs have a common scale, so that one may be lower than the other.
 * @param {object} a
 * @param {object} b
 */
export const haveSameLoss = (a, b) => lossOf(a) === lossOf(b);

/** The half of a name of inputs and targets that is of the targets; runs of version 0.1 have none. @param {Run} run */
const targetsOf = ({ summary: { data = "" } }) => data.slice(data.length / 2);

/**
 * Whether two runs have one task: equal targets, or the same target of the same inputs, be they a table's rows, in one
 * unit.
 * @param {Run} a
 * @param {Run} b
 */
export const haveSameTask = (a, b) => {
  /** @param {Run} run */
  const task = ({ experiment }) =>
    JSON.stringify([experiment.ideal, experiment.inputs, storedValue(experiment, "scaling")]);
  return (targetsOf(a) !== "" && targetsOf(a) === targetsOf(b)) || task(a) === task(b);
};

/** Whether two summaries are of the same run. @param {RunSummary} a @param {RunSummary} b */
export const sameRun = (a, b) => constants.runFields.every((field) => storedValue(a, field) === storedValue(b, field));

/**
 * Whether knobs have the values of an experiment, but for those that name no run.
 * @param {Knobs} knobs
 * @param {Experiment} experiment
 */
export const haveKnobs = (knobs, experiment) =>
  plainKnobs.every(({ name, namesRun }) => !namesRun || storedValue(knobs, name) === storedValue(experiment, name));

/**
 * A run's name but for the fields that vary, with what else it depends on.
 * @param {RunSummary} summary
 * @param {string[]} varying
 * @param {...unknown} more
 */
export function runKey(summary, varying, ...more) {
  const fields = constants.runFields.filter((field) => !varying.includes(field));
  return JSON.stringify([...fields.map((field) => storedValue(summary, field)), ...more]);
}

/**
 * The knobs of an experiment; those that name no run stay as they are in `current`.
 * @param {Experiment} experiment
 * @param {Knobs} [current]
 */
export function knobsOf(experiment, current) {
  /** @param {KnobRow} knob */
  const valueOf = ({ name, namesRun }) => storedValue(current && !namesRun ? current : experiment, name);
  const values = Object.fromEntries(plainKnobs.map((knob) => [knob.name, valueOf(knob)]));
  return /** @type {KnobValues} */ (/** @type {unknown} */ (values));
}
