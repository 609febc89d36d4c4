/** Dash's side of the page: properties of its components, and its Plotly graphs. */

import { byId } from "../lib/dom.js";

export const setProps = (id, props) => window.dash_clientside.set_props(id, props);

const latest = {};

/**
 * Draws straight into the graph that Dash has mounted: the way through Dash's own update would cost as much again. A
 * graph that has not drawn yet gets its figure from Dash.
 */
export function drawGraph(id, figure) {
  const graph = byId(id).querySelector(".js-plotly-plot");
  latest[id] = figure;
  if (!graph) setProps(id, { figure });
  else {
    keepLatest(id, graph);
    window.Plotly.react(graph, figure.data, figure.layout);
  }
}

/** What Dash draws late, such as the figure that the page came with, gives way to the latest. */
function keepLatest(id, graph) {
  if (graph.dataset.kept) return;
  graph.dataset.kept = "yes";
  graph.on("plotly_afterplot", () => {
    if (graph.data !== latest[id].data) window.Plotly.react(graph, latest[id].data, latest[id].layout);
  });
}
