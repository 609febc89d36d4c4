/**
 * The answers to the rows of a table on the stage, at the step of the scrubber: of classes a confusion matrix, of
 * numbers what is predicted against what is true, or lines along an input; and notes beside it.
 * @import { Answers } from "../core/types.js"
 */

import { closest, find, make } from "../lib/dom.js";
import { LINES, outputForm } from "../core/answers.js";
import { state } from "../core/state.js";
import { lookAt } from "./answer_choice.js";
import { fillAnswerNotes } from "./answer_notes.js";
import { fillMatrix, matrixElement, matrixWords } from "./confusion.js";
import { fillLines, linesElement, linesWords } from "./row_lines.js";
import { fillScatter, scatterElement, scatterWords } from "./scatter.js";

/** Draws the answers into the box of the output. @param {HTMLElement} box @param {Answers} answers */
export function showAnswers(box, answers) {
  const { frame } = state.shown;
  const classes = Boolean(frame.answers?.classes);
  const kind = outputForm() === LINES ? "lines" : classes ? "matrix" : "scatter";
  // Those of another form are on their way.
  if (!answers.none && Boolean(answers.lines) !== (kind === "lines")) return;
  const needed = JSON.stringify(["answers", kind, frame.ports, frame.response.rows, answers.none]);
  if (box.dataset.made !== needed) {
    box.dataset.made = needed;
    rebuild(box, kind, answers);
  }
  if (answers.none) return;
  const picture = find(box, ".answers-picture");
  const score = answers.sets[answers.set];
  if (kind === "lines") fillLines(picture, answers);
  else if (kind === "scatter") fillScatter(picture, answers);
  else if (score) fillMatrix(find(picture, "table"), score);
  fillAnswerNotes(find(box, ".answer-notes"), answers);
}

/** @param {HTMLElement} box @param {"matrix" | "scatter" | "lines"} kind @param {Answers} answers */
function rebuild(box, kind, { none }) {
  box.dataset.kind = kind;
  if (none) {
    box.replaceChildren(make("p", { class: "hint answers-none" }, none));
    return;
  }
  const elements = { matrix: matrixFigure, scatter: scatterElement, lines: linesElement };
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
  if (state.openRow !== null) {
    state.ownInput = null;
    lookAt({ openRow: null });
  } else if (state.openCell) lookAt({ openCell: null });
}

/** The finding of the answers. @param {Answers} answers */
export function answersWords(answers) {
  if (answers.none) return answers.none;
  if (answers.lines) return linesWords(answers.lines);
  return state.shown.frame.answers?.classes ? matrixWords(answers) : scatterWords(answers);
}
