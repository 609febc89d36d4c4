/**
 * The small maps of hidden units in the cards and in the sheet of all: painted on one canvas with every response,
 * also while the run is played. With one input they are curves. A unit that gives one number everywhere is hatched.
 * @typedef {UnitMaps & { numbers: Numbers }} SmallMaps
 * @import { StepMaps } from "../core/signals.js"
 * @import { Numbers, Picture, Ramp, UnitMaps } from "../core/types.js"
 * @import { MapColours, Point } from "../maps/map_canvas.js"
 */

import { decode } from "../lib/arrays.js";
import { prepareCanvas } from "../lib/canvas.js";
import { byId, closest, findAll } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { NO_SHADE, ZERO_SHADE, numbersOf } from "../lib/shades.js";
import { currentTheme } from "../lib/theme.js";
import { mapsReceived, unitsOpened } from "../core/signals.js";
import { state } from "../core/state.js";
import { pictureLayer, pictureShape, unitPicture } from "../model/pictures.js";
import { gridOfUnits } from "../network/unit_maps.js";
import { rampOf } from "../maps/colour_ramp.js";
import { stroke } from "../maps/map_canvas.js";
import { mapColours } from "../maps/map_colours.js";
import { drawPixelPicture } from "../maps/pixels.js";
import { hatch } from "./square.js";

const INSET = 2;

/** The small maps that came last, by their layer. @type {Map<number, SmallMaps>} */
let layers = new Map();

/** A unit's numbers on a coarse grid, with its layer's scale; null before a map has come. @param {number[]} pair */
export function smallMapOf([layer, index]) {
  const maps = layers.get(layer);
  if (!maps || index >= maps.shown) return null;
  const numbers = numbersOf(bytesOf(maps, index), maps.scale);
  return { numbers, scale: maps.scale, silent: maps.silent.includes(index) };
}

/** @param {SmallMaps} smallMaps @param {number} index */
function bytesOf({ numbers, shown }, index) {
  const points = numbers.length / shown;
  return numbers.subarray(index * points, (index + 1) * points);
}

/** @param {StepMaps} stepMaps */
function receive({ response }) {
  layers = new Map(response.units.map((maps) => [maps.layer, { ...maps, numbers: decode(maps.values) }]));
  drawCards();
}

function drawCards() {
  findAll(document, ".units").forEach((box) => {
    const layer = Number(box.dataset.layer);
    if (state.shown && layer === pictureLayer()) {
      drawPictures(box, layer, gridOfUnits(box));
      return;
    }
    const maps = layers.get(layer);
    // Maps of another network may still be under way.
    if (maps && maps.count === Number(box.dataset.count)) drawCard(box, maps, gridOfUnits(box));
  });
}

/**
 * @param {HTMLElement} box @param {SmallMaps} maps
 * @param {Pick<ReturnType<typeof gridOfUnits>, "side" | "width" | "height" | "places">} pick
 */
function drawCard(box, maps, { side, width, height, places }) {
  const colours = mapColours(currentTheme());
  const context = prepareCanvas(/** @type {HTMLCanvasElement} */ (box.querySelector("canvas")), { width, height });
  const buttons = findAll(box, ".unit");
  places.slice(0, maps.shown).forEach((place, k) => {
    const silent = maps.silent.includes(k);
    const bytes = bytesOf(maps, k);
    if (bytes.includes(NO_SHADE) || silent) hatch(context, side, colours.hatch, place);
    const draw = Number.isInteger(Math.sqrt(bytes.length)) ? drawPixels : drawCurve;
    if (!silent) draw(context, bytes, place, side, colours);
    const { name = "" } = buttons[k].dataset;
    const label = silent ? `${name}, one number everywhere` : name;
    if (buttons[k].getAttribute("aria-label") !== label) buttons[k].setAttribute("aria-label", label);
  });
}

/**
 * Units whose weights are pictures; those in the column of weights are of what is shown there.
 * @param {HTMLElement} box @param {number} layer @param {ReturnType<typeof gridOfUnits>} grid
 */
function drawPictures(box, layer, { side, width, height, places }) {
  const { ramp } = mapColours(currentTheme());
  const context = prepareCanvas(/** @type {HTMLCanvasElement} */ (box.querySelector("canvas")), { width, height });
  const view = closest(box, "#weight-pictures") ? state.weightsView : "trained";
  places.forEach((place, index) => {
    const numbers = unitPicture([layer, index], view);
    if (numbers) drawPixelPicture(context, numbers, /** @type {Picture} */ (pictureShape()), place, side, ramp);
  });
}

/**
 * A byte a pixel, in the colours of the ramp; larger than that, they are interpolated.
 * @param {CanvasRenderingContext2D} context @param {Numbers} bytes @param {Point} point @param {number} side
 * @param {MapColours} mapColours
 */
function drawPixels(context, bytes, [left, top], side, { ramp }) {
  const points = Math.sqrt(bytes.length);
  const small = new OffscreenCanvas(points, points);
  const under = /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext("2d"));
  const image = under.createImageData(points, points);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = pixelsOf(ramp);
  for (let at = 0; at < bytes.length; at++) {
    const row = points - 1 - Math.floor(at / points);
    pixels[row * points + (at % points)] = colours[bytes[at]];
  }
  under.putImageData(image, 0, 0);
  context.drawImage(small, left, top, side, side);
}

/** @type {WeakMap<Ramp, Uint32Array>} */
const pixelRamps = new WeakMap();

/** The pixels of the bytes 0 … 254; that of no colour is transparent. @param {Ramp} ramp */
function pixelsOf(ramp) {
  if (!pixelRamps.has(ramp)) {
    const shades = rampOf(ramp);
    /** @param {unknown} _ @param {number} byte */
    const shade = (_, byte) => [...shades[Math.round((byte * (shades.length - 1)) / (2 * ZERO_SHADE))], 255];
    const bytes = Array.from({ length: NO_SHADE }, shade).flat();
    pixelRamps.set(ramp, new Uint32Array(new Uint8Array([...bytes, 0, 0, 0, 0]).buffer));
  }
  return /** @type {Uint32Array} */ (pixelRamps.get(ramp));
}

/**
 * A unit of a network with one input, over a line at 0.
 * @param {CanvasRenderingContext2D} context @param {Numbers} bytes @param {Point} point @param {number} side
 * @param {MapColours} mapColours
 */
function drawCurve(context, bytes, [left, top], side, { output, grid }) {
  /** @param {number} byte */
  const height = (byte) => top + side - INSET - (byte * (side - 2 * INSET)) / (2 * ZERO_SHADE);
  context.fillStyle = grid;
  context.fillRect(left, height(ZERO_SHADE) - 0.5, side, 1);
  context.beginPath();
  bytes.forEach((byte, k) => {
    const x = left + (k * side) / (bytes.length - 1);
    const joined = k && bytes[k - 1] !== NO_SHADE;
    if (byte !== NO_SHADE) context[joined ? "lineTo" : "moveTo"](x, height(byte));
  });
  stroke(context, output, 1.25);
}

/**
 * The cards are made anew for another network, and as they were where somebody leaves a field.
 * @param {HTMLElement} chain
 */
function watch(chain) {
  new MutationObserver(drawCards).observe(chain, { childList: true });
  redrawWith(chain, drawCards);
}

export function installUnitCards() {
  mapsReceived.on(receive);
  unitsOpened.on(drawCards);
  watch(byId("network"));
}
