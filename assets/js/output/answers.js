/**
 * The rows of a table on the stage, at the step of the scrubber: of classes a confusion matrix, of numbers what is
 * predicted against what is true, lines along an input, or the plane through three rows; and notes beside it.
 * @typedef {"matrix" | "scatter" | "lines" | "plane"} RowsKind
 * @import { Answers } from "../core/types.js"
 * @import { Shown } from "./map_selection.js"
 */

import { closest, find, make } from "../lib/dom.js";
import { LINES, PLANE, hasCome, outputForm } from "../core/answers.js";
import { hasOtherContents } from "../core/contents.js";
import { state } from "../core/state.js";
import { lookAt } from "./answer_choice.js";
import { fillAnswerNotes } from "./answer_notes.js";
import { fillMatrix, matrixElement, matrixWords } from "./confusion.js";
import { fillPlaneNotes } from "./plane_notes.js";
import { fillLines, linesElement, linesWords } from "./row_lines.js";
import { fillPlane, planeElement, planeWords } from "./row_plane.js";
import { fillScatter, scatterElement, scatterWords } from "./scatter.js";

/** The server compiles once after it was installed; the page asks again by itself. */
const COMPILING = "The server is compiling its program, once, which takes some minutes. The rows come by themselves.";

/** @returns {RowsKind} */
function kindOf() {
  const form = outputForm();
  if (form === PLANE) return "plane";
  if (form === LINES) return "lines";
  return state.shown.frame.answers?.classes ? "matrix" : "scatter";
}

/** Draws rows into the box of the output. @param {HTMLElement} box @param {Shown} shown @param {?Answers} answers */
export function showRows(box, shown, answers) {
  const kind = kindOf();
  if (!hasCome(shown.response, answers)) {
    if (state.isCompiling && hasOtherContents(box, COMPILING)) box.replaceChildren(alone(COMPILING));
    return;
  }
  const none = kind === "plane" ? "" : answers?.none;
  if (hasOtherContents(box, ["answers", kind, none])) rebuild(box, kind, none);
  const picture = find(box, ".answers-picture");
  const notes = find(box, ".answer-notes");
  if (kind === "plane") {
    fillPlane(picture, shown);
    fillPlaneNotes(notes, shown, answers);
  } else if (answers && !none) {
    const score = answers.sets[answers.set];
    if (kind === "lines") fillLines(picture, answers);
    else if (kind === "scatter") fillScatter(picture, answers);
    else if (score) fillMatrix(find(picture, "table"), score);
    fillAnswerNotes(notes, answers);
  }
}

/** Words in place of rows. @param {string} words */
const alone = (words) => make("p", { class: "hint answers-none", role: "status" }, words);

/** @param {HTMLElement} box @param {RowsKind} kind @param {string | undefined} none */
function rebuild(box, kind, none) {
  box.dataset.kind = kind;
  if (none) {
    box.replaceChildren(alone(none));
    return;
  }
  const elements = { matrix: matrixFigure, scatter: scatterElement, lines: linesElement, plane: planeElement };
  const picture = elements[kind]();
  picture.classList.add("answers-picture");
  box.replaceChildren(picture, make("div", { class: "answer-notes" }));
  if (!box.dataset.heard) box.addEventListener("keydown", onKey);
  box.dataset.heard = "yes";
}

const matrixFigure = () => make("div", { class: "answers-figure" }, matrixElement(state.shown.frame.response.rows));

/** Escape closes the row that is looked at, and then the cell. @param {KeyboardEvent} event */
function onKey({ key, target }) {
  if (key !== "Escape" || !closest(target, ".answers-picture, .answer-notes")) return;
  if (state.openRow !== null || state.ownInput) {
    state.ownInput = null;
    lookAt({ openRow: null });
  } else if (state.openCell) lookAt({ openCell: null });
}

/** The finding of the rows. @param {Shown} shown @param {?Answers} answers */
export function rowsWords(shown, answers) {
  const kind = kindOf();
  if (!hasCome(shown.response, answers)) return "";
  if (kind === "plane") return planeWords(shown);
  if (!answers || answers.none) return answers?.none ?? "";
  if (answers.lines) return linesWords(answers.lines);
  return kind === "matrix" ? matrixWords(answers) : scatterWords(answers);
}
