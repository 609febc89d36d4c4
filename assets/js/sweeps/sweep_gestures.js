/**
 * Going over the map of a sweep by mouse, finger or keyboard.
 * @import { OpenedSweep } from "./opened_sweep.js"
 * @import { Ends, Range } from "../cube/types.js"
 */

import { byId, closest, find } from "../lib/dom.js";
import { placesOfCell } from "../cube/loss_cube.js";
import { placesUnder } from "../cube/map_figure.js";
import { countOf, result } from "./opened_sweep.js";
import { stepOn, wholePlaces } from "./sweep_parts.js";
import { drawnRange, goTo, openCell, pan, showAll, zoomIn, zoomOut } from "./sweep_result.js";

/** @type {Record<string, ["x" | "y", number]>} */
const MOVES = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1] };
/** @type {Record<string, ["x" | "y", number]>} */
const PAGES = { PageUp: ["y", 1], PageDown: ["y", -1] };
const FAR = 8;
const DRAG = 4;
/** The pixels of one zoom: less than a notch of a mouse's wheel, and many events of a touchpad. */
const NOTCH = 50;

/** @param {OpenedSweep} openedSweep */
const hasRuns = ({ cube, parts }) => cube !== null && (cube.made > 0 || parts.length > 0);

/** @param {?EventTarget} target */
const onMap = (target) => (closest(target, "#sweep-map") && hasRuns(result) ? byId("sweep-map") : null);

function currentPlaces() {
  const { view, range, at, opened, whole } = result;
  if (at) return at;
  const known = opened === null ? null : placesOfCell(whole, opened);
  /** @param {Ends} ends */
  const middle = ([from, to]) => Math.floor((from + to - 1) / 2);
  /** @param {"x" | "y"} side */
  const place = (side) => (known ? known[view[side]] : middle(range[side]));
  return view.y ? { [view.x]: place("x"), [view.y]: place("y") } : { [view.x]: place("x") };
}

/** @param {"x" | "y"} side @param {number} by */
function move(side, by) {
  const { cube, view, range } = result;
  const name = view[side];
  if (!name) return;
  const places = currentPlaces();
  const place = Math.max(0, Math.min(countOf(name) - 1, places[name] + by * stepOn(cube, name)));
  const [from, to] = range[side];
  if (place < from) pan(side, place - from);
  if (place >= to) pan(side, place - to + 1);
  goTo({ ...places, [name]: place });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key } = event;
  if (!onMap(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (MOVES[key]) move(MOVES[key][0], MOVES[key][1] * (event.shiftKey ? FAR : 1));
  else if (PAGES[key]) move(PAGES[key][0], PAGES[key][1] * FAR);
  else if (key === "Enter" || key === " ") openCell(currentPlaces());
  else if (key === "+" || key === "=") zoomIn();
  else if (key === "-" || key === "−") zoomOut();
  else if (key === "0" || key === "Home") showAll();
  else if (key === "Escape" && result.at) goTo(null);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @param {{ x: number, y: number }} point */
function under({ x, y }) {
  const box = byId("sweep-map");
  const { left, top } = box.getBoundingClientRect();
  const places = placesUnder(box, result.view, drawnRange(), x - left, y - top);
  return places && wholePlaces(result.cube, places);
}

/**
 * The pointer that presses the map, where it began, and the range then.
 * @type {?{ id: number, x: number, y: number, range: Range, isDrag: boolean }}
 */
let pressed = null;

/** A second finger neither drags nor ends the drag of the first. @param {PointerEvent} event */
function onPress(event) {
  if (!event.isPrimary) return;
  const { pointerId: id, clientX: x, clientY: y } = event;
  pressed = onMap(event.target) && !event.button ? { id, x, y, range: result.range, isDrag: false } : null;
}

/** The browser has taken the finger to scroll: the map is where it was. @param {PointerEvent} event */
function onCancel({ pointerId }) {
  if (pressed?.id !== pointerId) return;
  const { x, y } = pressed.range;
  pressed = null;
  pan("x", x[0] - result.range.x[0]);
  pan("y", y[0] - result.range.y[0]);
}

/** @param {PointerEvent} event */
function onPointer(event) {
  if (pressed?.id === event.pointerId && event.buttons) drag(event);
  else if (onMap(event.target)) goTo(event.pointerType === "touch" ? result.at : under(event));
  else if (result.at && result.view && byId("sweep-map") && document.activeElement !== byId("sweep-map")) goTo(null);
}

/** @param {PointerEvent} event */
function drag(event) {
  if (!pressed) return;
  const [dx, dy] = [event.clientX - pressed.x, event.clientY - pressed.y];
  if (!pressed.isDrag) {
    if (Math.hypot(dx, dy) <= DRAG) return;
    pressed.isDrag = true;
    // Released beside the dialog, it would be a click there, which closes it.
    byId("sweep-map").setPointerCapture(event.pointerId);
  }
  const { width, height } = find(byId("sweep-map"), "canvas").getBoundingClientRect();
  /** @param {Ends} ends @param {number} share */
  const by = ([from, to], share) => Math.round(share * (to - from));
  result.range = pressed.range;
  pan("x", by(pressed.range.x, -dx / width));
  pan("y", by(pressed.range.y, dy / height));
}

/** @param {MouseEvent} event */
function onClick(event) {
  // A click has no halves of a pixel: on a fine screen it would be at the run beside the one that is pressed.
  const point = pressed ?? event;
  const wasDrag = pressed?.isDrag;
  pressed = null;
  if (!onMap(event.target) || wasDrag) return;
  const places = under(point);
  if (places) openCell(places);
}

/** The pixels that the wheel was turned since the last zoom. */
let turned = 0;

/** @param {WheelEvent} event */
function onWheel(event) {
  if (!onMap(event.target)) return;
  event.preventDefault();
  turned += event.deltaY;
  if (Math.abs(turned) < NOTCH) return;
  const canvas = find(byId("sweep-map"), "canvas").getBoundingClientRect();
  /** @param {number} value @param {number} from @param {number} length */
  const share = (value, from, length) => Math.max(0, Math.min(1, (value - from) / length));
  const across = share(event.clientX, canvas.left, canvas.width);
  const up = 1 - share(event.clientY, canvas.top, canvas.height);
  (turned < 0 ? zoomIn : zoomOut)([across, up]);
  turned = 0;
}

export function installSweepGestures() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", onPress);
  document.addEventListener("pointercancel", onCancel);
  document.addEventListener("pointermove", onPointer);
  document.addEventListener("click", onClick);
  document.addEventListener("wheel", onWheel, { passive: false });
  document.addEventListener("focusout", ({ target }) => onMap(target) && goTo(null));
}
