/**
 * Predictions of final losses: whether one was right, and how many of them were, by the knob that was turned.
 * @typedef {"higher" | "same" | "lower" | "diverges" | number} Guess A word about the run before, or a loss.
 * @import { Run } from "../core/types.js"
 */

import { capitalized, formatNumber } from "../core/format.js";
import { haveSameLoss, haveSameTask, lostWords } from "../core/knobs.js";
import { runDifferences } from "./run_differences.js";

/** Two losses whose ratio is nearer to 1 than this are the same. */
const SAME = 0.05;
const SEVERAL = "several knobs";
/** @type {Record<string, string>} */
const WORDS = {
  higher: "higher",
  same: "the same within 5 %",
  lower: "lower",
  diverges: "that it diverges",
};

/** @type {Map<string, { right: number, all: number }>} */
const tally = new Map();

/** @param {number} loss @param {number} before */
const isSame = (loss, before) => Math.abs(loss - before) <= SAME * before;

/** Why the losses of two runs have no common scale; "" where they have one. @param {Run} one @param {Run} other */
function apartWords(one, other) {
  if (!haveSameLoss(one.summary, other.summary)) return "which is another kind of loss";
  return haveSameTask(one, other) ? "" : "which is the loss for other targets";
}

/**
 * How the run ended, beside the one before it; null where the two cannot be compared.
 * @param {Run} one @param {Run} other
 */
function endOf(one, other) {
  const [before, now] = [one.summary, other.summary];
  if (now.diverged_at !== null) return "diverges";
  if (apartWords(one, other) || (now.settled === null && before.settled === null)) return null;
  if (now.settled === null) return "higher";
  if (before.settled === null) return "lower";
  if (isSame(now.settled, before.settled)) return "same";
  return now.settled < before.settled ? "lower" : "higher";
}

/**
 * Whether a guess is right; null where nothing can be said, since the two losses have no common scale.
 * @param {Guess} guess @param {Run} before @param {Run} now
 */
export function isRight(guess, before, now) {
  const { settled } = now.summary;
  if (typeof guess === "number") return settled !== null && isSame(settled, guess);
  const end = endOf(before, now);
  return end === null && guess !== "diverges" ? null : guess === end;
}

/** @param {number} was @param {number} is */
function changeWords(was, is) {
  const ratio = is / was;
  if (!Number.isFinite(ratio) || ratio <= 0) return "";
  if (ratio >= 2) return ` (${formatNumber(ratio, 2)} times as high)`;
  // A loss that remains has not fallen by 100 %.
  if (ratio < 0.01) return ` (\u2212${Math.min(99.9, Math.round(1000 * (1 - ratio)) / 10)} %)`;
  return ` (${ratio < 1 ? "\u2212" : "+"}${formatNumber(100 * Math.abs(ratio - 1), 2)} %)`;
}

/** @param {Run} one @param {Run} other */
function outcome(one, other) {
  const [before, now] = [one.summary, other.summary];
  if (now.settled === null) return `it ${lostWords(now)}`;
  const end = formatNumber(now.settled);
  const reason = apartWords(one, other);
  if (reason) return `it ends at ${end}, ${reason}`;
  if (before.settled === null) return `it ends at ${end}, where the run before it ${lostWords(before)}`;
  const was = formatNumber(before.settled);
  if (was === end) return `it stayed at ${end}`;
  if (isSame(now.settled, before.settled)) return `it stayed within 5 %: ${was}, then ${end}`;
  const verb = now.settled < before.settled ? "fell" : "rose";
  return `it ${verb} from ${was} to ${end}${changeWords(before.settled, now.settled)}`;
}

/** The distance of a typed loss from the true one, in words. @param {number} guess @param {?number} settled */
function missWords(guess, settled) {
  if (settled === null || !settled) return "";
  const ratio = guess / settled;
  if (ratio >= 2 || ratio <= 0.5) {
    return `, and you guessed ${formatNumber(Math.max(ratio, 1 / ratio), 2)} times too ${ratio > 1 ? "high" : "low"}`;
  }
  return `, and you guessed ${formatNumber(100 * Math.abs(ratio - 1), 2)} % too ${ratio > 1 ? "high" : "low"}`;
}

/**
 * A sentence with the prediction, whether it is right, and how the run ended.
 * @param {Guess} guess @param {Run} before @param {Run} now
 */
export function guessWords(guess, before, now) {
  const { settled } = now.summary;
  const right = isRight(guess, before, now);
  const isLoss = typeof guess === "number";
  const verdict = { true: ": right", false: ": wrong", null: "" }[String(right)];
  const miss = isLoss ? missWords(guess, settled) : "";
  const where = guess === "same" && right === false && settled !== null ? ". The same ends within 5 %" : "";
  const told = `${capitalized(outcome(before, now))}${miss}${where}`;
  return `You predicted ${isLoss ? formatNumber(guess, 2) : WORDS[guess]}${verdict}. ${told}.`;
}

/**
 * Counts a guess for the knob that was turned.
 * @param {Guess} guess @param {Run} before @param {Run} now
 */
export function countGuess(guess, before, now) {
  const right = isRight(guess, before, now);
  if (right === null) return;
  const differences = runDifferences(before, now);
  const knob = differences.length === 1 && differences[0].label ? differences[0].label : SEVERAL;
  const { right: were, all } = tally.get(knob) ?? { right: 0, all: 0 };
  tally.set(knob, { right: were + Number(right), all: all + 1 });
}

/** "Right so far: α 3 of 4, samples 1 of 2"; "" before the first guess. */
export function tallyWords() {
  const counts = [...tally].map(([knob, { right, all }]) => `${knob} ${right} of ${all}`);
  return counts.length ? `Right so far: ${counts.join(", ")}` : "";
}
