/**
 * The dialog of one's own data: a row for each fact, typed, pasted or read from a file (`data_import.js`). The rows are
 * learned when they are used; until then they wait there, also while the dialog is closed.
 */

import { byId, make, subscript } from "../lib/dom.js";
import { isNarrow } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { setProps } from "../core/dash.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { changeExperiment } from "../net/requests.js";

const MOST_SHOWN = 100;
const FIRST_ROWS = 4;
const NUMBER = /^[+\-−]?(\d+[.,]?\d*|[.,]\d+)(e[+\-−]?\d+)?$/i;
const clean = (text) => (text ?? "").trim();
const table = { rows: [], inputs: 1, outputs: 1, of: null };

export function openDataDialog() {
  const { inputs: stored } = state.experiment;
  const { name } = state.shown.frame;
  if (table.of !== name) {
    table.of = name;
    if (stored.kind) fillFrom(stored);
    else clear();
    setProps("facts-shuffled", { checked: Boolean(stored.shuffled) });
  }
  sayInDataDialog("");
  byId("facts").showModal();
  // On a telephone a focused field would bring up the keyboard at once.
  if (!isNarrow()) cellAt(0, 0).focus();
}

function fillFrom({ inputs, targets }) {
  const rows = inputs.map((row, k) => [...row, ...targets[k]].map(String));
  fillDataDialog(rows, inputs[0].length, targets[0].length);
}

function clear() {
  const { strip, target } = state.shown.frame;
  fillDataDialog(
    Array.from({ length: FIRST_ROWS }, () => []),
    strip.widths[0],
    target.formulas.length,
  );
  sayInDataDialog("");
}

/** Rows of texts, with so many inputs and outputs each. */
export function fillDataDialog(rows, inputs, outputs) {
  Object.assign(table, { rows, inputs, outputs });
  draw();
}

const firstOutput = (column) => (column === table.inputs ? "first-output" : "");

function draw() {
  const { rows, inputs, outputs } = table;
  const names = [...columnNames("v", inputs), ...columnNames("y", outputs)];
  const headCell = (text, k) => make("th", { scope: "col", class: firstOutput(k) }, text);
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
  byId("facts-more").textContent = more > 0 ? `and ${formatCount(more)} more rows` : "";
}

const columnNames = (letter, length) => Array.from({ length }, (_, k) => subscript(letter, k));

function cellElement(row, r, c, text) {
  const input = ({ target }) => {
    row[c] = target.value;
    target.removeAttribute("aria-invalid");
  };
  const label = { "aria-label": `Row ${r + 1}, ${text}`, "aria-describedby": "facts-error" };
  const field = make("input", { value: row[c] ?? "", inputmode: "text", ...label, on: { input } });
  return make("td", { class: firstOutput(c) }, field);
}

const cellAt = (r, c) => byId("facts-rows").querySelectorAll(`tbody tr:nth-child(${r + 1}) input`)[c];

function addRow() {
  table.rows.push([]);
  draw();
  const last = cellAt(table.rows.length - 1, 0);
  if (last) last.focus();
}

/** One column more at the end of the inputs or of the outputs, or one less. */
function widen(part, by) {
  if (table[part] + by < 1 || table[part] + by > constants.mostColumns) return;
  const width = table.inputs + table.outputs;
  const at = part === "inputs" ? table.inputs : width;
  table.rows.forEach((row) => {
    while (row.length < width) row.push("");
    if (by > 0) row.splice(at, 0, "");
    else row.splice(at - 1, 1);
  });
  table[part] += by;
  draw();
}

const isEmpty = (row) => !row.some(clean);

/** The first cell without a number in a row that has some, or null. */
function firstMistake() {
  const width = table.inputs + table.outputs;
  for (const [r, row] of table.rows.entries()) {
    if (isEmpty(row)) continue;
    for (let c = 0; c < width; c++) if (!NUMBER.test(clean(row[c]))) return { r, c, text: clean(row[c]) };
  }
  return null;
}

function use() {
  const mistake = firstMistake();
  sayInDataDialog("");
  if (!mistake) {
    changeExperiment("table", 0, { text: asText(), shuffled: byId("facts-shuffled").checked });
    return;
  }
  const { r, c, text } = mistake;
  const field = cellAt(r, c);
  sayInDataDialog(`Row ${r + 1}: ${text ? `“${text}” is not a number` : "a number is missing"}.`);
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function asText() {
  const names = (letter, length) => Array.from({ length }, (_, k) => letter + k);
  const columns = [...names("v", table.inputs), ...names("y", table.outputs)];
  const lines = table.rows.filter((row) => !isEmpty(row)).map((row) => columns.map((_, c) => clean(row[c])).join(";"));
  return [columns.join(";"), ...lines].join("\n");
}

export function sayInDataDialog(sentence, good = false) {
  setProps("facts-error", { children: sentence, className: good ? "hint" : "error" });
}

export const isDataDialogOpen = () => byId("facts").open;
export const closeDataDialog = () => isDataDialogOpen() && byId("facts").close();

const BUTTONS = {
  "facts-add": addRow,
  "facts-clear": clear,
  "facts-use": use,
  "facts-more-inputs": () => widen("inputs", 1),
  "facts-less-inputs": () => widen("inputs", -1),
  "facts-more-outputs": () => widen("outputs", 1),
  "facts-less-outputs": () => widen("outputs", -1),
};

export function installDataDialog() {
  document.addEventListener("click", ({ target }) => BUTTONS[target.id] && BUTTONS[target.id]());
}
