/**
 * Data that comes into the data dialog from outside: pasted from a spreadsheet, dropped, or chosen as a file. The
 * server reads the text, and says how it understood it, or which row is wrong.
 *
 * A file has a whole table. Pasted cells go to where they are pasted; only into an empty table, at its
 * first cell, it comes as a file does, with the roles that its names say.
 * @typedef {object} ParsedTable
 * @property {number[][]} rows
 * @property {string[]} names
 * @property {string[]} inputs
 * @property {string[]} outputs
 * @property {boolean} guessed Whether no name says which columns are outputs.
 * @property {string} says The sentence about what is left out of the text.
 * @property {string} [error]
 * @property {import("./data_columns.js").ColumnView[]} [columns]
 */

import { closest, subscript } from "../lib/dom.js";
import { jsonOf, postJson } from "../lib/http.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import {
  fillDataDialog,
  isDataDialogOpen,
  openDataDialog,
  pasteIntoDataDialog,
  sayInDataDialog,
} from "./data_dialog.js";
import { chosenColumns, showColumns, useColumns } from "./data_columns.js";
import { filledRows, isNumber, quoted, rowsAsText, table, tableWidth } from "./data_rows.js";

const NO_RESPONSE = "The server did not answer. Try again.";
const STILL = "These are still the columns of the text before.";
const NOTHING_PASTED = "Nothing was pasted.";
const TABULAR = /[\t\n;,]|\S +\S/;

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
/** @param {unknown[][]} rows */
const asTexts = (rows) => rows.map((row) => row.map(String));

/** Opens the dialog where it is closed, and reads a whole table into it. @param {string} text */
export function importTable(text) {
  if (!isDataDialogOpen()) openDataDialog();
  return read(text);
}

/**
 * The columns and rows of a text, or why it is no table.
 * @param {string} text @param {?import("./data_columns.js").Choices} choices Those that somebody has made for it.
 */
async function read(text, choices = null) {
  const reply = await parse({ text, ...choices });
  if (!reply) return;
  if (!reply.error) fillWith(reply, text, choices);
  else {
    if (reply.columns) {
      showColumns(text, reply, read, choices);
      useColumns(true);
    }
    const isOther = choices === null && !reply.columns && chosenColumns();
    sayInDataDialog(isOther ? `${reply.error} ${STILL}` : reply.error);
  }
}

/** The number of texts that were sent to be read. */
let sent = 0;

/**
 * The table of a text; null where another text, or another choice for it, was sent meanwhile.
 * @param {{ text: string, block?: boolean } & Partial<import("./data_columns.js").Choices>} fields
 */
async function parse({ text, ...more }) {
  const turn = (sent += 1);
  const most = constants.mostCharacters;
  sayInDataDialog("");
  if (text.length > most && !text.includes("\0")) {
    const [count, limit] = [text.length, most].map(formatCount);
    const error = `The text has ${count} characters; at most ${limit} (1 MB) are read. Leave out rows or columns.`;
    return { error };
  }
  const reply = (await jsonOf(await postJson("facts", { text: text.slice(0, most), ...more }))) || {
    error: NO_RESPONSE,
  };
  return turn === sent ? reply : null;
}

/**
 * The rows of a text, and its columns, which are shown first unless all is plain numbers.
 * @param {ParsedTable & import("./data_columns.js").ColumnsReply} reply @param {string} text
 * @param {?import("./data_columns.js").Choices} choices Those that somebody has made for it.
 */
function fillWith(reply, text, choices = null) {
  const byColumns = choices !== null || !reply.plain;
  fillDataDialog(asTexts(reply.rows), reply.inputs.length, reply.outputs.length, byColumns || undefined);
  showColumns(text, reply, read, choices);
  useColumns(byColumns);
  sayInDataDialog(byColumns ? "" : summaryOf(reply), true);
}

/** 4 rows: a, b in, c out. @param {ParsedTable} parsedTable */
function summaryOf({ rows, inputs, outputs, guessed, says }) {
  const count = counted(rows.length, "row");
  const columns = guessed
    ? `${count}. No name says which columns are outputs, so the last one is.`
    : `${count}: ${inputs.join(", ")} in, ${outputs.join(", ")} out.`;
  return `${columns} ${says}`.trim();
}

/** @param {string} text @param {number} r @param {number} c */
async function paste(text, r, c) {
  const block = await parse({ text, block: true });
  if (!block) return;
  if (r === 0 && c === 0 && filledRows().length === 0 && (block.error || isOfAnotherShape(block))) read(text);
  else if (block.error) sayInDataDialog(`${NOTHING_PASTED} ${block.error}`);
  else place(block, r, c);
}

/**
 * Whether a block for an empty table has names, or other columns than the table has, but more than one.
 * @param {ParsedTable} parsedTable
 */
const isOfAnotherShape = ({ names, rows }) =>
  names.length > 0 || (rows[0].length > 1 && rows[0].length !== tableWidth());

/** @param {ParsedTable} parsedTable @param {number} r @param {number} c */
function place({ names, rows }, r, c) {
  const refusal = pasteIntoDataDialog(asTexts(rows), r, c);
  if (refusal) {
    sayInDataDialog(`${NOTHING_PASTED} ${refusal}`);
    return;
  }
  const size = `${counted(rows.length, "row")} and ${counted(rows[0].length, "column")}`;
  const column = c < table.inputs ? subscript("v", c) : subscript("y", c - table.inputs);
  const without = names.length ? " The names above them are left out." : "";
  sayInDataDialog(`Pasted ${size} from row ${formatCount(r + 1)}, ${column} on.${without}`, true);
}

/** The roles of the columns of rows where one has names, which are classes. @param {number} answer */
function rolesWithAnswer(answer) {
  const [input, , classes, leftOut] = constants.columnRoles;
  const role = (/** @type {number} */ c) => (c === answer ? classes : c < table.inputs ? input : leftOut);
  return Object.fromEntries(Array.from({ length: tableWidth() }, (_, c) => [String(c), role(c)]));
}

/** A single number is typed into its cell by the browser. @param {ClipboardEvent} event */
function onPaste(event) {
  if (!closest(event.target, "#facts") || closest(event.target, "#facts-columns")) return;
  const text = event.clipboardData?.getData("text") ?? "";
  if (!text.trim() || isNumber(text)) return;
  event.preventDefault();
  if (TABULAR.test(text.trim())) paste(text, ...cellOf(event.target));
  else sayInDataDialog(`${NOTHING_PASTED} ${quoted(text.trim())} is not a finite number.`);
}

/**
 * The row and column of a cell; the first cell for what is no cell.
 * @param {?EventTarget} field @returns {[r: number, c: number]}
 */
function cellOf(field) {
  /** @type {?HTMLTableCellElement} */
  const cell = closest(field, "#facts-rows td");
  const row = /** @type {?HTMLTableRowElement} */ (cell && cell.parentElement);
  return cell && row ? [row.sectionRowIndex, cell.cellIndex - 1] : [0, 0];
}

export function installDataImport() {
  document.addEventListener("paste", onPaste);
  document.addEventListener("click", ({ target }) => {
    const take = closest(target, "#facts-take");
    if (take) read(rowsAsText(), { roles: rolesWithAnswer(Number(take.dataset.column)) });
  });
}
