/**
 * Dash mounts its controls a second after the page is there. Until then their stand-ins are used: fields, sliders,
 * segments and boxes; menus wait. Their last value is the one with which the control comes, and who has
 * reached one goes on in the control.
 */

import { closest, find, findAll, inputById, typeInto } from "../lib/dom.js";
import { forgetEntered, setProps } from "../core/dash.js";
import { KEY_STEPS } from "../core/sliders.js";
import { scaleOf, standsFor } from "../core/stand_ins.js";
import { handlers } from "./handlers.js";

const DECIMALS = 6;

/** @param {string} id @param {string} property @param {unknown} value */
function enter(id, property, value) {
  setProps(id, { [property]: value });
  handlers[id](value);
}

/** @param {Event} event */
function onChange({ target }) {
  const field = /** @type {HTMLInputElement} */ (target);
  const id = standsFor(field);
  if (!id || !handlers[id]) return;
  if (field.type === "checkbox") enter(id, "checked", field.checked);
  else enter(id, "value", field.value);
}

/**
 * The value to which a key takes the thumb, or null.
 * @param {string} key @param {Record<"low" | "high" | "value" | "step", number>} record
 */
function placeAfter(key, { low, high, value, step }) {
  if (key === "Home") return low;
  if (key === "End") return high;
  if (!(key in KEY_STEPS)) return null;
  return Number(Math.min(high, Math.max(low, value + KEY_STEPS[key] * step)).toFixed(DECIMALS));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const thumb = closest(event.target, "[data-place] [role=slider]");
  const value = thumb && placeAfter(event.key, scaleOf(thumb));
  const id = thumb && standsFor(thumb);
  if (value === null || !id) return;
  event.preventDefault();
  enter(id, "value", value);
}

/**
 * The stand-ins are about to go. The control in the place of a focused one gets its focus, and the text that nobody has
 * entered yet. A field that is taken out of the page would enter its text.
 */
export function leaveStandIns() {
  document.removeEventListener("change", onChange);
  document.removeEventListener("keydown", onKey);
  const node = /** @type {?HTMLInputElement} */ (document.activeElement);
  const id = node && standsFor(node);
  if (!id) return () => {};
  const { type, value, selectionStart: from, selectionEnd: to } = node;
  if (type === "text") forgetEntered(id, value);
  return () => {
    const control = inputById(id);
    const field = type === "text" ? control : null;
    const reached = field || find(control, "[role=slider], input:checked") || control;
    reached.focus({ preventScroll: true });
    if (!field) return;
    if (field.value !== value) typeInto(field, value);
    field.setSelectionRange(from, to);
  };
}

export function installLiveStandIns() {
  document.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
}

/** They show the run that is shown: they may be used. */
export function openStandIns() {
  for (const place of findAll(document, "[data-place]")) {
    place.inert = !handlers[place.dataset.place ?? ""] || Boolean(place.querySelector("input[readonly]"));
  }
}
