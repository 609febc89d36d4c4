/** Dash's side of the page: properties of its components, and its Plotly graphs. */

import { byId } from "../lib/dom.js";
import { showOnStandIn } from "./stand_ins.js";

/** What Dash knows of a component that it has mounted. */
export const propsOf = (id) => (window.dash_component_api.getLayout(id) || { props: {} }).props;

/** What Dash is to hear as soon as it has mounted its components, by their ids; null since then. */
let awaited = {};

/** Dash hears what it does not know yet: all its components look at whatever it hears, which takes milliseconds. */
export function setProps(id, props) {
  if (awaited) {
    awaited[id] = { ...awaited[id], ...props };
    showOnStandIn(id, props);
    return;
  }
  const known = propsOf(id);
  if (Object.keys(props).some((name) => !isSame(known[name], props[name]))) window.dash_clientside.set_props(id, props);
}

/** Rows are compared; to compare whole figures would take as long as to draw them. */
const isSame = (one, other) =>
  one === other || (Array.isArray(one) && Array.isArray(other) && JSON.stringify(one) === JSON.stringify(other));

export const areControlsMounted = () => awaited === null;

/** Text in a field that nobody has entered yet is no value; what was entered before is not to be written over it. */
export function forgetEntered(id, text) {
  if (awaited[id] && awaited[id].value !== text) delete awaited[id].value;
}

/** The ids of the components that hear something. */
export function tellMounted() {
  const said = awaited;
  awaited = null;
  for (const [id, props] of Object.entries(said)) setProps(id, props);
  return Object.keys(said);
}

const latest = {};

/**
 * Draws straight into the graph that Dash has mounted: the way through Dash's own update would cost as much again. A
 * graph that has not drawn yet gets its figure from Dash, and none as long as Plotly is not there.
 */
export function drawGraph(id, figure) {
  latest[id] = figure;
  if (!window.Plotly.react) return;
  const graph = byId(id).querySelector(".js-plotly-plot");
  if (!graph) setProps(id, { figure });
  else {
    keepLatest(id, graph);
    window.Plotly.react(graph, figure.data, figure.layout);
  }
}

/** Plotly is there now. */
export function drawLatest() {
  for (const [id, figure] of Object.entries(latest)) drawGraph(id, figure);
}

/** What Dash draws late, such as the figure that the page came with, gives way to the latest. */
function keepLatest(id, graph) {
  if (graph.dataset.kept) return;
  graph.dataset.kept = "yes";
  graph.on("plotly_afterplot", () => {
    if (graph.data !== latest[id].data) window.Plotly.react(graph, latest[id].data, latest[id].layout);
  });
}
