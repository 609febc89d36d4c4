/**
 * The form in which the weights are shown: as a heat map or as a table. The table of a small network has a row for each
 * unit, with a bar for each number; beyond `MOST_IN_ROWS` numbers it is a matrix of small cells. The choice is
 * remembered in this browser, and changes no run.
 * @typedef {"heatmap" | "rows" | "matrix"} Form
 * @import { Block } from "../core/types.js"
 */

import { byId, isFramed } from "../lib/dom.js";
import { setProps } from "../core/dash.js";

const KEY = "nnbench-weights-form";
const [HEAT_MAP, TABLE] = ["heatmap", "table"];
const MOST_IN_ROWS = 100;

/** @type {?string} */
let chosen = null;

function read() {
  try {
    return localStorage.getItem(KEY) === TABLE ? TABLE : HEAT_MAP;
  } catch {
    return HEAT_MAP;
  }
}

/** @param {string} form */
function remember(form) {
  try {
    // Frames of one page would share it.
    if (!isFramed) localStorage.setItem(KEY, form);
  } catch {
    // A browser that stores nothing begins with the heat map again.
  }
}

/** The choice, made here or on an earlier visit; the control shows it. */
function chosenForm() {
  if (chosen === null) {
    chosen = read();
    if (chosen === TABLE) setProps("weights-form", { value: TABLE });
  }
  return chosen;
}

/** @param {string} form */
export function chooseForm(form) {
  chosen = form;
  remember(form);
}

/** @param {Block[]} blocks */
const countOf = (blocks) => blocks.reduce((sum, { rows, columns }) => sum + rows * columns, 0);

/**
 * The form of weights with these blocks: "heatmap", "rows" or "matrix"; the styles hear of it.
 * @param {Block[]} blocks
 */
export function showForm(blocks) {
  const form = chosenForm() === HEAT_MAP ? "heatmap" : countOf(blocks) > MOST_IN_ROWS ? "matrix" : "rows";
  const box = byId("at-weights");
  if (box.dataset.form !== form) box.dataset.form = form;
  return form;
}
