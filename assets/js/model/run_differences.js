/** In what two runs differ: the knobs, the network, the first weights and the experiment, each with both values. */

import { constants } from "../core/constants.js";
import { digitsApart, formatCount, formatFingerprint, formatKnob } from "../core/format.js";
import { storedValue } from "../core/knobs.js";
import { state } from "../core/state.js";
import { networkWords } from "./run_words.js";

const LONGEST = 40;

/** The seed of the first weights; null where they were trained or edited. */
export const weightSeed = ({ experiment: { weights } }) => (weights.kind === "drawn" ? weights.seed : null);

/**
 * What one run has and the other has in its place, in words, a row for each difference. A title has no label, and where
 * there are no words for the values, they are "".
 * @typedef {{ label: string, one: string, other: string }} Difference
 * @returns {Difference[]}
 */
export function runDifferences(one, other) {
  return [...titles(one, other), ...knobs(one, other), ...networks(one, other), ...firstWeights(one, other)];
}

const row = (label, one, other) => (one === other ? [] : [{ label, one, other }]);

const titles = (one, other) => row("", one.summary.title, other.summary.title);

function knobs(one, other) {
  const naming = constants.knobTable.filter(({ namesRun }) => namesRun);
  return naming.flatMap((knob) => {
    const [a, b] = [one, other].map(({ summary }) => storedValue(summary, knob.name));
    if (a === b) return [];
    const digits = typeof a === "number" && typeof b === "number" ? digitsApart(a, b) : 3;
    return [{ label: knob.label, one: knobWords(knob, a, digits), other: knobWords(knob, b, digits) }];
  });
}

/** A knob's value in words: a target and inputs by the names in their menus. */
function knobWords({ name, grouped }, value, digits) {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (grouped) return formatCount(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : formatKnob(value, digits);
  const choices = { ideal: state.shown.frame.ideals, inputs: state.shown.frame.inputs }[name] || [];
  const choice = choices.find((offered) => offered.value === value);
  return brief(choice ? choice.label : value);
}

const brief = (text) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).trimEnd()}…`);

/** How a layer draws its weights is not a matter of the network. */
const layersOf = ({ experiment }) => JSON.stringify(experiment.layers.map(({ draw, ...layer }) => layer));

/** The name of a network covers a table of samples too. */
function networks(one, other) {
  if (one.summary.network === other.summary.network) return [];
  const [a, b] = [one, other].map(({ experiment }) => networkWords(experiment.layers));
  if (a !== b) return row("network", a, b);
  const isTable = [one, other].map(({ summary }) => summary.inputs === "table");
  if (layersOf(one) !== layersOf(other)) return [{ label: "other network", one: "", other: "" }];
  return isTable[0] && isTable[1] ? [{ label: "other table", one: "", other: "" }] : [];
}

/** Other layers have other weights in any case: only their seed and how large they are is said. */
function firstWeights(one, other) {
  if (one.summary.checkpoint === other.summary.checkpoint) return [];
  const [a, b] = [one, other].map(({ experiment }) => experiment.weights);
  const drawn = a.kind === "drawn" && b.kind === "drawn";
  const size = () => row("size of the starting weights", a.scheme, b.scheme);
  const seeds = drawn ? [...row("weight seed", String(a.seed), String(b.seed)), ...size()] : [];
  if (seeds.length || one.summary.network !== other.summary.network) return seeds;
  const [before, after] = [one, other].map(({ summary }) => formatFingerprint(summary.checkpoint));
  return row("starting weights", before, after);
}

/** α 0.3 · data seed 5: what a run has that the other has not; "same knobs" where there is nothing. */
export function differenceWords(run, other) {
  const words = runDifferences(run, other).map(({ label, one }) => [label, one].filter(Boolean).join(" "));
  return words.join(" · ") || "same knobs";
}
