/** The differences of two runs: the knobs, the network, the first weights and the experiment, each with both values. */

import { constants } from "../core/constants.js";
import { digitsApart, formatCount, formatFingerprint, formatKnob } from "../core/format.js";
import { storedValue } from "../core/knobs.js";
import { state } from "../core/state.js";
import { networkWords, runName } from "./run_words.js";

/** @import { KnobRow, KnobValue, Run } from "../core/types.js" */

const LONGEST = 40;

/** The seed of the first weights; null where they were trained or edited. @param {Run} run */
export const weightSeed = ({ experiment: { weights } }) => (weights.kind === "drawn" ? weights.seed : null);

/**
 * A part of one run and what the other has in its place, in words. A title has no label, and where there are no words
 * for the values, they are "".
 * @typedef {{ label: string, one: string, other: string }} Difference
 */

/** @param {Run} one @param {Run} other @returns {Difference[]} */
export function runDifferences(one, other) {
  return [...titles(one, other), ...knobs(one, other), ...networks(one, other), ...firstWeights(one, other)];
}

/** @param {string} label @param {string} one @param {string} other */
const row = (label, one, other) => (one === other ? [] : [{ label, one, other }]);

/** @param {Run} one @param {Run} other */
const titles = (one, other) => row("", runName(one), runName(other));

/** @param {Run} one @param {Run} other */
function knobs(one, other) {
  const naming = constants.knobTable.filter(({ namesRun }) => namesRun);
  return naming.flatMap((knob) => {
    const [a, b] = [one, other].map(({ summary }) => storedValue(summary, knob.name));
    if (a === b) return [];
    const digits = typeof a === "number" && typeof b === "number" ? digitsApart(a, b) : 3;
    return [{ label: knob.label, one: knobWords(knob, a, digits), other: knobWords(knob, b, digits) }];
  });
}

/**
 * A knob's value in words: a target and inputs by the names in their menus.
 * @param {KnobRow} knob
 * @param {KnobValue} value
 * @param {number} digits
 */
function knobWords({ name, grouped }, value, digits) {
  if (value === null) return "all";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") {
    if (grouped) return formatCount(value);
    return Number.isInteger(value) ? String(value) : formatKnob(value, digits);
  }
  const { ideals, inputs } = state.shown.frame;
  const choices = name === "ideal" ? ideals : name === "inputs" ? inputs : [];
  const choice = choices.find((offered) => offered.value === value);
  return brief(choice ? choice.label : value);
}

/** @param {string} text */
const brief = (text) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).trimEnd()}…`);

/** How a layer draws its weights is not a matter of the network. @param {Run} run */
const layersOf = ({ experiment }) => JSON.stringify(experiment.layers.map((layer) => ({ ...layer, draw: undefined })));

/** The name of a network covers a table of samples too. @param {Run} one @param {Run} other */
function networks(one, other) {
  if (one.summary.network === other.summary.network) return [];
  const [a, b] = [one, other].map(({ experiment }) => networkWords(experiment.layers));
  if (a !== b) return row("network", a, b);
  const isTable = [one, other].map(({ summary }) => summary.inputs === "table");
  if (layersOf(one) !== layersOf(other)) return [{ label: "other network", one: "", other: "" }];
  return isTable[0] && isTable[1] ? [{ label: "other table", one: "", other: "" }] : [];
}

/**
 * Other layers have other weights in any case: only their seed and how large they are is said.
 * @param {Run} one
 * @param {Run} other
 */
function firstWeights(one, other) {
  if (one.summary.checkpoint === other.summary.checkpoint) return [];
  const [a, b] = [one, other].map(({ experiment }) => experiment.weights);
  const seeds =
    a.kind === "drawn" && b.kind === "drawn"
      ? [
          ...row("weight seed", String(a.seed), String(b.seed)),
          ...row("size of the starting weights", a.scheme, b.scheme),
        ]
      : [];
  if (seeds.length || one.summary.network !== other.summary.network) return seeds;
  const [before, after] = [one, other].map(({ summary }) => formatFingerprint(summary.checkpoint));
  return row("starting weights", before, after);
}

/**
 * α 0.3 · data seed 5: how a run differs from the other; "same knobs" where it does not.
 * @param {Run} run
 * @param {Run} other
 */
export function differenceWords(run, other) {
  const words = runDifferences(run, other).map(({ label, one }) => [label, one].filter(Boolean).join(" "));
  return words.join(" · ") || "same knobs";
}
