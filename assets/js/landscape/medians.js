/**
 * Findings that hold over the seeds of a map, and not for the luckiest of its runs alone: which α is best, and how many
 * samples are enough. Both are read of medians over the seeds.
 * @import { Cube } from "../cube/types.js"
 * @import { BestAlpha, MedianRow, OwnRun } from "./types.js"
 */

import { constants } from "../core/constants.js";
import { formatCount, formatKnob, formatNumber } from "../core/format.js";
import { axisTitle, eachWord, isSeed } from "../cube/axis_words.js";
import { mediansAlong } from "../cube/totals.js";

const FEWEST_SEEDS = 3;
const NEAR = "5 %";
const FOURFOLD = 4;
const STILL_LOWERED = 0.95;
/** A median below both, a loss and a share of the highest median, is low enough for anybody. */
const LOW = { loss: 1e-6, share: 1e-3 };

/** The other axis of a map over this one; nothing where it is none of its. @param {Cube} cube @param {string} name */
const otherThan = ({ names }, name) => names.includes(name) && names.find((other) => other !== name);

/* The best α */

/**
 * The α whose median over the seeds is within 5 % of the lowest, from the lowest on to both sides, { from, to, lowest,
 * rows }, with how many of how many runs there diverge, { lost, runs }. Nothing where the map does not lie over α and
 * seeds, where the median is never finite, or is near for all.
 * @param {Cube} cube
 */
export function bestAlpha(cube) {
  const rows = alphaRows(cube);
  const lowest = Math.min(...rows.map(({ median }) => median));
  if (!(lowest < Infinity)) return null;
  /** @param {number} at */
  const isNear = (at) => rows[at] && rows[at].median <= constants.almostSame * lowest;
  let from = rows.findIndex(({ median }) => median === lowest);
  let to = from;
  while (isNear(from - 1) && rows[from].k - rows[from - 1].k === 1) from -= 1;
  while (isNear(to + 1) && rows[to + 1].k - rows[to].k === 1) to += 1;
  if (to - from + 1 === rows.length) return null;
  const atEnd = rows[to].k === cube.values.alpha.length - 1;
  const near = rows.slice(from, to + 1);
  /** @param {"lost" | "runs"} name */
  const sum = (name) => near.reduce((count, row) => count + row[name], 0);
  return {
    from: rows[from].value,
    to: rows[to].value,
    lowest,
    atEnd,
    rows: near,
    lost: sum("lost"),
    runs: sum("runs"),
  };
}

/** @param {Cube} cube */
function alphaRows(cube) {
  const seeds = otherThan(cube, "alpha");
  const isOver = seeds && isSeed(seeds) && cube.values[seeds].length >= FEWEST_SEEDS;
  return isOver ? mediansAlong(cube, "alpha") : [];
}

/**
 * The α that is best over the seeds, whether the map ends there, and the median at the current one.
 * @param {Cube} cube @param {OwnRun} own
 */
export function bestAlphaWords(cube, own) {
  const rows = alphaRows(cube);
  if (!rows.length) return "";
  const seeds = seedsWord(cube, "alpha");
  const medians = rows.map(({ median }) => median);
  const [lowest, highest] = [Math.min(...medians), Math.max(...medians)];
  if (lowest === Infinity) return `At every α tried here at least half of the ${seeds} diverge.`;
  const least = formatNumber(lowest);
  if (lowest === highest) return `Every α tried here has the same median final loss over ${seeds}, ${least}.`;
  const best = bestAlpha(cube);
  if (!best) {
    const near = `the median final loss is at most ${NEAR} above the lowest, ${least}`;
    return `α makes little difference: over ${seeds}, at each one tried here, ${near}.`;
  }
  return [bestWords(best, seeds), endWords(cube, best), ownWords(rows, best, own)].filter(Boolean).join(" ");
}

/** 32 data seeds. @param {Cube} cube @param {string} name */
const seedsWord = (cube, name) => {
  const seeds = otherThan(cube, name) || "";
  return `${formatCount(cube.values[seeds].length)} ${axisTitle(seeds)}s`;
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

/** Where the best lies at an end of the map, it may lie beyond. @param {Cube} cube @param {BestAlpha} bestAlpha */
function endWords({ values }, { from, to, atEnd }) {
  if (atEnd) return `The map ends at α ${formatKnob(to)}: a larger one may be better.`;
  return from === values.alpha[0] ? `The map begins at α ${formatKnob(from)}: a smaller one may be better.` : "";
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
 * @param {Cube} cube
 */
export function enoughWords(cube) {
  const other = otherThan(cube, "samples");
  if (!other) return "";
  const rows = mediansAlong(cube, "samples");
  const over = isSeed(other) ? seedsWord(cube, "samples") : `every ${eachWord(other)}`;
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
