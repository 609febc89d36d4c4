/** A sweep in words: its axes and their values, how far it is, a cell, and what the whole of it shows. */

import { constants } from "../core/constants.js";
import { divergeVerb, formatCount, formatKnob, formatNumber } from "../core/format.js";
import { foldedAxes, placesOfCell, summaryAt } from "./loss_cube.js";
import { luckOverallText, luckText, percentText } from "./luck_words.js";
import { isFiltered } from "./map_measures.js";
import { countLeft, lowestCell, lowestMedian, mostLeft } from "./sweep_totals.js";

const { axes, seeds } = constants.sweeps;
const rows = Object.fromEntries(axes.map((axis) => [axis.name, axis]));
const FEWEST_SEEDS = 3;

/** What an axis is called in the middle of a sentence. */
export const axisTitle = (name) => rows[name].title;

export const isSeed = (name) => seeds.includes(name);

/** α × data seed. */
export const axesWords = (names) =>
  axes
    .filter(({ name }) => names.includes(name))
    .map(({ title }) => title)
    .join(" × ");

/** A value as people read it; a seed is a name, so its digits are not grouped. */
export function valueText(name, value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value !== "number") return String(value ?? "all");
  if (isSeed(name)) return String(value);
  return Number.isInteger(value) ? formatCount(value) : formatKnob(value);
}

/** A knob with a value: α 0.1, 750 samples. */
function knobText(name, value) {
  const text = valueText(name, value);
  return axisTitle(name).endsWith("samples") ? `${text} ${axisTitle(name)}` : `${axisTitle(name)} ${text}`;
}

/** The places of some axes: α 0.1, weight seed 3. */
const placesText = (cube, names, places) =>
  names.map((name) => knobText(name, cube.values[name][places[name]])).join(", ");

/** About 12 s, 3 minutes, 5 hours. */
export function durationText(seconds) {
  const [length, unit] = [
    [86400, "days"],
    [3600, "hours"],
    [60, "minutes"],
  ].find(([least]) => seconds >= 2 * least) || [1, "s"];
  return `${formatCount(Math.max(1, Math.round(seconds / length)))} ${unit}`;
}

/** 4,000,000 runs, about 12 s on 2 processes of the server. */
export const estimateText = ({ runs, seconds, place }) =>
  `${formatCount(runs)} runs, ${seconds < 1 ? "less than 1 s" : `about ${durationText(seconds)}`} on ${place}`;

/** How far a sweep is. */
export function progressText({ state, runs, made, left }) {
  if (state === "done") return `${formatCount(runs)} runs`;
  const done = `${formatCount(made)} of ${formatCount(runs)} runs`;
  if (state !== "wanted") return `${done}, ${state}`;
  return left > 1 ? `${done}, ${durationText(left)} left` : done;
}

/** What a view has at a place. */
export function cellText(cube, view, places) {
  const named = cube.names.filter((name) => name === view.x || name === view.y || view.at[name] !== null);
  const place = placesText(cube, named, { ...view.at, ...places });
  const { runs, made, left, lost, low, median, high } = summaryAt(cube, view, places);
  if (!made) return `${place} is still to run.`;
  const over = foldedAxes(cube, view);
  const count = `${made < runs ? `${formatCount(made)} of ` : ""}${formatCount(runs)} runs over ${titlesText(over)}`;
  if (!left) return `${place}: ${runs === 1 ? "the run" : `none of ${count}`} is left.`;
  if (runs === 1) return `${place}: ${lost ? "diverged" : `final loss ${formatNumber(median)}`}.`;
  const spread = `10–90 %: ${formatNumber(low)} to ${formatNumber(high)}`;
  if (isFiltered(cube)) {
    const theirs = lost === left ? "which diverged" : `whose median is ${formatNumber(median)} (${spread})`;
    const some = `${formatCount(left)} of ${count} ${left === 1 ? "is left" : "are left"}`;
    return `${place}: ${some} (${percentText(left / made)}), ${theirs}.`;
  }
  const diverged = lost ? `; ${formatCount(lost)} ${divergeVerb(lost)}` : "";
  const all = `${place}: the median is ${formatNumber(median)} (${spread}), of ${count}${diverged}.`;
  return over.every(isSeed) ? `${all} ${luckText(cube, view, places)}`.trim() : all;
}

const titlesText = (names) => names.map(axisTitle).join(" and ");

/**
 * What the sweep shows: where the loss is lowest, over the seeds and in a single run, how many diverge, and how much is
 * luck; of the runs that a filter leaves, where most are left.
 */
export function findingText(cube) {
  const left = countLeft(cube);
  const lowest = lowestCell(cube);
  const of = isFiltered(cube) ? " that is left" : "";
  const every = `Every run${cube.made < cube.size ? " so far" : ""}${of}`;
  if (!left.count) return "No run is left.";
  if (!lowest) return together(`${every} diverges.`, of && mostLeftText(cube));
  if (lowest.ties === left.count) return `${every} ends at ${formatNumber(lowest.loss)}.`;
  const at =
    lowest.ties === 1
      ? `at ${placesText(cube, cube.names, placesOfCell(cube, lowest.cell))}`
      : `in ${formatCount(lowest.ties)} of ${formatCount(left.count)} runs`;
  const single = `The lowest final loss of a single run${of} is ${formatNumber(lowest.loss)}, ${at}.`;
  if (of) return together(mostLeftText(cube), single);
  const lost = left.lost && `${formatCount(left.lost)} of ${formatCount(left.count)} runs ${divergeVerb(left.lost)}.`;
  return together(overSeedsText(cube), single, lost, luckOverallText(cube, cube.names.filter(isSeed)));
}

const together = (...sentences) => sentences.filter(Boolean).join(" ");

/** The seeds of a sweep, where each place of its other axes has enough of them to speak of; else null. */
function seedsToSpeakOf(cube) {
  const over = cube.names.filter(isSeed);
  const count = over.reduce((product, name) => product * cube.values[name].length, 1);
  return over.length < cube.names.length && count >= FEWEST_SEEDS ? over : null;
}

const placeText = (cube, over, cell) =>
  placesText(
    cube,
    cube.names.filter((name) => !over.includes(name)),
    placesOfCell(cube, cell),
  );

function overSeedsText(cube) {
  const over = seedsToSpeakOf(cube);
  const best = over && lowestMedian(cube, over);
  if (!best) return "";
  const place = placeText(cube, over, best.cell);
  const spread = `10–90 %: ${formatNumber(best.low)} to ${formatNumber(best.high)}`;
  const seedsText = over.map((name) => `${formatCount(cube.values[name].length)} ${axisTitle(name)}s`).join(" × ");
  return `Over ${seedsText} the median final loss is lowest at ${place}: ${formatNumber(best.median)} (${spread}).`;
}

/** Where most runs are left over the seeds, as a share of those that are made there. */
function mostLeftText(cube) {
  const over = seedsToSpeakOf(cube);
  const best = over && mostLeft(cube, over);
  if (!best) return "";
  const { left, made, ties, share } = best;
  if (ties > 1) return `Most are left at ${formatCount(ties)} places: ${percentText(share)} of the runs of each.`;
  return `Most are left at ${placeText(cube, over, best.cell)}: ${formatCount(left)} of ${formatCount(made)}.`;
}
