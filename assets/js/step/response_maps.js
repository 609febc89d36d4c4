/**
 * The response maps: the frame brings the target, a run brings the outputs, and their error is computed here. They are
 * drawn again where the box has another size, the screen another density of pixels, or the page another theme.
 * @import { Maps, TargetMap } from "../core/types.js"
 * @import { MapPicture } from "../maps/map_canvas.js"
 * @import { Grids } from "../maps/response_grids.js"
 */

import { byId, findAll, make, setMarkedText, setVariable } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { currentTheme } from "../lib/theme.js";
import { hasOtherContents } from "../core/contents.js";
import { capitalized, formatNumber } from "../core/format.js";
import { mapsReceived, viewChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestRun } from "../net/requests.js";
import { givenNames, inputName, shortestPrefixes, namedOutput } from "../model/ports.js";
import { showColourKey } from "../maps/colour_key.js";
import { drawMaps } from "../maps/map_canvas.js";
import { mapColours } from "../maps/map_colours.js";
import { mapWords } from "../maps/map_words.js";
import { followPointer, showReading } from "../maps/map_readout.js";
import { colourEnds, coloursOf, curvesTitle, gridsOf, outputName } from "../maps/response_grids.js";
import { axesOf } from "../maps/spans.js";

/**
 * Errors of probabilities have colours of their own, and the key has those of the others.
 * @param {TargetMap} targetMap
 */
const errorName = ({ probability }) => (probability ? "Error, −1 to 1" : "Error");

/**
 * The frame's target and a run's outputs as a picture. @returns {import("../maps/map_canvas.js").MapPicture}
 * @param {TargetMap} frame @param {Maps} response
 */
function pictureOf(frame, response) {
  const { rows, inputs, scale } = frame;
  const names = Array.from({ length: rows }, (_, row) => namedOutput(row));
  const { highest, marks, ring, facts } = response;
  const { target, output, errors } = gridsOf(frame, response);
  const known = facts || { wanted: null, missed: null };
  const name = outputName(frame);
  const on = coloursOf(frame, "output");
  const columns = [
    { name: "target", exact: true, rows: target, dots: marks, tints: known.wanted, on },
    { name, exact: false, rows: output, dots: [], tints: null, hollow: response.held, on },
    { name: "error", exact: false, rows: inputs === 1 ? [] : errors(), dots: facts ? marks : [], tints: known.missed },
  ];
  return {
    inputs,
    ...axesOf(frame, response),
    scale,
    highest,
    titles: inputs === 1 ? [curvesTitle(frame)] : ["Target", capitalized(name), errorName(frame)],
    // There is room for a letter or two beside each row.
    names: givenNames() ? shortestPrefixes(names) : names,
    columns: inputs === 1 ? columns.slice(0, 2) : columns,
    ring,
  };
}

/** @type {MapPicture} */
let picture;

function draw() {
  const box = byId("response");
  drawMaps(box, picture, mapColours(currentTheme()));
  showReading(box);
}

/** @type {?[TargetMap, Maps, Grids]} */
let latest = null;

/** The finding of the maps; "" as long as there are none. */
export const mapsFinding = () => (latest ? mapWords(...latest) : "");

let drawnAxes = [0, 1];

/** The two inputs that the maps are drawn over. */
export const mapAxes = () => drawnAxes;

/**
 * The two of many inputs that are drawn; the rest stay at the last sample.
 * @param {TargetMap} targetMap @param {Maps} maps
 */
function showAxes({ inputs }, { axes }) {
  drawnAxes = axes;
  const box = byId("response-axes");
  box.hidden = inputs <= 2;
  if (box.hidden) return;
  if (hasOtherContents(box, "axes")) box.replaceChildren(...axisMenus(inputs), make("span", {}, "the rest as probed"));
  showAxesIn(box, axes);
}

/** Two menus for the inputs that are drawn across and up. @param {number} inputs */
export const axisMenus = (inputs) => [axisMenu("Across", 0, inputs), axisMenu("up", 1, inputs)];

/** @param {string} word @param {number} k @param {number} inputs */
function axisMenu(word, k, inputs) {
  /** @param {{ target: HTMLSelectElement }} fields */
  const change = ({ target }) => chooseAxis(k, Number(target.value));
  const options = Array.from({ length: inputs }, (_, i) => make("option", { value: i }, inputName(i)));
  return make("label", {}, `${word} `, make("select", { class: "mini", on: { change } }, ...options));
}

/** Has both menus in a box show these inputs. @param {Element} box @param {number[]} axes */
export function showAxesIn(box, axes) {
  /** @type {HTMLSelectElement[]} */
  const menus = findAll(box, "select");
  menus.forEach((menu, k) => (menu.value = String(axes[k])));
}

/**
 * The axis takes the input; the other one, if it had it, takes the axis' own.
 * @param {number} k @param {number} input
 */
function chooseAxis(k, input) {
  const axes = drawnAxes;
  state.mapAxes = axes.map((axis, i) => (i === k ? input : axis === input ? axes[k] : axis));
  requestRun();
}

/** @param {TargetMap} frame @param {Maps} response */
function show(frame, response) {
  const { rows, inputs } = frame;
  const box = byId("response");
  const first = !picture;
  picture = pictureOf(frame, response);
  latest = [frame, response, gridsOf(frame, response)];
  // The column beside the stage is as high as they need, and their box, which came with the rows of the first run.
  for (const node of [document.documentElement, box]) setVariable(node, "--rows", inputs === 1 ? 1 : rows);
  if (first) {
    redrawWith(box, draw);
    followPointer(box);
  }
  draw();
  showAxes(frame, response);
  const [low, , high] = colourEnds(frame);
  showColourKey("response-key", formatNumber(low, 1), formatNumber(high, 1), "");
  setMarkedText(byId("response-says"), response.says);
}

export function installResponseMaps() {
  // The small maps are over the inputs.
  mapsReceived.on(({ response }) => response && !response.plane && show(state.shown.frame.response, response));
  // WebKit loses a canvas that stays as it is beside a stage with another view.
  viewChanged.on(() => picture && draw());
}
