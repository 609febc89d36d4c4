/** The weights that are shown as a picture of their own: Plotly's heat maps with their names, a title and the link. */

import { byId } from "../lib/dom.js";
import { saveAddress } from "../lib/download.js";
import { token } from "../lib/theme.js";
import { globals } from "../core/dash.js";
import { formatCount } from "../core/format.js";
import { stepsBefore } from "../core/knobs.js";
import { loadPlotly } from "../core/plotly.js";
import { state } from "../core/state.js";
import { colourScale, cursor } from "../model/cursor.js";
import { weightBlocks } from "../model/weights.js";
import { weightsFigure } from "./weights_graph.js";

const WIDTH = 900;
const MARGIN = { l: 64, r: 96, t: 96, b: 48 };
/** Pixels of a row, and of a layer beside its rows. */
const ROW = 24;
const BETWEEN = 40;
const TALLEST = 1600;
const SHARPNESS = 2;

export const haveWeights = () => state.shown.frame.weights.cells.length > 0;

function title() {
  const step = `step ${formatCount(stepsBefore(cursor.of, state.shown.summary))}`;
  const words = {
    checkpoint: "Starting weights",
    trained: `Weights at ${step}`,
    difference: `Change of the weights up to ${step}`,
  };
  return words[state.weightsView];
}

/** The axes with the names of rows beside them, and of columns over them. @param {object} layout */
const namedAxes = (layout) =>
  Object.fromEntries(
    Object.entries(layout)
      .filter(([name]) => /^[xy]axis/.test(name))
      .map(([name, axis]) => {
        const names = name.startsWith("x") ? { side: "top" } : {};
        return [name, { ...axis, visible: true, showgrid: false, zeroline: false, ticks: "", ...names }];
      }),
  );

/** A line of words beside the maps. @param {string} text @param {object} place */
const line = (text, place) => ({
  text,
  xref: "paper",
  x: 0,
  xanchor: "left",
  yref: "paper",
  showarrow: false,
  align: "left",
  ...place,
});

function picture() {
  const { data, layout } = weightsFigure(weightBlocks(state.shown, state.weightsView), colourScale());
  const { cells } = state.shown.frame.weights;
  const heights = cells.filter(({ name }) => name === "M").map(({ rows }) => ROW * rows + BETWEEN);
  const height = MARGIN.t + MARGIN.b + heights.reduce((sum, part) => sum + part, 0);
  const colourbar = { showscale: true, colorbar: { thickness: 12, outlinewidth: 0, len: 1 } };
  return {
    data,
    layout: {
      ...layout,
      ...namedAxes(layout),
      coloraxis: { ...layout.coloraxis, ...colourbar },
      margin: MARGIN,
      width: WIDTH,
      height: Math.min(TALLEST, height),
      paper_bgcolor: token("--paper"),
      annotations: [
        line(`<b>${title()}</b>`, { y: 1, yanchor: "bottom", yshift: 58, font: { size: 17, color: token("--ink") } }),
        line(byId("sentence").textContent, { y: 1, yanchor: "bottom", yshift: 34, font: { size: 13 } }),
        line(byId("printed-link").textContent, { y: 0, yanchor: "top", yshift: -16, font: { size: 10 } }),
      ],
    },
  };
}

/** @param {"png" | "svg"} format */
export async function saveWeights(format) {
  await loadPlotly();
  const { key, summary } = state.shown;
  const address = await globals.Plotly.toImage(picture(), { format, scale: format === "png" ? SHARPNESS : 1 });
  saveAddress(address, `${key}-${summary.fingerprint}-weights.${format}`);
}
