/**
 * The target, a formula for each output: typed, checked while it is typed, and learned when it is finished. A target
 * that cannot be written as a formula is described in words.
 */

import { byId, findAll, make, makeButton, refill, subscript } from "../lib/dom.js";
import { refusalsCleared } from "../core/signals.js";
import { state } from "../core/state.js";
import { changeExperiment } from "../net/requests.js";

/** @import { Frame } from "../core/types.js" */

/** @returns {HTMLInputElement[]} */
const fields = () => findAll(byId("target-formulas"), "input");
const texts = () => fields().map(({ value }) => value);
/** @param {string[]} formulas */
const learn = (formulas) => changeExperiment("target", 0, formulas);

/** @param {Frame["target"]} target */
export function showTarget({ formulas, editable, most }) {
  /** @param {string} text @param {number} k */
  const row = (text, k) => make("div", {}, name(k), editable ? field(text, k) : make("span", { class: "text" }, text));
  const buttons = editable ? [countButtons(formulas.length, most)] : [];
  refill(byId("target-formulas"), [...formulas.map(row), ...buttons], () => ".count button:not(:disabled)");
}

/** The formulas as they were before somebody typed into them. */
export const restoreTarget = () => showTarget(state.shown.frame.target);

/** @param {KeyboardEvent & { target: HTMLInputElement }} event */
function onKey(event) {
  if (event.key !== "Escape") return;
  event.target.value = event.target.defaultValue;
  refusalsCleared.emit();
  restoreTarget();
}

/** @param {number} k */
const name = (k) =>
  make("span", { class: "label", "aria-hidden": "true" }, make("i", {}, "y"), `${subscript("", k)} =`);

/** @param {string} text @param {number} k */
const field = (text, k) =>
  make("input", {
    class: "formula",
    value: text,
    title: text,
    spellcheck: "false",
    autocapitalize: "off",
    "data-variables": "v",
    "data-control": `y-${k}`,
    "aria-label": `Formula of ${subscript("y", k)}`,
    "aria-describedby": "target-error",
    on: { change: () => learn(texts()), keydown: onKey },
  });

/** One output more or less; the last dense layer follows. @param {number} outputs @param {number} most */
function countButtons(outputs, most) {
  /** @param {string} text @param {boolean} disabled @param {() => string[]} formulas */
  const button = (text, disabled, formulas) =>
    makeButton({ class: "button", disabled, "data-control": text }, () => learn(formulas()), text);
  return make(
    "div",
    { class: "count detail" },
    button("Add an output", outputs >= most, () => [...texts(), "0"]),
    button("Remove the last", outputs < 2, () => texts().slice(0, -1)),
  );
}
