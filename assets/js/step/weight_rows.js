/**
 * The rows of the table of weights: a row for each unit. With one hidden layer that is narrow enough one
 * table holds both dense layers, what comes into a unit at the left and what goes out at the right; else each dense
 * layer has its own.
 * @typedef {import("../core/types.js").Block} Block
 * @typedef {{ layer: number, name: "M" | "b", row: number, column: number }} Weight
 * @typedef {object} RowTable
 * @property {[string, number][]} titles Over columns, each with how many; none over the only layer.
 * @property {string[]} heads Over each column.
 * @property {number} into The number of columns of incoming weights; the others stand apart.
 * @property {UnitRow[]} rows
 * @typedef {{ name: string, unit: ?string, weights: (?Weight)[] }} UnitRow `unit`: its dense layer and its place there;
 *   null for a row that is no unit's.
 */

import { subscript } from "../lib/dom.js";
import { givenNames, inputName, namedOutput } from "../model/ports.js";

const MOST_IN_ONE = 12;
const MOST_WITH_PATHS = 24;
const MOST_COLUMNS = 7;

/** @param {number} count */
const range = (count) => Array.from({ length: count }, (_, k) => k);
/** @param {Block[]} blocks */
const matrices = (blocks) => blocks.filter(({ name }) => name === "M");

/** @param {Block[]} blocks @returns {RowTable[]} */
export function unitRows(blocks) {
  const layers = matrices(blocks);
  const [first, second] = layers;
  const isOne = layers.length === 2 && first.rows === second.columns && first.rows <= MOST_IN_ONE;
  if (isOne && first.columns + 1 + second.rows <= MOST_COLUMNS) return [hiddenTable(first, second)];
  return layers.map((layer, k) => layerTable(layer, k, layers.length));
}

/** Whether there are so few numbers that each has room for its path. @param {Block[]} blocks */
export const havePaths = (blocks) =>
  blocks.reduce((sum, { rows, columns }) => sum + rows * columns, 0) <= MOST_WITH_PATHS;

/** @param {number} layer @param {number} row @param {number} column @returns {Weight} */
const weightOfM = (layer, row, column) => ({ layer, name: "M", row, column });

/** @param {Block} block @param {number} row @returns {Weight[]} */
const incoming = ({ layer, columns }, row) => [
  ...range(columns).map((column) => weightOfM(layer, row, column)),
  { layer, name: "b", row, column: 0 },
];

/** @param {number} at */
const unitName = (at) => subscript("u", at);

/** @param {Block} block @param {boolean} isFirst */
const headsOf = ({ columns }, isFirst) => [...range(columns).map(isFirst ? inputName : unitName), "bias"];

/** @param {Block} first @param {Block} second @returns {RowTable} */
function hiddenTable(first, second) {
  const outputs = range(second.rows);
  const into = first.columns + 1;
  const rows = range(first.rows).map((unit) => ({
    name: unitName(unit),
    unit: `${first.layer}.${unit}`,
    weights: [...incoming(first, unit), ...outputs.map((row) => weightOfM(second.layer, row, unit))],
  }));
  /** @type {Weight[]} */
  const biases = outputs.map((row) => ({ layer: second.layer, name: "b", row, column: 0 }));
  /** @type {UnitRow} */
  const last = {
    name: outputs.length === 1 ? `bias of ${namedOutput(0)}` : "biases",
    unit: null,
    weights: [...range(into).map(() => null), ...biases],
  };
  return {
    titles: [
      ["Dense 1, into the unit", into],
      ["Dense 2", outputs.length],
    ],
    heads: [...headsOf(first, true), ...outputs.map((row) => `to ${namedOutput(row)}`)],
    into,
    rows: [...rows, last],
  };
}

/** @param {Block} block @param {number} k @param {number} count @returns {RowTable} */
function layerTable(block, k, count) {
  const isLast = k === count - 1 && (count > 1 || givenNames() !== null);
  return {
    titles: count > 1 ? [[`Dense ${k + 1}`, block.columns + 1]] : [],
    heads: headsOf(block, k === 0),
    into: block.columns + 1,
    rows: range(block.rows).map((row) => ({
      name: isLast ? namedOutput(row) : unitName(row),
      unit: `${block.layer}.${row}`,
      weights: incoming(block, row),
    })),
  };
}
