/**
 * The notes beside a hidden unit: what it computes in numbers, what it answers at what is probed, and what it hands on
 * with which weight.
 * @import { Frame, LargeUnit, LayerCard, TargetMap } from "../core/types.js"
 * @import { Shown } from "./map_selection.js"
 * @import { StageUnit } from "./unit_stage.js"
 */

import { decode } from "../lib/arrays.js";
import { find, make, makeButton, setText, subscript } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, formatWeight } from "../core/format.js";
import { state } from "../core/state.js";
import { pictureShape, unitPicture } from "../model/pictures.js";
import { namedOutput } from "../model/ports.js";
import { layerName } from "../network/layer_card.js";
import { rowPicture } from "../maps/pixels.js";
import { chooseRow } from "./answer_choice.js";
import { fillScale, scaleNote } from "./notes.js";
import { leaveUnit } from "./unit_choice.js";

/** The layer of the unit on the stage, and its place there. */
const unitPlace = () => /** @type {[number, number]} */ (state.unit);
const MOST_BARS = 8;

/** Empty notes for the unit on the stage. @param {TargetMap} targetMap */
export function makeUnitNotes({ inputs }) {
  const back = makeButton({ class: "button" }, leaveUnit, "Back");
  return [
    make(
      "div",
      { class: "unit-head" },
      make("b", {}, `Unit ${subscript("u", unitPlace()[1])}`),
      back,
      make("span", { class: "of" }),
    ),
    ...(inputs === 1 ? [] : [scaleNote(unitPicture(unitPlace()) ? "Its weights" : "Its answer")]),
    make("div", { class: "unit-part answers" }, "It computes", make("b"), make("p", { class: "here" })),
    make("div", { class: "unit-part most-rows" }),
    make("div", { class: "unit-part hands-on" }, make("p"), make("dl", { class: "unit-bars" }), make("p")),
    make("ul", { class: "picture-key unit-key" }),
    make("p", { class: "unit-keys" }),
  ];
}

/**
 * Writes what is known of the unit into the notes.
 * @param {HTMLElement} box @param {Shown} shown @param {StageUnit} stageUnit
 */
export function fillUnitNotes(box, { frame, probe }, { numbers, scale, silent, known }) {
  const [layer, index] = unitPlace();
  const { strip } = state.shown.frame;
  setText(find(box, ".of"), placeWords(strip, layer));
  const weights = unitPicture([layer, index]);
  fillScale(box, { scale: weights ? Math.max(...weights.map(Math.abs)) : scale });
  /** @param {string} name */
  const part = (name) => find(box, name);
  setText(part(".answers b"), known ? known.formula : "…");
  const answer = probe && decode(probe.columns[layer + 1].values)[index];
  setText(part(".here"), hereWords(answer, silent));
  fillRows(part(".most-rows"), known);
  fillBars(part(".hands-on"), strip, known, frame.inputs === 1 ? "above 0" : "orange");
  /** @param {number} value */
  const isAbove = (value) => value > 0;
  fillKey(part(".unit-key"), weights ? null : frame, numbers.some(isAbove) && !numbers.every(isAbove));
  fillKeys(part(".unit-keys"));
}

/** Of the 8 after Dense 1. @param {Frame["strip"]} fields @param {number} at */
export function placeWords({ layers, widths }, at) {
  const count = widths[at + 1];
  const before = layers.slice(0, at).findLastIndex(({ kind }) => kind === "affinity");
  const of = count === 1 ? "the only one" : `of the ${count}`;
  if (before < 0) return `${of} of ${layerName(layers, at)}`;
  return `${of} after ${layerName(layers, before).replace("Dense layer", "Dense")}`;
}

/** @param {unknown} answer @param {boolean} silent */
function hereWords(answer, silent) {
  if (typeof answer !== "number") return "";
  const text = formatWeight(answer);
  return silent ? `It answers ${text} everywhere here.` : `It answers ${text} here.`;
}

/**
 * The rows that it answers most to, as pictures that send them through the network.
 * @param {HTMLElement} box @param {?LargeUnit} known
 */
function fillRows(box, known) {
  const most = known?.most;
  if (!hasOtherContents(box, most?.rows)) return;
  /** @param {number} row */
  const button = (row) => {
    const label = `Row ${formatCount(row)}`;
    const picture = rowPicture(most?.pictures, pictureShape(), row);
    const attributes = { class: "row-button", title: label, "aria-label": label };
    return makeButton(attributes, () => chooseRow(row), picture ?? label);
  };
  box.replaceChildren(
    ...(most ? ["It answers most to", make("div", { class: "row-pictures" }, ...most.rows.map(button))] : []),
  );
}

/** @param {HTMLElement} box @param {Frame["strip"]} strip @param {?LargeUnit} known @param {string} positive */
function fillBars(box, strip, known, positive) {
  const [layer, index] = unitPlace();
  const [title, list, push] = /** @type {HTMLElement[]} */ ([...box.children]);
  const out = known ? known.out : [];
  const isLast = layer === strip.layers.length - 1;
  setText(title, isLast ? `It is the output ${namedOutput(index)}.` : out.length ? "It goes on to" : "");
  box.classList.toggle("empty", title.textContent === "");
  const shown = out.slice(0, MOST_BARS);
  const most = Math.max(1e-12, ...shown.map(({ weight }) => Math.abs(weight || 0)));
  if (hasOtherContents(list, shown)) list.replaceChildren(...shown.flatMap((row) => bar(row, most)));
  const more = out.length - shown.length;
  setText(push, more ? `and ${more} more` : pushWords(strip.layers, layer, out, positive));
}

/** @param {LargeUnit["out"][number]} fields @param {number} most */
function bar({ to, weight }, most) {
  const share = (weight || 0) / most;
  const mark = make("i", { class: share < 0 ? "low" : "high", style: { "--share": Math.abs(share) } });
  const text = weight === null ? "not a number" : formatWeight(weight);
  return [make("dt", {}, to), make("dd", {}, make("span", {}, text), mark)];
}

/**
 * The effect of one weight to an output where the unit is `positive`, if no activation after it turns that around.
 * @param {LayerCard[]} layers @param {number} layer @param {LargeUnit["out"]} out @param {string} positive
 */
export function pushWords(layers, layer, out, positive) {
  const after = layers.slice(layer + 1).filter(({ kind }) => kind !== "affinity" && kind !== "identity");
  const [only] = out;
  const isPlain =
    out.length === 1 &&
    only.to === namedOutput(0) &&
    after.every((card) => constants.risingActivations.includes(/** @type {{ name: string }} */ (card).name));
  if (!isPlain || !only.weight) return "";
  return `Where it is ${positive}, it pushes ${only.to} ${only.weight > 0 ? "up" : "down"}.`;
}

/**
 * Nothing is drawn over a picture of weights.
 * @param {HTMLElement} list @param {?TargetMap} map @param {boolean} changesSign
 */
function fillKey(list, map, changesSign) {
  const isSquare = map && map.inputs > 1;
  const names = isSquare ? [...(changesSign ? ["zero"] : []), ...(map.rows === 1 ? ["dashed"] : []), "ring"] : [];
  /** @type {Record<string, string>} */
  const words = { zero: "where it answers 0", dashed: "target’s border", ring: "what is probed" };
  if (list.dataset.names === names.join()) return;
  list.dataset.names = names.join();
  list.replaceChildren(...names.map((name) => make("li", { class: `key-${name}` }, make("i"), words[name])));
}

/** @param {string} text */
const key = (text) => make("kbd", {}, text);

/** @param {HTMLElement} box */
function fillKeys(box) {
  const kept = String(Boolean(state.keptUnit));
  if (box.dataset.kept === kept) return;
  box.dataset.kept = kept;
  const keep = kept === "true" ? [] : [key("Enter"), " keeps it here", make("br")];
  box.replaceChildren(...keep, key("←"), " ", key("→"), " next unit, ", key("Esc"), " back");
}
