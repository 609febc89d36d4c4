/**
 * The dialog of one's own data: a row for each sample, typed, pasted or read from a file (`data_import.js`). The rows
 * are learned when they are used; until then they wait there, also while the dialog is closed, and it says so.
 * @import { Mistake, TextRows } from "./data_rows.js"
 */

import { byId, closest, dialogById, findAll, make, setText, subscript } from "../lib/dom.js";
import { isNarrow } from "../lib/theme.js";
import { setProps } from "../core/dash.js";
import { formatCount } from "../core/format.js";
import { runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { changeExperiment } from "../net/requests.js";
import { isTable } from "../model/ports.js";
import { chosenColumns, columnsError, forgetColumns, useColumns } from "./data_columns.js";
import {
  appendRow,
  areRowsInUse,
  areRowsKept,
  currentRows,
  emptyRows,
  filledRows,
  firstMistake,
  keptHeads,
  orderWords,
  placeBlock,
  rowsAsText,
  setRows,
  table,
  widen,
} from "./data_rows.js";

const MOST_SHOWN = 100;

/** Whether the rows were sent and the run of them is awaited. */
let awaited = false;

export function openDataDialog() {
  const kept = areRowsKept();
  if (!kept) {
    currentRows();
    forgetColumns();
  }
  awaited = false;
  draw();
  sayInDataDialog("");
  showKept(kept);
  dialogById("facts").showModal();
  // On a telephone a focused field would bring up the keyboard at once.
  if (!isNarrow() && !chosenColumns()) cellAt(0, 0).focus();
}

/** @param {boolean} kept */
function showKept(kept) {
  byId("facts-kept").hidden = !kept;
  setText(
    byId("facts-discard"),
    isTable(state.experiment.inputs) ? "Start again from the data in use" : "Discard them",
  );
}

function discard() {
  currentRows();
  forgetColumns();
  draw();
  sayInDataDialog("");
  showKept(false);
  cellAt(0, 0).focus();
}

function clear() {
  emptyRows();
  changed();
  sayInDataDialog("");
}

/**
 * Rows of texts that somebody brings, with their numbers of inputs and outputs.
 * @param {TextRows} rows @param {number} inputs @param {number} outputs @param {boolean} [shuffled]
 */
export function fillDataDialog(rows, inputs, outputs, shuffled = table.shuffled) {
  setRows(rows, inputs, outputs);
  table.shuffled = shuffled;
  changed();
  showKept(false);
}

/**
 * A block of texts that somebody pastes; a sentence where the table would be too large.
 * @param {TextRows} block @param {number} r @param {number} c
 */
export function pasteIntoDataDialog(block, r, c) {
  const refusal = placeBlock(block, r, c);
  if (refusal) return refusal;
  changed();
  const field = cellAt(r, c);
  if (field) field.focus();
  return "";
}

function changed() {
  table.isOwn = true;
  forgetColumns();
  draw();
}

/** @param {number} column */
const firstOutput = (column) => (column === table.inputs ? "first-output" : "");

/** The table and what is said of it; the switch is Dash's. */
function draw() {
  setProps("facts-shuffled", { checked: table.shuffled });
  const { rows, inputs, outputs } = table;
  const names = keptHeads() ?? [...columnNames("v", inputs), ...columnNames("y", outputs)];
  /** @param {string} text @param {number} k */
  const headCell = (text, k) => make("th", { scope: "col", class: firstOutput(k) }, text);
  /** @param {string[]} row @param {number} r */
  const line = (row, r) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, String(r + 1)),
      ...names.map((text, c) => cellElement(row, r, c, text)),
    );
  const lines = rows.slice(0, MOST_SHOWN).map(line);
  byId("facts-rows").replaceChildren(
    make("thead", {}, make("tr", {}, make("td"), ...names.map(headCell))),
    make("tbody", {}, ...lines),
  );
  const more = rows.length - lines.length;
  setText(byId("facts-more"), more > 0 ? `and ${formatCount(more)} more ${more === 1 ? "row" : "rows"}` : "");
  sayOrder();
}

const sayOrder = () =>
  setText(byId("facts-order"), orderWords(filledRows().length, state.experiment.samples, table.shuffled));

/** @param {string} letter @param {number} length */
const columnNames = (letter, length) => Array.from({ length }, (_, k) => subscript(letter, k));

/** @param {string[]} row @param {number} r @param {number} c @param {string} text */
function cellElement(row, r, c, text) {
  /** @param {{ target: HTMLInputElement }} fields */
  const input = ({ target }) => {
    row[c] = target.value;
    table.isOwn = true;
    forgetColumns();
    target.removeAttribute("aria-invalid");
    sayOrder();
  };
  const label = { "aria-label": `Row ${r + 1}, ${text}`, "aria-describedby": "facts-error" };
  const field = make("input", { value: row[c] ?? "", inputmode: "text", ...label, on: { input } });
  return make("td", { class: firstOutput(c) }, field);
}

/** @param {number} r @param {number} c */
const cellAt = (r, c) => findAll(byId("facts-rows"), `tbody tr:nth-child(${r + 1}) input`)[c];

function addRow() {
  const refusal = appendRow();
  sayInDataDialog(refusal);
  if (refusal) return;
  draw();
  const last = cellAt(table.rows.length - 1, 0);
  if (last) last.focus();
}

/** @param {"inputs" | "outputs"} part @param {number} by */
function resize(part, by) {
  const refusal = widen(part, by);
  sayInDataDialog(refusal);
  if (!refusal) changed();
}

function use() {
  const columns = chosenColumns();
  if (columns) {
    sayInDataDialog(columnsError());
    if (columnsError()) return;
    awaited = true;
    changeExperiment("table", 0, { ...columns, shuffled: table.shuffled });
    return;
  }
  const mistake = firstMistake();
  sayInDataDialog(mistake ? mistake.sentence : "");
  if (mistake) {
    showMistake(mistake);
    return;
  }
  awaited = true;
  changeExperiment("table", 0, { text: rowsAsText(), shuffled: table.shuffled, keeps: keptHeads() !== null });
}

/** @param {Mistake} mistake */
function showMistake({ r, c, isName }) {
  const take = { id: "facts-take", type: "button", class: "button edged", "data-column": c };
  if (isName) byId("facts-error").append(" ", make("button", take, "Take it"));
  const field = cellAt(r, c);
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/** @param {boolean} on */
function shuffle(on) {
  Object.assign(table, { shuffled: on, isOwn: true });
  sayOrder();
}

/** @param {string} sentence @param {boolean} good */
export function sayInDataDialog(sentence, good = false) {
  const box = byId("facts-error");
  setText(box, sentence);
  box.className = good ? "hint" : "error";
}

export const isDataDialogOpen = () => dialogById("facts").open;
export const closeDataDialog = () => isDataDialogOpen() && dialogById("facts").close();

/** A run is shown: when it is the one of the rows that were sent, the dialog has done its work. */
export const closeUsedDataDialog = () => awaited && areRowsInUse() && closeDataDialog();

/** @type {Record<string, () => void>} */
const BUTTONS = {
  "facts-add": addRow,
  "facts-clear": clear,
  "facts-discard": discard,
  "facts-use": use,
  "facts-as-columns": () => useColumns(true),
  "facts-as-rows": () => useColumns(false),
  "facts-more-inputs": () => resize("inputs", 1),
  "facts-less-inputs": () => resize("inputs", -1),
  "facts-more-outputs": () => resize("outputs", 1),
  "facts-less-outputs": () => resize("outputs", -1),
};

export function installDataDialog() {
  runSettled.on(() => isDataDialogOpen() && sayOrder());
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "button");
    if (button && BUTTONS[button.id]) BUTTONS[button.id]();
  });
  document.addEventListener("change", ({ target }) => {
    /** @type {?HTMLInputElement} */
    const field = closest(target, "#facts-shuffled");
    if (field) shuffle(field.checked);
  });
}
