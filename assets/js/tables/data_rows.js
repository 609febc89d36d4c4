/**
 * The rows of the data dialog: texts as they were typed, and what they are as numbers. They stay as long as the page is
 * open, whatever is in use meanwhile.
 * @typedef {string[][]} TextRows
 * @typedef {{ r: number, c: number, sentence: string, isName?: boolean }} Mistake
 * @import { Experiment, Table } from "../core/types.js"
 */

import { constants } from "../core/constants.js";
import { formatCount, plainNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { givenNames, hasRows, isTable } from "../model/ports.js";

const FIRST_ROWS = 4;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A text that begins with a letter, and is no word for a number. */
const NAME = /^(?!(nan|na|inf|infinity|null|none)$)\p{L}/iu;
const LONGEST_SHOWN = 40;
/** @param {string | undefined} text */
const clean = (text) => (text ?? "").trim();

/**
 * `isOwn` is whether somebody has typed or brought the rows, and not the experiment that was shown; `heads` are the
 * names of the columns of the table that they come from.
 */
export const table = {
  rows: /** @type {TextRows} */ ([]),
  inputs: 1,
  outputs: 1,
  shuffled: false,
  isOwn: false,
  heads: /** @type {?string[]} */ (null),
};

export const tableWidth = () => table.inputs + table.outputs;
/** @param {string} text */
export const isNumber = (text) => NUMBER.test(plainNumber(text)) && Number.isFinite(Number(plainNumber(text)));
/** @param {string} text */
export const quoted = (text) => `“${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}”`;

export const filledRows = () => table.rows.filter((row) => row.some(clean));

/**
 * Rows of texts, with their numbers of inputs and outputs.
 * @param {TextRows} rows @param {number} inputs @param {number} outputs
 */
export const setRows = (rows, inputs, outputs) => Object.assign(table, { rows, inputs, outputs, heads: null });

/** Empty rows, as wide as the network and its target are. */
export function emptyRows() {
  const { strip, target } = state.shown.frame;
  setRows(
    Array.from({ length: FIRST_ROWS }, () => []),
    strip.widths[0],
    target.formulas.length,
  );
}

/** The rows that the run on the page uses, or empty ones. */
export function currentRows() {
  const { inputs: stored } = state.experiment;
  if (hasRows(stored)) setRows(plainRows(stored), stored.inputs[0].length, stored.targets[0].length);
  else emptyRows();
  Object.assign(table, { shuffled: hasRows(stored) && stored.shuffled, isOwn: false, heads: headsInUse() });
}

/** The names of the columns in use; null where they have none. */
function headsInUse() {
  const ports = hasRows(state.experiment.inputs) ? givenNames() : null;
  return ports && [...ports.inputs, ...ports.outputs];
}

/** The names of the columns, where the rows are those in use or some of them with other numbers; else null. */
export const keptHeads = () => (String(table.heads) === String(headsInUse()) ? table.heads : null);

/** @param {Table} table */
const plainRows = ({ inputs, targets }) => inputs.map((row, k) => [...row, ...targets[k]].map(String));

/** Whether the run on the page uses these rows, number by number. */
export function areRowsInUse() {
  const { inputs: stored } = state.experiment;
  if (!hasRows(stored) || stored.shuffled !== table.shuffled) return false;
  const used = plainRows(stored);
  const rows = filledRows();
  if (rows.length !== used.length || stored.inputs[0].length !== table.inputs) return false;
  if (used[0].length !== tableWidth()) return false;
  return used.every((row, r) => row.every((text, c) => Number(text) === Number(plainNumber(rows[r][c] ?? ""))));
}

/** Whether there are rows of somebody's own that the run on the page does not use. */
export const areRowsKept = () => table.isOwn && filledRows().length > 0 && !areRowsInUse();

/** The first cell that has no finite number, in a row that has something, with a sentence; null for none. */
export function firstMistake() {
  if (!filledRows().length) return { r: 0, c: 0, sentence: "There are no numbers here. Give at least one row." };
  for (const [r, row] of table.rows.entries()) {
    if (!row.some(clean)) continue;
    for (let c = 0; c < tableWidth(); c++) {
      const text = clean(row[c]);
      const what = text ? `${quoted(text)} is not a finite number` : "a number is missing";
      if (isNumber(text)) continue;
      const isName = NAME.test(text);
      const name = `Row ${r + 1}: ${quoted(text)} is a name. Take the column as the answer?`;
      const sentence = isName ? name : `Row ${r + 1}: ${what}.`;
      return { r, c, sentence, isName };
    }
  }
  return null;
}

/** The rows as the server reads them, with names that say which columns go in. */
export function rowsAsText() {
  /** @param {string} letter @param {number} length */
  const names = (letter, length) => Array.from({ length }, (_, k) => letter + k);
  const columns = [...names("v", table.inputs), ...names("y", table.outputs)];
  /** @param {string} text */
  const cell = (text) => (!text || isNumber(text) ? plainNumber(text) : `"${text.replaceAll('"', '""')}"`);
  const lines = filledRows().map((row) => columns.map((_, c) => cell(clean(row[c]))).join(";"));
  return [columns.join(";"), ...lines].join("\n");
}

/**
 * One column more at the end of the inputs or of the outputs, or one less; a sentence where that cannot be.
 * @param {"inputs" | "outputs"} part @param {number} by
 */
export function widen(part, by) {
  const most = constants.mostColumns[part];
  const count = table[part] + by;
  if (count < 1 || count > most) return `A table has a whole number of ${part} from 1 to ${most}.`;
  const width = tableWidth();
  const at = part === "inputs" ? table.inputs : width;
  table.heads = null;
  for (const row of table.rows) {
    fillUp(row, width);
    if (by > 0) row.splice(at, 0, "");
    else row.splice(at - 1, 1);
  }
  table[part] = count;
  return "";
}

/** @param {string[]} row @param {number} width */
function fillUp(row, width) {
  while (row.length < width) row.push("");
}

/** One empty row more; a sentence where that cannot be. */
export function appendRow() {
  if (table.rows.length >= constants.mostRows) return tooManyRows();
  table.rows.push([]);
  return "";
}

const tooManyRows = () => `A table has at most ${formatCount(constants.mostRows)} rows.`;

/**
 * Puts a block of texts into the cells from row r, column c on, and adds the rows and outputs that it needs; a sentence
 * where the table would be too large, and then nothing is changed.
 * @param {TextRows} block @param {number} r @param {number} c
 */
export function placeBlock(block, r, c) {
  const width = c + block[0].length;
  const outputs = Math.max(table.outputs, width - table.inputs);
  const most = constants.mostColumns.outputs;
  if (outputs > most) return `A table has at most ${most} outputs.`;
  if (r + block.length > constants.mostRows) return tooManyRows();
  if (outputs > table.outputs) Object.assign(table, { outputs, heads: null });
  while (table.rows.length < r + block.length) table.rows.push([]);
  block.forEach((texts, k) => {
    fillUp(table.rows[r + k], c);
    table.rows[r + k].splice(c, texts.length, ...texts);
  });
  return "";
}

/**
 * The way in which rows become the samples of a run: all of them again and again, or only some.
 * @param {number} rows @param {number} samples @param {boolean} shuffled
 */
export function orderWords(rows, samples, shuffled) {
  const unused = rows - samples;
  if (unused <= 0) {
    if (shuffled) return "Rows repeat, in another order each pass, until Samples is reached.";
    return "Rows repeat in order until Samples is reached.";
  }
  const [count, all] = [unused, rows].map(formatCount);
  const last = unused === 1 ? "The last" : `The last ${count}`;
  const opening = shuffled ? `Chosen by the data seed, ${count}` : last;
  const cure = `Set Samples to ${all} or more to use all.`;
  return `${opening} of ${all} rows ${unused === 1 ? "is" : "are"} not used. ${cure}`;
}

/**
 * These words about the table in use, where some of its learned rows are not used; else nothing.
 * @param {Experiment} experiment @param {number} learned
 */
export function unusedWords({ inputs: stored, samples, distinct }, learned) {
  return isTable(stored) && typeof distinct !== "number" && learned > samples
    ? orderWords(learned, samples, stored.shuffled ?? true)
    : "";
}
