/**
 * One checkpoint weight in its small dialog: a click on its cell opens it; Set and Set to 0 ask for the run with it.
 */

import { byId, setText, typeInto } from "../lib/dom.js";
import { state } from "../core/state.js";
import { changeExperiment, requestAction } from "../net/requests.js";
import { checkpointWeight, isFrozen, placeInNetwork } from "../model/weights.js";

/** The dialog laps over a large cell, and stands below a cell that it would cover, in pixels. */
const LAP = 8;
const APART = 4;
const SMALL = 24;

let cell = null;

export function openWeightEditor(weight, name, place) {
  const { left, bottom, height } = place.getBoundingClientRect();
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
  typeInto(byId("edit-field"), inSixDigits(checkpointWeight(weight)));
  byId("edit").showModal();
}

const submit = (text) => requestAction("edit", { cell: { ...cell, text } });
const submitTyped = () => submit(typed(byId("edit-field").value));

const inSixDigits = (value) => String(Number(value.toPrecision(6)));

/** Who leaves the digits of the field as they are leaves the weight as it is, to the last bit. */
function typed(text) {
  const exact = checkpointWeight(cell);
  return text.trim() === inSixDigits(exact) ? String(exact) : text;
}

function freeze() {
  const { at, place } = placeInNetwork(cell);
  changeExperiment("freeze one", at, place);
}

export function closeWeightEditor() {
  if (!cell) return;
  cell = null;
  byId("edit").close();
}

const BUTTONS = { "edit-set": submitTyped, "edit-zero": () => submit("0"), "edit-freeze": freeze };

export function installWeightEditor() {
  document.addEventListener("click", ({ target }) => cell && BUTTONS[target.id] && BUTTONS[target.id]());
  document.addEventListener("keydown", ({ key, target }) => {
    if (cell && key === "Enter" && target.id === "edit-field") submitTyped();
  });
}
