/**
 * The knobs, derived from the server's table (`constants.knobTable`): a knob that is added there is turned, shown,
 * compared and remembered here without a line of its own.
 */

import { constants } from "./constants.js";
import { formatCount } from "./format.js";

/** Knobs whose values are said in requests under their names. */
export const plainKnobs = constants.knobTable.filter(({ plain }) => plain);

/** Those of them that are typed. */
export const fieldKnobs = plainKnobs.filter(({ name, controls }) => controls.some(([id]) => id === `${name}-field`));

/** What a knob's field shows: the thousands of a count are grouped. */
export function fieldText({ name, grouped }, controls) {
  const value = controls[name];
  return grouped && typeof value === "number" ? formatCount(value) : String(value);
}

/** Those of them that are dragged. */
export const sliderKnobs = plainKnobs.filter(({ slider }) => slider);

const PLACES = { alpha: "position", samples: "samplesAt" };

/** What `state.controlValues` calls the place of a slider's thumb: α and samples go by position, others by value. */
export const placeName = (name) => PLACES[name] || `${name}At`;

/** Those of them that are one control, such as a choice or a switch: [knob, id, property]. */
export const singleControls = plainKnobs.flatMap((knob) =>
  knob.controls.filter(([id]) => !id.startsWith(`${knob.name}-`)).map(([id, property]) => [knob, id, property]),
);

const defaults = Object.fromEntries(constants.knobTable.map((knob) => [knob.name, knob.default]));

/** A knob in what was stored, which lacks knobs that came later: their defaults stand in. */
export const storedValue = (stored, field) => stored[field] ?? defaults[field];

const choices = Object.fromEntries(constants.knobTable.map(({ name, options }) => [name, options || {}]));

/** Whether the values of a knob have names. */
export const isChoice = (name) => Object.keys(choices[name] || {}).length > 0;

/** What a value of a choice is called: RMSProp. */
export const choiceTitle = (name, value) => choices[name][value] || value;

/** How many samples each step of a run has; `run` is a summary or an experiment. */
const batchOf = (run) => storedValue(run, "batch");

/** Whether some step of the run has several samples: then places along it are counted in samples. */
export const inBatches = (run) => batchOf(run) > 1;

/** What a place along the run counts. */
export const placeWord = (run) => (inBatches(run) ? "sample" : "step");

/** How many steps a run has: one for each batch, the last of which may be shorter. */
export const stepsOf = (run) => Math.ceil(run.samples / batchOf(run));

/** How many steps come before a place, which counts samples. */
export const stepsBefore = (place, run) => (place >= run.samples ? stepsOf(run) : Math.floor(place / batchOf(run)));

/** The place where a step begins that is nearest to this one; the end of the run is one too. */
export function nearestStep(place, run) {
  const near = Math.round(place / batchOf(run)) * batchOf(run);
  return place >= run.samples ? run.samples : Math.min(near, run.samples);
}

/** The place so many steps on, or back. */
export function placeAfter(place, steps, run) {
  const from = place / batchOf(run);
  return (steps > 0 ? Math.floor(from) + steps : Math.ceil(from) + steps) * batchOf(run);
}

/** What counts as wrong about an output; `run` is a summary or an experiment. */
export const lossOf = (run) => storedValue(run, "loss");

/** Whether that is what it is by default: half the square of its error. */
export const hasUsualLoss = (run) => lossOf(run) === defaults.loss;

/** Whether the losses of two runs have a common scale, so that one may be lower than the other. */
export const haveSameLoss = (a, b) => lossOf(a) === lossOf(b);

/** Whether two experiments ask for the same: the same target of the same inputs, be they a table's rows. */
export const haveSameTask = (a, b) => {
  const task = ({ ideal, inputs }) => JSON.stringify([ideal, inputs]);
  return task(a) === task(b);
};

/** Whether two summaries are of the same run. */
export const sameRun = (a, b) => constants.runFields.every((field) => storedValue(a, field) === storedValue(b, field));

/** Whether knobs are what an experiment has, but for those that name no run. */
export const haveKnobs = (knobs, experiment) =>
  plainKnobs.every(({ name, namesRun }) => !namesRun || storedValue(knobs, name) === storedValue(experiment, name));

/** A run's name but for the fields that vary, with what else it depends on. */
export function runKey(summary, varying, ...more) {
  const fields = constants.runFields.filter((field) => !varying.includes(field));
  return JSON.stringify([...fields.map((field) => storedValue(summary, field)), ...more]);
}

/** The knobs of an experiment; those that name no run stay as they are in `current`. */
export function knobsOf(experiment, current) {
  const valueOf = ({ name, namesRun }) => storedValue(current && !namesRun ? current : experiment, name);
  return Object.fromEntries(plainKnobs.map((knob) => [knob.name, valueOf(knob)]));
}
