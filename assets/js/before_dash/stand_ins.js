/**
 * Until Dash has mounted a control, its stand-in is used: it shows what the control is to show, and turns what the
 * control turns. Menus wait.
 */

import { closest, find, findAll, inputById, typeInto } from "../lib/dom.js";
import { setProps } from "../core/dash.js";
import { state } from "../core/state.js";
import { handlers, turnControl } from "../controls/handlers.js";
import { WAYS } from "./ways.js";

const PLACE = "[data-place]";
const PARTS = "input, [role=slider]";

/** @param {?HTMLElement} place */
const wayOf = (place) => WAYS[place?.dataset.way ?? ""];

/** @param {string} id @param {Record<string, unknown>} props */
export function showOnStandIn(id, props) {
  const place = find(document, `[data-place="${id}"]`);
  const way = wayOf(place);
  if (!way || props[way.property] === undefined) return;
  for (const part of findAll(place, PARTS)) way.show(/** @type {HTMLInputElement} */ (part), props[way.property]);
}

/** @param {Event} event */
function onUse(event) {
  const place = closest(event.target, PLACE);
  const [id, way] = [place?.dataset.place ?? "", wayOf(place)];
  if (!handlers[id] || way?.event !== event.type) return;
  const part = /** @type {HTMLInputElement} */ (event.target);
  const value = way.read(part, /** @type {KeyboardEvent} */ (event).key);
  if (value === null) return;
  event.preventDefault();
  setProps(id, { [way.property]: value });
  turnControl(id, value);
}

/** The slider that is dragged by its stand-in, also when Dash's has come under it meanwhile; "" for none. */
let dragged = "";

/** @param {PointerEvent} event */
function grasp({ target }) {
  dragged = closest(target, "[data-way=thumb]")?.dataset.place ?? "";
  follow();
}

/** `controls/slider_drag.js` has found the value under the pointer just before. */
function follow() {
  if (dragged && state.held) setProps(dragged, { value: state.controlValues[dragged] });
}

/**
 * The stand-ins are about to go. The control in the place of a focused one gets its focus, and the text that nobody has
 * entered yet; `forget` is called with both, as what was entered before is not to be written over it. A field that is
 * taken out of the page would enter its text.
 * @param {(id: string, text: string) => void} forget
 */
export function leaveStandIns(forget) {
  document.removeEventListener("change", onUse);
  document.removeEventListener("keydown", onUse);
  const node = /** @type {?HTMLInputElement} */ (document.activeElement);
  const id = closest(node, PLACE)?.dataset.place;
  if (!node || !id) return () => {};
  const { type, value, selectionStart: from, selectionEnd: to } = node;
  if (type === "text") forget(id, value);
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

/** Stand-ins are used unless another run than the document's is to be shown. */
export function useStandIns() {
  document.addEventListener("change", onUse);
  document.addEventListener("keydown", onUse);
  window.addEventListener("pointerdown", grasp, true);
  window.addEventListener("pointermove", follow, true);
  if (document.documentElement.matches(".arriving:not([data-answered])")) return;
  for (const place of findAll(document, PLACE)) place.inert = !(wayOf(place) && handlers[place.dataset.place ?? ""]);
}
