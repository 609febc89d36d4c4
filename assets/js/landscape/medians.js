/**
 * Findings that hold over the seeds of a map, and not for the luckiest of its runs alone: which α is best, and how many
 * samples are enough. Both are read of medians over the seeds, each with its error.
 * @import { Cube } from "../cube/types.js"
 * @import { BestAlpha, MedianRow, OwnRun } from "./types.js"
 */

import { constants } from "../core/constants.js";
import { formatCount, formatKnob, formatNumber } from "../core/format.js";
import { axisTitle, eachWord, isSeed } from "../cube/axis_words.js";
import { medianOf } from "../cube/loss_cube.js";
import { mediansAlong } from "../cube/totals.js";
import { drawnMedians, shareOfDraws } from "./resampling.js";

const FEWEST_SEEDS = 3;
const NEAR = "5 %";
/** A finding is ruled out where it holds in a smaller share of the draws, and sure where it holds in all but that. */
const ERROR = 0.05;
const FOURFOLD = 4;
const STILL_LOWERED = 0.95;
/** A median below both, a loss and a share of the highest median, is low enough for anybody. */
const LOW = { loss: 1e-6, share: 1e-3 };

/** The other axis of a map over this one; nothing where it is none of its. @param {Cube} cube @param {string} name */
const otherThan = ({ names }, name) => names.includes(name) && names.find((other) => other !== name);

/* The best α */

/**
 * The α that are best within the error of the seeds: the one with the lowest median, those that are as low in more than
 * one of 20 draws of the seeds, and what lies between; { from, to, lowest, rows }, with how many of how many runs there
 * diverge, { lost, runs }. Nothing where the map does not lie over α and seeds, where the median is never finite, or
 * where no α is ruled out. The current α takes part where its losses over these seeds are known.
 * @param {Cube} cube @param {?OwnRun} [own]
 */
export function bestAlpha(cube, own = null) {
  const rows = alphaRows(cube, own);
  const lowest = Math.min(...rows.map(({ median }) => median));
  if (!(lowest < Infinity)) return null;
  const least = rows.findIndex(({ median }) => median === lowest);
  const draws = drawnMedians(rows.map(({ losses }) => losses));
  /** @param {number} at */
  const isAsLow = (at) => (/** @type {number[]} */ medians) => medians[at] < Infinity && medians[at] <= medians[least];
  const isBest = rows.map((_, at) => at === least || shareOfDraws(draws, isAsLow(at)) > ERROR);
  const [from, to] = [isBest.indexOf(true), isBest.lastIndexOf(true)];
  const best = rows.slice(from, to + 1);
  if (best.length === rows.length) return null;
  const last = Number(cube.values.alpha[cube.values.alpha.length - 1]);
  /** @param {"lost" | "runs"} name */
  const sum = (name) => best.reduce((count, row) => count + row[name], 0);
  return {
    from: rows[from].value,
    to: rows[to].value,
    at: rows[least].value,
    lowest,
    atEnd: rows[to].value >= last,
    rows: best,
    lost: sum("lost"),
    runs: sum("runs"),
  };
}

/**
 * The medians over the seeds at each α of a map, and at the current one where that is known; from the least α up.
 * @param {Cube} cube @param {?OwnRun} own
 */
function alphaRows(cube, own) {
  const seeds = otherThan(cube, "alpha");
  const isOver = seeds && isSeed(seeds) && cube.values[seeds].length >= FEWEST_SEEDS;
  const rows = isOver ? rowsOver(cube, "alpha", seeds) : [];
  const { alpha = null, losses = null } = own ?? {};
  if (!rows.length || alpha === null || !losses || rows.some(({ value }) => value === alpha)) return rows;
  const lost = losses.filter((loss) => loss === Infinity).length;
  const row = { value: alpha, k: -1, median: medianOf(losses), lost, runs: losses.length, losses };
  return [...rows, row].sort((a, b) => a.value - b.value);
}

/**
 * The medians along an axis, with the losses that they are of.
 * @param {Cube} cube @param {string} name @param {string} seeds
 */
function rowsOver(cube, name, seeds) {
  /** @param {number} k */
  const lossesAt = (k) =>
    Array.from(cube.values[seeds], (_, seed) => cube.losses[k * cube.strides[name] + seed * cube.strides[seeds]]);
  return mediansAlong(cube, name).map((row) => ({ ...row, losses: lossesAt(row.k) }));
}

/**
 * The α that is best over the seeds, whether the map ends there, and the median at the current one.
 * @param {Cube} cube @param {OwnRun} own
 */
export function bestAlphaWords(cube, own) {
  const rows = alphaRows(cube, own);
  if (!rows.length) return "";
  const seeds = seedsWord(cube, "alpha");
  const medians = rows.map(({ median }) => median);
  const [lowest, highest] = [Math.min(...medians), Math.max(...medians)];
  if (lowest === Infinity) return `At every α tried here at least half of the ${seeds} diverge.`;
  const least = formatNumber(lowest);
  if (lowest === highest) return `Every α tried here has the same median final loss over ${seeds}, ${least}.`;
  if (highest <= constants.almostSame * lowest) {
    const near = `the median final loss is at most ${NEAR} above the lowest, ${least}`;
    return `α makes little difference: over ${seeds}, at each one tried here, ${near}.`;
  }
  const best = bestAlpha(cube, own);
  if (best) return [bestWords(best, seeds), endWords(cube, best), ownWords(rows, best, own)].filter(Boolean).join(" ");
  const at = formatKnob(rows[medians.indexOf(lowest)].value);
  const none = `No α is best within luck: over ${seeds} the lowest median final loss is ${least}, at ${at}`;
  return [`${none}, and no other is ruled out.`, ownWords(rows, null, own)].filter(Boolean).join(" ");
}

/** 32 data seeds. @param {Cube} cube @param {string} name */
const seedsWord = (cube, name) => {
  const seeds = otherThan(cube, name) || "";
  return `${formatCount(cube.values[seeds].length)} ${axisTitle(seeds)}s`;
};

/** @param {BestAlpha} bestAlpha @param {string} seeds */
function bestWords({ from, to, at, lowest, rows, lost, runs }, seeds) {
  const diverged = lost ? `, though ${formatCount(lost)} of ${formatCount(runs)} runs diverge there` : "";
  const alone = rows.length === 1;
  const alphas = alone ? formatKnob(from) : `from ${formatKnob(from)} to ${formatKnob(to)}`;
  const within = alone ? "" : " within luck";
  const least = `the lowest median final loss is ${formatNumber(lowest)}${alone ? "" : `, at ${formatKnob(at)}`}`;
  return `Over ${seeds} α ${alphas} is best${within}: ${least}${diverged}.`;
}

/** Where the best lies at an end of the map, it may lie beyond. @param {Cube} cube @param {BestAlpha} bestAlpha */
function endWords({ values }, { from, to, atEnd }) {
  if (atEnd) return `The map ends at α ${formatKnob(to)}: a larger one may be better.`;
  return from <= Number(values.alpha[0]) ? `The map begins at α ${formatKnob(from)}: a smaller one may be better.` : "";
}

/**
 * The median at the current α, or at the one of the map that is nearest.
 * @param {MedianRow[]} rows @param {?BestAlpha} best @param {OwnRun} ownRun
 */
function ownWords(rows, best, { alpha }) {
  if (alpha === null || !(alpha > 0) || (best && best.from === best.to && alpha === best.from)) return "";
  /** @param {MedianRow} medianRow */
  const distance = ({ value }) => Math.abs(Math.log(value / alpha));
  const nearest = rows.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const at =
    nearest.value === alpha
      ? `At the current α, ${formatKnob(alpha)},`
      : `At α ${formatKnob(nearest.value)}, which is nearest to the current one,`;
  const there = nearest.median;
  return there === Infinity ? `${at} at least half of them diverge.` : `${at} the median is ${formatNumber(there)}.`;
}

/* Enough samples */

/**
 * The number of samples from which on the median over the other knob is not 5 % lower with four times as many, or is
 * next to nothing; or the one with which it still falls. Over seeds, from the first that is not ruled out to the first
 * that is sure.
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
  const pairs = rows.flatMap((row, at) => {
    const many = rows.findIndex(({ value }) => value >= FOURFOLD * row.value);
    return many < 0 ? [] : [{ ...row, at, many }];
  });
  if (!pairs.length) return "";
  const draws = drawnMedians(isSeed(other) ? rowsOver(cube, "samples", other).map(({ losses }) => losses) : []);
  /** @param {number[]} medians @param {{ at: number, many: number }} pair */
  const isEnough = (medians, { at, many }) => medians[at] === 0 || medians[many] > STILL_LOWERED * medians[at];
  const found = rows.map((row) => row.median);
  const shares = pairs.map((pair) =>
    isSeed(other) ? shareOfDraws(draws, (medians) => isEnough(medians, pair)) : Number(isEnough(found, pair)),
  );
  const first = shares.findLastIndex((share) => share <= ERROR) + 1;
  const sure = shares.findLastIndex((share) => share < 1 - ERROR) + 1;
  if (sure < pairs.length) {
    const range = first < sure ? `${formatCount(pairs[first].value)} to ` : "";
    const enough = `About ${range}${samples(pairs[sure].value)} are enough`;
    return `${enough}: with four times as many ${median} is not ${NEAR} lower.`;
  }
  const low = lowFrom(rows);
  if (low) return `About ${samples(low.value)} are enough: from there on ${median} is below 10⁻⁶.`;
  const last = pairs[pairs.length - 1];
  const many = rows[last.many];
  const falls = `with ${formatCount(many.value)} ${median} is ${formatNumber(many.median)}`;
  const before = `with ${formatCount(last.value)} it is ${formatNumber(last.median)}`;
  if (first === pairs.length) return `More than ${samples(last.value)} are needed: ${falls}, ${before}.`;
  return `Whether ${samples(last.value)} are enough is within luck: ${falls}, ${before}.`;
}

/** @param {number} count */
const samples = (count) => `${formatCount(count)} ${count === 1 ? "sample" : "samples"}`;

/** The first number of samples from which on the median is next to nothing. @param {MedianRow[]} rows */
function lowFrom(rows) {
  const low = Math.min(LOW.loss, LOW.share * Math.max(...rows.map(({ median }) => median)));
  return rows[rows.findLastIndex(({ median }) => !(median < low)) + 1];
}
