/**
 * The form in which the weights are shown: as a heat map or as a table. The table of a small network has a row for each
 * unit, with a bar for each number; beyond `MOST_IN_ROWS` numbers it is a matrix of small cells. Where inputs make a
 * picture, pictures take the place of the table, and come first. The choice is remembered in this browser, and changes
 * no run.
 * @typedef {"heatmap" | "rows" | "matrix" | "pictures"} Form
 * @import { Block } from "../core/types.js"
 */

import { byId, find, isFramed, setText } from "../lib/dom.js";
import { remember } from "../lib/storage.js";
import { setProps } from "../core/dash.js";
import { state } from "../core/state.js";
import { pictureLayer } from "../model/pictures.js";

const KEY = "nnbench-weights-form";
const CONTROL = "weights-form";
const [HEAT_MAP, TABLE] = ["heatmap", "table"];
const MOST_IN_ROWS = 100;

/** The choice that somebody has made, here or on an earlier visit. @type {string | null | undefined} */
let chosen;
/** The choice that the control shows. */
let shownChoice = HEAT_MAP;

/** The choice, or what comes first; the control shows it. @param {boolean} arePictures */
function chosenForm(arePictures) {
  if (chosen === undefined) chosen = localStorage.getItem(KEY);
  const form = chosen === TABLE || (chosen === null && arePictures) ? TABLE : HEAT_MAP;
  if (form !== shownChoice) {
    shownChoice = form;
    state.controlValues[CONTROL] = form;
    setProps(CONTROL, { value: form });
  }
  const label = find(document, `#${CONTROL} input[value=${TABLE}] + label`);
  if (label) setText(find(label, "span") || label, arePictures ? "Pictures" : "Table");
  return form;
}

/** @param {string} form */
export function chooseForm(form) {
  chosen = form;
  shownChoice = form;
  // Frames of one page would share it.
  if (!isFramed) remember(localStorage, KEY, form);
}

/** @param {Block[]} blocks */
const countOf = (blocks) => blocks.reduce((sum, { rows, columns }) => sum + rows * columns, 0);

/**
 * The form of weights with these blocks; the styles hear of it.
 * @param {Block[]} blocks
 */
export function showForm(blocks) {
  const arePictures = pictureLayer() >= 0;
  const table = arePictures ? "pictures" : countOf(blocks) > MOST_IN_ROWS ? "matrix" : "rows";
  const form = chosenForm(arePictures) === HEAT_MAP ? "heatmap" : table;
  const box = byId("at-weights");
  if (box.dataset.form !== form) box.dataset.form = form;
  return form;
}
