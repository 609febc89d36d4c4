/**
 * The weights as a table: a row for each unit, each number over a bar that goes from 0 in the middle to the left where
 * it is negative and to the right where it is positive; few enough numbers have their paths too. Arrows go from number
 * to number, Enter opens the editor, and the number that is pointed at says where it starts.
 * @import { Block, RunResponse } from "../core/types.js"
 * @import { Drawing } from "./weight_cells.js"
 * @import { RowTable, UnitRow, Weight } from "./weight_rows.js"
 */

import { tint } from "../lib/arrays.js";
import { byId, closest, findAll, focusedIn, make, refill, setText } from "../lib/dom.js";
import { hasOtherContents, removeContents } from "../core/contents.js";
import { numberElement, writeNumbers } from "./weight_numbers.js";
import { havePaths, unitRows } from "./weight_rows.js";
import { namedWeight } from "./weight_words.js";

const APART = 4;

/** The weights in the order of their buttons. @type {Weight[]} */
let weights = [];
/** The place of the number of each in the row of all. @type {number[]} */
let places = [];
/** @type {?HTMLElement} */
let pointed = null;

/** Writes the numbers into their rows. @param {RunResponse} runResponse @param {Drawing} drawing */
export function showWeightTable({ frame }, { blocks, scale, moving }) {
  const box = tableBox();
  const { cells } = frame.weights;
  if (hasOtherContents(box, [cells, frame.name])) build(box, cells);
  const all = blocks.flatMap((block) => Array.from(block));
  const numbers = places.map((place) => all[place]);
  writeNumbers(buttonsOf(box), numbers, { shareOf: (number) => tint(number, scale), moving });
  if (pointed) nameWeight();
  return box;
}

/** Another form has taken its place. */
export function clearWeightTable() {
  const box = byId("weight-table");
  if (removeContents(box)) point(null);
}

/** @param {HTMLElement} box */
const buttonsOf = (box) => findAll(box, "button");

function tableBox() {
  const box = byId("weight-table");
  if (box.dataset.heard) return box;
  box.dataset.heard = "yes";
  box.addEventListener("pointerover", ({ target }) => point(closest(target, "button")));
  box.addEventListener("pointerleave", () => point(null));
  box.addEventListener("focusin", ({ target }) => {
    const button = closest(target, "button:focus-visible");
    if (button) point(button);
  });
  box.addEventListener("focusout", () => point(null));
  box.addEventListener("scroll", () => pointed && nameWeight());
  box.addEventListener("keydown", onKey);
  return box;
}

/* Building */

/** @param {HTMLElement} box @param {Block[]} cells */
function build(box, cells) {
  const starts = startsOf(cells);
  /** @param {Weight} weight */
  const placeOf = ({ layer, name, row, column }) => {
    const at = cells.findIndex((block) => block.layer === layer && block.name === name);
    return starts[at] + row * cells[at].columns + column;
  };
  const tables = unitRows(cells);
  weights = tables.flatMap(({ rows }) => rows.flatMap((row) => row.weights.filter((weight) => weight !== null)));
  places = weights.map(placeOf);
  const paths = havePaths(cells);
  point(null);
  refill(
    box,
    tables.map((table) => tableElement(table, placeOf, paths)),
    () => "button",
  );
  const focused = focusedIn(box) || box.querySelector("button");
  if (focused) stopAt(box, focused);
}

/** @param {Block[]} cells */
function startsOf(cells) {
  let start = 0;
  return cells.map(({ rows, columns }) => (start += rows * columns) - rows * columns);
}

/** @param {RowTable} rowTable @param {(weight: Weight) => number} placeOf @param {boolean} paths */
function tableElement({ titles, heads, into, rows }, placeOf, paths) {
  /** @param {number} column */
  const isApart = (column) => column === into && heads.length > into;
  /** @param {[string, number]} pair @param {number} k */
  const title = ([text, span], k) => make("th", { colspan: span, scope: "colgroup", class: k ? "apart" : null }, text);
  /** @param {string} text @param {number} column */
  const head = (text, column) => make("th", { scope: "col", class: isApart(column) ? "apart" : null }, text);
  /** @param {?Weight} weight @param {number} column */
  const cell = (weight, column) => {
    const button = weight ? [numberButton(weight, placeOf(weight))] : [];
    return make("td", { class: isApart(column) ? "apart" : null }, ...button);
  };
  /** @param {UnitRow} unitRow */
  const row = ({ name, unit, weights: numbers }) =>
    make("tr", { "data-unit": unit }, make("th", { scope: "row" }, name), ...numbers.map(cell));
  const lines = titles.length ? [make("tr", {}, make("td"), ...titles.map(title))] : [];
  return make(
    "table",
    { class: paths ? "with-paths" : null, style: { "--columns": heads.length } },
    make("thead", {}, ...lines, make("tr", {}, make("td"), ...heads.map(head))),
    make("tbody", {}, ...rows.map(row)),
  );
}

/** @param {Weight} weight @param {number} at */
const numberButton = (weight, at) =>
  numberElement(
    weight,
    { button: true, at, class: "weight-number", tabindex: "-1" },
    make("span", { class: "path", "aria-hidden": "true" }),
    make("i", { class: "weight-bar", "aria-hidden": "true" }),
  );

/* Keys */

/** One number at a time is a stop of the Tab key. @param {HTMLElement} box @param {HTMLElement} button */
function stopAt(box, button) {
  buttonsOf(box).forEach((other) => (other.tabIndex = other === button ? 0 : -1));
}

/** @type {Record<string, [down: number, right: number]>} */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key, target, altKey, ctrlKey, metaKey } = event;
  const table = byId("weight-table");
  const button = closest(target, "button");
  const next = MOVES[key] && button && neighbour(table, button, MOVES[key]);
  if (!next || altKey || ctrlKey || metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  stopAt(table, next);
  next.focus();
}

/**
 * The number some rows down, at the same column or the nearest one that has a number, or some columns to the right.
 * @param {HTMLElement} box @param {HTMLElement} button @param {[down: number, right: number]} pair
 */
function neighbour(box, button, [down, right]) {
  const lines = [...box.querySelectorAll("tbody tr")].map((line) => [...line.querySelectorAll("td")]);
  const place = /** @type {HTMLTableCellElement} */ (button.parentElement);
  const at = lines.findIndex((line) => line.includes(place));
  const column = lines[at].indexOf(place) + right;
  /** @param {?Element} cell */
  const buttonIn = (cell) => cell && cell.querySelector("button");
  if (!down) return buttonIn(lines[at][column]) || button;
  const line = lines[at + down] || [];
  const nearest = [...line].sort((a, b) => Math.abs(line.indexOf(a) - column) - Math.abs(line.indexOf(b) - column));
  return nearest.map(buttonIn).find(Boolean) || button;
}

/* The readout of the number that is pointed at */

/** @param {?HTMLElement} button */
function point(button) {
  pointed = button;
  const readout = byId("weight-readout");
  readout.hidden = !pointed;
  if (pointed) nameWeight();
}

function nameWeight() {
  if (!pointed) return;
  const readout = byId("weight-readout");
  setText(readout, namedWeight(weights[buttonsOf(byId("weight-table")).indexOf(pointed)]));
  const around = /** @type {HTMLElement} */ (readout.parentElement).getBoundingClientRect();
  const cell = pointed.getBoundingClientRect();
  const middle = (cell.left + cell.right - readout.offsetWidth) / 2 - around.left;
  const left = Math.max(0, Math.min(middle, around.width - readout.offsetWidth));
  readout.style.setProperty("left", `${left}px`);
  readout.style.setProperty("top", `${cell.top - around.top - readout.offsetHeight - APART}px`);
}

/** The row of the unit that is on the stage. @param {?string} unit */
export function markRow(unit) {
  findAll(byId("weight-table"), "tr[data-unit]").forEach((row) =>
    row.classList.toggle("pointed", row.dataset.unit === unit),
  );
}
