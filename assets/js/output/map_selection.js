/**
 * The choice of the picture on the stage: the target, the output or the error of the network, or in their place a
 * hidden unit; and what is drawn of it.
 * @typedef {keyof typeof QUANTITIES} Quantity
 * @typedef {"line" | "one" | "two" | "many"} Kind
 * @typedef {{ whole: Frame, frame: TargetMap, response: Maps, probe: ?Probe, grids: Grids }} Shown
 * @import { Frame, Maps, Probe, TargetMap } from "../core/types.js"
 * @import { Grids } from "../maps/response_grids.js"
 */

import { decode } from "../lib/arrays.js";
import { haveWinners } from "../core/answers.js";
import { capitalized } from "../core/format.js";
import { state } from "../core/state.js";
import { classMarks, namedOutput } from "../model/ports.js";
import { classAreas } from "../maps/class_areas.js";
import { classColours } from "../maps/map_colours.js";
import { asShown, coloursOf, outputName, outputNoun } from "../maps/response_grids.js";
import { axesOf } from "../maps/spans.js";
import { borderOf, fineTarget, resampled } from "./target_border.js";

export const QUANTITIES = { target: "target", output: "output", error: "error" };
const BORDER = { width: 1.25, dash: [] };

/** In place of an output: the class with the greatest one. */
export const WINNER = -1;

/** The quantity that is on the stage, and of three outputs or more the chosen one, or their winner. */
export const chosen = /** @type {{ quantity: Quantity, row: number }} */ ({ quantity: "output", row: WINNER });

/** The output that is shown of three or more. @param {number} rows */
export const chosenRow = (rows) =>
  chosen.row === WINNER ? (haveWinners() ? WINNER : 0) : Math.min(chosen.row, rows - 1);

/**
 * The number of squares on the stage: with one input one plot, of two outputs both, of more the chosen one.
 * @param {TargetMap} targetMap @param {unknown} unit @returns {{ kind: Kind, rows: number[] }}
 */
export function arrangement({ inputs, rows }, unit) {
  if (inputs === 1) return { kind: "line", rows: [0] };
  if (unit) return { kind: "one", rows: [0] };
  // Two squares leave no room for the fields of further inputs.
  if (rows > 2 || (rows === 2 && inputs > 2)) return { kind: "many", rows: [chosenRow(rows)] };
  return { kind: rows === 2 ? "two" : "one", rows: Array.from({ length: rows }, (_, row) => row) };
}

/**
 * Output y₀, or the winning class; Output where no single one is meant.
 * @param {Quantity} quantity @param {?number} row
 */
export const nameOf = (quantity, row = null) =>
  row === null
    ? quantityName(quantity)
    : row === WINNER
      ? "Winning class"
      : `${quantityName(quantity)} ${namedOutput(row)}`;

/**
 * Output, or what the outputs of the shown run stand for; in short it is not said that it is scaled.
 * @param {Quantity} quantity
 */
export function quantityName(quantity, inShort = false) {
  const { response } = state.shown.frame;
  const noun = quantity === "output" ? outputNoun(response) : quantity;
  return capitalized(inShort ? noun : asShown(noun, response));
}

/**
 * A quantity of one output as a square. @param {Shown} shown @param {Quantity} quantity @param {number} row
 * @returns {import("./square.js").SquarePicture}
 */
export function squareOf(shown, quantity, row) {
  const { frame, response, grids } = shown;
  const { facts, marks, signs, ring, held = [], opacity } = response;
  if (row === WINNER) return winnerSquare(shown);
  const isError = quantity === "error";
  const known = isError ? "missed" : "wanted";
  const dots = marks.map((at, k) => ({ at, sign: signs[k][row], share: facts ? facts[known][k][row] : null }));
  return {
    numbers: isError ? grids.errors()[row] : grids[quantity][row],
    exact: quantity === "target",
    sparse: Boolean(facts) && quantity !== "output",
    ...coloursOf(frame, quantity),
    name: frame.probability && quantity === "output" ? outputName(frame) : "",
    ...axesOf(frame, response),
    lines: isError ? [] : borderOf(frame, grids.target, row).map((points) => ({ points, ...BORDER })),
    dots: isError && !facts ? [] : dots,
    hollow: quantity === "output" ? held : [],
    ring,
    opacity: opacity && decode(opacity),
  };
}

/**
 * The winning class, with the mark of each sample.
 * @param {Shown} shown @returns {import("./square.js").SquarePicture}
 */
function winnerSquare({ frame, response, grids }) {
  const { marks, signs, ring, held = [], opacity } = response;
  const letters = classMarks(frame.rows);
  return {
    numbers: grids.output[0],
    exact: false,
    sparse: false,
    scale: 1,
    ...axesOf(frame, response),
    lines: [],
    dots: [],
    hollow: held,
    ring,
    areas: classAreas(grids.output, Boolean(frame.probability), classColours()),
    letters: marks.map((at, k) => ({ at, text: letters[signs[k].findIndex((sign) => sign > 0)] ?? "" })),
    opacity: opacity && decode(opacity),
  };
}

/**
 * A square with more points, where the target is known on a finer grid: it is −1 or 1, and jumps between points.
 * @param {Shown} shown @param {Quantity} quantity @param {number} row
 */
export function fineSquareOf(shown, quantity, row) {
  const square = squareOf(shown, quantity, row);
  const { frame, grids } = shown;
  if (row === WINNER) return square;
  if (frame.probability || !frame.border || quantity === "output") return square;
  if (!grids.target[row].every((value) => Math.abs(value) === 1)) return square;
  const { signs } = fineTarget(frame, row);
  if (quantity === "target") return { ...square, numbers: signs };
  const output = resampled(grids.output[row], Math.sqrt(signs.length));
  return { ...square, numbers: output.map((value, k) => value - signs[k]) };
}
