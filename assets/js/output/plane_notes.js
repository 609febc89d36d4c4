/**
 * The notes beside the plane through three rows: what the colours stand for, the three rows, which can be typed, the
 * way to two inputs, and the row that is looked at, which can be made a corner.
 * @import { Answers } from "../core/types.js"
 * @import { Shown } from "./map_selection.js"
 * @import { PlanePicture } from "./row_plane.js"
 */

import { make, makeButton, refill } from "../lib/dom.js";
import { MAP, haveWinners } from "../core/answers.js";
import { constants } from "../core/constants.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, parseNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { columnEnd, givenNames, namedOutput, scaledBack } from "../model/ports.js";
import { coloursOf } from "../maps/response_grids.js";
import { lookAt } from "./answer_choice.js";
import { menu, rowNote } from "./answer_notes.js";
import { classKey } from "./class_key.js";
import { planePicture, putCorner } from "./row_plane.js";

const END_DIGITS = 3;
const WINNER = "winner";
const OFF = "This row lies off the plane.";
const HINT = "It is exact at these three rows. A click takes a row or probes a point.";

/** Writes the notes. @param {HTMLElement} box @param {Shown} shown @param {?Answers} answers */
export function fillPlaneNotes(box, shown, answers) {
  const picture = planePicture(shown);
  const through = picture?.plane.through ?? state.through;
  const row = answers?.row && answers.row.number === state.openRow ? answers.row : null;
  // A field that somebody types in stays.
  if (box.dataset.typing) return;
  if (!hasOtherContents(box, ["plane", through, Boolean(picture), row, state.planeOutput])) return;
  const { classes } = state.shown.frame.answers ?? { classes: false };
  const meaning = classes ? "A line lies where the answer turns." : "Dots are rows, by what is true.";
  const says = row ? [] : [make("p", {}, `${meaning} The colours fade where no row is near.`)];
  const [rule, head, ...numbers] = row ? rowNote(row, classes, answers?.pictures) : [];
  const isNear = picture?.near.some((near) => near.row === row?.number);
  const off = row && picture && !isNear ? [make("p", { class: "hint" }, OFF)] : [];
  const parts = [
    ...colourNotes(shown),
    ...says,
    ...(through.length ? cornerNotes(through, picture ? namesOf(picture) : []) : []),
    ...(row
      ? [rule, head, ...off, cornerButtons(through, row.number), ...numbers]
      : [make("p", { class: "hint" }, HINT)]),
    make("p", {}, twoInputs()),
  ];
  refill(box, parts, () => "button, select, input");
}

const twoInputs = () =>
  makeButton(
    { class: "button edged", "data-control": "two-inputs" },
    () => lookAt({ outputForm: MAP }),
    "Two inputs instead",
  );

/** Of classes a menu of what is coloured, and the key; of numbers their ends. @param {Shown} shown */
function colourNotes(shown) {
  const { rows, probability } = shown.frame;
  const output = state.planeOutput ?? (haveWinners() ? null : 0);
  const noun = probability ? "Probability" : "Output";
  const first = haveWinners() ? 1 : 0;
  /** @param {number} k */
  const nameOf = (k) => (k < first ? WINNER : namedOutput(k - first));
  /** @param {number} k */
  const choose = (k) => lookAt({ planeOutput: k < first ? null : k - first });
  const chosen = output === null ? 0 : output + first;
  const choices = rows > 1 ? [menu(first ? "Colours" : noun, rows + first, chosen, nameOf, choose)] : [];
  return [...choices, output === null ? classKey(rows) : rampKey(shown, output)];
}

/** @param {Shown} shown @param {number} output */
function rampKey({ frame, response }, output) {
  const { plane, scales } = response;
  const { middle, scale } = coloursOf(frame, "output");
  const ends = [middle - scale, middle, middle + scale].map((value) =>
    plane && !("none" in plane) ? columnEnd("outputs", output, scaledBack(scales?.[1], output, value), END_DIGITS) : "",
  );
  const unit = givenNames()?.unit;
  const title = frame.rows > 1 ? [] : [make("b", {}, `Predicted ${namedOutput(output)}${unit ? ` (${unit})` : ""}`)];
  return make(
    "div",
    { class: "colour-scale soft" },
    ...title,
    make("i", { class: "ramp" }),
    make("div", { class: "ends" }, ...ends.map((text) => make("span", {}, text))),
  );
}

/** The class of each corner. @param {PlanePicture} picture */
const namesOf = ({ plane, near, areas }) =>
  plane.through.map((corner) => {
    const target = near.find(({ row }) => row === corner)?.target;
    return areas && target !== undefined ? namedOutput(target) : "";
  });

/** @param {{ target: HTMLElement }} event */
const notesOf = ({ target }) => /** @type {HTMLElement} */ (target.closest(".answer-notes"));
/** @param {{ target: HTMLElement }} event */
const enter = (event) => (notesOf(event).dataset.typing = "yes");
/** @param {{ target: HTMLElement }} event */
const leave = (event) => delete notesOf(event)?.dataset.typing;

/** A field for the number of each of the three rows. @param {number[]} through @param {string[]} names */
function cornerNotes(through, names) {
  const says = make("p", { class: "error", role: "alert" });
  /** @param {unknown} _ @param {number} k */
  const line = (_, k) => {
    /** @param {{ target: HTMLInputElement }} event */
    const change = ({ target }) => {
      leave({ target });
      const row = parseNumber(target.value);
      const isRow = Number.isInteger(row) && row >= 1 && row <= constants.mostRows;
      says.textContent = isRow ? "" : "A row is a whole number from 1.";
      if (isRow) putCorner(through, k, row);
    };
    const label = `Row of corner ${k + 1}`;
    const attributes = { class: "mini", inputmode: "numeric", "aria-label": label, "data-control": `corner-${k}` };
    const field = make("input", {
      ...attributes,
      value: String(through[k]),
      on: { change, input: enter, blur: leave },
    });
    const name = names[k] ?? "";
    const ofClass = make("span", { title: name }, name);
    return make("li", {}, make("b", { class: "corner" }, String(k + 1)), "row ", field, ofClass);
  };
  return [
    make("b", { class: "answer-head" }, "A plane through"),
    make("ul", { class: "corner-rows" }, ...[0, 1, 2].map(line)),
    says,
  ];
}

/** @param {number[]} through @param {number} row */
function cornerButtons(through, row) {
  /** @param {number} k */
  const button = (k) =>
    makeButton(
      {
        "data-control": `put-${k}`,
        "aria-pressed": String(through[k] === row),
        "aria-label": `Put corner ${k + 1} at row ${formatCount(row)}`,
      },
      () => putCorner(through, k, row),
      String(k + 1),
    );
  return make(
    "div",
    { class: "corner-choice" },
    "Make it corner ",
    make("span", { class: "choices", role: "group", "aria-label": "Corner" }, ...[0, 1, 2].map(button)),
  );
}
