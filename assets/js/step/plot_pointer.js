/**
 * The pointer on what is drawn: a click on a dot of the curve goes to its step and probes its sample; a click or a drag
 * on a response map, small or on the stage, probes that point.
 */

import { byId, closest, find } from "../lib/dom.js";
import { isPlotlyLoaded } from "../core/plotly.js";
import { curvePlotted } from "../core/signals.js";
import { state } from "../core/state.js";
import { moveCursor } from "../model/cursor.js";
import { drawnIn } from "../maps/map_canvas.js";
import { inputAt } from "../maps/map_layout.js";
import { probeInput, probedInput } from "./probe.js";
import { mapAxes } from "./response_maps.js";
import { pausePlay } from "./scrubber.js";

/** The pixels from which on the move of a pressed pointer zooms; Plotly's own measure. */
const DRAG = 8;

/** The dot that Plotly names under the pointer. @type {?{ x: number }} */
let named = null;
/** The first click on the curve, for which Plotly is loaded. @type {?MouseEvent} */
let waiting = null;

/** @param {number} step */
function goToStep(step) {
  if (!state.shown) return;
  pausePlay();
  state.ownInput = null;
  moveCursor(step);
}

/**
 * A click goes to the dot that was named when the pointer was pressed. Plotly's own click is lost where the pointer was
 * pressed within 50 ms of its last move: what it looks up later, it looks up in a drag, and then there is no dot.
 */
function followGraph() {
  /** @typedef {{ points: { x: number }[], event: Event }} AtDots */
  /** @type {HTMLElement & { on: (event: string, listener: (at: AtDots) => void) => void }} */
  const graph = find(byId("loss"), ".js-plotly-plot");
  /** @type {?{ step: number, clientX: number, clientY: number }} */
  let pressed = null;
  graph.on("plotly_hover", ({ points: [dot] }) => (named = dot));
  graph.on("plotly_unhover", () => (named = null));
  // A finger names no dot before it presses. Plotly holds it for named from then on: it names it to no mouse again.
  graph.on("plotly_click", ({ points: [dot], event }) => {
    if (event.type !== "touchstart") return;
    named = dot;
    goToStep(dot.x);
  });
  /** @param {MouseEvent} event */
  const press = ({ clientX, clientY }) => (pressed = named && { step: named.x, clientX, clientY });
  graph.addEventListener("mousedown", press, true);
  graph.addEventListener("click", ({ clientX, clientY }) => {
    if (pressed && Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) < DRAG) goToStep(pressed.step);
  });
}

/** Before a prediction a click is one. @param {MouseEvent} event */
function onClick(event) {
  if (!isPlotlyLoaded() && !state.withheld && closest(event.target, "#loss-picture")) waiting = event;
}

/** The dot that was clicked is named, and gone to, now that Plotly can tell which it is. */
function answerFirstClick() {
  if (!waiting) return;
  const { clientX, clientY } = waiting;
  const under = document.elementFromPoint(clientX, clientY);
  under?.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
  if (named) goToStep(named.x);
}

/**
 * The vector under a pointer in one of the maps, null beside them: inputs that are no axis stay as they are probed.
 * @param {HTMLElement} box @param {MouseEvent} event
 */
function vectorUnder(box, { clientX, clientY }) {
  const { left, top } = box.getBoundingClientRect();
  const drawn = drawnIn(box);
  const input = drawn && inputAt(drawn.layout, clientX - left, clientY - top);
  if (!input) return null;
  const vector = probedInput();
  input.forEach((value, k) => (vector[mapAxes()[k]] = Number(value.toPrecision(4))));
  return vector;
}

/** A finger scrolls until it goes across or is lifted: then it probes. @param {PointerEvent} event */
function onPointerDown(event) {
  const box = closest(event.target, ".maps, .stage-map");
  if (!box || !state.shown || event.button || closest(event.target, ".point-layer")) return;
  if (!vectorUnder(box, event)) return;
  let isScrolling = event.pointerType === "touch";
  /** @param {PointerEvent} at */
  const probe = (at) => {
    const vector = vectorUnder(box, at);
    if (!vector) return;
    pausePlay();
    probeInput(vector);
  };
  if (!isScrolling) probe(event);
  /** @param {PointerEvent} moved */
  const follow = (moved) => {
    isScrolling &&= Math.abs(moved.clientX - event.clientX) <= Math.abs(moved.clientY - event.clientY);
    if (!isScrolling) probe(moved);
  };
  /** @param {PointerEvent} ended */
  const release = (ended) => {
    window.removeEventListener("pointermove", follow);
    for (const name of ENDS) window.removeEventListener(name, release);
    if (isScrolling && ended.type === "pointerup") probe(ended);
  };
  window.addEventListener("pointermove", follow);
  for (const name of ENDS) window.addEventListener(name, release);
}

const ENDS = /** @type {const} */ (["pointerup", "pointercancel"]);

export function installPlotPointer() {
  window.addEventListener("pointerdown", onPointerDown, true);
  document.addEventListener("click", onClick, true);
  curvePlotted.on(followGraph);
  curvePlotted.on(answerFirstClick);
}
