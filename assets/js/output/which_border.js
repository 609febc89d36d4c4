/**
 * Where the answer turns on the map of two inputs: of the run that is shown, and of the run without the chosen row,
 * which the server is asked for.
 * @typedef {Point[][]} Borders Lines, in shares of the way across and up.
 * @import { Shown } from "./map_selection.js"
 * @import { TargetMap } from "../core/types.js"
 * @import { Point } from "../maps/map_canvas.js"
 */

import { decode, rowsOf } from "../lib/arrays.js";
import { storedValue } from "../core/knobs.js";
import { answersChosen } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { borders, classAreas } from "../maps/class_areas.js";
import { classColours } from "../maps/map_colours.js";
import { coloursOf } from "../maps/response_grids.js";
import { zeroLines } from "./contour.js";
import { WINNER, chosenRow } from "./map_selection.js";
import { withoutToo } from "./which_order.js";

/** The run and the row whose border is known. @type {{ key: string, lines: Borders }} */
let known = { key: "", lines: [] };
/** @type {?string} */
let asked = null;

/** @type {WeakMap<Float32Array, Borders>} */
const made = new WeakMap();

/**
 * The lines where the winning class turns, or where an output changes its sign or, of probabilities, passes a half.
 * @param {TargetMap} frame @param {Float32Array[]} outputs @returns {Borders}
 */
export function bordersOf(frame, outputs) {
  const row = chosenRow(frame.rows);
  if (row === WINNER) return borders(classAreas(outputs, Boolean(frame.probability), classColours()));
  const { middle } = coloursOf(frame, "output");
  const numbers = outputs[row];
  if (!made.has(numbers)) made.set(numbers, zeroLines(numbers.map((value) => value - middle)));
  return made.get(numbers) ?? [];
}

/**
 * The lines of the run without a row; none until they have come, nor before the end of the run.
 * @param {Shown} shown @param {number} row @returns {Borders}
 */
export function bordersWithout(shown, row) {
  if (state.held || state.cursorStep !== null) return [];
  const key = JSON.stringify([state.shown.summary.fingerprint, row, shown.response.axes]);
  if (known.key === key) return known.lines;
  if (!asked) ask(shown, row, key);
  return [];
}

/** @param {Shown} shown @param {number} row @param {string} key */
async function ask(shown, row, key) {
  asked = key;
  const { experiment } = state;
  const without = withoutToo(storedValue(experiment, "without"), row);
  const question = { experiment: { ...experiment, without }, axes: shown.response.axes, through: null };
  const reply = await requestAnalysis("compare", question, {}, { patient: true });
  asked = null;
  const flat = reply?.map && /** @type {Float32Array} */ (decode(reply.map.output));
  known = { key, lines: flat ? bordersOf(shown.frame, rowsOf(flat, flat.length / shown.frame.rows)) : [] };
  answersChosen.emit();
}
