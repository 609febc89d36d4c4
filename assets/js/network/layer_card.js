/**
 * A layer's card in the strip: its kind, its fields, its weights or its units, and a menu; in one chapter a switch for
 * the notebook's mistake. Typed text counts when it is finished. Escape restores the shown one, and so does leaving a
 * field without having typed.
 */

import { find, icon, make, makeButton } from "../lib/dom.js";
import { openMenu } from "../lib/menu.js";
import { refusalsCleared } from "../core/signals.js";
import { changeExperiment } from "../net/requests.js";
import { unitButtons } from "./unit_buttons.js";

/** @import { ActivationCard, DenseCard, LayerCard } from "../core/types.js" */

const OWN_FORMULA = "own formula";
/** @type {Record<string, string>} */
export const LAYER_NAMES = { affinity: "Dense layer", map: "Activation", identity: "Identity" };
/** Names that a card has room for. */
const CARD_NAMES = { affinity: "Dense", map: "Activation", identity: "Identity" };
const MISTAKES = { left: "bug: M for Mᵀ", half: "bug: half leak" };
/** @type {Record<string, string>} */
const MENU_SAYS = { affinity: "move, randomize, freeze, remove", map: "move, own formula, remove" };
/** @type {Record<string, number>} */
const MOVES = { ArrowLeft: -1, ArrowRight: 1 };
const NEVER_LEARNS = "Its derivative is zero everywhere: this layer never learns, and none before it.";

/** @param {LayerCard} layer */
const isAllFrozen = (layer) => layer.kind === "affinity" && layer.frozen === "all";

/** Activation, or Activation 2 where there are several. @param {LayerCard[]} layers @param {number} at */
export function layerName(layers, at) {
  const { kind } = layers[at];
  const alike = layers.filter((layer) => layer.kind === kind);
  const name = LAYER_NAMES[kind] || "Layer";
  return alike.length > 1 ? `${name} ${alike.indexOf(layers[at]) + 1}` : name;
}

/**
 * @typedef {object} CardContext
 * @property {boolean} editable
 * @property {string[]} functions
 * @property {number} last The last layer's place.
 * @property {number} width The number of outputs of the layer.
 * @property {string} name
 * @property {() => void} restore Draws all cards as they were.
 */

/** @param {LayerCard} layer @param {number} at @param {CardContext} about */
export function layerCard(layer, at, about) {
  const frozen = isAllFrozen(layer);
  const lock = frozen ? [icon("lock")] : [];
  const kind = make(
    "div",
    { class: "kind", "data-kind": layer.kind },
    ...lock,
    layer.kind === "yours" ? layer.name : CARD_NAMES[layer.kind],
    ...mistakeSwitch(layer, at),
  );
  const flat =
    layer.kind === "map" && layer.flat ? [make("span", { class: "warn", title: NEVER_LEARNS }, "never learns")] : [];
  /** @param {KeyboardEvent} event */
  const keydown = (event) => onKey(event, at, about);
  return make(
    "li",
    { class: `layer ${frozen ? "frozen" : ""}`, "data-at": at, on: { keydown } },
    make("div", {}, kind, make("div", { class: "what" }, ...fields(layer, at, about))),
    ...flat,
    ...picture(layer, at, about),
    ...menuButton(layer, at, about),
  );
}

/** @param {LayerCard} layer @param {number} at @param {CardContext} about */
function fields(layer, at, about) {
  if (layer.kind === "affinity") return shapeFields(layer, at, about);
  if (layer.kind !== "map") return [layer.kind === "identity" ? "x → x" : "yours"];
  if (!about.editable) return [layer.name];
  return [layer.own ? formulaField(layer, at, about) : functionMenu(layer, at, about)];
}

/** @param {DenseCard} layer @param {number} at @param {CardContext} about */
function shapeFields({ inputs, outputs, frozen }, at, { editable, name }) {
  const field = () =>
    make("input", {
      class: "mini",
      value: outputs,
      inputmode: "numeric",
      "aria-label": `Outputs of ${name}`,
      "data-control": `width-${at}`,
      "aria-describedby": "network-error",
      on: { change: ({ target }) => changeExperiment("width", at, target.value) },
    });
  const frozenWords = frozen === "all" ? " frozen" : " partly frozen";
  return [`${inputs} → `, editable ? field() : String(outputs), ...(frozen ? [frozenWords] : [])];
}

/** @param {ActivationCard} layer @param {number} at @param {CardContext} about */
function functionMenu(layer, at, about) {
  const { functions, name } = about;
  const choices = [...functions, ...(functions.includes(layer.name) ? [] : [layer.name]), OWN_FORMULA];
  /** @param {{ target: HTMLSelectElement }} event */
  const change = ({ target }) => {
    if (target.value === OWN_FORMULA) swap(target, formulaField({}, at, about));
    else changeExperiment("function", at, target.value);
  };
  /** @param {{ target: HTMLSelectElement }} event */
  const blur = ({ target }) => layer.own && target.value === layer.name && leave(about);
  return make(
    "select",
    { class: "mini", "aria-label": `Function of ${name}`, "data-control": `function-${at}`, on: { change, blur } },
    ...choices.map((choice) => make("option", { value: choice, selected: choice === layer.name }, choice)),
  );
}

/** @param {{ own?: boolean, name?: string }} layer @param {number} at @param {CardContext} about */
function formulaField({ own = false, name: text = "" }, at, about) {
  return make("input", {
    class: "mini formula",
    value: text,
    title: text || null,
    placeholder: "x*x/2",
    spellcheck: "false",
    autocapitalize: "off",
    "aria-label": `Formula of ${about.name}, in x`,
    "data-control": `formula-${at}`,
    "data-variables": "x",
    "aria-describedby": "network-error",
    on: {
      change: ({ target }) => target.value.trim() && changeExperiment("function", at, target.value),
      blur: ({ target }) => !own && !target.value.trim() && leave(about),
    },
  });
}

/** The cards are drawn as they were, once the focus has gone on. @param {CardContext} about */
const leave = ({ restore }) => setTimeout(restore);

/**
 * Another field in the place of this one, with the focus in it.
 * @param {HTMLElement} field
 * @param {HTMLElement} other
 */
function swap(field, other) {
  field.replaceWith(other);
  other.focus();
}

/** @param {LayerCard} layer @param {number} at */
function mistakeSwitch(layer, at) {
  const mistake = "switch" in layer && layer.switch;
  if (!mistake) return [];
  /** @param {{ target: HTMLInputElement }} event */
  const change = ({ target }) => changeExperiment(mistake.do, at, target.checked);
  const box = make("input", { type: "checkbox", checked: mistake.on, "data-control": `switch-${at}`, on: { change } });
  return [make("label", { class: "mistake", "data-do": mistake.do }, box, MISTAKES[mistake.do])];
}

/** @param {LayerCard} layer @param {number} at @param {CardContext} about */
function picture(layer, at, about) {
  const { name } = about;
  if (layer.kind === "identity") return [];
  if (layer.kind !== "affinity") return [unitButtons(at, about.width, about)];
  const columns = layer.cells[0].length - 1;
  const style = { "--rows": layer.cells.length, "--columns": columns };
  const cells = layer.cells.flatMap((row) => [
    ...row.slice(0, -1).map(tintedCell),
    make("span"),
    tintedCell(row[columns]),
  ]);
  const label = `The ${(layer.inputs + 1) * layer.outputs} numbers of ${name}`;
  return [
    make("span", { class: "weight-picture", role: "img", style, "aria-label": label, "data-name": label }, ...cells),
  ];
}

/** A cell in the colour of this share, −1 … 1. @param {number} share */
export const tintedCell = (share) => make("i", { class: "tint", style: { "--t": share } });

/** @param {LayerCard} layer @param {number} at @param {CardContext} about */
function menuButton(layer, at, about) {
  if (!about.editable) return [];
  return [
    makeButton(
      {
        class: "button more",
        "aria-label": `${about.name}: ${MENU_SAYS[layer.kind] || "move, remove"}`,
        "aria-haspopup": "menu",
        "data-control": `menu-${at}`,
      },
      (event) => openMenu(event.currentTarget, menuRows(layer, at, about)),
      icon("dots"),
    ),
  ];
}

/** @param {LayerCard} layer @param {number} at @param {CardContext} about */
function menuRows(layer, at, about) {
  return [
    { text: "Move left", keys: "Alt ←", off: at === 0, act: () => moveLayer(at, -1) },
    { text: "Move right", keys: "Alt →", off: at === about.last, act: () => moveLayer(at, 1) },
    ...kindRows(layer, at, about),
    { text: "Remove", keys: "Del", apart: true, act: () => changeExperiment("remove", at, null) },
  ];
}

/**
 * The focus goes along: once the cards are drawn anew, it is on the control of the new name.
 * @param {number} at
 * @param {number} by
 */
function moveLayer(at, by) {
  const { dataset } = /** @type {HTMLElement} */ (document.activeElement);
  if (dataset.control) dataset.control = dataset.control.replace(/\d+$/, String(at + by));
  changeExperiment("move", at, by);
}

/** @param {LayerCard} layer @param {number} at @param {CardContext} about */
function kindRows(layer, at, about) {
  const frozen = isAllFrozen(layer);
  const field = () => find(document, `.layer[data-at="${at}"] .mini`);
  if (layer.kind === "affinity") {
    return [
      { text: "Randomize", act: () => changeExperiment("redraw", at, null) },
      { text: frozen ? "Free" : "Freeze", act: () => changeExperiment("freeze", at, !frozen) },
    ];
  }
  if (layer.kind !== "map") return [];
  if (layer.own) return [{ text: "Named function", act: () => swap(field(), functionMenu(layer, at, about)) }];
  return [{ text: "Own formula", act: () => swap(field(), formulaField({}, at, about)) }];
}

/**
 * Alt with an arrow moves the layer that has the focus, Del removes it; in a field both belong to the text, and Escape
 * restores it.
 * @param {KeyboardEvent} event
 * @param {number} at
 * @param {CardContext} about
 */
function onKey(event, at, about) {
  const { key } = event;
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = target.matches("input:not([type=checkbox])");
  const by = MOVES[key];
  if (!about.editable) return;
  if (key === "Escape" && target.matches(".mini")) restoreField(target, about);
  else if (typing) return;
  else if (by && event.altKey && at + by >= 0 && at + by <= about.last) moveLayer(at, by);
  else if (key === "Delete") changeExperiment("remove", at, null);
  else return;
  event.preventDefault();
}

/** @param {HTMLElement} field @param {CardContext} about */
function restoreField(field, { restore }) {
  if (field instanceof HTMLInputElement) field.value = field.defaultValue;
  refusalsCleared.emit();
  restore();
}
