/** A sweep in words: its axes and their values, how far it is, a cell, and what the whole of it shows. */

import { constants } from "../core/constants.js";
import { divergeVerb, formatCount, formatKnob, formatNumber } from "../core/format.js";
import { foldedAxes, lowestCell, lowestMedian, placesOfCell, summaryAt } from "./loss_cube.js";

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
  const { runs, made, lost, low, median, high } = summaryAt(cube, view, places);
  if (!made) return `${place} is still to run.`;
  if (runs === 1) return `${place}: ${lost ? "diverged" : `final loss ${formatNumber(median)}`}.`;
  const over = foldedAxes(cube, view).map(axisTitle).join(" and ");
  const count = `${made < runs ? `${formatCount(made)} of ` : ""}${formatCount(runs)} runs over ${over}`;
  const spread = `10–90 %: ${formatNumber(low)} to ${formatNumber(high)}`;
  const diverged = lost ? `; ${formatCount(lost)} ${divergeVerb(lost)}` : "";
  return `${place}: the median is ${formatNumber(median)} (${spread}), of ${count}${diverged}.`;
}

/** What the whole sweep shows: where the loss is lowest, over the seeds and in a single run, and how many diverge. */
export function findingText(cube) {
  const lowest = lowestCell(cube);
  if (!lowest) return `${every(cube)} diverges.`;
  const lost = cube.lost && ` ${formatCount(cube.lost)} of ${formatCount(cube.made)} runs ${divergeVerb(cube.lost)}.`;
  if (lowest.ties === cube.made) return `Every run ends at ${formatNumber(lowest.loss)}.`;
  const at =
    lowest.ties === 1
      ? `at ${placesText(cube, cube.names, placesOfCell(cube, lowest.cell))}`
      : `in ${formatCount(lowest.ties)} of ${formatCount(cube.made)} runs`;
  const single = `The lowest final loss of a single run is ${formatNumber(lowest.loss)}, ${at}.`;
  return `${overSeedsText(cube)}${single}${lost || ""}`;
}

const every = (cube) => (cube.made < cube.size ? "Every run so far" : "Every run");

function overSeedsText(cube) {
  const over = cube.names.filter(isSeed);
  const rest = cube.names.filter((name) => !isSeed(name));
  const count = over.reduce((product, name) => product * cube.values[name].length, 1);
  const best = rest.length && count >= FEWEST_SEEDS ? lowestMedian(cube, over) : null;
  if (!best) return "";
  const place = placesText(cube, rest, placesOfCell(cube, best.cell));
  const spread = `10–90 %: ${formatNumber(best.low)} to ${formatNumber(best.high)}`;
  const seedsText = over.map((name) => `${formatCount(cube.values[name].length)} ${axisTitle(name)}s`).join(" × ");
  return `Over ${seedsText} the median final loss is lowest at ${place}: ${formatNumber(best.median)} (${spread}). `;
}
