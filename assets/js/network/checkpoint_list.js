/** The list of starting weights, which opens beside its button. */

import { closest, find, make, makeButton } from "../lib/dom.js";
import { checkpointsChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { checkpointName, checkpointRows, openCheckpoint } from "../model/checkpoints.js";
import { tintedCell } from "./layer_card.js";

/** @typedef {import("../model/checkpoints.js").CheckpointRow} CheckpointRow */

/** @type {HTMLElement} */
let popover;

function fill() {
  const current = state.shown && checkpointName(state.shown);
  const rows = checkpointRows().map((row) => rowElement(row, row.name === current));
  popover.replaceChildren(make("h2", { class: "title" }, "Starting weights"), make("ol", {}, ...rows));
}

/** @param {CheckpointRow} row @param {boolean} current */
function rowElement(row, current) {
  const { chip, made, title } = row;
  const cells = make("span", { class: "cells", "aria-hidden": "true" }, ...chip.cells.map(tintedCell));
  const digits = make("span", { class: "chip" }, cells, make("span", {}, chip.digits));
  const back = current ? make("span", { class: "here" }, "now") : backButton(row);
  return make("li", {}, digits, make("span", { class: "made" }, made, make("small", {}, title)), back);
}

/** @param {CheckpointRow} row */
function backButton(row) {
  const label = `Restore ${row.chip.digits}, ${row.made}`;
  const click = () => {
    popover.hidePopover();
    openCheckpoint(row);
  };
  return makeButton({ class: "button", "aria-label": label }, click, "Restore");
}

function makePopover() {
  const attributes = { id: "checkpoint-history", class: "menu history", role: "dialog", popover: "auto" };
  return make("div", { ...attributes, "aria-label": "Starting weights" });
}

/** @param {HTMLElement} button */
function open(button) {
  popover = popover || makePopover();
  // Within the same landmark as its button.
  button.closest("section")?.append(popover);
  fill();
  popover.showPopover();
  const { left, right, bottom } = button.getBoundingClientRect();
  const { width } = popover.getBoundingClientRect();
  popover.style.left = `${Math.max(8, Math.min(left, right - width, window.innerWidth - width - 8))}px`;
  popover.style.top = `${bottom + 4}px`;
  (find(popover, "button") || popover).focus();
}

export function installCheckpointList() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "#checkpoints");
    if (button) open(button);
  });
  checkpointsChanged.on(() => popover && popover.matches(":popover-open") && fill());
}
