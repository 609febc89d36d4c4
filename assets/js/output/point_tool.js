/**
 * The tool that places points: each sample of two inputs is a handle on the square of the output. A click adds one, a
 * drag moves it while the run follows, and a drag out of the square or Delete removes it; each is one step of undo.
 * @import { Point, PointClass } from "./point_rows.js"
 * @import { Span } from "../maps/spans.js"
 * @import { Shown } from "./map_selection.js"
 */

import { byId, find, findAll, make, makeButton, percent } from "../lib/dom.js";
import { isNarrow } from "../lib/theme.js";
import { hasOtherContents } from "../core/contents.js";
import { onlyKnob } from "../core/embedding.js";
import { formatKnob } from "../core/format.js";
import { noticeRaised, requestEnded } from "../core/signals.js";
import { state } from "../core/state.js";
import { changeExperiment, queue, requestRun } from "../net/requests.js";
import { axesOf, shareAt, spanOf, valueAt } from "../maps/spans.js";
import { probeInput } from "../step/probe.js";
import { squareEnds, firstPoints, onSteps, pointClasses, pointsOf, stepOf } from "./point_rows.js";

/** The pixels from which on the move of a pressed pointer is a drag. */
const DRAG = 4;
/** The pixels beyond the square from which on a point is out of it. */
const OUTSIDE = 16;
const ARROW_STEPS = 5;
const FAR = 5;
/** @type {Record<string, [right: number, up: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const HINT = "Click: add a point. Drag: move it; out of the square or Delete removes it. A digit is its class.";
const NARROW_HINT = "Tap: add a point. Drag: move it; out of the square removes it.";

/** Whether the tool is on, the class of the next point, and whether drawn samples are becoming points. */
const tool = { on: false, class: 0, waits: false };
/** @type {PointClass[]} */
let classes = [];
/** @type {Shown} */
let shown;
/** The point that is dragged: its number, what it is now, and the rows that are to be sent. @type {?Drag} */
let drag = null;
/**
 * @typedef {object} Drag
 * @property {number} at
 * @property {Point} point
 * @property {[number, number]} pressed
 * @property {Span[]} ends Of the axes when the drag began: they follow the points.
 * @property {boolean} hasMoved
 * @property {boolean} isOut
 * @property {boolean} waits Whether its place has not been sent.
 */
/** The number of the point that has the focus after the next run, or null. @type {?number} */
let focused = null;

/** The words for the pointer on the square; none while the tool is off. */
export const pointsHint = () => (tool.on ? (isNarrow() ? NARROW_HINT : HINT) : "");

/** @param {Point[]} points @param {number} at */
function send(points, at) {
  if (!points.length) {
    noticeRaised.emit("A run needs at least one point.");
    return;
  }
  changeExperiment("points", at, { points });
}

/** @param {number} at @param {?Point} point None takes it away. */
const rowsWith = (at, point) => pointsOf(state.experiment).toSpliced(at, 1, ...(point ? [point] : []));

/* The tool's own buttons */

function toggle() {
  tool.on = !tool.on;
  tool.class = 0;
  tool.waits = tool.on && !pointsOf(state.experiment).length;
  if (tool.waits) send(firstPoints(shown, classes), 0);
  else requestRun();
  drawTool();
}

/** @param {PointClass} pointClass @param {number} k */
const classButton = ({ name }, k) => makeButton({ "aria-pressed": String(k === tool.class) }, () => choose(k), name);

/** @param {number} k */
function choose(k) {
  tool.class = k;
  drawTool();
}

function drawTool() {
  const box = byId("point-tool");
  box.hidden = !classes.length;
  if (!hasOtherContents(box, [tool, classes.map(({ name }) => name)])) return;
  const hadFocus = box.contains(document.activeElement);
  const label = { role: "group", "aria-label": "Class of the next point", title: "A click adds a point of this class" };
  const choice = make("div", { class: "choices", ...label }, ...classes.map(classButton));
  const text = tool.on ? "Done" : "Points";
  const title = tool.on ? "Leave the points as they are" : "Place points with the pointer";
  const pressed = { "aria-pressed": String(tool.on), title };
  const button = makeButton({ class: "button edged", ...pressed }, toggle, text);
  box.replaceChildren(...(tool.on ? [choice] : []), button);
  if (hadFocus) button.focus();
}

/** There is no square to place points on. */
export function hidePoints() {
  classes = [];
  drawTool();
}

/* The handles */

/**
 * Draws the handles of what is shown, and offers the tool where there is one.
 * @param {HTMLElement} box @param {Shown} now
 */
export function drawPoints(box, now) {
  shown = now;
  classes = onlyKnob() || state.unit ? [] : pointClasses(state.experiment, now);
  const points = pointsOf(state.experiment);
  // Undo, or another experiment, may have brought drawn samples.
  if (points.length) tool.waits = false;
  else if (!tool.waits || queue.idle) tool.on = false;
  if (tool.class >= classes.length) tool.class = 0;
  drawTool();
  const map = find(box, ".stage-square .stage-map");
  const layer = map && find(map, ".point-layer");
  const isPlacing = map && tool.on && classes.length > 0;
  box.classList.toggle("with-points", Boolean(isPlacing));
  if (!isPlacing) layer?.remove();
  else drawHandles(layer || map.appendChild(pointLayer()), points);
}

function pointLayer() {
  const label = { role: "group", "aria-label": "Points" };
  return make("div", { class: "point-layer", ...label, on: { pointerdown: press, keydown: onKey } });
}

/** @param {HTMLElement} layer @param {Point[]} points */
function drawHandles(layer, points) {
  const handles = findAll(layer, ".point");
  handles.slice(points.length).forEach((handle) => handle.remove());
  const more = points.slice(handles.length).map(() => make("button", { type: "button", class: "point" }));
  layer.append(...more);
  const ends = squareEnds(shown);
  [...handles.slice(0, points.length), ...more].forEach((handle, k) => {
    if (drag && drag.at === k) return;
    place(handle, points[k], ends);
    const value = { "aria-label": `Point ${k + 1}, ${spoken(points[k])}`, tabindex: k ? "-1" : "0" };
    Object.entries(value).forEach(([name, text]) => handle.setAttribute(name, text));
  });
  if (focused === null || drag || !queue.idle) return;
  /** @type {HTMLElement | undefined} */
  const next = findAll(layer, ".point")[Math.min(focused, points.length - 1)];
  focused = null;
  next?.focus();
}

/** −1 at (0.12, 0.08). @param {Point} point */
function spoken(point) {
  const target = String(point.slice(2));
  const name = classes.find((each) => String(each.target) === target)?.name ?? target;
  const [x, y] = point.slice(0, 2).map((value) => formatKnob(value));
  return `${name} at (${x}, ${y})`;
}

/** @param {HTMLElement} handle @param {Point} point @param {Span[]} ends */
function place(handle, point, ends) {
  handle.style.setProperty("left", percent(shareAt(ends[0], point[0])));
  handle.style.setProperty("bottom", percent(shareAt(ends[1], point[1])));
}

/* The pointer */

/**
 * The point under a pointer: on the steps of both axes, and within the square.
 * @param {HTMLElement} layer @param {PointerEvent} event @param {Span[]} ends @param {number[]} target @returns {Point}
 */
function pointUnder(layer, { clientX, clientY }, ends, target) {
  const { left, bottom, width, height } = layer.getBoundingClientRect();
  const shares = [(clientX - left) / width, (bottom - clientY) / height];
  const inside = shares.map((share) => Math.max(0, Math.min(1, share)));
  return [...inside.map((share, axis) => onSteps(valueAt(ends[axis], share), ends[axis])), ...target];
}

/** @param {PointerEvent & { currentTarget: HTMLElement, target: HTMLElement }} event */
function press(event) {
  if (event.button || drag || !shown) return;
  event.stopPropagation();
  const layer = event.currentTarget;
  const ends = squareEnds(shown);
  const handle = event.target.closest(".point");
  const at = handle ? [...layer.children].indexOf(handle) : -1;
  const point = handle ? pointsOf(state.experiment)[at] : pointUnder(layer, event, ends, classes[tool.class].target);
  if (!point) return;
  const pressed = /** @type {[number, number]} */ ([event.clientX, event.clientY]);
  drag = { at, point, pressed, ends, hasMoved: false, isOut: false, waits: false };
  layer.setPointerCapture(event.pointerId);
  const follow = (/** @type {PointerEvent} */ moved) => move(layer, moved);
  const end = (/** @type {PointerEvent} */ { type }) => {
    layer.removeEventListener("pointermove", follow);
    for (const name of ENDS) layer.removeEventListener(name, end);
    release(type === "pointerup");
  };
  layer.addEventListener("pointermove", follow);
  for (const name of ENDS) layer.addEventListener(name, end);
}

const ENDS = /** @type {const} */ (["pointerup", "pointercancel"]);

/** @param {HTMLElement} layer @param {PointerEvent} event */
function move(layer, event) {
  if (!drag) return;
  const { clientX, clientY } = event;
  drag.hasMoved ||= Math.hypot(clientX - drag.pressed[0], clientY - drag.pressed[1]) >= DRAG;
  if (!drag.hasMoved || drag.at < 0) return;
  const { left, right, top, bottom } = layer.getBoundingClientRect();
  const beyond = Math.max(left - clientX, clientX - right, top - clientY, clientY - bottom);
  drag.isOut = beyond > OUTSIDE;
  const handle = /** @type {HTMLElement} */ (layer.children[drag.at]);
  handle.classList.add("dragged");
  handle.classList.toggle("out", drag.isOut);
  const point = pointUnder(layer, event, drag.ends, drag.point.slice(2));
  place(handle, point, drag.ends);
  if (String(point) === String(drag.point)) return;
  Object.assign(drag, { point, waits: true });
  state.held = true;
  sendDragged();
}

/** One run of a drag is under way at a time; the latest place goes next. */
function sendDragged() {
  if (!drag?.waits || !queue.idle) return;
  drag.waits = false;
  send(rowsWith(drag.at, drag.point), drag.at);
}

/** @param {boolean} isDone Whether the pointer was let go, and the browser did not take it. */
function release(isDone) {
  const { at, point, hasMoved, isOut } = /** @type {Drag} */ (drag);
  drag = null;
  findAll(document, ".point.dragged").forEach((handle) => handle.classList.remove("dragged", "out"));
  state.held = false;
  if (at < 0 && (hasMoved || !isDone)) return;
  if (at < 0) add(point);
  else if (!hasMoved) probeInput(inputsOf(point));
  else if (isOut && isDone) remove(at);
  else change(at, point);
}

/** @param {Point} point */
function add(point) {
  const points = pointsOf(state.experiment);
  focused = points.length;
  state.ownInput = inputsOf(point);
  send([...points, point], points.length);
}

/** @param {number} at @param {Point} point */
function change(at, point) {
  focused = at;
  state.ownInput = inputsOf(point);
  send(rowsWith(at, point), at);
}

/** @param {number} at */
function remove(at) {
  focused = at;
  state.ownInput = null;
  send(rowsWith(at, null), at);
}

/** The inputs of a point, as the network takes them. @param {Point} point */
function inputsOf(point) {
  const ends = squareEnds(shown);
  const axes = axesOf(shown.frame, shown.response);
  return [0, 1].map((axis) => valueAt(spanOf(axes, axis), shareAt(ends[axis], point[axis])));
}

/* Keys */

/** @param {KeyboardEvent & { currentTarget: HTMLElement, target: HTMLElement }} event */
function onKey(event) {
  const at = [...event.currentTarget.children].indexOf(event.target);
  const point = pointsOf(state.experiment)[at];
  if (!point || event.ctrlKey || event.metaKey || event.altKey || !takes(event, at, point)) return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Whether a key on a point does something: arrows move it, Delete removes it, a digit is its class, Enter probes it,
 * and Page Up and Page Down go from point to point.
 * @param {KeyboardEvent & { currentTarget: HTMLElement }} event @param {number} at @param {Point} point
 */
function takes({ key, shiftKey, currentTarget }, at, point) {
  const count = currentTarget.children.length;
  const chosen = classes[Number(key) - 1];
  if (ARROWS[key]) {
    const ends = squareEnds(shown);
    const by = ARROW_STEPS * (shiftKey ? FAR : 1);
    const moved = [0, 1].map((axis) => onSteps(point[axis] + by * ARROWS[key][axis] * stepOf(ends[axis]), ends[axis]));
    change(at, [...moved, ...point.slice(2)]);
  } else if (key === "Delete" || key === "Backspace") remove(at);
  else if (chosen) change(at, [...point.slice(0, 2), ...chosen.target]);
  else if (key === "Enter") probeInput(inputsOf(point));
  else if (key === "PageDown" || key === "PageUp") {
    const next = (at + (key === "PageDown" ? 1 : count - 1)) % count;
    /** @type {HTMLElement} */ (currentTarget.children[next]).focus();
  } else return false;
  return true;
}

export function installPointTool() {
  requestEnded.on(sendDragged);
}
