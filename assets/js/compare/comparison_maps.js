/**
 * The output maps of the comparison: the pinned run, the current one, and their difference, in a row.
 * @typedef {{ map: TargetMap, axes: Axes, highest: number } & BothOutputs} ComparedOutputs
 * @typedef {{ now: Float32Array[], was: ?Float32Array[] }} BothOutputs
 * @import { ComparedEnd, Pin, TargetMap } from "../core/types.js"
 * @import { Axes } from "../maps/spans.js"
 * @import { MapPicture } from "../maps/map_canvas.js"
 */

import { decode, rowsOf } from "../lib/arrays.js";
import { byId } from "../lib/dom.js";
import { currentTheme } from "../lib/theme.js";
import { formatNumber } from "../core/format.js";
import { haveSameLoss } from "../core/knobs.js";
import { state } from "../core/state.js";
import { pinName } from "../model/pins.js";
import { outputAtEnd } from "../model/run_end.js";
import { givenNames, shortestPrefixes, namedOutput } from "../model/ports.js";
import { drawMaps } from "../maps/map_canvas.js";
import { mapColours } from "../maps/map_colours.js";
import { coloursOf } from "../maps/response_grids.js";
import { axesOf } from "../maps/spans.js";

/** The most outputs that have a row of squares; more would be too small to be seen. */
const MOST_ROWS = 4;

/**
 * Both outputs, a row of numbers for each; without `was` where the pinned run is awaited or has other inputs.
 * @param {?ComparedEnd} end @returns {?ComparedOutputs}
 */
export function comparedOutputs(end) {
  const here = outputAtEnd();
  if (!here) return null;
  const { map, response } = here;
  const flat = /** @type {Float32Array} */ (decode(response.output));
  const points = flat.length / map.rows;
  const there = end && end.map;
  return {
    map,
    axes: axesOf(map, response),
    highest: there ? Math.max(response.highest, there.highest) : response.highest,
    now: rowsOf(flat, points),
    was: there ? rowsOf(/** @type {Float32Array} */ (decode(there.output)), points) : null,
  };
}

/**
 * The distance between the outputs, and whether all of them are drawn; lines of words.
 * @param {Pin} pin @param {?ComparedEnd} end @param {ComparedOutputs} outputs
 */
export function outputLines(pin, end, outputs) {
  const length = Math.max(outputs.now.length, outputs.was ? outputs.was.length : 0);
  const drawn = length > MOST_ROWS && outputs.map.inputs > 1 ? [`the first ${MOST_ROWS} of ${length} are drawn`] : [];
  return [outputsApart(pin, end, outputs), ...asProbabilities(pin, outputs), ...drawn];
}

/**
 * The sentence about how outputs are shown where only one of the two losses reads them as probabilities.
 * @param {Pin} pin @param {ComparedOutputs} comparedOutputs
 */
function asProbabilities(pin, { map, was }) {
  if (!was || haveSameLoss(pin.run.summary, state.shown.summary)) return [];
  if (map.probability) return ["both as probabilities, as the current loss reads them"];
  return [`both as the network gives them, though the loss of ${pinName(pin)} may read them otherwise`];
}

/**
 * Half the mean square of the difference where both are finite; or why there is none.
 * @param {Pin} pin @param {?ComparedEnd} end @param {ComparedOutputs} outputs
 */
function outputsApart(pin, end, outputs) {
  const { map, now, was } = outputs;
  const name = pinName(pin);
  if (!was) return `other inputs: ${name} takes ${end?.inputs}, the current run ${map.inputs}`;
  if (was.length !== now.length) return `other outputs: ${name} gives ${was.length}, the current run ${now.length}`;
  const squares = now.flatMap((row, k) => Array.from(row, (value, at) => (value - was[k][at]) ** 2)).filter(isFinite);
  if (!squares.length) return "nowhere both are finite";
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  if (mean === 0) return "the same everywhere";
  return `half the mean square of the difference over these maps: ${formatNumber(mean / 2)}`;
}

/** @param {Float32Array} row */
const gaps = (row) => row.map(() => NaN);

/** @param {Pin} pin @param {ComparedOutputs} outputs @returns {MapPicture} */
function pictureOf(pin, { map, axes, highest, now, was }) {
  const { inputs, scale } = map;
  const name = pinName(pin);
  const most = was && was.length > now.length ? was : now;
  const drawn = most.slice(0, MOST_ROWS);
  /** @param {?Float32Array[]} rows */
  const rowsFrom = (rows) => drawn.map((row, k) => (rows && rows[k]) || gaps(row));
  const on = coloursOf(map, "output");
  /** @param {Float32Array[]} rows @param {{ on?: { middle: number, scale: number } }} more */
  const column = (rows, more = { on }) => ({ name: "", exact: false, rows, dots: [], tints: null, ...more });
  const [before, after] = [was, now].map(rowsFrom);
  const alike = was && was.length === now.length;
  const apart = after.map((row, k) => (alike ? row.map((value, at) => value - before[k][at]) : gaps(row)));
  const shared = { inputs, ...axes, scale, highest, ring: null };
  if (inputs === 1) {
    const titles = [was ? `${name} dotted, now solid` : "Now"];
    return { ...shared, titles, names: [""], columns: [{ ...column(before), exact: true }, column(after)] };
  }
  const outputs = most.map((_, k) => namedOutput(k));
  const marks = givenNames() ? shortestPrefixes(outputs) : outputs;
  const names = drawn.map((_, k) => (most.length > 1 ? marks[k] : ""));
  const titles = [was ? name : "", "Now", alike ? `Now − ${name}` : ""];
  return { ...shared, titles, names, columns: [column(before), column(after), column(apart, {})] };
}

/** @type {?MapPicture} */
let picture = null;

function draw() {
  if (picture) drawMaps(byId("compare-maps"), picture, mapColours(currentTheme()));
}

/** @param {Pin} pin @param {ComparedOutputs} outputs */
export function showComparedMaps(pin, outputs) {
  const box = byId("compare-maps");
  picture = pictureOf(pin, outputs);
  box.style.setProperty("--rows", String(picture.names.length));
  box.parentElement?.classList.toggle("tall", picture.names.length > 1);
  document.documentElement.toggleAttribute("data-tall", picture.names.length > 1);
  const name = pinName(pin);
  const said = outputs.map.inputs === 1 ? `${name} and the current run` : `${name}, the current run, their difference`;
  box.setAttribute("aria-label", `Outputs of ${said}, over the inputs`);
  draw();
}

/** Draws again in another size or in another theme. */
export function watchComparedMaps() {
  new ResizeObserver(draw).observe(byId("compare-maps"));
}

export const redrawComparedMaps = draw;
