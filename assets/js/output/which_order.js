/**
 * The runs without one row of a table, or one distinct sample, each: as lists in two orders, and in words.
 * @typedef {object} LeftOut One of them.
 * @property {number} row From 1.
 * @property {number} turns In the run; without any turn the run is the same.
 * @property {string} target
 * @property {?[number, number]} inputs Where a network has two.
 * @property {number} effect How much greater the loss is without it; ∞ where that run diverges.
 * @property {number} own Its own loss after the run.
 * @property {number} ownWithout The same after the run without it.
 * @property {boolean} isLuck
 * @property {?number} divergesAt
 * @property {?number} answer Another class that the run without it answers, from 0.
 * @property {?number} double The first other one with the same numbers.
 * @typedef {"did" | "missed"} Order
 * @import { WhichReply } from "../core/types.js"
 */

import { formatCount, formatNumber } from "../core/format.js";

/** A dot of the largest effect has this radius, and no dot a smaller one than the least, in pixels. */
const [LARGEST, LEAST] = [13, 2.5];

/** @param {WhichReply} reply @returns {LeftOut[]} */
export const leftOutOf = ({ rows, turns, targets, inputs, luck, diverges_at, answers, doubles, ...numbers }) =>
  rows.map((row, k) => ({
    row,
    turns: turns[k],
    target: targets[k],
    inputs: inputs && inputs[k],
    effect: numbers.effect[k] ?? Infinity,
    own: numbers.own[k] ?? Infinity,
    ownWithout: numbers.own_without[k] ?? Infinity,
    isLuck: luck[k],
    divergesAt: diverges_at[k],
    answer: answers?.[k] ?? null,
    double: doubles[k],
  }));

/** Which did most, luck last; or which is missed most by the run without it. @type {Record<Order, Compare>} */
const COMPARE = {
  did: (a, b) => Number(a.isLuck) - Number(b.isLuck) || descending(Math.abs(a.effect), Math.abs(b.effect)),
  missed: (a, b) => descending(a.ownWithout, b.ownWithout),
};
/** @typedef {(a: LeftOut, b: LeftOut) => number} Compare */

/** @param {number} a @param {number} b */
const descending = (a, b) => (a === b ? 0 : b - a);

/** @param {LeftOut[]} all @param {Order} order */
export const inOrder = (all, order) => all.toSorted((a, b) => COMPARE[order](a, b) || a.row - b.row);

/**
 * The radius of each dot: its area is that of the effect, on the scale of the largest.
 * @param {LeftOut[]} all
 */
export function radiiOf(all) {
  const sizes = all.map(({ effect }) => Math.abs(effect));
  const largest = Math.max(...sizes.filter(Number.isFinite));
  return sizes.map((size) =>
    Number.isFinite(size) && largest > 0 ? Math.max(LEAST, LARGEST * Math.sqrt(size / largest)) : LEAST,
  );
}

/** +0.081, −0.013. @param {LeftOut} leftOut */
export function effectText({ effect, divergesAt }) {
  if (divergesAt !== null) return "diverges";
  return effect > 0 ? `+${formatNumber(effect)}` : formatNumber(effect);
}

/**
 * The sentences about it beside its losses. @param {LeftOut} leftOut @param {string} one A step, or a sample.
 * @param {string} noun A row, or a point.
 */
export function notesOf({ turns, divergesAt, isLuck, double }, one, noun) {
  const notes = double === null ? [] : [`It has a double: ${noun} ${formatCount(double)}.`];
  if (!turns) return ["It has no turn in this run.", ...notes];
  if (divergesAt !== null) return [`Without it the run diverges at ${one} ${formatCount(divergesAt)}.`, ...notes];
  return isLuck ? ["What it did is not told apart from luck.", ...notes] : notes;
}

/**
 * The sentence in two parts: what did it, and which runs were made.
 * @param {string} sentence @returns {[string, string]}
 */
export function partsOf(sentence) {
  const [, headline = sentence, runs = ""] = sentence.match(/^(.+?\.) (\d.*)$/) ?? [];
  return [headline, runs];
}

/** The numbers that are left out, with one more. @param {unknown} value @param {number} row */
export const withoutToo = (value, row) =>
  [...(String(value).match(/\d+/g) ?? []).map(Number), row].sort((a, b) => a - b).join(",");

/** How many are worse, better, or luck. @param {LeftOut[]} all */
export function countsOf(all) {
  const beyond = all.filter(({ isLuck }) => !isLuck);
  const worse = beyond.filter(({ effect }) => effect > 0).length;
  return { worse, better: beyond.length - worse, luck: all.length - beyond.length };
}

/** These numbers in a sentence. @param {LeftOut[]} all */
export function effectCountWords(all) {
  const { worse, better, luck } = countsOf(all);
  const are = luck === 1 ? "is" : "are";
  return `The loss is greater without each of ${worse}, smaller without each of ${better}; ${luck} ${are} luck.`;
}
