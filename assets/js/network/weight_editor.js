/**
 * One checkpoint weight in its small dialog: a click on its cell opens it; Set and Set to 0 ask for the run with it.
 */

import { byId, dialogById, inputById, setText, typeInto } from "../lib/dom.js";
import { state } from "../core/state.js";
import { changeExperiment, requestAction } from "../net/requests.js";
import { checkpointWeight, isFrozen, placeInNetwork } from "../model/weights.js";

/** @import { WeightCell } from "../core/types.js" */

/** The dialog laps over a large cell, and stands below a cell that it would cover, in pixels. */
const LAP = 8;
const APART = 4;
const SMALL = 24;

/** @type {?WeightCell} */
let cell = null;

/** @param {WeightCell} weight @param {string} name @param {DOMRect} box The cell's, or where the pointer is. */
export function openWeightEditor(weight, name, { left, bottom, height }) {
  const { style } = document.documentElement;
  style.setProperty("--edit-x", `${left}px`);
  style.setProperty("--edit-y", `${bottom + (height < SMALL ? APART : -LAP)}px`);
  cell = weight;
  setText(byId("edit-label"), `${name}, starting weight`);
  setText(byId("edit-error"), "");
  const { editable } = state.shown.frame.strip;
  setText(byId("edit-freeze"), isFrozen(weight) ? "Free" : "Freeze");
  byId("edit-freeze").hidden = !editable;
  // Before the dialog gives the field the focus, so that the value is selected and the next key replaces it.
  typeInto(inputById("edit-field"), inSixDigits(checkpointWeight(weight)));
  dialogById("edit").showModal();
}

/** @param {string} text */
const submit = (text) => cell && requestAction("edit", { cell: { ...cell, text } });
const submitTyped = () => cell && submit(typed(inputById("edit-field").value, cell));

/** @param {number} value */
const inSixDigits = (value) => String(Number(value.toPrecision(6)));

/**
 * Unchanged digits in the field leave the weight as it is, to the last bit.
 * @param {string} text
 * @param {WeightCell} weight
 */
function typed(text, weight) {
  const exact = checkpointWeight(weight);
  return text.trim() === inSixDigits(exact) ? String(exact) : text;
}

function freeze() {
  if (!cell) return;
  const { at, place } = placeInNetwork(cell);
  changeExperiment("freeze one", at, place);
}

export function closeWeightEditor() {
  if (!cell) return;
  cell = null;
  dialogById("edit").close();
}

/** @type {Record<string, () => void>} */
const BUTTONS = { "edit-set": submitTyped, "edit-zero": () => submit("0"), "edit-freeze": freeze };

export function installWeightEditor() {
  document.addEventListener("click", ({ target }) => cell && target instanceof Element && BUTTONS[target.id]?.());
  document.addEventListener("keydown", ({ key, target }) => {
    if (cell && key === "Enter" && target === byId("edit-field")) submitTyped();
  });
}
