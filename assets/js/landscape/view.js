/**
 * The drawing of the landscape: a Plotly heat map of one measure, and over it the hatch of what diverged, the ring of
 * the current run and the cell that the pointer or the keyboard is at. Colours keep their scale while a map fills, and
 * from one checkpoint to the next.
 * @import { Axis, Figure } from "../core/types.js"
 * @import { CellPlace, CellPlaces, DrawnMap, LandscapeMap, MapMeasure } from "./types.js"
 */

import { globals } from "../core/dash.js";
import { rowsOf } from "../lib/arrays.js";
import { byId, element, inputById, make } from "../lib/dom.js";
import { isNarrow, token } from "../lib/theme.js";
import { mapChosen, mapFilled, mapProgressed } from "../core/signals.js";
import { loadPlotly } from "../core/plotly.js";
import { state } from "../core/state.js";
import { eachWord } from "../cube/axis_words.js";
import { REFUSED } from "../cube/loss_cube.js";
import { currentPlace, landscape } from "./model.js";

const PACE = 120;
const RANGE_STEP = 0.5;
const TICK_GAP = 26;
const NARROW_MARGIN = { l: 52, r: 52 };

/** @param {number} loss */
const potential = (loss) => -Math.log(loss);

/**
 * The value of a cell that is known and did not diverge, what it is called, and whether little is good, or whether it
 * is of the last loss alone.
 */
export const MAP_MEASURES = /** @type {Record<string, MapMeasure>} */ ({
  settled_potential: {
    value: (map, k) => potential(map.settled[k]),
    says: "Final loss (the greener, the lower; the scale is −ln of it)",
    word: "−ln of the final loss",
  },
  last_potential: {
    value: (map, k) => potential(map.last[k]),
    says: "Learning potential, −ln of the last loss,",
    word: "learning potential",
    isLast: true,
  },
  steps: {
    value: (map, k) => (map.steps[k] < 0 ? Infinity : map.steps[k]),
    says: "Samples until the mean of a tenth of them was down to the loss,",
    word: "steps",
    fewer: true,
  },
});

export const chosenMeasure = () => inputById("landscape-measure").value;
export const mapMeasure = () => MAP_MEASURES[chosenMeasure()];

/** @param {LandscapeMap} map */
function showCaption(map) {
  const axes = `${eachWord(map.x)} and ${eachWord(map.y)}`;
  byId("landscape-hint").textContent = `${mapMeasure().says} for each ${axes}. Click a cell to turn both knobs to it.`;
}

const ranges = new Map();

/** From the least to the greatest that was ever seen of this experiment, in halves. @param {number[]} values */
function rangeOf(values) {
  const name = `${state.key} ${chosenMeasure()}`;
  const finite = values.filter(Number.isFinite);
  const [low, high] = ranges.get(name) || [Infinity, -Infinity];
  const lowest = Math.floor(Math.min(...finite) / RANGE_STEP) * RANGE_STEP;
  const highest = Math.ceil(Math.max(...finite) / RANGE_STEP) * RANGE_STEP;
  if (finite.length) ranges.set(name, [Math.min(low, lowest), Math.max(high, highest)]);
  return ranges.get(name) || [0, 1];
}

/** @param {DrawnMap} map */
function figureOf(map) {
  const { value, fewer } = mapMeasure();
  const { losses } = map.cube;
  const values = Float64Array.from(losses, (loss, k) => (loss >= 0 && loss < Infinity ? value(map, k) : NaN));
  const [zmin, zmax] = rangeOf(Array.from(values));
  const clipped = values.map((height) => (Number.isNaN(height) ? NaN : Math.min(zmax, Math.max(zmin, height))));
  const { data, layout, config } = /** @type {Figure & { config?: object }} */ (map.figure);
  const margin = isNarrow() ? { ...layout.margin, ...NARROW_MARGIN } : layout.margin;
  const xaxis = spaced(layout.xaxis, mapPlaces(map).across);
  return {
    data: [{ ...data[0], z: rowsOf(clipped, mapPlaces(map).width), zmin, zmax, reversescale: Boolean(fewer) }],
    layout: { ...layout, margin, xaxis },
    config,
  };
}

/** A tick too near to the one before it keeps its mark and not its word. @param {Axis} axis @param {number} across */
function spaced(axis, across) {
  /** @param {number} k */
  const isNear = (k) => k && (axis.tickvals[k] - axis.tickvals[k - 1]) * across < TICK_GAP;
  return { ...axis, ticktext: axis.ticktext?.map((text, k) => (isNear(k) ? "" : text)) };
}

/** @type {?number} */
let timer = null;
let drawnAt = -PACE;

/** Drawn in sight only, a few times a second, and never while a knob is held. @param {LandscapeMap} map */
export function drawMapSoon(map) {
  if (timer) return;
  timer = setTimeout(
    async () => {
      await loadPlotly();
      timer = null;
      if (map === landscape.map && map.figure && landscape.inSight && !state.held) draw(landscape.map);
    },
    Math.max(0, drawnAt + PACE - performance.now()),
  );
}

/** @param {DrawnMap} map */
function draw(map) {
  const box = byId("landscape-map");
  const graph = box.querySelector(".graph") || box.appendChild(make("div", { class: "graph" }));
  const { data, layout, config } = figureOf(map);
  globals.Plotly.react(graph, data, layout, { responsive: true, ...config });
  drawMarks(map);
  mapProgressed.emit();
  drawnAt = performance.now();
}

/* The marks over the map */

/** The positions of the map's cells in its box. @param {DrawnMap} map @param {HTMLElement} box @returns {CellPlaces} */
export function mapPlaces(map, box = byId("landscape-map")) {
  const { l, r, t, b } = map.figure.layout.margin;
  const [left, right] = isNarrow() ? [NARROW_MARGIN.l, NARROW_MARGIN.r] : [l, r];
  const [width, height] = [map.x, map.y].map((name) => map.cube.values[name].length);
  const across = (box.clientWidth - left - right) / width;
  const up = (box.clientHeight - t - b) / height;
  /** @param {number} cell */
  const y = (cell) => t + (height - 1 - cell) * up;
  return { across, up, left, top: t, width, height, x: (cell) => left + cell * across, y };
}

/** @param {DrawnMap} map */
function drawMarks(map) {
  const box = byId("landscape-map");
  const before = box.querySelector("svg.over-map");
  const svg = before || box.appendChild(element("svg", { class: "over-map", "aria-hidden": "true" }));
  const pattern = { id: "hatch", width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const line = element("path", { d: "M0 0V4", stroke: token("--ghost-2"), "stroke-width": 1.5 });
  const hatch = element("defs", {}, element("pattern", pattern, line));
  const never = chosenMeasure() === "steps" ? cellsWhere(map, neverReaches(map), { class: "never" }) : [];
  const diverged = cellsWhere(map, (cell) => map.cube.losses[cell] === Infinity, {
    class: "diverged",
    fill: "url(#hatch)",
  });
  const refused = cellsWhere(map, (cell) => map.cube.losses[cell] === REFUSED, { class: "refused" });
  const marks = ["ring", "at"].map((name) => element("g", { class: name }));
  svg.replaceChildren(hatch, ...refused, ...never, ...diverged, ...marks);
  drawRing(map, currentPlace());
  markCell(map, marked);
}

/** Whether a run that is known, and did not diverge, was never down to the loss. @param {DrawnMap} map */
const neverReaches = (map) => (/** @type {number} */ cell) =>
  map.cube.losses[cell] >= 0 && map.cube.losses[cell] < Infinity && map.steps[cell] < 0;

/**
 * Cells side by side of which that holds are one rectangle.
 * @param {DrawnMap} map @param {(cell: number) => unknown} holds @param {Record<string, string>} attributes
 */
function cellsWhere(map, holds, attributes) {
  const places = mapPlaces(map);
  const found = [];
  for (let row = 0; row < places.height; row++) {
    for (let from = 0; from < places.width; from++) {
      let to = from;
      while (to < places.width && holds(row * places.width + to)) to++;
      const place = { x: places.x(from), y: places.y(row), width: (to - from) * places.across, height: places.up };
      if (to > from) found.push(element("rect", { ...attributes, ...place }));
      from = to;
    }
  }
  return found;
}

/** @param {CellPlaces} places @param {CellPlace} cellPlace @param {string} colour @param {number} width */
function outline(places, [x, y], colour, width) {
  return element("rect", {
    x: places.x(x) - 1,
    y: places.y(y) - 1,
    width: Math.max(6, places.across) + 2,
    height: Math.max(6, places.up) + 2,
    rx: 1,
    fill: "none",
    stroke: token(colour),
    "stroke-width": width,
  });
}

/** @param {CellPlaces} cellPlaces @param {CellPlace} cellPlace */
const isInside = ({ width, height }, [x, y]) => x > -0.75 && y > -0.75 && x < width - 0.25 && y < height - 0.25;

/** The current run's cell, dark over light, with its name over it. @param {DrawnMap} map @param {CellPlace} place */
function drawRing(map, place) {
  const group = document.querySelector("#landscape-map .ring");
  if (!group || !map.figure) return;
  const places = mapPlaces(map);
  if (!isInside(places, place)) {
    group.replaceChildren();
    return;
  }
  const high = place[1] > places.height - 3;
  const name = element(
    "text",
    {
      x: places.x(place[0]) + places.across / 2,
      y: high ? places.y(place[1]) + places.up + 14 : places.y(place[1]) - 5,
      "text-anchor": "middle",
      "font-size": 12.5,
      fill: token("--ink"),
      stroke: token("--paper"),
      "stroke-width": 4,
      "paint-order": "stroke",
    },
    "now",
  );
  group.replaceChildren(outline(places, place, "--paper", 4), outline(places, place, "--ink", 2), name);
}

/** @type {?CellPlace} */
let marked = null;

/** The cell that the pointer or the keyboard is at, or none. @param {DrawnMap} map @param {?CellPlace} place */
export function markCell(map, place) {
  marked = place;
  const group = document.querySelector("#landscape-map .at");
  if (!group || !map.figure) return;
  const places = mapPlaces(map);
  const marks = place ? [outline(places, place, "--paper", 3), outline(places, place, "--ink-2", 1.5)] : [];
  group.replaceChildren(...marks);
}

export function installLandscapeView() {
  mapFilled.on(drawMapSoon);
  mapChosen.on((map) => {
    showCaption(map);
    // In the next frame its place is known; now the browser would have to lay out the whole page for it.
    requestAnimationFrame(() => drawRing(/** @type {DrawnMap} */ (map), currentPlace()));
  });
  window.addEventListener("resize", () => {
    const { map } = landscape;
    if (map && map.figure) drawMapSoon(map);
  });
}
