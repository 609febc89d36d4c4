/** Dash's side of the page: properties of its components, and its Plotly graphs. */

import { byId, find } from "../lib/dom.js";
import { state } from "./state.js";

/** @import { DrawnTrace, Figure } from "./types.js" */

/**
 * The window, with the globals of Dash and Plotly on it.
 * @typedef {object} Globals
 * @property {PromiseLike<unknown> & PlotlyMethods} Plotly A promise until it is loaded.
 * @property {{ getLayout: (id: string) => ?{ props: Props } }} dash_component_api
 * @property {DashClientside} dash_clientside
 * @typedef {object} PlotlyMethods
 * @property {(graph: Element, data: DrawnTrace[], layout: object, config?: object) => void} react
 * @property {(figure: object, options: object) => Promise<string>} toImage
 * @typedef {object} DashClientside
 * @property {(id: string, props: Props) => void} set_props
 * @property {{ triggered: { prop_id: string }[], inputs_list: { id: string }[] }} callback_context
 * @typedef {Record<string, unknown>} Props
 * @typedef {Omit<Figure, "data"> & { data: DrawnTrace[] }} DrawnFigure
 * @typedef {HTMLElement & { data: DrawnTrace[], on: (event: string, listener: (event: PlotlyEvent) => void) => void }}
 *   PlotlyGraph
 * @typedef {Record<string, unknown> & { points: PlotlyPoint[], event: MouseEvent }} PlotlyEvent
 * @typedef {{ curveNumber: number, pointNumber: [number, number] }} PlotlyPoint
 */
export const globals = /** @type {typeof window & Globals} */ (window);

/** The properties that Dash has of a mounted component. @param {string} id */
export const propsOf = (id) => (globals.dash_component_api.getLayout(id) || { props: {} }).props;

/** Takes properties in the place of Dash. @type {?((id: string, props: Props) => void)} */
let diverted = null;

/** @param {typeof diverted} take Null leads them to Dash again. */
export const divertProps = (take) => (diverted = take);

/**
 * Dash hears what it does not know yet: all its components look at whatever it hears, which takes milliseconds.
 * @param {string} id
 * @param {Props} props
 */
export function setProps(id, props) {
  if (diverted) {
    diverted(id, props);
    return;
  }
  const known = propsOf(id);
  if (Object.keys(props).some((name) => !isSame(known[name], props[name])))
    globals.dash_clientside.set_props(id, props);
}

/**
 * Rows are compared; to compare whole figures would take as long as to draw them.
 * @param {unknown} one
 * @param {unknown} other
 */
const isSame = (one, other) =>
  one === other || (Array.isArray(one) && Array.isArray(other) && JSON.stringify(one) === JSON.stringify(other));

/** The frames that a field or a menu of Mantine's needs to take a value. */
const FRAMES = 4;

/** The ids of controls that are taking a value. @type {Set<string>} */
const taking = new Set();

/** @param {number} count @param {() => void} act @returns {unknown} */
const afterFrames = (count, act) =>
  requestAnimationFrame(() => (count > 1 ? afterFrames(count - 1, act) : setTimeout(act)));

/**
 * Shows the value that is noted of a control. One value at a time: a control of Mantine's that is taking a value drops
 * a second one that equals the value before it.
 * @param {string} id @param {string} property
 */
export function showNoted(id, property) {
  if (taking.has(id)) return;
  const value = state.controlValues[id];
  setProps(id, { [property]: value });
  taking.add(id);
  afterFrames(FRAMES, () => {
    taking.delete(id);
    if (state.controlValues[id] !== value) showNoted(id, property);
  });
}

/** @type {Record<string, DrawnFigure>} */
const latest = {};

/**
 * Draws straight into the graph that Dash has mounted: the way through Dash's own update would cost as much again. A
 * graph that has not drawn yet gets its figure from Dash, and none as long as Plotly is not there.
 * @param {string} id
 * @param {DrawnFigure} figure
 */
export function drawGraph(id, figure) {
  latest[id] = figure;
  if (!globals.Plotly.react) return;
  /** @type {PlotlyGraph} */
  const graph = find(byId(id), ".js-plotly-plot");
  if (!graph) setProps(id, { figure });
  else {
    keepLatest(id, graph);
    globals.Plotly.react(graph, figure.data, figure.layout);
  }
}

/** Draws the latest figures, once Plotly is there. */
export function drawLatest() {
  for (const [id, figure] of Object.entries(latest)) drawGraph(id, figure);
}

/**
 * A figure that Dash draws late, such as the one that the page came with, gives way to the latest.
 * @param {string} id
 * @param {PlotlyGraph} graph
 */
function keepLatest(id, graph) {
  if (graph.dataset.kept) return;
  graph.dataset.kept = "yes";
  graph.on("plotly_afterplot", () => {
    if (graph.data !== latest[id].data) globals.Plotly.react(graph, latest[id].data, latest[id].layout);
  });
}
