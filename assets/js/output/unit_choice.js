/**
 * The hidden unit on the stage: one that the pointer rests on, or that has the keyboard's focus, until it leaves; or
 * one that is kept, by a click or Enter, until Escape. A finger's first tap shows a unit, its second keeps it.
 * @import { RunResponse } from "../core/types.js"
 */

import { closest, findAll, focusedIn } from "../lib/dom.js";
import { detailsShown, unitChosen, unitKept, unitsOpened } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestStep } from "../model/cursor.js";
import { gridOfUnits } from "../network/unit_maps.js";

const ENTER = 80;
const LEAVE = 120;
const TYPED = "input, select, textarea, dialog, [role=dialog], [role=menu], [role=listbox]";

/** @type {?[number, number]} */
let pointed = null;
let timer = 0;

/** @param {?number[]} a @param {?number[]} b */
const same = (a, b) => String(a) === String(b);
/** @param {HTMLElement} button @returns {[layer: number, index: number]} */
const placeOfButton = (button) => [Number(closest(button, ".units")?.dataset.layer), Number(button.dataset.unit)];

/** @param {?[number, number]} unit */
function point(unit) {
  pointed = unit;
  choose();
}

/** @param {?[number, number]} unit @param {number} delay */
function pointSoon(unit, delay) {
  clearTimeout(timer);
  timer = setTimeout(() => point(unit), delay);
}

/** A unit that is pointed at goes before one that is kept. */
function choose() {
  const unit = pointed || state.keptUnit;
  if (same(unit, state.unit)) return;
  state.unit = unit;
  markUnits();
  unitChosen.emit();
  if (unit && state.shown) requestStep();
}

/** @param {?[number, number]} unit */
function keepUnit(unit) {
  if (same(unit, state.keptUnit)) return;
  state.keptUnit = unit;
  choose();
  markUnits();
  unitKept.emit();
}

/** Back to the output. */
export function leaveUnit() {
  clearTimeout(timer);
  pointed = null;
  keepUnit(null);
  choose();
}

function markUnits() {
  findAll(document, ".units .unit").forEach((button) => {
    const unit = placeOfButton(button);
    button.classList.toggle("on", Boolean(state.unit) && same(unit, state.unit));
    button.setAttribute("aria-pressed", String(Boolean(state.keptUnit) && same(unit, state.keptUnit)));
  });
}

/* Pointer and keyboard */

/** @param {Event} event */
const unitUnder = ({ target }) => closest(target, ".unit");

/** @param {PointerEvent} event */
function onOver(event) {
  const button = unitUnder(event);
  if (!button || event.pointerType === "touch") return;
  const unit = placeOfButton(button);
  // From unit to unit there is nothing to wait for.
  if (pointed) {
    clearTimeout(timer);
    point(unit);
  } else pointSoon(unit, ENTER);
}

/** @param {PointerEvent} event */
function onOut(event) {
  if (unitUnder(event) && event.pointerType !== "touch") pointSoon(focusedUnit(), LEAVE);
}

/** The unit that the keyboard has gone to. */
function focusedUnit() {
  const button = focusedIn(document.documentElement);
  return button && button.matches(".unit:focus-visible") ? placeOfButton(button) : null;
}

/** @param {PointerEvent} event */
function onClick(event) {
  const button = unitUnder(event);
  if (!button) return;
  const unit = placeOfButton(button);
  const isFirstTap = event.pointerType === "touch" && !same(unit, pointed);
  clearTimeout(timer);
  point(unit);
  if (isFirstTap) return;
  if (same(unit, state.keptUnit)) leaveUnit();
  else keepUnit(unit);
}

/** @param {FocusEvent} event */
function onFocus(event) {
  if (unitUnder(event) && focusedUnit()) {
    clearTimeout(timer);
    point(focusedUnit());
  }
}

/** @param {FocusEvent} event */
function onBlur(event) {
  if (unitUnder(event)) pointSoon(null, LEAVE);
}

/** Arrows go from unit to unit, Escape back to the output. @param {KeyboardEvent} event */
function onKey(event) {
  const { key, target, altKey } = event;
  const button = closest(target, ".unit");
  const next = button && !altKey && unitAfter(button, key);
  if (next) {
    event.preventDefault();
    event.stopPropagation();
    unitsBeside(button).forEach((other) => (other.tabIndex = other === next ? 0 : -1));
    next.focus();
  } else if (key === "Escape" && state.unit && !closest(target, TYPED)) leaveUnit();
}

/** @param {HTMLElement} button */
const unitsBeside = (button) => findAll(/** @type {HTMLElement} */ (closest(button, ".unit-maps")), ".unit");

/**
 * The unit that an arrow leads to: to the left and right round and round, up and down within its column.
 * @param {HTMLElement} button @param {string} key
 */
function unitAfter(button, key) {
  const all = unitsBeside(button);
  const at = all.indexOf(button);
  const { across } = gridOfUnits(/** @type {HTMLElement} */ (closest(button, ".units")));
  const along = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (along) return all[(at + along + all.length) % all.length];
  const down = { ArrowUp: -1, ArrowDown: 1 }[key];
  return down ? all[at + down * across] || button : null;
}

/* A unit that a link names, and one that another network no longer has */

function unitOfLink() {
  const [, layer, index] = /^(\d+)\.(\d+)$/.exec(new URLSearchParams(location.search).get("unit") || "") || [];
  return layer === undefined ? null : [Number(layer), Number(index)];
}

/** @param {RunResponse} runResponse */
function onFrame({ frame }) {
  const { layers, widths } = frame.strip;
  /** @param {?number[]} unit */
  const isThere = (unit) => {
    const kind = unit && layers[unit[0]] && layers[unit[0]].kind;
    return kind && kind !== "affinity" && kind !== "identity" && unit[1] < widths[unit[0] + 1];
  };
  if (pointed && !isThere(pointed)) point(null);
  if (state.keptUnit && !isThere(state.keptUnit)) leaveUnit();
  markUnits();
}

export function installUnitChoice() {
  const linked = unitOfLink();
  Object.assign(state, { unit: linked, keptUnit: linked });
  document.addEventListener("pointerover", onOver);
  document.addEventListener("pointerout", onOut);
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("focusout", onBlur);
  document.addEventListener("keydown", onKey, true);
  detailsShown.on(onFrame);
  unitsOpened.on(markUnits);
}
