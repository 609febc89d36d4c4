/**
 * The axes of maps in words, their values, and how much of them a part of a large sweep has.
 * @import { KnobValue } from "../core/types.js"
 * @import { Cube, Part } from "./types.js"
 */

import { constants } from "../core/constants.js";
import { formatCount, formatKnob, formatOrdinal } from "../core/format.js";
import { choiceTitle, isChoice, storedValue } from "../core/knobs.js";

const { axes } = constants;
const rows = Object.fromEntries(axes.map((axis) => [axis.name, axis]));

/** An axis's name in the middle of a sentence. @param {string} name */
export const axisTitle = (name) => rows[name].title;

/** An axis's name at a side of a picture: width (units). @param {string} name */
export const sideTitle = (name) => (rows[name].unit ? `${axisTitle(name)} (${rows[name].unit})` : axisTitle(name));

/** @param {string} name */
export const isSeed = (name) => rows[name].seed;

/** Whether the values of an axis are whole numbers. @param {string} name */
export const isCount = (name) => rows[name].whole;

/** The values at which an axis that goes by a scale of its own is marked. @param {string} name */
export const marksOf = (name) => rows[name].marks;

/** Whether an axis counts samples: its number comes before its title. @param {string} name */
const countsSamples = (name) => axisTitle(name).endsWith("samples");

/** An axis's name after "each" or "every". @param {string} name */
export function eachWord(name) {
  if (countsSamples(name)) return `number of ${axisTitle(name)}`;
  return typeof storedValue({}, name) === "boolean" ? `setting of ${axisTitle(name)}` : axisTitle(name);
}

/** The seeds of a cube; of a part, those that it has several values of. @param {Cube} cube */
export const seedsOf = (cube) => cube.names.filter((name) => isSeed(name) && cube.values[name].length > 1);

/** α × data seed. @param {string[]} names */
export const axesWords = (names) =>
  axes
    .filter(({ name }) => names.includes(name))
    .map(({ title }) => title)
    .join(" × ");

/**
 * A value as people read it; a seed is a name, so its digits are not grouped.
 * @param {string} name @param {KnobValue} value
 */
export function valueText(name, value) {
  if (isChoice(name)) return choiceTitle(name, String(value));
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value !== "number") return String(value ?? "all");
  if (isSeed(name)) return String(value);
  return Number.isInteger(value) ? formatCount(value) : formatKnob(value);
}

/** An axis with a value: α 0.1, 750 samples, the optimizer Adam. @param {string} name @param {KnobValue} value */
export function knobText(name, value) {
  const [title, text] = [axisTitle(name), valueText(name, value)];
  if (isChoice(name)) return `the ${title} ${text}`;
  if (!countsSamples(name)) return `${title} ${text}`;
  return `${text} ${text === "1" ? title.slice(0, -1) : title}`;
}

/* Parts */

/** An axis as a cube has it: weight seed, every 2nd weight seed. @param {Cube} cube @param {string} name */
export function drawnTitle({ part }, name) {
  const every = part ? part[name][2] : 1;
  return every > 1 ? `every ${formatOrdinal(every)} ${axisTitle(name)}` : axisTitle(name);
}

/**
 * The values of an axis in a part: noise 0.5, every 8th α from 0.01 to 0.1; "" where it has all of it.
 * @param {Cube} cube @param {string} name
 */
function drawnText(cube, name) {
  const values = cube.values[name];
  const all = cube.whole.values[name];
  const [from, to, every] = /** @type {Part} */ (cube.part)[name];
  if (values.length === 1) return knobText(name, values[0]);
  const isAll = from === 0 && to === all.length;
  if (isAll && every === 1) return "";
  const range = isAll ? "" : ` from ${valueText(name, values[0])} to ${valueText(name, values[values.length - 1])}`;
  return `${drawnTitle(cube, name)}${range}`;
}

/** The runs of a sweep that a part has, after a number of them. @param {Cube} cube */
export const partText = (cube) =>
  cube.names
    .map((name) => drawnText(cube, name))
    .filter(Boolean)
    .join(", ");

/** The runs that all numbers on the page are of, in a sentence; "" where the page has all. @param {Cube} cube */
export const readHereText = (cube) =>
  cube.part
    ? `${formatCount(cube.made)} of the ${formatCount(cube.whole.size)} runs are read here: ${partText(cube)}.`
    : "";

/** The words after "runs" where these may be some of a part. @param {Cube} cube */
export const ofPart = (cube) => (cube.part ? " read here" : "");

/** The words after "runs" where there are more than those that a number is of. @param {Cube} cube */
export const ofSome = (cube) => ofPart(cube) || (cube.made < cube.size ? " made" : "");
