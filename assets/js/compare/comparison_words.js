/**
 * The words of the comparison: one sentence of what differs and what came of it, and a list with the rest.
 * @import { ComparedEnd, MarkedText, Pin, Run, RunSummary } from "../core/types.js"
 * @import { Difference } from "../model/run_differences.js"
 * @import { PairKnowledge, PairWord } from "../surface/run_pair.js"
 */

import { constants } from "../core/constants.js";
import { capitalized, formatCount, formatFingerprint, formatNumber } from "../core/format.js";
import { haveSameLoss, haveSameTask, lostWords, placeWord } from "../core/knobs.js";
import { pinName } from "../model/pins.js";
import { runDifferences } from "../model/run_differences.js";

const TWICE = 2;
const MOST_DIFFERENCES = 5;

/**
 * Pieces of text, each with the class of its emphasis or "".
 * @param {Pin} pin @param {Run} base @returns {MarkedText}
 */
export function comparisonSentence(pin, base) {
  const { run } = pin;
  const opening = openingOf(runDifferences(run, base), pinName(pin));
  if (run.summary.fingerprint !== base.summary.fingerprint) return [[`${opening}: `, ""], ...effect(pin, base)];
  return [
    [`${opening}: the runs are `, ""],
    ["identical", "strong"],
    [", to the last bit.", ""],
  ];
}

/** α 0.1 → 0.3; where several things differ, how many. @param {Difference[]} differences @param {string} name */
function openingOf(differences, name) {
  if (!differences.length) return `The same knobs in ${name} and now`;
  if (differences.length > 1) return `${differences.length} differences from ${name} to now`;
  return capitalized(differenceLine(differences[0]));
}

/** α 0.1 → 0.3. @param {Difference} difference */
function differenceLine({ label, one, other }) {
  return [label, one && `${one} → ${other}`].filter(Boolean).join(" ");
}

/**
 * The change of the final loss from the pinned run to the current one; of another task it is no share.
 * @param {Pin} pin @param {Run} run @returns {MarkedText}
 */
function effect(pin, run) {
  const { summary: now } = run;
  const { summary: was } = pin.run;
  if (was.settled === null || now.settled === null) return ending(pin, now);
  if (!haveSameLoss(was, now)) return [...ending(pin, now), [" They are two kinds of loss.", ""]];
  const share = haveSameTask(pin.run, run) ? apart(was.settled, now.settled) : "";
  return [
    [`final loss ${formatNumber(was.settled)} → `, ""],
    [formatNumber(now.settled), "now"],
    [`${share && ` (${share})`}.`, ""],
  ];
}

/** −11 %, from twice on 14×; "" where the two are equal or one is 0. @param {number} was @param {number} now */
function apart(was, now) {
  const [low, high] = [was, now].sort((a, b) => a - b);
  if (low === 0 || low === high) return "";
  if (high / low < constants.almostSame) return "less than 5 % apart";
  if (high / low >= TWICE) return `${formatNumber(high / low, 2)}×`;
  const percent = Math.round(100 * (now / was - 1));
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent)} %`;
}

/** Where at least one of the two has no final loss. @param {Pin} pin @param {RunSummary} now @returns {MarkedText} */
function ending(pin, now) {
  const { summary: was } = pin.run;
  /** @param {string} who @param {RunSummary} summary @returns {[string, string]} */
  const text = (who, summary) => [`${who} ${endOf(summary)}`, summary.settled === null ? "bad" : ""];
  return [text(pinName(pin), was), [", and ", ""], text("the current run", now), [".", ""]];
}

/** @param {RunSummary} summary */
function endOf(summary) {
  const { settled } = summary;
  return settled === null ? lostWords(summary) : `has the final loss ${formatNumber(settled)}`;
}

/** The step at which both are seen. @param {Pin} pin @param {Run} base */
export function stepsSeen(pin, base) {
  const name = pinName(pin);
  const stops = /** @type {[string, Run][]} */ ([
    [name, pin.run],
    ["the current run", base],
  ]).filter(([, { summary }]) => summary.diverged_at !== null);
  if (!stops.length) return `Both are at their last step, ${name} and the current run.`;
  /** @param {Run} run */
  const last = ({ summary }) => `${placeWord(summary)} ${formatCount(Math.max(0, (summary.diverged_at ?? 0) - 1))}`;
  const seen = stops.map(([who, run]) => `${who} at ${last(run)}, the last before it diverges`);
  const other = stops.length === 2 ? "" : `, and ${stops[0][0] === name ? "the current run" : name} at its last step`;
  return `The comparison has ${seen.join(", and ")}${other}.`;
}

/**
 * The rest, as rows of a head and its lines.
 * @param {Pin} pin
 * @param {Run} base
 * @param {?ComparedEnd} end
 * @param {?{ outputs: string[], weights: string }} distances In words.
 * @param {PairKnowledge} pair Of both runs.
 * @returns {[string, string[]][]}
 */
export function comparisonList(pin, base, end, distances, pair) {
  const differences = runDifferences(pin.run, base).map(differenceLine);
  const more = differences.length - MOST_DIFFERENCES;
  const lines = more > 0 ? [...differences.slice(0, MOST_DIFFERENCES), `and ${more} more`] : differences;
  /** @type {[string, string[]][]} */
  const rows = [["Differences", lines.length ? lines : ["same knobs"]], ...scoreRows(pin, base)];
  if (!end) return [...rows, ["Outputs and weights", ["awaited"]]];
  if (end.none) return [...rows, [pinName(pin), [end.none]]];
  /** @type {[string, string[]][]} */
  const again = end.fingerprint === pin.run.summary.fingerprint ? [] : [[pinName(pin), [otherRun(pin, end)]]];
  /** @type {[string, string[]][]} */
  const distanceRows = distances
    ? [
        ["Outputs", distances.outputs],
        ["Weights", [distances.weights]],
      ]
    : [];
  const ends = [...distanceRows, ...pairRows(pin, base, pair)];
  return [...rows, ...ends, ...again];
}

/**
 * The scores of both runs, where their rows have the same kind of them.
 * @param {Pin} pin @param {Run} base @returns {[string, string[]][]}
 */
function scoreRows({ run }, base) {
  const [was, now] = [run, base].map(({ said }) => said.scores ?? []);
  if (!was.length || was[0][0] !== now[0]?.[0]) return [];
  const sets = ["learned", "held out"].slice(0, Math.min(was.length, now.length));
  return [[now[0][0], sets.map((set, k) => `${set} ${was[k][1]} → ${now[k][1]}`)]];
}

/**
 * The three words, which call the pinned run A whatever its name is.
 * @param {Pin} pin @param {Run} base @param {PairKnowledge} pairKnowledge @returns {[string, string[]][]}
 */
function pairRows(pin, base, { reply, none }) {
  const name = pinName(pin);
  const sameLoss = haveSameLoss(pin.run.summary, base.summary);
  /** @type {Record<string, (word: PairWord) => string>} */
  const lineOf = {
    wall: ({ word, number }) => [word, number, !sameLoss && "by the current loss"].filter(Boolean).join(" "),
    // How far the outputs are apart is said above, over what is drawn of them.
    answers: ({ word }) => word,
    weights: ({ word, number }) => `${word}, ${number.replace("A’s", `${name}’s`)}`,
  };
  const lines = reply ? reply.words.map((row) => lineOf[row.name](row)) : [none || "awaited"];
  return lines.length ? [[`From ${name} to now`, lines]] : [];
}

/** @param {Pin} pin @param {ComparedEnd} comparedEnd */
function otherRun({ run }, { fingerprint }) {
  const [now, was] = [fingerprint, run.summary.fingerprint].map(formatFingerprint);
  return `trained once more it is run ${now}; when it was pinned it was ${was}`;
}
