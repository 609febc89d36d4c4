/**
 * The form of the output of a table, and which rows are looked at: of which set, in which cell, which one. Links say
 * all of them; a cell by the names of its class and its answer.
 * @import { AnswerSet, Frame, RunResponse } from "../core/types.js"
 */

import { decode } from "../lib/arrays.js";
import { byId, closest, findAll, setText } from "../lib/dom.js";
import { ANSWERS, LINES, MAP, PLANE, isMissing, isPlaneOffered, outputForm } from "../core/answers.js";
import { constants } from "../core/constants.js";
import { answersChosen, detailsShown, mapsReceived, questionChosen, runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestStep } from "../model/cursor.js";
import { inputName, namedOutput } from "../model/ports.js";
import { probeInput } from "../step/probe.js";
import { WHICH, whichQuestion } from "./which_question.js";

const FORMS = /** @type {const} */ ([ANSWERS, PLANE, LINES, MAP]);
const CORNERS = 3;
/** @type {AnswerSet} */
const FIRST_SET = "held-out";

/** The names in the address, until those of the table are known. */
const linked = { cell: "", along: "", output: "" };
const NOTHING_CHOSEN = {
  openCell: null,
  openRow: null,
  leftOut: null,
  outputForm: null,
  along: 0,
  answerOutput: 0,
  through: [],
  planeOutput: null,
};
/** The network and the table that the cell belongs to. */
let about = "";
/** The table that the row belongs to. @type {import("../core/types.js").Experiment["inputs"] | undefined} */
let table;

/** Looks at other answers. @param {Partial<typeof state>} choice */
export function lookAt(choice) {
  Object.assign(state, choice);
  markForm();
  answersChosen.emit();
  if (state.shown) requestStep();
}

/** Opens a cell, or closes the one that is open. @param {?[number, number]} cell */
export function chooseCell(cell) {
  lookAt({ openCell: cell && String(cell) === String(state.openCell) ? null : cell });
}

/** Looks at a row and sends it through the network; null goes back to the samples. @param {?number} row */
export function chooseRow(row) {
  state.ownInput = null;
  lookAt({ openRow: row });
}

function markForm() {
  const box = byId("output-form");
  const offered = Boolean(state.shown?.frame.answers) && !whichQuestion.isAsked();
  if (box.hidden === offered) box.hidden = !offered;
  closest(box, ".stage-bar")?.classList.toggle("with-forms", offered);
  const withPlane = isPlaneOffered();
  // Two inputs among more are a form of the plane.
  const pressed = withPlane && outputForm() === MAP ? PLANE : outputForm();
  for (const button of findAll(box, "button")) {
    if (button.dataset.form === (withPlane ? MAP : PLANE)) {
      Object.assign(button.dataset, { form: withPlane ? PLANE : MAP });
      setText(button, withPlane ? "Plane" : "Map");
    }
    const { form } = button.dataset;
    button.setAttribute("aria-pressed", String(form === pressed));
  }
}

/** Their part of a link. */
export function answersQuery() {
  if (!state.shown?.frame.answers) return "";
  const { outputForm: form, answerSet, openCell: cell, openRow: row, along, through, planeOutput } = state;
  const output = form === LINES ? state.answerOutput || null : form === PLANE ? planeOutput : null;
  const parts = [
    form ? `stage=${form}` : "",
    answerSet === FIRST_SET ? "" : `set=${answerSet}`,
    cell ? `cell=${encodeURIComponent(cellName(cell))}` : "",
    row === null || whichQuestion.isAsked() ? "" : `row=${row}`,
    form === LINES ? `along=${encodeURIComponent(inputName(along))}` : "",
    form === PLANE && through.length ? `through=${through.join()}` : "",
    output === null ? "" : `class=${encodeURIComponent(namedOutput(output))}`,
  ];
  return parts
    .filter(Boolean)
    .map((part) => `&${part}`)
    .join("");
}

/** @param {[number, number]} cell */
const cellName = (cell) => cell.map(namedOutput).join(":");

function readLink() {
  const query = new URLSearchParams(location.search);
  const form = query.get("stage");
  const row = Number(query.get("row"));
  state.outputForm = FORMS.find((name) => name === form) ?? null;
  if (query.get("set") === "learned") state.answerSet = "learned";
  if (Number.isInteger(row) && row > 0 && row <= constants.mostRows) {
    Object.assign(state, query.get("ask") === WHICH ? { leftOut: row } : { openRow: row });
  }
  const through = (query.get("through") ?? "").split(",").map(Number);
  const areRows = through.every((number) => Number.isInteger(number) && number > 0 && number <= constants.mostRows);
  if (through.length === CORNERS && areRows) state.through = through;
  const [cell, along, output] = ["cell", "along", "class"].map((name) => query.get(name) ?? "");
  Object.assign(linked, { cell, along, output });
}

/** @param {Frame} frame */
function resolveLinked({ response: { rows, inputs } }) {
  const places = Array.from({ length: rows }, (_, place) => place);
  const input = Array.from({ length: inputs }, (_, k) => inputName(k)).indexOf(linked.along);
  const output = places.map(namedOutput).indexOf(linked.output);
  const cells = places.flatMap((wanted) =>
    places.map((answered) => /** @type {[number, number]} */ ([wanted, answered])),
  );
  state.openCell = cells.find((cell) => cellName(cell) === linked.cell) ?? null;
  const isOfPlane = outputForm() === PLANE;
  Object.assign(state, { along: Math.max(0, input), answerOutput: isOfPlane ? 0 : Math.max(0, output) });
  if (isOfPlane && output >= 0) state.planeOutput = output;
  Object.assign(linked, { cell: "", along: "", output: "" });
}

/** Another table has other rows, and other classes other cells. @param {RunResponse} response */
function onRun({ key, frame }) {
  const now = JSON.stringify([key, frame.ports, frame.answers, frame.response.rows]);
  const { inputs } = state.experiment;
  if (state.openRow !== null && table && table !== inputs && JSON.stringify(table) !== JSON.stringify(inputs)) {
    Object.assign(state, { openRow: null, ownInput: null });
    requestStep();
  }
  if (about && about !== now) Object.assign(state, { ...NOTHING_CHOSEN });
  about = now;
  table = inputs;
  if (Object.values(linked).some(Boolean) && frame.answers) resolveLinked(frame);
  markForm();
}

/**
 * The row that is looked at goes through the network, as soon as its numbers are known: a scaling changes them.
 * @param {import("../core/signals.js").StepMaps} maps
 */
function probeRow({ answers }) {
  const note = answers?.row;
  if (!note || note.number !== state.openRow) return;
  const x = Array.from(decode(note.x));
  if (String(x) !== String(state.ownInput)) probeInput(x, note.number);
}

/** Asks for what is shown and has not come yet. @param {RunResponse} run */
function askAtFirst({ answers, response }) {
  if (!state.held && isMissing(response, answers)) requestStep();
}

export function installAnswerChoice() {
  readLink();
  runShown.on(onRun);
  questionChosen.on(markForm);
  mapsReceived.on(probeRow);
  detailsShown.on(askAtFirst);
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "#output-form button");
    const form = FORMS.find((name) => name === button?.dataset.form);
    if (form) lookAt({ outputForm: form });
  });
}
