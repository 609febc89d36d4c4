/**
 * The weights as Plotly draws them, for a pointer that wants a number to the last bit or a part enlarged: on the stage,
 * at rest, while it is over them or they are zoomed. Else they are painted, with the same cells in the same places.
 * @import { DrawnTrace, Numbers, WeightCell } from "../core/types.js"
 * @import { PlotlyGraph } from "../core/dash.js"
 */

import { byId } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { globals } from "../core/dash.js";
import { formatWeight } from "../core/format.js";
import { isPlotlyLoaded } from "../core/plotly.js";
import { isOnStage } from "../core/stage.js";
import { state } from "../core/state.js";
import { isFrozen, spokenWeight } from "../model/weights.js";
import { openWeightEditor } from "../network/weight_editor.js";

export const WEIGHTS_VIEW = "weights";
const CONFIG = { ...constants.graphConfig, doubleClick: "reset", responsive: true };
/** A number in a hover text of the server's figure; here it is written as the page writes numbers. */
const EXACT = /%\{z[^}]*\}/;
/** @param {number} number @param {WeightCell} cell */
const exactWords = (number, cell) => `${String(number).replaceAll("-", "\u2212")}${isFrozen(cell) ? ", frozen" : ""}`;

const plot = () => byId("weights-plot");
const graph = () => /** @type {PlotlyGraph} */ (byId("weights-graph"));

/** Where the pointer is, over them. @type {?PointerEvent} */
let pointer = null;
let isZoomed = false;
let isListening = false;
let redraw = () => {};

/**
 * The figure of the server with these numbers.
 * @param {Numbers[]} blocks @param {number} scale
 */
export function weightsFigure(blocks, scale) {
  const { frame, weights } = state.shown;
  const { data, layout } = weights;
  const maps = data.map((map, k) => {
    const { layer, name, rows, columns, numbers } = frame.weights.cells[k];
    const starts = Array.from({ length: rows }, (_, row) => row * columns);
    const z = starts.map((start) => Array.from(blocks[k].subarray(start, start + columns)));
    /** @param {number[]} across @param {number} row */
    const exact = (across, row) => across.map((number, column) => exactWords(number, { layer, name, row, column }));
    const hover = {
      customdata: z.map(exact),
      hovertemplate: map.hovertemplate.replace(EXACT, "%{customdata}"),
    };
    const written = numbers ? { text: z.map((across) => across.map(formatWeight)), texttemplate: "%{text}" } : {};
    return { ...map, z, ...hover, ...written };
  });
  const coloraxis = { ...layout.coloraxis, cmin: -scale, cmax: scale };
  return { data: maps, layout: { ...layout, coloraxis, uirevision: frame.name } };
}

/**
 * Draws them, or leaves them to the canvas. Numbers with paths stay over the drawing until it is zoomed.
 * @param {Numbers[]} blocks @param {number} scale @param {boolean} isAtRest
 */
export function drawWeightsGraph(blocks, scale, isAtRest) {
  const isWanted = Boolean(
    isAtRest && !state.held && isOnStage(WEIGHTS_VIEW) && (pointer || isZoomed) && isPlotlyLoaded(),
  );
  const havePaths = state.shown.frame.weights.cells.some(({ buttons }) => buttons);
  const isClear = havePaths && !isZoomed;
  plot().classList.toggle("under-plotly", isWanted && isClear);
  plot().classList.toggle("by-plotly", isWanted && !isClear);
  plot().classList.toggle("zoomed", isWanted && isZoomed);
  if (!isWanted) return;
  const { data, layout } = weightsFigure(blocks, scale);
  const maps = /** @type {unknown} */ (data.map((map) => ({ ...map, opacity: isClear ? 0 : 1 })));
  globals.Plotly.react(graph(), /** @type {DrawnTrace[]} */ (maps), layout, CONFIG);
  if (!isListening) listen();
  isListening = true;
  readAgain();
}

/** The hover text under a pointer that rests gets its new number. */
function readAgain() {
  if (!pointer) return;
  const { clientX, clientY } = pointer;
  const under = document.elementFromPoint(clientX, clientY);
  if (graph().contains(under)) under?.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
}

function listen() {
  graph().on("plotly_relayout", (update) => {
    isZoomed = Object.keys(update).some((name) => name.includes("range["));
    redraw();
  });
  graph().on("plotly_click", ({ points: [{ curveNumber, pointNumber }], event }) => {
    const { layer, name, opens } = state.shown.frame.weights.cells[curveNumber];
    const [row, column] = pointNumber;
    const weight = { layer, name, row, column };
    if (opens) openWeightEditor(weight, spokenWeight(weight), new DOMRect(event.clientX, event.clientY));
  });
}

/** A pointer that can hover comes and goes. @param {() => void} drawAgain */
export function followWeightsPointer(drawAgain) {
  redraw = drawAgain;
  plot().addEventListener("pointerenter", async (event) => {
    if (event.pointerType === "touch") return;
    pointer = event;
    await globals.Plotly;
    redraw();
  });
  plot().addEventListener("pointermove", (event) => {
    if (pointer) pointer = event;
  });
  plot().addEventListener("pointerleave", () => {
    pointer = null;
    redraw();
  });
}

/** Plotly is loaded for a pointer over them on the stage alone. @param {boolean} isThere */
export function offerWeightsGraph(isThere) {
  plot().classList.toggle("needs-plotly", isThere);
}
