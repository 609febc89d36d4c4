/**
 * A sweep in words: its axes and their values, how far it is, a cell, and what the whole of it shows.
 * @import { Cube, Places, View } from "../cube/types.js"
 * @import { Estimate, Job } from "./types.js"
 */

import { divergeVerb, formatCount } from "../core/format.js";
import { axisTitle, drawnTitle, isSeed, knobText, ofSome, readHereText, seedsOf } from "../cube/axis_words.js";
import { hasScores, numberWords } from "../cube/cube_numbers.js";
import { foldedAxes, placesOfCell, summaryAt } from "../cube/loss_cube.js";
import { luckOverallText, luckText, percentText } from "./luck_words.js";
import { isFiltered } from "./map_measures.js";
import { countLeft, lowestCell, lowestMedian, mostLeft } from "../cube/totals.js";

const FEWEST_SEEDS = 3;
/** @type {[seconds: number, unit: string][]} */
const UNITS = [
  [86400, "days"],
  [3600, "hours"],
  [60, "minutes"],
];

/** The places of some axes: α 0.1, weight seed 3. @param {Cube} cube @param {string[]} names @param {Places} places */
const placesText = (cube, names, places) =>
  names.map((name) => knobText(name, cube.values[name][places[name]])).join(", ");

/** About 12 s, 3 minutes, 5 hours. @param {number} seconds */
function durationText(seconds) {
  const [length, unit] = UNITS.find(([least]) => seconds >= 2 * least) || [1, "s"];
  return `${formatCount(Math.max(1, Math.round(seconds / length)))} ${unit}`;
}

/** 4,000,000 runs, about 12 s on 2 processes of the server. @param {Estimate} estimate */
export const estimateText = ({ runs, seconds, place }) =>
  `${formatCount(runs)} runs, ${seconds < 1 ? "less than 1 s" : `about ${durationText(seconds)}`} on ${place}`;

/** The progress of a sweep. @param {Job} job */
export function progressText({ state, runs, made, left }) {
  if (state === "done") return `${formatCount(runs)} runs`;
  const done = `${formatCount(made)} of ${formatCount(runs)} runs`;
  if (state !== "wanted") return `${done}, ${state}`;
  return left > 1 ? `${done}, ${durationText(left)} left` : done;
}

/** The runs of a view at a place, in words. @param {Cube} cube @param {View} view @param {Places} places */
export function cellText(cube, view, places) {
  const named = cube.names.filter((name) => name === view.x || name === view.y || view.at[name] !== null);
  const place = placesText(cube, named, /** @type {Places} */ ({ ...view.at, ...places }));
  const { runs, made, left, lost, low, median, high } = summaryAt(cube, view, places);
  const { name, text, range } = numberWords(cube);
  if (!made) return cube.part ? `${place} is not read yet.` : `${place} is still to run.`;
  const over = foldedAxes(cube, view);
  const ofThem = made < runs ? `${formatCount(made)} of ` : "";
  const count = `${ofThem}${formatCount(runs)} runs over ${titlesText(cube, over)}`;
  if (!left) return `${place}: ${runs === 1 ? "the run" : `none of ${count}`} is left.`;
  if (runs === 1) return `${place}: ${lost ? "diverged" : `${name} ${text(median)}`}.`;
  const spread = `10–90 %: ${range(low, high)}`;
  if (isFiltered(cube)) {
    const theirs = lost === left ? "which diverged" : `whose median is ${text(median)} (${spread})`;
    const some = `${formatCount(left)} of ${count} ${left === 1 ? "is left" : "are left"}`;
    return `${place}: ${some} (${percentText(left / made)}), ${theirs}.`;
  }
  if (lost === runs) return `${place}: each of ${count} diverged.`;
  const diverged = lost ? `; ${formatCount(lost)} ${divergeVerb(lost)}` : "";
  const all = `${place}: the median is ${text(median)} (${spread}), of ${count}${diverged}.`;
  return over.every(isSeed) ? `${all} ${luckText(cube, view, places)}`.trim() : all;
}

/** @param {Cube} cube @param {string[]} names */
const titlesText = (cube, names) => names.map((name) => drawnTitle(cube, name)).join(" and ");

/**
 * The finding of the sweep: where the loss is lowest, over the seeds and in a single run, how many diverge, and how
 * much is luck; of the runs that a filter leaves, where most are left. Of a part of a sweep it says which runs these
 * are.
 * @param {Cube} cube
 */
export const findingText = (cube) => together(readHereText(cube), shownText(cube));

/** @param {Cube} cube */
function shownText(cube) {
  const left = countLeft(cube);
  const lowest = lowestCell(cube);
  const { name, best, text } = numberWords(cube);
  const read = ofSome(cube);
  const of = isFiltered(cube) ? " that is left" : "";
  const every = `Every run${read}${cube.made < cube.size ? " so far" : ""}${of}`;
  if (!left.count) return `No run${read} is left.`;
  if (!lowest) return together(`${every} diverges.`, of && mostLeftText(cube));
  if (lowest.ties === left.count)
    return `${every} ${hasScores(cube) ? `has the ${name}` : "ends at"} ${text(lowest.loss)}.`;
  const at =
    lowest.ties === 1
      ? `at ${placesText(cube, cube.names, placesOfCell(cube, lowest.cell))}`
      : `in ${formatCount(lowest.ties)} of ${formatCount(left.count)} runs${read}`;
  const single = `The ${best} ${name} of a single run${read}${of} is ${text(lowest.loss)}, ${at}.`;
  if (of) return together(mostLeftText(cube), single);
  const [count, verb] = [formatCount(left.count), divergeVerb(left.lost)];
  const lost = left.lost === 0 ? "" : `${formatCount(left.lost)} of ${count} runs${read} ${verb}.`;
  return together(overSeedsText(cube), single, lost, luckOverallText(cube, seedsOf(cube)));
}

/** @param {...string} sentences */
const together = (...sentences) => sentences.filter(Boolean).join(" ");

/**
 * The seeds of a sweep, where each place of its other axes has enough of them to speak of; else null.
 * @param {Cube} cube
 */
function seedsToSpeakOf(cube) {
  const over = seedsOf(cube);
  const count = over.reduce((product, name) => product * cube.values[name].length, 1);
  return over.length < cube.names.length && count >= FEWEST_SEEDS ? over : null;
}

/** @param {Cube} cube @param {string[]} over @param {number} cell */
const placeText = (cube, over, cell) =>
  placesText(
    cube,
    cube.names.filter((name) => !over.includes(name)),
    placesOfCell(cube, cell),
  );

/** @param {Cube} cube */
function overSeedsText(cube) {
  const over = seedsToSpeakOf(cube);
  const best = over && lowestMedian(cube, over);
  if (!best) return "";
  const words = numberWords(cube);
  const seedsText = over.map((name) => `${formatCount(cube.values[name].length)} ${axisTitle(name)}s`).join(" × ");
  const some = ofSome(cube);
  const median = `the median ${words.name}${some && ` of the runs${some}`}`;
  const opening = `Over ${seedsText} ${median} is ${words.best} at`;
  const places = `${formatCount(best.ties)} of ${formatCount(cube.size / best.runs)} places`;
  if (best.ties > 1) return `${opening} ${places}: ${words.text(best.median)}.`;
  const spread = `10–90 %: ${words.range(best.low, best.high)}`;
  return `${opening} ${placeText(cube, over, best.cell)}: ${words.text(best.median)} (${spread}).`;
}

/** The place with most runs left over the seeds, as a share of those made there. @param {Cube} cube */
function mostLeftText(cube) {
  const over = seedsToSpeakOf(cube);
  const best = over && mostLeft(cube, over);
  if (!best) return "";
  const { left, made, ties, share } = best;
  const some = ofSome(cube);
  const most = some ? `Of the runs${some} most` : "Most";
  if (ties > 1) return `${most} are left at ${formatCount(ties)} places: ${percentText(share)} of the runs of each.`;
  return `${most} are left at ${placeText(cube, over, best.cell)}: ${formatCount(left)} of ${formatCount(made)}.`;
}
