/**
 * One checkpoint weight in its small dialog: a click on its cell opens it; Set and Set to 0 ask for the run with it.
 */

import { byId, typeInto } from "../lib/dom.js";
import { setProps } from "../core/dash.js";
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
  setProps("edit-label", { children: `${name}, starting weight` });
  setProps("edit-error", { children: "" });
  const { editable } = state.shown.frame.strip;
  setProps("edit-freeze", { children: isFrozen(weight) ? "Free" : "Freeze", hidden: !editable });
  // Before the dialog gives the field the focus, so that the value is selected and the next key replaces it.
  typeInto(byId("edit-field"), inSixDigits(checkpointWeight(weight)));
  byId("edit").showModal();
}

/** Dash calls this for the buttons and for Enter in the field. */
export function submitWeight(setClicks, zeroClicks, freezeClicks, submits, text) {
  const by = window.dash_clientside.callback_context.triggered_id;
  if (!cell || !by) return;
  if (by === "edit-freeze") freeze();
  else requestAction("edit", { cell: { ...cell, text: by === "edit-zero" ? "0" : typed(String(text)) } });
}

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
