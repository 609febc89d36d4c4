/**
 * The confusion matrix: a row for each class, a column for each answer, each cell a button that opens its rows. Arrows
 * go from cell to cell.
 * @import { Answers, SetScore } from "../core/types.js"
 */

import { closest, findAll, make, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { namedOutput } from "../model/ports.js";
import { chooseCell } from "./answer_choice.js";

/** @type {Record<string, [down: number, right: number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** An empty matrix. @param {number} count The number of classes. */
export function matrixElement(count) {
  const places = Array.from({ length: count }, (_, place) => place);
  const isLong = count > constants.mostSpoken;
  /** @param {string} word @param {number} place */
  const name = (word, place) => [...(isLong ? [] : [make("small", {}, word)]), make("b", {}, namedOutput(place))];
  /** @param {"col" | "row"} scope @param {string} word @param {number} place */
  const head = (scope, word, place) => make("th", { scope, title: namedOutput(place) }, ...name(word, place));
  const heads = places.map((place) => head("col", "answered", place));
  /** @param {number} wanted @param {number} answered */
  const cell = (wanted, answered) =>
    make("td", {}, make("button", { type: "button", "data-at": `${wanted},${answered}` }));
  const rows = places.map((wanted) =>
    make(
      "tr",
      {},
      head("row", "is", wanted),
      ...places.map((answered) => cell(wanted, answered)),
      make("td", { class: "sum" }),
    ),
  );
  const corner = make("td", {}, ...(isLong ? [make("small", {}, "is ↓")] : []));
  const table = make(
    "table",
    {
      class: isLong ? "confusion long" : "confusion",
      style: { "--classes": count },
      "aria-label":
        "A cell has the rows of one class with one answer. Arrow keys go from cell to cell, Enter opens its rows.",
      on: { keydown: onKey, click: onClick },
    },
    make("thead", {}, make("tr", {}, corner, ...heads, make("td"))),
    make("tbody", {}, ...rows),
  );
  buttonsOf(table)[0].tabIndex = 0;
  for (const button of buttonsOf(table).slice(1)) button.tabIndex = -1;
  return table;
}

/** @param {HTMLElement} table @returns {HTMLButtonElement[]} */
const buttonsOf = (table) => findAll(table, "button");

/** @param {HTMLElement} button */
const cellOf = (button) => /** @type {[number, number]} */ (String(button.dataset.at).split(",").map(Number));

/** Writes the counts of a set. @param {HTMLElement} table @param {SetScore} score */
export function fillMatrix(table, { confusion = [] }) {
  const sums = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  for (const button of buttonsOf(table)) {
    const [wanted, answered] = cellOf(button);
    const count = confusion[wanted][answered];
    const isRight = wanted === answered;
    setText(button, count ? formatCount(count) : confusion.length > constants.mostSpoken ? "" : "·");
    button.className = isRight && count ? "right" : count ? "wrong" : "";
    button.style.setProperty("--share", String(isRight ? count / Math.max(1, sums[wanted]) : 0));
    button.setAttribute("aria-pressed", String(String(state.openCell) === String([wanted, answered])));
    button.setAttribute("aria-label", cellWords([wanted, answered], count, sums[wanted]));
  }
  findAll(table, ".sum").forEach((sum, k) => setText(sum, `of ${formatCount(sums[k])}`));
}

/** Chinstrap answered Adelie: 1 of 43. @param {[number, number]} cell @param {number} count @param {number} sum */
const cellWords = ([wanted, answered], count, sum) =>
  `${namedOutput(wanted)} answered ${namedOutput(answered)}: ${formatCount(count)} of ${formatCount(sum)}`;

/** The cells of wrong answers that have rows, the fullest first. @param {number[][]} confusion */
export const wrongCells = (confusion) =>
  confusion
    .flatMap((row, wanted) => row.map((count, answered) => ({ wanted, answered, count })))
    .filter(({ wanted, answered, count }) => wanted !== answered && count)
    .sort((a, b) => b.count - a.count);

/** The finding of the matrix: how many are right, and the fullest cell of wrong answers. @param {Answers} answers */
export function matrixWords({ set, sets }) {
  const { right = 0, rows, confusion = [] } = /** @type {SetScore} */ (sets[set]);
  const [most] = wrongCells(confusion);
  const whose = set === "learned" ? "learned" : "held-out";
  const range = `${formatCount(right)} of ${formatCount(rows)} ${whose} rows are answered right.`;
  if (!most) return range;
  const wrong = `${namedOutput(most.wanted)} answered ${namedOutput(most.answered)}`;
  return `${range} Most of the others are ${wrong}: ${formatCount(most.count)}.`;
}

/** @param {Event} event */
function onClick({ target }) {
  const button = closest(target, "button");
  if (button) chooseCell(cellOf(button));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key, target, currentTarget, ctrlKey, metaKey, altKey } = event;
  const button = closest(target, "button");
  const arrow = ARROWS[key];
  if (!button || !arrow || ctrlKey || metaKey || altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const buttons = buttonsOf(/** @type {HTMLElement} */ (currentTarget));
  const classes = Math.sqrt(buttons.length);
  /** @param {number} place @param {number} by */
  const along = (place, by) => Math.max(0, Math.min(classes - 1, place + by));
  const [wanted, answered] = cellOf(button);
  const next = buttons[along(wanted, arrow[0]) * classes + along(answered, arrow[1])];
  for (const other of buttons) other.tabIndex = other === next ? 0 : -1;
  next.focus();
}
