/**
 * The notes beside the answers: which rows are shown and how many are right, the rows of the cell that is open or those
 * that are farthest off, and one row with its numbers.
 * @import { Answers, AnswerSet, CellRows, RowLines, RowNote, RowPictures, SetScore } from "../core/types.js"
 */

import { make, makeButton, refill, replaceChanged } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, formatWeight, percentOf } from "../core/format.js";
import { state } from "../core/state.js";
import { pictureShape } from "../model/pictures.js";
import { givenNames, inputName, namedOutput } from "../model/ports.js";
import { rowPicture } from "../maps/pixels.js";
import { lookAt, chooseCell, chooseRow } from "./answer_choice.js";
import { wrongCells } from "./confusion.js";
import { truthWords } from "./scatter.js";

/** @type {[AnswerSet, string][]} */
const SETS = [
  ["learned", "Learned"],
  ["held-out", "Held out"],
];
const MOST_INPUTS = 13;
const MOST_BARS = 10;
const MOST_WRONG = 3;

/** Writes the notes; what had the focus has it again. @param {HTMLElement} box @param {Answers} answers */
export function fillAnswerNotes(box, answers) {
  const { classes } = state.shown.frame.answers ?? { classes: false };
  if (!hasOtherContents(box, [answers, state.openRow])) return;
  const parts = answers.lines ? linesNotes(answers.lines) : classes ? classNotes(answers) : numberNotes(answers);
  const { row } = answers;
  // Beside the rows that are farthest off there is room for one that is looked at.
  const isShown = row && (classes || answers.lines || row.number === state.openRow);
  const notes = [...parts, ...(isShown ? rowNote(row, classes, answers.pictures) : [])];
  refill(box, notes, () => "button, select", replaceChanged);
}

/* Classes */

/** @param {Answers} answers */
function classNotes(answers) {
  const { set, sets, cell } = answers;
  const choices = sets["held-out"] ? [setChoices(set)] : [];
  return [...choices, ...(cell ? cellNotes(cell, answers.pictures) : scoreNotes(answers))];
}

/** @param {AnswerSet} chosen */
function setChoices(chosen) {
  /** @param {[AnswerSet, string]} row */
  const button = ([name, text]) =>
    makeButton(
      { "data-control": `set-${name}`, "aria-pressed": String(name === chosen) },
      () => lookAt({ answerSet: name }),
      text,
    );
  return make("div", { class: "choices", role: "group", "aria-label": "Rows shown" }, ...SETS.map(button));
}

/** @param {Answers} answers */
function scoreNotes({ set, sets }) {
  const lines = SETS.flatMap(([name]) => {
    const score = sets[name];
    return score ? scoreLine(score, name, name === set) : [];
  });
  const { one, confusion = [] } = /** @type {SetScore} */ (sets[set]);
  return [
    make("dl", { class: "answer-scores" }, ...lines),
    make("p", { class: "hint" }, `One answer for all: ${one}`),
    ...(confusion.length > constants.mostSpoken
      ? mixedUp(confusion)
      : [make("p", { class: "hint" }, "Open a cell to see its rows.")]),
  ];
}

/** The wrong cells with the most rows. @param {number[][]} confusion */
function mixedUp(confusion) {
  const most = wrongCells(confusion).slice(0, MOST_WRONG);
  /** @param {typeof most[number]} cell */
  const item = ({ wanted, answered, count }) =>
    make(
      "li",
      {},
      makeButton(
        { "data-control": `cell-${wanted}-${answered}` },
        () => chooseCell([wanted, answered]),
        make("b", {}, formatCount(count)),
        " ",
        make("span", {}, cellWords(count, wanted, answered)),
      ),
    );
  if (!most.length) return [];
  return [
    make("b", { class: "answer-head" }, "Most often mixed up"),
    make("ul", { class: "answer-rows" }, ...most.map(item)),
  ];
}

/** rows: 8 answered 9. @param {number} count @param {number} wanted @param {number} answered */
const cellWords = (count, wanted, answered) =>
  `${count === 1 ? "row" : "rows"}: ${namedOutput(wanted)} answered ${namedOutput(answered)}`;

/** @param {SetScore} score @param {AnswerSet} set @param {boolean} isChosen */
function scoreLine({ right = 0, rows }, set, isChosen) {
  const share = `${percentOf(right / Math.max(1, rows)).toFixed(1)} %`;
  const whose = set === "learned" ? "learned rows right" : "held out";
  const words = `${formatCount(right)} of ${formatCount(rows)} ${whose}`;
  return [make("dt", { class: isChosen ? "chosen" : null }, share), make("dd", {}, words)];
}

/** @param {CellRows} cell @param {RowPictures | undefined} pictures */
function cellNotes({ at: [wanted, answered], count, rows, right, unsure }, pictures) {
  const name = `${formatCount(count)} ${cellWords(count, wanted, answered)}`;
  const close = makeButton({ class: "button", "data-control": "close-cell" }, () => chooseCell(null), "Close");
  const more = count - rows.length;
  const rest = more > 0 ? [make("p", { class: "hint" }, `and ${formatCount(more)} more`)] : [];
  const others = unsure.length
    ? [
        make("p", { class: "hint" }, `Least sure of the ${formatCount(right)} right ones`),
        rowList(
          unsure.map(([row, share]) => ({ row, words: shareWords(wanted, share) })),
          pictures,
        ),
      ]
    : [];
  return [
    make("div", { class: "answer-head" }, make("b", {}, name), close),
    rowList(
      rows.map(([row, share]) => ({ row, words: shareWords(answered, share) })),
      pictures,
    ),
    ...rest,
    ...others,
  ];
}

/** Adelie 58 %. @param {number} output @param {?number} share */
const shareWords = (output, share) => `${namedOutput(output)} ${outputWords(share)}`;

/** A probability in percent, or an output as it is. @param {?number} value */
function outputWords(value) {
  if (value === null) return "not a number";
  return state.shown.frame.response.probability ? `${(100 * value).toFixed(0)} %` : formatWeight(value);
}

/**
 * Buttons that send a row through the network, with its picture where it is one.
 * @param {{ row: number, words: string }[]} rows @param {RowPictures | undefined} pictures
 */
function rowList(rows, pictures) {
  /** @param {{ row: number, words: string }} fields */
  const item = ({ row, words }) =>
    make(
      "li",
      {},
      makeButton(
        { "data-control": `row-${row}`, "aria-pressed": String(row === state.openRow) },
        () => chooseRow(row === state.openRow ? null : row),
        ...[rowPicture(pictures, pictureShape(), row)].filter((picture) => picture !== null),
        make("b", {}, `Row ${formatCount(row)}`),
        " ",
        make("span", {}, words),
      ),
    );
  return make("ul", { class: "answer-rows" }, ...rows.map(item));
}

/* Numbers */

/** @param {Answers} answers */
function numberNotes({ sets, far = [], pictures }) {
  const scores = SETS.flatMap(([name]) => {
    const score = sets[name];
    return score ? [{ name, score }] : [];
  });
  /** @param {{ name: AnswerSet, score: SetScore }} fields */
  const line = ({ name, score }) => {
    if (score.right !== undefined) return scoreLine(score, name, name === "learned");
    const words = name === "learned" ? "learned" : "held out";
    return [
      make("dt", { class: name === "learned" ? "chosen" : null }, `R² ${score.r2 ?? "—"}`),
      make("dd", {}, words),
    ];
  };
  /** @param {{ name: AnswerSet, score: SetScore }} fields */
  const key = ({ name, score }) =>
    make(
      "li",
      { class: `key-${name}` },
      make("i"),
      `${formatCount(score.rows)} ${name === "learned" ? "learned" : "held out"}`,
    );
  return [
    make("dl", { class: "answer-scores" }, ...scores.flatMap(line)),
    make("p", {}, errorWords(sets)),
    make("ul", { class: "picture-key" }, ...scores.map(key)),
    make("b", { class: "answer-head" }, "Farthest off"),
    rowList(
      far.map(([row, truth, said]) => ({ row, words: truthWords(truth, said) })),
      pictures,
    ),
  ];
}

/** @param {Answers["sets"]} sets */
function errorWords({ learned, "held-out": heldOut }) {
  const { error, one } = /** @type {SetScore} */ (learned);
  if (error === undefined) return `One answer for all: ${(heldOut ?? learned)?.one}`;
  const first = [error, givenNames()?.unit].filter(Boolean).join(" ");
  if (!heldOut) return `Mean error ${first}; one answer for all: ${one}`;
  return `Mean error ${first} learned, ${heldOut.error} held out; one answer for all: ${heldOut.one}`;
}

/* Lines */

/** @param {RowLines} lines */
function linesNotes({ along, output }) {
  const { inputs, rows, probability } = state.shown.frame.response;
  const noun = probability ? "Answer" : "Output";
  return [
    menu("Along", inputs, along, inputName, (k) => lookAt({ along: k })),
    ...(rows > 1 ? [menu(noun, rows, output, namedOutput, (k) => lookAt({ answerOutput: k }))] : []),
    make(
      "p",
      {},
      `Each line is a row: only the ${inputName(along)} changes along it, all else stays that row’s. `,
      "The mark on it is the row itself. A line is pale where no row is near.",
    ),
  ];
}

/**
 * @param {string} word @param {number} count @param {number} chosen @param {(k: number) => string} nameOf
 * @param {(k: number) => void} choose
 */
export function menu(word, count, chosen, nameOf, choose) {
  /** @param {{ target: HTMLSelectElement }} event */
  const change = ({ target }) => choose(Number(target.value));
  const options = Array.from({ length: count }, (_, k) =>
    make("option", { value: k, selected: k === chosen }, nameOf(k)),
  );
  const named = { "data-control": `menu-${word}`, title: nameOf(chosen) };
  const select = make("select", { class: "mini", ...named, on: { change } }, ...options);
  return make("label", { class: "answer-menu" }, word, select);
}

/* One row */

/**
 * A row with its numbers or its picture, and its answer.
 * @param {RowNote} note @param {boolean} classes @param {RowPictures} [pictures]
 */
export function rowNote({ number, set, inputs, said, true: truth }, classes, pictures) {
  const units = givenNames()?.units ?? [];
  const title = classes ? `Row ${formatCount(number)}, ${namedOutput(Number(truth))}` : `Row ${formatCount(number)}`;
  const picture = rowPicture(pictures, pictureShape(), number);
  const shown = picture || inputs.length > MOST_INPUTS ? [] : inputs;
  /** @param {string} value @param {number} k */
  const line = (value, k) => [make("dt", {}, inputName(k)), make("dd", {}, `${value} ${units[k] ?? ""}`.trim())];
  return [
    make("hr"),
    make("b", { class: "answer-head" }, title, ...[picture].filter((element) => element !== null)),
    ...(set === "left-out" ? [make("p", { class: "hint" }, "It is left out of this run.")] : []),
    ...(classes ? [bars(said, Number(truth))] : [make("p", {}, numbersSaid(said, truth))]),
    make("dl", { class: "answer-inputs" }, ...shown.flatMap(line)),
  ];
}

/** @param {(?number)[]} said @param {number | number[]} truth */
const numbersSaid = (said, truth) =>
  [truth]
    .flat()
    .map((value, k) => truthWords(value, said[k], k))
    .join("; ");

/**
 * A bar for each class; of outputs that are no probabilities, their numbers alone.
 * @param {(?number)[]} said @param {number} truth
 */
function bars(said, truth) {
  const { probability } = state.shown.frame.response;
  /** @param {?number} value @param {number} k */
  const line = (value, k) => [
    make("dt", { class: k === truth ? "of-truth" : null, title: namedOutput(k) }, namedOutput(k)),
    make(
      "dd",
      { class: k === truth ? "of-truth" : null, style: { "--share": probability ? (value ?? 0) : 0 } },
      outputWords(value),
    ),
  ];
  return make(
    "dl",
    { class: probability ? "answer-bars" : "answer-inputs" },
    ...said.slice(0, MOST_BARS).flatMap(line),
  );
}
