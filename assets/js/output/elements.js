/**
 * The elements of the output on the stage: squares with ticks, a plot, and small pictures to choose from.
 * @typedef {{ key: (event: KeyboardEvent) => void, swap: (choice: Partial<typeof chosen>) => void }} Acts
 * @import { Maps, TargetMap } from "../core/types.js"
 * @import { Quantity } from "./map_selection.js"
 */

import { make, makeButton, setText } from "../lib/dom.js";
import { haveWinners } from "../core/answers.js";
import { columnEnd, inputWithUnit, namedOutput } from "../model/ports.js";
import { axesOf, shownEnds } from "../maps/spans.js";
import { QUANTITIES, WINNER, chosen, chosenRow, nameOf, quantityName } from "./map_selection.js";

/** The significant digits of the ends of an axis. */
const END_DIGITS = 4;
const KEYS = "Arrow keys move the probed point, Escape takes the sample again.";

/**
 * A square of an output; beside others it has a caption and small pictures of its own.
 * @param {number} row @param {{ name: string, beside: boolean, acts: Acts }} fields
 */
export function squareFigure(row, { name, beside, acts }) {
  const caption = make("figcaption", {}, make("b", {}, name), make("span", { class: "values" }));
  const box = stageMap(row, `${name} over two inputs, as colours. ${KEYS}`, acts.key);
  return make(
    "figure",
    { class: "stage-square", "data-row": row },
    ...(beside ? [caption] : []),
    make("div", { class: "with-ticks" }, box, ...ticks()),
    ...(beside ? [thumbs(row, acts)] : []),
  );
}

/** The plot of a network with one input. @param {string} name @param {Acts} acts */
export function plotFigure(name, acts) {
  return make("figure", { class: "stage-plot" }, stageMap(0, `${name} over the input, as curves. ${KEYS}`, acts.key));
}

/** @param {number} row @param {string} label @param {Acts["key"]} keydown */
function stageMap(row, label, keydown) {
  return make("div", {
    class: "stage-map",
    role: "application",
    tabindex: "0",
    "data-part": `map-${row}`,
    "data-row": row,
    "aria-label": label,
    on: { keydown },
  });
}

/** −R, the input and R, under the square and at its left. */
export function ticks() {
  /** @param {string} side @param {string} at */
  const tick = (side, at) => make("span", { class: `tick ${side} ${at}`, "aria-hidden": "true" });
  return ["across", "up"].flatMap((side) => ["low", "middle", "high"].map((at) => tick(side, at)));
}

/**
 * Writes the ticks of a square; a plane and a picture have none.
 * @param {HTMLElement} figure @param {TargetMap} frame @param {Maps} response @param {boolean} isPicture
 */
export function fillTicks(figure, frame, response, isPicture = false) {
  figure.querySelectorAll(".tick").forEach((tick) => {
    if (response.plane || isPicture) {
      setText(tick, "");
      return;
    }
    const [, side, at] = tick.classList;
    const axis = side === "across" ? 0 : 1;
    const ends = shownEnds(axesOf(frame, response), axis);
    const [low, high] = ends.map((end) => columnEnd("inputs", response.axes[axis], end, END_DIGITS));
    tick.classList.toggle("upright", side === "up" && at === "middle" && Boolean(response.spans));
    setText(tick, at === "middle" ? inputWithUnit(response.axes[axis]) : at === "low" ? low : high);
  });
}

/** The two quantities of an output that are not on the stage. @param {number} row @param {Acts} acts */
export function thumbs(row, { swap }) {
  const others = /** @type {Quantity[]} */ (Object.keys(QUANTITIES)).filter((quantity) => quantity !== chosen.quantity);
  /** @param {Quantity} quantity */
  const thumb = (quantity) => {
    const label = `Show ${nameOf(quantity, row)} large`;
    return thumbButton(quantity, row, quantityName(quantity, true), { "aria-label": label }, () => swap({ quantity }));
  };
  return make("div", { class: "thumbs" }, ...others.map(thumb));
}

/** A row of outputs, of which one is chosen. @param {number} count @param {Acts} acts */
export function outputChoices(count, { swap }) {
  /** @param {number} row */
  const choice = (row) => {
    const pressed = { "aria-pressed": String(row === chosenRow(count)) };
    const quantity = row === WINNER ? "output" : chosen.quantity;
    const name = row === WINNER ? "Winner" : namedOutput(row);
    return thumbButton("output", row, name, pressed, () => swap({ row, quantity }));
  };
  const attributes = { class: "output-choices", role: "group", "aria-label": "Output shown large" };
  const rows = [...(haveWinners() ? [WINNER] : []), ...Array.from({ length: count }, (_, row) => row)];
  return make("div", attributes, ...rows.map(choice));
}

/**
 * @param {Quantity} quantity @param {number} row @param {string} text @param {Record<string, string>} attributes
 * @param {() => void} click
 */
function thumbButton(quantity, row, text, attributes, click) {
  const data = { "data-part": `${quantity}-${row}`, "data-quantity": quantity, "data-row": row };
  const picture = make("span", { class: "thumb-map" });
  return makeButton({ class: "thumb", ...data, ...attributes }, click, picture, text);
}
