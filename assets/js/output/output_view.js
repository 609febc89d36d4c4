/**
 * The output of the network on the stage, as large as it has room: a square for each of at most two outputs, one of
 * three or more, or with one input a plot. Elements are made anew only where others are needed; what is drawn follows
 * every response.
 */

import { byId, make, subscript } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { currentTheme } from "../lib/theme.js";
import { formatKnob } from "../core/format.js";
import { mapsReceived, viewChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { drawMaps } from "../step/map_canvas.js";
import { mapColours } from "../step/map_colours.js";
import { followPointer, showReading } from "../step/map_readout.js";
import { gridsOf } from "../step/response_grids.js";
import { arrangement, chosen, nameOf, squareOf } from "./choice.js";
import { outputChoices, plotFigure, squareFigure } from "./elements.js";
import { fillNotes, makeNotes, valuesAt } from "./notes.js";
import { probeWithKeys, sayProbe } from "./probe_keys.js";
import { drawLargeSquare } from "./square.js";

const CURVES = "Target dotted, output solid";
/** A small square has no room for lines and a ring. */
const PLAIN = { lines: [], ring: null };

/** What came last: { frame, response, probe, grids }. */
let latest = null;

function receive({ response, probe }) {
  const frame = state.shown.frame.response;
  latest = { frame, response, probe: probe || (latest && latest.probe), grids: gridsOf(frame, response) };
  chosen.row = Math.min(chosen.row, frame.rows - 1);
  show();
}

function show() {
  const box = byId("output");
  if (!latest || !box.clientWidth) return;
  const { frame } = latest;
  const { kind, rows } = arrangement(frame, null);
  const needed = JSON.stringify([kind, rows, frame.rows, frame.inputs, chosen.quantity]);
  if (box.dataset.made !== needed) {
    box.dataset.made = needed;
    rebuild(box, kind, rows);
  }
  draw(box);
  fillNotes(box, latest, kind);
  sayProbe(box, latest.response);
}

const acts = {
  key: (event) => probeWithKeys(event, latest),
  swap: (choice) => {
    Object.assign(chosen, choice);
    show();
  },
};

function rebuild(box, kind, rows) {
  const focused = box.contains(document.activeElement) && document.activeElement.dataset.part;
  const { frame } = latest;
  const figure = (row) => squareFigure(row, { name: nameOf(chosen.quantity, row), beside: kind === "two", acts });
  box.dataset.kind = kind;
  box.replaceChildren(
    ...(kind === "many" ? [outputChoices(frame.rows, acts)] : []),
    ...(kind === "line" ? [plotFigure(CURVES, acts)] : rows.map(figure)),
    make("div", { class: "output-notes" }, ...makeNotes(frame, kind, acts)),
  );
  box.querySelectorAll(".stage-map").forEach(followPointer);
  const again = focused && box.querySelector(`[data-part="${focused}"]`);
  if (again) again.focus();
}

/* Drawing */

function draw(box) {
  const colours = mapColours(currentTheme());
  box.querySelectorAll(".stage-plot > .stage-map").forEach((map) => drawPlot(map, colours));
  box.querySelectorAll(".stage-square").forEach((figure) => drawFigure(figure, colours));
  if (latest.frame.inputs === 1) return;
  box.querySelectorAll(".thumb").forEach((thumb) => {
    const { quantity, row } = thumb.dataset;
    drawLargeSquare(thumb.firstChild, { ...squareOf(latest, quantity, Number(row)), ...PLAIN }, colours);
  });
}

function drawFigure(figure, colours) {
  const { probe, frame, response } = latest;
  const map = figure.querySelector(".stage-map");
  const row = Number(figure.dataset.row);
  drawLargeSquare(map, squareOf(latest, chosen.quantity, row), colours);
  showReading(map);
  const values = figure.querySelector(".values");
  if (values && probe) values.replaceChildren(...valuesAt(probe, row));
  fillTicks(figure, frame.reach, response.axes);
}

function fillTicks(figure, reach, axes) {
  const ends = { low: formatKnob(-reach), high: formatKnob(reach) };
  figure.querySelectorAll(".tick").forEach((tick) => {
    const [, side, at] = tick.classList;
    tick.textContent = ends[at] || subscript("v", axes[side === "across" ? 0 : 1]);
  });
}

function drawPlot(map, colours) {
  const { frame, response, grids } = latest;
  const { inputs, rows, reach, scale } = frame;
  const column = (name, exact) => ({ name, exact, rows: grids[name], dots: [], tints: null });
  const columns = [column("target", true), column("output", false)];
  const names = Array.from({ length: rows }, (_, row) => subscript("y", row));
  const { highest } = response;
  drawMaps(map, { inputs, reach, scale, highest, titles: [CURVES], names, columns, ring: null }, colours);
  showReading(map);
}

/** The box comes with Dash's layout. */
function watch() {
  const box = byId("output");
  if (box) redrawWith(box, show);
  else requestAnimationFrame(watch);
}

export function installOutputView() {
  mapsReceived.on(receive);
  viewChanged.on(show);
  document.addEventListener("DOMContentLoaded", watch);
}
