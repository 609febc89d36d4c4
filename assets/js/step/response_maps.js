/**
 * The response maps: the frame's figure has the target, a run brings the outputs, and their error is taken here. Over
 * the squares lie the latest samples and a ring around what is probed: a dozen traces of Plotly's for them would cost
 * as much as the maps themselves. While the cursor moves, a canvas paints the squares.
 */

import { decode, rowsOf } from "../lib/arrays.js";
import { byId, element, make, setMarkedText, subscript } from "../lib/dom.js";
import { drawGraph } from "../core/dash.js";
import { formatNumber } from "../core/format.js";
import { mapsReceived } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestRun } from "../net/requests.js";
import { showColourKey } from "./colour_key.js";
import { paintSquares } from "./heatmap.js";

const COLUMNS = 3;
const TARGET = 0;
const ERROR = 2;
const LINE_POINTS = 2;

/** The figure of the frame, with a run's outputs in it. */
function figureOf({ figure, inputs, rows }, { output, target, highest }) {
  const outputs = decode(output);
  const size = outputs.length / rows;
  const targets = target && decode(target);
  const data = figure.data.slice();
  const rowOf = (flat, row) => flat.subarray(row * size, (row + 1) * size);
  for (let row = 0; row < rows; row++) {
    if (inputs === 1) setTrace(data, LINE_POINTS * row + 1, { y: rowOf(outputs, row) });
    else setSquares(data, COLUMNS * row, rowOf(outputs, row), targets && rowOf(targets, row));
  }
  const yaxis = { ...figure.layout.yaxis, range: [-highest, highest] };
  return { data, layout: inputs === 1 ? { ...figure.layout, yaxis } : figure.layout };
}

const setTrace = (data, k, changes) => (data[k] = { ...data[k], ...changes });

/** Target, output and error of one output; the target is the frame's where the run brings none. */
function setSquares(data, first, output, own) {
  const side = Math.sqrt(output.length);
  const target = own || targetOf(data[first]);
  if (own) setTrace(data, first + TARGET, { z: rowsOf(target, side) });
  setTrace(data, first + 1, { z: rowsOf(output, side) });
  setTrace(data, first + ERROR, {
    z: rowsOf(
      output.map((value, k) => value - target[k]),
      side,
    ),
  });
}

const targets = new WeakMap();

function targetOf(trace) {
  if (!targets.has(trace)) targets.set(trace, decode(trace.z));
  return targets.get(trace);
}

const axesOf = (layout, trace) => [layout[`xaxis${trace.xaxis.slice(1)}`], layout[`yaxis${trace.yaxis.slice(1)}`]];

/** The plot's box within a figure's margins, in pixels. */
function plotBox(box, { margin: { l, r, t, b } }) {
  return { left: l, top: t, width: box.clientWidth - l - r, height: box.clientHeight - t - b };
}

/** The squares of a figure with a run's outputs in it, painted where Plotly has them; the targets stay as they are. */
function paint(box, { data, layout }, targetsStay) {
  const side = data[0].x.length || decode(data[0].x).length;
  const { left, top, width, height } = plotBox(box, layout);
  const painted = data.filter((_, k) => k % COLUMNS !== TARGET || !targetsStay);
  const parts = painted.map((trace) => {
    const [x, y] = axesOf(layout, trace).map(({ domain }) => domain);
    return {
      numbers: trace.z.flatMap((row) => Array.from(row)),
      left: left + width * x[0],
      top: top + height * (1 - y[1]),
      width: width * (x[1] - x[0]),
      height: height * (y[1] - y[0]),
    };
  });
  paintSquares(box, parts, side, data[0].zmax, data[0].colorscale);
}

/**
 * Samples on the targets, and the ring on every square. Where the target is known at the facts only, target and error
 * are drawn there, each fact in the colour of what is expected or missed.
 */
function drawMarks(box, { figure, inputs }, { marks, ring, facts }) {
  const before = box.querySelector(".marks");
  const svg = before || box.appendChild(element("svg", { class: "marks", "aria-hidden": "true" }));
  const { left, top, width, height } = plotBox(box, figure.layout);
  const within = ([low, high], share) => low + (high - low) * share;
  const known = facts && { [TARGET]: facts.wanted, [ERROR]: facts.missed };
  const square = (trace, k) => {
    const [x, y] = axesOf(figure.layout, trace);
    const across = (share) => (left + width * within(x.domain, share)).toFixed(1);
    const up = (share) => (top + height * (1 - within(y.domain, share))).toFixed(1);
    const at = ([u, v], name, radius) => element("circle", { class: name, r: radius, cx: across(u), cy: up(v) });
    const frame = () =>
      element("path", { class: "frame", d: `M${across(0)} ${up(0)}H${across(1)}V${up(1)}H${across(0)}Z` });
    const shares = known && known[k % COLUMNS];
    const row = Math.floor(k / COLUMNS);
    const points = shares || k % COLUMNS === TARGET ? marks : [];
    const dots = points.flatMap((point, i) => (inside(point) ? [dot(at, point, shares && shares[i][row])] : []));
    const rings = ring && inside(ring) ? [at(ring, "around", 4.5), at(ring, "ring", 4.5)] : [];
    return [...(shares ? [frame()] : []), ...dots, ...rings];
  };
  svg.replaceChildren(...(inputs === 1 ? [] : figure.data.flatMap(square)));
}

function dot(at, point, share) {
  if (share === undefined || share === null) return at(point, "sample", 1.75);
  const circle = at(point, "sample soft tint", 3.5);
  circle.style.setProperty("--t", share);
  return circle;
}

const inside = ([u, v]) => u >= 0 && u <= 1 && v >= 0 && v <= 1;

let drawnAxes = [0, 1];

/** The two inputs that the maps are drawn over. */
export const mapAxes = () => drawnAxes;

/** Which two of many inputs are drawn; the rest stay at the last sample. */
function showAxes({ inputs }, { axes }) {
  drawnAxes = axes;
  const box = byId("response-axes");
  box.hidden = inputs <= 2;
  if (box.hidden) return;
  box.replaceChildren(axisMenu("Across", 0, inputs), axisMenu("up", 1, inputs), make("span", {}, "the rest as probed"));
}

function axisMenu(word, k, inputs) {
  const change = ({ target }) => chooseAxis(k, Number(target.value));
  const option = (_, i) => make("option", { value: i, selected: i === drawnAxes[k] }, subscript("v", i));
  const options = Array.from({ length: inputs }, option);
  return make("label", {}, `${word} `, make("select", { class: "mini", on: { change } }, ...options));
}

/** The axis takes the input; the other one, if it had it, takes the axis' own. */
function chooseAxis(k, input) {
  const axes = drawnAxes;
  state.mapAxes = axes.map((axis, i) => (i === k ? input : axis === input ? axes[k] : axis));
  requestRun();
}

function show(frame, response, moving) {
  const { scale, rows, inputs } = frame.response;
  const box = byId("response").closest(".maps");
  const figure = figureOf(frame.response, response);
  const painted = moving && inputs > 1;
  box.style.setProperty("--rows", inputs === 1 ? 1 : rows);
  box.classList.toggle("moving", painted);
  if (painted) paint(box, figure, !response.target);
  else drawGraph("response", figure);
  drawMarks(box, frame.response, response);
  showAxes(frame.response, response);
  showColourKey("response-key", formatNumber(-scale, 1), formatNumber(scale, 1), "");
  setMarkedText(byId("response-says"), response.says);
}

export function installResponseMaps() {
  mapsReceived.on(({ response }, moving) => show(state.shown.frame, response, moving));
}
