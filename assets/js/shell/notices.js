/**
 * Failures, in words: values that were refused, requests that failed, a server that is gone. The last good run
 * stays.
 * @import { Refusal } from "../core/types.js"
 */

import { byId, closest, findAll, setText } from "../lib/dom.js";
import { formatKnob } from "../core/format.js";
import { fieldKnobs, fieldText, plainKnobs } from "../core/knobs.js";
import { connectionLost, connectionRestored, noticeRaised, refusalsCleared, refused } from "../core/signals.js";
import { state, weightSeedOf } from "../core/state.js";
import { restoreStrip } from "../network/strip.js";
import { restoreTarget } from "../network/target_editor.js";
import { closeWeightEditor } from "../network/weight_editor.js";
import { closeUsedDataDialog, isDataDialogOpen, sayInDataDialog } from "../tables/data_dialog.js";
import { showField, showWeightSeed } from "../controls/knob_controls.js";

const CONNECTION_LOST = "Connection lost. Your knobs are kept here; retrying.";

/** @param {Refusal} refusal */
function showRefusal({ field, sentence }) {
  const shown = state.base && stillShowing(field);
  clearField(field);
  setError(field, shown ? `${sentence} Still showing ${shown}.` : sentence);
  state.refusedField = field;
  boxesOf(field).forEach((box) => box.setAttribute("aria-invalid", "true"));
  const fold = byId(`${field}-error`)?.closest("details");
  if (fold) fold.open = true;
}

/** @param {string} field @param {string} sentence */
function setError(field, sentence) {
  const error = byId(`${field}-error`);
  setText(error, sentence);
  closest(error, ".knob, .fold-row, .about")?.classList.toggle("refused", sentence !== "");
}

/**
 * The field that was refused: a knob's own, the layer's whose width or function was typed, or the formulas of the
 * target that were.
 * @param {string} field
 */
function boxesOf(field) {
  const { what, at } = state.lastChange || {};
  /** @type {Record<string, string>} */
  const names = { width: "width", function: "formula" };
  /** @type {Record<string, string>} */
  const selectors = {
    network: `.layer[data-at="${at}"] input[data-control|="${names[what ?? ""]}"]`,
    target: "#target-formulas input",
  };
  const boxes = /** @type {HTMLInputElement[]} */ (findAll(document, selectors[field] || `#${field}-field`));
  return boxes.filter((box) => field !== "target" || box.value !== box.defaultValue);
}

/**
 * The value of the run on the page that the refused one would have changed; undefined where it is no single value.
 * @param {string} field
 */
function stillShowing(field) {
  if (field === "target") return state.shown && state.shown.frame.target.formulas.join(", ");
  const knob = fieldKnobs.find(({ name }) => name === field);
  if (!state.shown) return undefined;
  if (field === "weights") return weightSeedOf(state.shown.frame);
  if (!knob)
    return plainKnobs.some(({ name }) => name === field)
      ? /** @type {Record<string, unknown>} */ ({ ...state.shown.controls })[field]
      : undefined;
  if (field === "alpha") return formatKnob(state.shown.summary.alpha);
  return fieldText(knob, state.shown.controls);
}

function clear() {
  byId("note").hidden = true;
  closeWeightEditor();
  closeUsedDataDialog();
  clearField();
}

/**
 * A field whose value was refused and is no longer in question is drawn again; another try at the same field keeps its
 * text.
 * @type {Record<string, () => void>}
 */
const RESTORED = { network: restoreStrip, target: restoreTarget, weights: () => showWeightSeed(state.shown.frame) };

/** @param {string} [next] */
function clearField(next) {
  const { refusedField: field } = state;
  if (!field) return;
  setError(field, "");
  document.querySelectorAll("[aria-invalid=true]").forEach((box) => box.removeAttribute("aria-invalid"));
  state.refusedField = null;
  if (field !== next) restore(field);
}

/** @param {string} field */
function restore(field) {
  const knob = fieldKnobs.find(({ name }) => name === field);
  if (knob && state.shown) showField(knob, state.shown.controls);
  RESTORED[field]?.();
}

/** While the data dialog covers the page, it says it too. @param {string} sentence */
function showNotice(sentence) {
  if (isDataDialogOpen()) sayInDataDialog(sentence);
  setText(byId("note-text"), sentence);
  byId("note").hidden = false;
}

function showLost() {
  showNotice(CONNECTION_LOST);
  document.body.classList.add("lost");
}

function showRestored() {
  document.body.classList.remove("lost");
  byId("note").hidden = true;
}

export function installNotices() {
  refused.on(showRefusal);
  refusalsCleared.on(clear);
  noticeRaised.on(showNotice);
  connectionLost.on(showLost);
  connectionRestored.on(showRestored);
}
