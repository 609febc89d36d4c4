/**
 * The names of the numbers that the shown network takes and gives: those of the columns and classes of its table, or
 * v₀, v₁, … and y₀, y₁, …; and whether its inputs are a table.
 * @import { ColumnScale, Experiment, NamedTable, Ports, Table } from "../core/types.js"
 */

import { subscript } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatKnob, POWERS_FROM, readBack } from "../core/format.js";
import { state } from "../core/state.js";

const YEAR_DIGITS = 4;

/**
 * Whether inputs are a table of data, and not drawn.
 * @param {Experiment["inputs"]} inputs @returns {inputs is Table | NamedTable}
 */
export const isTable = (inputs) => Boolean(/** @type {Table} */ (inputs).kind);

/**
 * Whether inputs are a table whose rows are here.
 * @param {Experiment["inputs"]} inputs @returns {inputs is Table}
 */
export const hasRows = (inputs) => Boolean(/** @type {Table} */ (inputs).targets);

/** The names that a table has given; null where none has. @returns {?Ports} */
export const givenNames = () => state.shown?.frame.ports ?? null;

/** @param {number} at */
export const inputName = (at) => givenNames()?.inputs[at] ?? subscript("v", at);

/** @param {number} at */
export const namedOutput = (at) => givenNames()?.outputs[at] ?? subscript("y", at);

/** The name of an input with its unit: bill length (mm). @param {number} at */
export function inputWithUnit(at) {
  const unit = givenNames()?.units[at];
  return unit ? `${inputName(at)} (${unit})` : inputName(at);
}

/**
 * A number of an input's column, or of an output's, as words have it: 8,467,975. A year has four digits at least, and
 * no comma.
 * @param {"inputs" | "outputs"} side @param {number} at @param {number} number @param {number} [digits]
 * @param {number} [powersFrom]
 */
export function columnText(side, at, number, digits = 3, powersFrom = constants.columnPowersFrom) {
  if (!areYears(side, at)) return formatKnob(number, digits, powersFrom);
  return formatKnob(number, Math.max(YEAR_DIGITS, digits)).replaceAll(",", "");
}

/**
 * A number at the end of an axis or of colours, in the shorter form: 2,625,000 or 2.625 × 10⁹.
 * @param {"inputs" | "outputs"} side @param {number} at @param {number} number @param {number} digits
 */
export function columnEnd(side, at, number, digits) {
  const most = areYears(side, at) ? Math.max(YEAR_DIGITS, digits) : digits;
  const rounded = Number(number.toPrecision(most));
  const [long, short] = [undefined, POWERS_FROM].map((from) => columnText(side, at, rounded, most, from));
  return long.length < short.length ? long : short;
}

/** Whether all numbers of a column are years. @param {"inputs" | "outputs"} side @param {number} at */
export const areYears = (side, at) => Boolean(givenNames()?.years?.[side === "inputs" ? 0 : 1].includes(at));

/**
 * A number of a column as its table has it, before it was scaled.
 * @param {?ColumnScale | undefined} scale @param {number} at @param {number} number
 */
export const scaledBack = (scale, at, number) => (scale ? readBack(scale[0][at], scale[1][at] * number) : number);

/**
 * A number of a column as the network takes it.
 * @param {?ColumnScale | undefined} scale @param {number} at @param {number} number
 */
export const scaledBy = (scale, at, number) => (scale ? (number - scale[0][at]) / scale[1][at] : number);

/** The mark of each class. @param {number} count */
export const classMarks = (count) => shortestPrefixes(Array.from({ length: count }, (_, k) => namedOutput(k)));

/**
 * The shortest beginning of each name that no other one has, as its mark: A, C, G.
 * @param {string[]} names
 */
export function shortestPrefixes(names) {
  return names.map((name) => {
    const letters = Array.from(name);
    /** @param {number} length */
    const start = (length) => letters.slice(0, length).join("");
    /** @param {number} length */
    const isShared = (length) => names.some((other) => other !== name && other.startsWith(start(length)));
    const least = letters.findIndex((_, k) => !isShared(k + 1));
    return least < 0 ? name : start(least + 1);
  });
}
