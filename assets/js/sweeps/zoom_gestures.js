/**
 * Going through a zoom like a map: the wheel and two fingers scale the window, a drag and the arrow keys move it.
 * Events of one frame make one window: what comes in between is added up.
 */

import { byId, closest } from "../lib/dom.js";
import { placesUnder, plotPlace } from "../cube/map_figure.js";
import { PIXELS } from "./zoom_picture.js";
import { goBack, lookThrough, moveBy, openPixel, markPixel, zoom, zoomBy } from "./zoom_view.js";
import { moved, scaled } from "./zoom_window.js";

/** @import { Window } from "./types.js" */

const DRAG = 4;
const STEP = 0.1;
/** The wheel of a mouse gives about a hundred a notch. */
const NOTCH = 0.004;
const MOST_AT_ONCE = 1.2;

/** @type {Record<string, number[]>} */
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowDown: [0, -STEP], ArrowUp: [0, STEP] };

/** The fingers, or the mouse, that are down, and the window when the last of them came or went. */
const down = {
  points: /** @type {Map<number, number[]>} */ (new Map()),
  begun: /** @type {?{ window: Window, middle: number[], spread: number }} */ (null),
  isDrag: false,
};
/** The turn of the wheel since the last frame. */
const wheel = { turned: 0, place: [0.5, 0.5], frame: 0 };

/** @param {?EventTarget} target */
const onMap = (target) => closest(target, "#zoom-map");

/** A point as shares of the picture, from the lower left. @param {{ clientX: number, clientY: number }} event */
function shareOf({ clientX, clientY }) {
  const box = byId("zoom-map");
  const { left, top } = box.getBoundingClientRect();
  const place = plotPlace(box);
  return [(clientX - left - place.left) / place.width, 1 - (clientY - top - place.top) / place.height];
}

/** @param {MouseEvent} event */
function under({ clientX, clientY }) {
  const box = byId("zoom-map");
  const { left, top } = box.getBoundingClientRect();
  const { x, y } = zoom.wanted;
  const view = { x: x.name, y: y.name, at: {}, measure: "" };
  return placesUnder(box, view, { x: [0, PIXELS], y: [0, PIXELS] }, clientX - left, clientY - top);
}

/** @param {WheelEvent} event */
function onWheel(event) {
  if (!onMap(event.target)) return;
  event.preventDefault();
  wheel.turned += event.deltaY * NOTCH;
  wheel.place = shareOf(event);
  wheel.frame ||= requestAnimationFrame(turnWheel);
}

function turnWheel() {
  const turned = Math.max(-MOST_AT_ONCE, Math.min(MOST_AT_ONCE, wheel.turned));
  Object.assign(wheel, { turned: 0, frame: 0 });
  if (byId("zoom-map")) zoomBy(Math.exp(turned), wheel.place);
}

/** The middle of the fingers, and how far they are apart. */
function fingers() {
  const points = [...down.points.values()];
  const middle = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
  const [[x, y], [otherX, otherY]] = [points[0], points[points.length - 1]];
  return { middle, spread: Math.hypot(x - otherX, y - otherY) };
}

function beginAgain() {
  down.begun = down.points.size ? { window: zoom.wanted, ...fingers() } : null;
}

/** @param {PointerEvent} event */
function onPress(event) {
  if (!onMap(event.target) || event.button) return;
  // The pixel that a mouse is at is none that a finger presses.
  if (event.pointerType === "touch") markPixel(null);
  if (!down.points.size) down.isDrag = false;
  down.points.set(event.pointerId, shareOf(event));
  beginAgain();
}

/** @param {PointerEvent} event */
function onPointer(event) {
  if (down.points.has(event.pointerId)) drag(event);
  else if (onMap(event.target)) markPixel(event.pointerType === "touch" ? null : under(event));
  else if (zoom.at && byId("zoom-map")) markPixel(null);
}

/** @param {PointerEvent} event */
function drag(event) {
  const box = byId("zoom-map");
  if (!box || !down.begun) return;
  down.points.set(event.pointerId, shareOf(event));
  const { window, middle, spread } = down.begun;
  const now = fingers();
  const [across, up] = [now.middle[0] - middle[0], now.middle[1] - middle[1]];
  const { width, height } = plotPlace(box);
  if (!down.isDrag) {
    if (down.points.size < 2 && Math.hypot(across * width, up * height) <= DRAG) return;
    down.isDrag = true;
    // Released beside the dialog, it would be a click there, which closes it.
    box.setPointerCapture(event.pointerId);
  }
  const closer = spread && now.spread ? scaled(window, spread / now.spread, middle) : window;
  lookThrough(closer && moved(closer, [-across, -up]));
}

/** @param {PointerEvent} event */
function onRelease(event) {
  if (down.points.delete(event.pointerId)) beginAgain();
}

/** @param {MouseEvent} event */
function onClick(event) {
  // A click has no halves of a pixel: the run that the mouse is at is the one that is said.
  const places = onMap(event.target) && !down.isDrag && (zoom.at ?? under(event));
  if (places) openPixel(places);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key } = event;
  if (!onMap(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const { x, y } = zoom.wanted;
  if (MOVES[key]) moveBy(MOVES[key]);
  else if (key === "+" || key === "=") zoomBy(0.5);
  else if (key === "-" || key === "−") zoomBy(2);
  else if (key === "0" || key === "Home") lookThrough(zoom.home);
  else if (key === "Backspace") goBack();
  else if (key === "Enter" || key === " ") openPixel(zoom.at ?? { [x.name]: PIXELS / 2, [y.name]: PIXELS / 2 });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function installZoomGestures() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", onPress);
  document.addEventListener("pointermove", onPointer);
  document.addEventListener("pointerup", onRelease);
  document.addEventListener("pointercancel", onRelease);
  document.addEventListener("click", onClick);
  document.addEventListener("wheel", onWheel, { passive: false });
}
