/**
 * The network strip: Input, a card for each layer, Output, with wires between them. Where a network can be edited, a
 * wire has a + that adds a layer there.
 */

import { byId, icon, make, makeButton, refill, subscript } from "../lib/dom.js";
import { openMenu } from "../lib/menu.js";
import { unitsOpened, weightsShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { changeExperiment } from "../net/requests.js";
import { LAYER_NAMES, layerCard, layerName, tintedCell } from "./layer_card.js";

/** @import { Frame, Ports } from "../core/types.js" */

const MOST_LINES = 8;
const MOST_NAMED = 3;
/** From `CROWDED` cards on the pictures of weights have no room, and from `SNUG` on the cards stand closer. */
const SNUG = 4;
const CROWDED = 5;

/** @param {Frame} frame */
export function showStrip({ strip: { layers, widths, chip, editable, functions }, ports }) {
  const last = layers.length - 1;
  const line = [port("Input", portText("v", widths[0], ports))];
  layers.forEach((layer, at) => {
    const name = layerName(layers, at);
    const about = { editable, functions, last, width: widths[at + 1], name, restore: restoreStrip };
    line.push(wire(widths[at], at, editable), layerCard(layer, at, about));
  });
  const end = layers.length;
  line.push(wire(widths[end], end, editable), port("Output", portText("y", widths[end], ports)));
  byId("network").classList.toggle("snug", layers.length >= SNUG);
  byId("network").classList.toggle("crowded", layers.length >= CROWDED);
  refill(byId("network"), line, nearby);
  const cells = make("span", { class: "cells", "aria-hidden": "true" }, ...chip.cells.map(tintedCell));
  byId("chip").replaceChildren(cells, make("span", {}, chip.digits));
}

/** The cards as they were before somebody typed into them, with the weights at the cursor and the unit that is kept. */
export function restoreStrip() {
  showStrip(state.shown.frame);
  weightsShown.emit(state.held);
  unitsOpened.emit();
}

/**
 * The next focus where its card is gone, or has another field now: the card in its place, or the last +.
 * @param {string} name
 */
const nearby = (name) => `.layer[data-at="${name.split("-").pop()}"] [data-control], .wire:nth-last-child(2) .add`;

/** @param {string} name @param {{ text: string, title?: string }} fields */
const port = (name, { text, title }) =>
  make("li", { class: "port", title }, make("b", {}, name), make("span", { class: "label" }, text));

/**
 * The numbers at an end of the network: v₀ v₁; of a table their number, or of one the name.
 * @param {"v" | "y"} letter @param {number} width @param {Ports} [given]
 */
function portText(letter, width, given) {
  if (!given) {
    const names = Array.from({ length: width }, (_, k) => subscript(letter, k));
    return { text: width <= MOST_NAMED ? names.join(" ") : `${names[0]} … ${names[width - 1]}` };
  }
  const names = letter === "v" ? given.inputs : given.outputs;
  const many = letter === "y" && given.answer ? "classes" : "columns";
  return { text: width === 1 ? names[0] : `${width} ${many}`, title: names.join(", ") };
}

/**
 * One hairline for each number that travels, or one hairline and their count.
 * @param {number} width
 * @param {number} at
 * @param {boolean} editable
 */
function wire(width, at, editable) {
  const many = width > MOST_LINES;
  const count = many ? [make("span", { "aria-hidden": "true" }, String(width))] : [];
  return make(
    "li",
    { class: "wire", style: { "--n": many ? 1 : width } },
    ...count,
    ...(editable ? [addButton(at)] : []),
  );
}

/** @param {number} at */
function addButton(at) {
  return makeButton(
    {
      class: "add",
      "aria-label": `Add a layer at place ${at + 1}`,
      "aria-haspopup": "menu",
      "data-control": `add-${at}`,
    },
    (event) => openMenu(event.currentTarget, additions(at)),
    icon("plus"),
  );
}

/** @param {number} at */
function additions(at) {
  return Object.entries(LAYER_NAMES).map(([kind, text]) => ({ text, act: () => changeExperiment("insert", at, kind) }));
}
