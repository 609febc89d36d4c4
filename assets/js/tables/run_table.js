/**
 * Runs side by side: the current one over those that were pinned. Values that equal the current run's are grey, others
 * bold, the lowest final loss is underlined. A pin's line sample switches its curve on in the plot; a click on a head
 * sorts the pinned runs by that column.
 * @import { Pin, Run } from "../core/types.js"
 * @import { Column, Sorted } from "./run_columns.js"
 */

import { byId, closest, element, find, icon, make, makeButton, refill } from "../lib/dom.js";
import { saveBlob } from "../lib/download.js";
import { onThemeChange } from "../lib/theme.js";
import { haveSameLoss, haveSameTask } from "../core/knobs.js";
import { mapsReceived, pinsChanged, runSettled, surfaceMeasured } from "../core/signals.js";
import { state } from "../core/state.js";
import { openRun } from "../net/requests.js";
import {
  LONGEST_NAME,
  clearPins,
  currentPin,
  pinName,
  pinRun,
  removePin,
  renamePin,
  togglePinnedCurve,
} from "../model/pins.js";
import { knownThumbnail } from "../model/run_end.js";
import { dashesOf, lowPassLine } from "../curve/pinned_curves.js";
import { FINAL_LOSS, NAME_COLUMN, NOW, columnsOf, sorted, tableAsCsv } from "./run_columns.js";
import { againstNow } from "./against_now.js";
import { thumbnailElement } from "./thumbnail.js";

const SPARK = { width: 120, height: 26 };
const FILE_NAME = "nnbench-runs.csv";

/** The column by which pinned runs are sorted, and whether backwards; without one they stand by their letters. */
const order = { column: /** @type {?Sorted} */ (null), backwards: false };

/** @type {Sorted} */
const byLetter = { sorts: (_, { letter }) => letter };

function rowsInOrder() {
  const pins = sorted(state.pins, order.column || byLetter, order.backwards);
  const now = /** @type {Pin} */ ({ letter: NOW, run: state.base, picture: knownThumbnail() });
  return [now, ...pins];
}

function show() {
  const { base, pins } = state;
  if (!base) return;
  const rows = rowsInOrder();
  // Losses of different kinds, or of different targets, have no common scale: none is lower or higher than another.
  /** @param {Pin} pin */
  const isAlike = ({ run }) => haveSameLoss(run.summary, base.summary) && haveSameTask(run, base);
  const alike = rows.filter(isAlike);
  const lowest = Math.min(...alike.map(({ run }) => run.summary.settled ?? Infinity));
  /** @param {Pin} row */
  const isLowest = (row) => alike.length > 1 && alike.includes(row) && row.run.summary.settled === lowest;
  const height = sparkScale(rows);
  const columns = columnsOf(rows);
  const pictures = ["Output", "Loss"].map((head) => make("th", { scope: "col", class: "text" }, head));
  const heads = [headCell({ ...NAME_COLUMN, text: true }, NAME_COLUMN), ...pictures];
  const typed = typedName();
  refill(
    byId("runs-table"),
    [
      make("thead", {}, make("tr", {}, ...heads, ...columns.map((column) => headCell(column, column)), make("td"))),
      make("tbody", {}, ...rows.map((row) => rowElement(row, base, isLowest(row), height, columns))),
    ],
    () => "th button",
  );
  if (typed) /** @type {HTMLInputElement} */ (document.activeElement).value = typed;
  byId("clear-pins").hidden = !pins.length;
  byId("pin").setAttribute("aria-pressed", String(Boolean(currentPin())));
}

/** The text that somebody is typing into the name of a run, so that a table that is drawn anew keeps it. */
function typedName() {
  /** @type {?HTMLInputElement} */
  const field = closest(document.activeElement, "#runs-table .run-name");
  return field ? field.value : null;
}

/** The current run's thumbnail alone, when its output map comes after the table was drawn. */
function showCurrentPicture() {
  const cell = document.querySelector("#runs-table .now .output-cell");
  if (cell && state.base) cell.replaceChildren(thumbnailElement(knownThumbnail()));
}

/**
 * A pinned run compared with the current one; more of it is in the page's tooltip, not in the cell's.
 * @param {Run} run
 */
function pairElement(run) {
  const { words, more } = againstNow(run);
  return make("small", { class: "against-now", title: "", "data-says": more || null }, words);
}

/** These words alone, when more of them are known. */
function showPairs() {
  for (const { letter, run } of state.pins) {
    const words = document.querySelector(`#runs-table [data-run="${letter}"] .against-now`);
    if (words && state.base) words.replaceWith(pairElement(run));
  }
}

/**
 * A click sorts by the column, another one backwards, a third one by the letters again.
 * @param {{ head: string, text?: boolean }} fields @param {Sorted} column
 */
function headCell({ head, text }, column) {
  const isSorted = order.column === column;
  const direction = order.backwards ? "descending" : "ascending";
  const button = makeButton({ class: "sort", "data-control": `sort ${head}` }, () => sortBy(column), head);
  const attributes = { scope: "col", class: text ? "text" : null, "aria-sort": isSorted ? direction : null };
  return make("th", attributes, button);
}

/** @param {Sorted} column */
function sortBy(column) {
  const again = order.column === column;
  Object.assign(order, again && order.backwards ? { column: null, backwards: false } : { column, backwards: again });
  show();
}

/**
 * @param {Pin} pin @param {Run} base @param {boolean} lowest @param {(loss: number) => number} height
 * @param {Column[]} columns
 */
function rowElement(pin, base, lowest, height, columns) {
  const now = pin.letter === NOW;
  const who = () => make("span", { class: "who" }, lineSample([], 2.5), NOW);
  return make(
    "tr",
    { class: now ? "now" : null, "data-run": pin.letter },
    make("th", { scope: "row" }, ...(now ? [who()] : [curveButton(pin), nameField(pin)])),
    make("td", { class: "text output-cell" }, thumbnailElement(pin.picture)),
    make("td", { class: "text" }, sparkOf(pin.run, height)),
    ...columns.map((column) => cellElement(column, pin.run, now ? null : base, lowest)),
    make("td", { class: "acts" }, ...(now ? [] : buttonsOf(pin))),
  );
}

/** @param {Pin} pin */
function nameField(pin) {
  return make("input", {
    class: "run-name",
    value: pinName(pin),
    maxlength: LONGEST_NAME,
    spellcheck: "false",
    autocomplete: "off",
    "aria-label": `Name of run ${pin.letter}`,
    "data-control": `name ${pin.letter}`,
    on: { change: (event) => rename(pin, event.target), keydown: leaveOnEnter },
  });
}

/**
 * The table is not drawn anew: a button that is being clicked as the field is left would be gone.
 * @param {Pin} pin @param {HTMLInputElement} field
 */
function rename(pin, field) {
  renamePin(pin, field.value);
  field.value = pinName(pin);
}

/** @param {KeyboardEvent & { target: HTMLElement }} fields */
function leaveOnEnter({ key, target }) {
  if (key === "Enter") target.blur();
}

/** @param {Column} column @param {Run} run @param {?Run} base @param {boolean} lowest */
function cellElement({ head, says, sorts, compared, text, ofPins }, run, base, lowest) {
  const differs = base && compared && (sorts(run) === sorts(base) ? "same" : "differs");
  const words = ofPins && !base ? "" : says(run);
  const best = lowest && head === FINAL_LOSS;
  const classes = [text && "text", ofPins && "differences", differs].filter(Boolean).join(" ");
  const shownWords = best ? make("span", { class: "lowest" }, words) : make("span", {}, words);
  const parts = ofPins && base ? [shownWords, pairElement(run)] : [shownWords];
  return make("td", { class: classes || null, title: text ? words : null }, ...parts);
}

/** @param {number[]} dash @param {number} width */
function lineSample(dash, width) {
  return element(
    "svg",
    { viewBox: "0 0 28 10", "aria-hidden": "true" },
    element("path", { d: "M0 5H28", "stroke-width": width, "stroke-dasharray": dash.join(" ") }),
  );
}

/** @param {Pin} pin */
function curveButton(pin) {
  const { letter, on } = pin;
  return makeButton(
    {
      class: "who",
      "aria-pressed": String(on),
      title: on ? "Take its curve out of the plot" : "Draw its curve in the plot",
      "aria-label": `Run ${letter}: its curve in the plot`,
      "data-control": `curve ${letter}`,
    },
    () => changeAndFocus(() => togglePinnedCurve(pin), `[data-run="${letter}"] .who`),
    lineSample(dashesOf(letter), 1.75),
  );
}

/** @param {Pin} pin */
function buttonsOf(pin) {
  const { letter, run } = pin;
  const back = {
    class: "button",
    "aria-label": `Restore run ${letter}`,
    "data-control": `restore ${letter}`,
  };
  const remove = { class: "button square", "aria-label": `Take run ${letter} out of the table` };
  const compare = {
    class: "button",
    "aria-label": `Compare run ${letter} with the current run`,
    title: "Shows both side by side",
    "data-control": `compare ${letter}`,
    "data-compare": letter,
  };
  return [
    makeButton(back, () => openRun(run), "Restore"),
    make("button", { type: "button", ...compare }, "Compare"),
    makeButton(remove, () => changeAndFocus(() => removePin(pin), "#runs"), icon("close")),
  ];
}

/** All sparklines on one scale, from the lowest to the highest loss of any of them. @param {Pin[]} rows */
function sparkScale(rows) {
  const losses = rows
    .flatMap(({ run }) => Array.from(lowPassLine(run).y))
    .filter((loss) => loss > 0)
    .map(Math.log);
  const low = losses.reduce((a, b) => Math.min(a, b), Infinity);
  const high = losses.reduce((a, b) => Math.max(a, b), -Infinity);
  return (/** @type {number} */ loss) => 2 + ((SPARK.height - 4) * (high - Math.log(loss))) / (high - low || 1);
}

/** @param {Run} run @param {(loss: number) => number} height */
function sparkOf(run, height) {
  const { x, y } = lowPassLine(run);
  const across = SPARK.width / Math.max(1, run.ghost.samples);
  const every = Math.max(1, Math.floor(x.length / SPARK.width));
  /** @param {number} k */
  const isDrawn = (k) => k % every === 0 && y[k] > 0;
  /** @param {number} step @param {number} k */
  const point = (step, k) => (isDrawn(k) ? [`${(step * across).toFixed(1)} ${height(y[k]).toFixed(1)}`] : []);
  const points = Array.from(x).flatMap(point);
  return element(
    "svg",
    { class: "spark", viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, "aria-hidden": "true" },
    element("path", { d: points.length ? `M${points.join("L")}` : "" }),
  );
}

/**
 * The table is drawn anew by a change of the pins; the focus goes to what the selector finds.
 * @param {() => void} change @param {string} selector
 */
function changeAndFocus(change, selector) {
  change();
  const target = find(document, selector);
  if (target) target.focus({ preventScroll: true });
}

/** Pins the run that is shown, or takes it out. */
export function togglePinnedRun() {
  const pin = state.base && currentPin();
  if (pin) changeAndFocus(() => removePin(pin), "#runs");
  else pinRun();
}

function download() {
  if (state.base) saveBlob(new Blob([tableAsCsv(rowsInOrder())], { type: "text/csv" }), FILE_NAME);
}

export function installRunTable() {
  document.addEventListener("click", ({ target }) => {
    if (closest(target, "#pin")) togglePinnedRun();
    if (closest(target, "#clear-pins")) changeAndFocus(clearPins, "#runs");
    if (closest(target, "#save-runs")) download();
  });
  pinsChanged.on(show);
  runSettled.on(show);
  mapsReceived.on(showCurrentPicture);
  surfaceMeasured.on(showPairs);
  onThemeChange(show);
}
