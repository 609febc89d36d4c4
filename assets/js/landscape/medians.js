/**
 * Findings that hold over the seeds of a map, and not for the luckiest of its runs alone: which α is best, and how many
 * samples are enough. Both are read of medians over the seeds.
 * @import { BestAlpha, DrawnMap, KnobWords, MedianRow, OwnRun } from "./types.js"
 */

import { constants } from "../core/constants.js";
import { formatCount, formatKnob, formatNumber } from "../core/format.js";
import { isSeed } from "../cube/axis_words.js";

const FEWEST_SEEDS = 3;
const NEAR = "5 %";
const FOURFOLD = 4;
const STILL_LOWERED = 0.95;
/** A median below both, a loss and a share of the highest median, is low enough for anybody. */
const LOW = { loss: 1e-6, share: 1e-3 };

/**
 * The middle one of some losses, or the mean of the middle two; a run that diverges counts as ∞.
 * @param {number[]} losses
 */
export function medianOf(losses) {
  const sorted = [...losses].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === high ? low : (low + high) / 2;
}

/**
 * The other knob of a map that lies over this one; nothing where it does not.
 * @param {DrawnMap} map @param {string} name
 */
const otherThan = (map, name) => ({ [map.x]: map.y, [map.y]: map.x })[name];

/** The cells with a knob's value of that number. @param {DrawnMap} map @param {string} name @param {number} k */
function cellsAt(map, name, k) {
  const isAcross = map.x === name;
  /** @param {number} other */
  const cellOf = (other) => (isAcross ? other * map.width + k : k * map.width + other);
  return Array.from({ length: isAcross ? map.height : map.width }, (_, other) => cellOf(other));
}

/** @param {DrawnMap} map */
const lossAt = (map) => (/** @type {number} */ cell) => (map.diverged[cell] < 0 ? map.settled[cell] : Infinity);

/**
 * The values of a knob, each with the median over the other's; without those that the bench refuses with some.
 * @param {DrawnMap} map @param {string} name
 */
function mediansAlong(map, name) {
  const values = /** @type {number[]} */ (map.values[name]);
  const all = values.map((value, k) => ({ value, k, losses: cellsAt(map, name, k).map(lossAt(map)) }));
  const made = all.filter(({ losses }) => !losses.some(Number.isNaN));
  return made.map(({ value, k, losses }) => ({ value, k, median: medianOf(losses) }));
}

/* The best α */

/**
 * The α whose median over the seeds is within 5 % of the lowest, from the lowest on to both sides, { from, to, lowest,
 * rows }, with how many of how many runs there diverge, { lost, runs }. Nothing where the map does not lie over α and
 * seeds, where the median is never finite, or is near for all.
 * @param {DrawnMap} map
 */
export function bestAlpha(map) {
  const rows = alphaRows(map);
  const lowest = Math.min(...rows.map(({ median }) => median));
  if (!(lowest < Infinity)) return null;
  /** @param {number} at */
  const isNear = (at) => rows[at] && rows[at].median <= constants.almostSame * lowest;
  let from = rows.findIndex(({ median }) => median === lowest);
  let to = from;
  while (isNear(from - 1) && rows[from].k - rows[from - 1].k === 1) from -= 1;
  while (isNear(to + 1) && rows[to + 1].k - rows[to].k === 1) to += 1;
  if (to - from + 1 === rows.length) return null;
  const atEnd = rows[to].k === map.values.alpha.length - 1;
  const near = rows.slice(from, to + 1);
  const cells = near.flatMap(({ k }) => cellsAt(map, "alpha", k));
  const lost = cells.filter((cell) => map.diverged[cell] >= 0).length;
  return { from: rows[from].value, to: rows[to].value, lowest, atEnd, rows: near, lost, runs: cells.length };
}

/** @param {DrawnMap} map */
function alphaRows(map) {
  const seeds = otherThan(map, "alpha");
  const isOver = seeds && isSeed(seeds) && map.values[seeds].length >= FEWEST_SEEDS;
  return isOver ? mediansAlong(map, "alpha") : [];
}

/**
 * The α that is best over the seeds, whether the map ends there, and the median at the current one.
 * @param {DrawnMap} map @param {KnobWords} words @param {OwnRun} own
 */
export function bestAlphaWords(map, words, own) {
  const rows = alphaRows(map);
  if (!rows.length) return "";
  const seeds = seedsWord(map, "alpha", words);
  const medians = rows.map(({ median }) => median);
  const [lowest, highest] = [Math.min(...medians), Math.max(...medians)];
  if (lowest === Infinity) return `At every α tried here at least half of the ${seeds} diverge.`;
  const least = formatNumber(lowest);
  if (lowest === highest) return `Every α tried here has the same median final loss over ${seeds}, ${least}.`;
  const best = bestAlpha(map);
  if (!best) {
    const near = `the median final loss is at most ${NEAR} above the lowest, ${least}`;
    return `α makes little difference: over ${seeds}, at each one tried here, ${near}.`;
  }
  return [bestWords(best, seeds), endWords(map, best), ownWords(rows, best, own)].filter(Boolean).join(" ");
}

/** 32 data seeds. @param {DrawnMap} map @param {string} name @param {KnobWords} words */
const seedsWord = (map, name, words) => {
  const seeds = otherThan(map, name);
  return `${formatCount(map.values[seeds].length)} ${words.of(seeds)}s`;
};

/** @param {BestAlpha} bestAlpha @param {string} seeds */
function bestWords({ from, to, lowest, rows, lost, runs }, seeds) {
  const diverged = lost ? `, though ${formatCount(lost)} of ${formatCount(runs)} runs diverge there` : "";
  const alone = rows.length === 1;
  const alphas = alone ? formatKnob(from) : `from ${formatKnob(from)} to ${formatKnob(to)}`;
  const near = alone ? `lowest, ${formatNumber(lowest)}` : `at most ${NEAR} above the lowest, ${formatNumber(lowest)}`;
  const least = alone || lowest > 0 ? near : "0";
  return `Over ${seeds} α ${alphas} is best: there the median final loss is ${least}${diverged}.`;
}

/** Where the best lies at an end of the map, it may lie beyond. @param {DrawnMap} map @param {BestAlpha} bestAlpha */
function endWords(map, { from, to, atEnd }) {
  if (atEnd) return `The map ends at α ${formatKnob(to)}: a larger one may be better.`;
  return from === map.values.alpha[0] ? `The map begins at α ${formatKnob(from)}: a smaller one may be better.` : "";
}

/**
 * The median at the current α, or at the one of the map that is nearest.
 * @param {MedianRow[]} rows @param {BestAlpha} best @param {OwnRun} ownRun
 */
function ownWords(rows, best, { alpha, median = null }) {
  if (alpha === null || !(alpha > 0) || (best.from === best.to && alpha === best.from)) return "";
  /** @param {MedianRow} medianRow */
  const distance = ({ value }) => Math.abs(Math.log(value / alpha));
  const nearest = rows.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const isExact = median !== null || nearest.value === alpha;
  const there = median ?? nearest.median;
  const at = isExact
    ? `At the current α, ${formatKnob(alpha)},`
    : `At α ${formatKnob(nearest.value)}, which is nearest to the current one,`;
  return there === Infinity ? `${at} at least half of them diverge.` : `${at} the median is ${formatNumber(there)}.`;
}

/* Enough samples */

/**
 * The number of samples from which on the median over the other knob is not 5 % lower with four times as many, or is
 * next to nothing; or the one with which it still falls.
 * @param {DrawnMap} map @param {KnobWords} words
 */
export function enoughWords(map, words) {
  const other = otherThan(map, "samples");
  if (!other) return "";
  const rows = mediansAlong(map, "samples");
  const over = isSeed(other) ? seedsWord(map, "samples", words) : `every ${words.of(other)}`;
  const median = `the median final loss over ${over}`;
  const lost = rows.find((row) => row.median === Infinity);
  if (lost) return `With ${samples(lost.value)} half of the runs or more diverge.`;
  const pairs = rows.flatMap((row) => {
    const many = rows.find(({ value }) => value >= FOURFOLD * row.value);
    return many ? [{ ...row, many, isEnough: row.median === 0 || many.median > STILL_LOWERED * row.median }] : [];
  });
  if (!pairs.length) return "";
  const from = pairs.findLastIndex(({ isEnough }) => !isEnough) + 1;
  if (from < pairs.length) {
    return `About ${samples(pairs[from].value)} are enough: with four times as many ${median} is not ${NEAR} lower.`;
  }
  const low = lowFrom(rows);
  if (low) return `About ${samples(low.value)} are enough: from there on ${median} is below 10⁻⁶.`;
  const last = pairs[pairs.length - 1];
  const falls = `with ${formatCount(last.many.value)} ${median} is ${formatNumber(last.many.median)}`;
  const before = `with ${formatCount(last.value)} it is ${formatNumber(last.median)}`;
  return `More than ${samples(last.value)} are needed: ${falls}, ${before}.`;
}

/** @param {number} count */
const samples = (count) => `${formatCount(count)} ${count === 1 ? "sample" : "samples"}`;

/** The first number of samples from which on the median is next to nothing. @param {MedianRow[]} rows */
function lowFrom(rows) {
  const low = Math.min(LOW.loss, LOW.share * Math.max(...rows.map(({ median }) => median)));
  return rows[rows.findLastIndex(({ median }) => !(median < low)) + 1];
}
