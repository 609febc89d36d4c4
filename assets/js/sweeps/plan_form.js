/**
 * A new sweep: two to four knobs with a range each. The server is asked with every change how many runs that is, before
 * it starts; what the server refuses stands beside the field that it is about.
 * @import { SweepAxis } from "../core/types.js"
 * @import { Part } from "../cube/types.js"
 * @import { Plan, Refusal, Row, Side, Window } from "./types.js"
 */

import { buttonById, byId, find, findAll, icon, make, makeButton, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { capitalized, parseNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { areShares, scoreName, showsScores } from "../model/measure.js";
import { runName } from "../model/run_words.js";
import { fieldMistake, rangeText } from "./axis_ranges.js";
import { estimateSweep, linkOfBench, startSweep } from "./sweep_requests.js";
import { estimateText } from "./sweep_words.js";
import { isNumberKnob } from "./zoom_window.js";

const { axes } = constants;
const { first, mostAxes } = constants.sweeps;
const FEWEST_AXES = 2;
const CALM = 200;
const NO_LINK = "The bench is at work. Try again when its run is there.";

/** The rows as they are typed; they stay while the dialog is closed. */
const form = {
  rows: /** @type {Row[]} */ ([]),
  serial: 0,
  timer: 0,
  link: /** @type {?string} */ (null),
  started: /** @type {(id: string) => void} */ (() => {}),
  zoomed: /** @type {(window: Window) => void} */ (() => {}),
  scored: false,
  /** Why the rows are no window to zoom into, until they are changed. */
  noZoom: "",
};

/** @param {string} name */
const axisOf = (name) => /** @type {SweepAxis} */ (axes.find((axis) => axis.name === name));

/** @param {SweepAxis} axis */
const typedRow = ({ name, from, to, count, log, words }) =>
  /** @type {Row} */ ({
    name,
    ...(words ? { words } : { from: String(from), to: String(to), count: String(count), log }),
  });

/**
 * The form as elements; `started` is called with the id of a sweep that was started, `zoomed` with a window.
 * @param {(id: string) => void} started @param {(window: Window) => void} zoomed
 */
export function planForm(started, zoomed) {
  if (!form.rows.length) form.rows = first.map((name) => typedRow(axisOf(name)));
  Object.assign(form, { started, zoomed });
  form.link = null;
  return make(
    "section",
    { class: "sweep-plan", "aria-labelledby": "sweep-new" },
    make("h3", { id: "sweep-new", class: "title", tabindex: -1 }, "New map"),
    make("p", { id: "sweep-bench", class: "hint" }, benchWords()),
    make("div", { id: "sweep-axes" }),
    ...(scoreName() ? [measureMenu()] : []),
    make(
      "div",
      { class: "acts" },
      makeButton({ id: "sweep-add", class: "button" }, addRow, "Add a knob"),
      make("p", { id: "sweep-estimate", role: "status" }),
      makeButton({ id: "sweep-zoom", class: "button edged" }, startZoom, "Zoom"),
      makeButton({ id: "sweep-start", class: "button edged" }, start, "Start"),
    ),
    make("p", { id: "sweep-error", class: "error", "aria-live": "polite" }),
  );
}

function benchWords() {
  const each = `Each combination of these values is a run of ${runName(state.shown)}.`;
  return `${each} All other knobs stay as they are on the bench.`;
}

/** A run may come when the form is open already. */
export function followBench() {
  if (!byId("sweep-bench")) return;
  setText(byId("sweep-bench"), benchWords());
  form.link = null;
  estimateNow();
}

/**
 * Puts these knobs with their ranges into the form, which is drawn from them when it is opened next.
 * @param {SweepAxis[]} rows
 */
export function writePlan(rows) {
  form.rows = rows.map((row) => typedRow({ ...axisOf(row.name), ...row }));
}

/** The number that the map shows of each run: its final loss, or the score of its answers. */
function measureMenu() {
  form.scored = showsScores();
  const options = [false, true].map((scored) =>
    make("option", { value: String(scored), selected: scored === form.scored }, scored ? scoreName() : "Final loss"),
  );
  /** @param {{ target: HTMLSelectElement }} fields */
  const change = ({ target }) => {
    form.scored = target.value === "true";
    estimateSoon();
  };
  return labelled("Measure", make("select", { id: "sweep-measure", class: "mini", on: { change } }, ...options));
}

/** The plan that is asked of the server. @returns {Plan} */
function planned() {
  const plan = { link: form.link ?? "", axes: rangesOf(form.rows) };
  return form.scored && scoreName() ? { ...plan, measure: areShares() ? "accuracy" : "r2" } : plan;
}

/** Draws the rows once the form is on the page, and asks what they come to. */
export function drawPlan() {
  form.noZoom = "";
  byId("sweep-axes").replaceChildren(...form.rows.map(rowElement));
  byId("sweep-add").hidden = form.rows.length >= mostAxes;
  estimateNow();
}

function addRow() {
  const free = axes.find(({ name }) => !form.rows.some((row) => row.name === name));
  if (free) form.rows.push(typedRow(free));
  drawPlan();
  find(byId("sweep-axes"), ":scope > :last-child select").focus();
}

/** @param {number} k */
function removeRow(k) {
  form.rows.splice(k, 1);
  drawPlan();
  byId("sweep-add").focus();
}

/* A row */

/** @param {Row} row @param {number} k */
function rowElement(row, k) {
  const { words } = axisOf(row.name);
  return make(
    "fieldset",
    { class: "sweep-axis", "data-axis": row.name, "aria-label": `Knob ${k + 1}` },
    labelled("Knob", knobMenu(row, k)),
    ...(words ? [wordBoxes(row, words)] : numberFields(row)),
    makeButton(
      {
        class: "button square",
        hidden: form.rows.length <= FEWEST_AXES,
        "aria-label": `Leave out ${axisOf(row.name).title}`,
      },
      () => removeRow(k),
      icon("close"),
    ),
    make("p", { id: errorId(row.name), class: "error", "aria-live": "polite" }),
  );
}

/** @param {string} name */
const errorId = (name) => `sweep-error-${name}`;
/** @param {string} text @param {...Node} fields */
const labelled = (text, ...fields) => make("label", {}, make("span", {}, text), ...fields);

/** @param {Row} row @param {number} k */
function knobMenu(row, k) {
  /** @param {string} name */
  const isTaken = (name) => name !== row.name && form.rows.some((other) => other.name === name);
  const options = axes.map(({ name, title }) =>
    make("option", { value: name, selected: name === row.name, disabled: isTaken(name) }, capitalized(title)),
  );
  /** @param {{ target: HTMLSelectElement }} fields */
  const change = ({ target }) => {
    form.rows[k] = typedRow(axisOf(target.value));
    drawPlan();
    find(byId("sweep-axes").children[k], "select").focus();
  };
  return make("select", { class: "mini", on: { change } }, ...options);
}

/** @param {Row} row */
function numberFields(row) {
  /** @param {"from" | "to" | "count"} part @param {string} text */
  const field = (part, text) =>
    labelled(
      text,
      make("input", {
        name: part,
        value: row[part],
        inputmode: "decimal",
        autocomplete: "off",
        "aria-describedby": errorId(row.name),
        on: { input: ({ target }) => changed(row, part, target.value) },
      }),
    );
  const spacing = [
    ["even", "evenly"],
    ["log", "by a factor"],
  ].map(([value, text]) => make("option", { value, selected: (value === "log") === row.log }, text));
  /** @param {{ target: HTMLSelectElement }} fields */
  const change = ({ target }) => changed(row, "log", target.value === "log");
  return [
    field("from", "From"),
    field("to", "To"),
    field("count", "Values"),
    labelled("Spaced", make("select", { class: "mini", on: { change } }, ...spacing)),
  ];
}

/** @param {Row} row @param {string[]} words */
function wordBoxes(row, words) {
  /** @param {string} word @param {boolean} on */
  const change = (word, on) =>
    changed(
      row,
      "words",
      words.filter((other) => (other === word ? on : row.words.includes(other))),
    );
  /** @param {string} word */
  const box = (word) =>
    make(
      "label",
      { class: "checkbox" },
      make("input", {
        type: "checkbox",
        checked: row.words.includes(word),
        on: { change: ({ target }) => change(word, target.checked) },
      }),
      word,
    );
  return make("div", { class: "words" }, ...words.map(box));
}

/** @template {keyof Row} Field @param {Row} row @param {Field} part @param {Row[Field]} value */
function changed(row, part, value) {
  row[part] = value;
  estimateSoon();
}

/* The number of runs */

/** @param {Row[]} rows */
const rangesOf = (rows) => Object.fromEntries(rows.map((row) => [row.name, rangeText(axisOf(row.name), row)]));

function estimateSoon() {
  form.noZoom = "";
  buttonById("sweep-start").disabled = true;
  clearTimeout(form.timer);
  form.timer = setTimeout(estimateNow, CALM);
}

async function estimateNow() {
  clearTimeout(form.timer);
  if (!buttonById("sweep-start")) return;
  const serial = ++form.serial;
  const isWanted = () => serial === form.serial && byId("sweep-estimate") !== null;
  buttonById("sweep-start").disabled = true;
  form.link = form.link ?? (await linkOfBench());
  if (!isWanted()) return;
  const reply = typedMistake() || (await estimated(isWanted));
  if (!reply || !isWanted()) return;
  showRefusal(reply);
  setText(byId("sweep-estimate"), reply.refused ? "" : `${estimateText(reply)}. ${reply.says}`.trim());
  buttonById("sweep-start").disabled = Boolean(reply.refused);
}

/** @param {() => boolean} isWanted */
async function estimated(isWanted) {
  return form.link === null ? { refused: NO_LINK } : estimateSweep(planned(), isWanted);
}

/** A field without a number, as a refusal; null where there is none. */
function typedMistake() {
  for (const row of form.rows) {
    const mistake = fieldMistake(axisOf(row.name), row);
    if (mistake) return { refused: mistake.sentence, axis: row.name, part: mistake.part };
  }
  return null;
}

/**
 * Beside the axis that it is about, or under all of them; of the axis it is about one field, or any of them.
 * @param {Refusal} refusal
 */
function showRefusal({ refused = "", axis = "", part = "" }) {
  for (const row of findAll(byId("sweep-axes"), ":scope > *")) {
    const isAtFault = refused !== "" && row.dataset.axis === axis;
    setText(find(row, ".error"), isAtFault ? refused : "");
    for (const field of /** @type {HTMLInputElement[]} */ (findAll(row, "input:not([type])"))) {
      if (isAtFault && (!part || field.name === part)) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }
  const isShown = form.rows.some(({ name }) => name === axis);
  setText(byId("sweep-error"), isShown ? "" : refused || form.noZoom);
}

/** The window of two knobs of any number; or why the rows are none. @returns {Window | string} */
function typedWindow() {
  if (form.rows.length !== 2) return "A zoom goes over two knobs.";
  const other = form.rows.find(({ name }) => !isNumberKnob(name));
  if (other) return `A zoom goes over knobs that take any number, and ${axisOf(other.name).title} is none.`;
  const [x, y] = form.rows.map(({ name, from, to, log }) => {
    const [low, high] = [parseNumber(from), parseNumber(to)];
    return /** @type {Side} */ ({ name, low: Math.min(low, high), high: Math.max(low, high), log });
  });
  const flat = [x, y].find(({ low, high, log }) => !(low < high) || (log && low <= 0));
  if (!flat) return { x, y };
  const title = axisOf(flat.name).title;
  return flat.low < flat.high ? `Only numbers above 0 go by a factor: ${title}.` : `The window has no width: ${title}.`;
}

/** Opens the window of the rows, whatever their number of values. */
function startZoom() {
  const window = typedWindow();
  if (typeof window !== "string") form.zoomed(window);
  else setText(byId("sweep-error"), (form.noZoom = window));
}

async function start() {
  buttonById("sweep-start").disabled = true;
  const reply = await startSweep(planned());
  if (reply.id) {
    form.started(reply.id);
    return;
  }
  if (buttonById("sweep-start")) buttonById("sweep-start").disabled = false;
  showRefusal(reply);
}
