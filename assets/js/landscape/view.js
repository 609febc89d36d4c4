/**
 * The drawing of the landscape: a picture of one measure, and over it the ring of the current run and the cell that the
 * pointer or the keyboard is at. Colours keep their scale while a map fills, and from one checkpoint to the next.
 * @import { ColourScale, Losses, Mark, Picture, Places } from "../cube/types.js"
 * @import { LandscapeMap, MapMeasure } from "./types.js"
 */

import { byId, inputById } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { capitalized, formatKnob } from "../core/format.js";
import { mapChosen, mapFilled, mapProgressed } from "../core/signals.js";
import { state } from "../core/state.js";
import { RIGHT, scoreOf, scoreText } from "../model/measure.js";
import { evenTicks } from "../cube/axis_ticks.js";
import { eachWord } from "../cube/axis_words.js";
import { SCORE_STEP } from "../cube/colour_scales.js";
import { eachPlace, placesShown, REFUSED } from "../cube/loss_cube.js";
import { drawMarks, drawPicture } from "../cube/map_figure.js";
import { currentPlace, landscape } from "./model.js";

const PACE = 120;
const RANGE_STEP = 0.5;
/** In a picture of steps a run that is never down to the loss, and in one of R² a run without it. */
const NEVER = -4;
const LOOK = { ticks: [5, 5], isSparse: true, plain: { [REFUSED]: "--line-2", [NEVER]: "--paper" } };

/** The scores that are shown: of held-out rows where these have some. @param {Pick<LandscapeMap, "holdsOut">} map */
const scoresOf = ({ holdsOut }) => (holdsOut ? "held_out" : "learned");
/** Those rows. @param {Pick<LandscapeMap, "holdsOut">} map */
export const scoredRows = ({ holdsOut }) => (holdsOut ? "held-out rows" : "learned rows");

/** @param {number} loss */
const potential = (loss) => -Math.log(loss);

/**
 * The number of each run that a measure is of, its height along the scale of colours, how it is called, and whether
 * little is good, or whether it is of the last loss alone.
 */
export const MAP_MEASURES = /** @type {Record<string, MapMeasure>} */ ({
  settled_potential: {
    of: () => "settled",
    height: potential,
    says: () => "Final loss (the greener, the lower; the scale is −ln of it)",
    word: "−ln of the final loss",
  },
  [RIGHT]: {
    of: scoresOf,
    height: (score) => Math.max(0, score),
    says: (map) => `${capitalized(scoreOf(scoredRows(map)))} at the end of each run (the greener, the higher)`,
    word: "right",
    step: SCORE_STEP,
    isScore: true,
  },
  last_potential: {
    of: () => "last",
    height: potential,
    says: () => "Learning potential, −ln of the last loss,",
    word: "learning potential",
    isLast: true,
  },
  steps: {
    of: () => "steps",
    height: (steps) => steps,
    says: () => "Samples until the mean of a tenth of them was down to the loss,",
    word: "steps",
    fewer: true,
  },
});

export const chosenMeasure = () => inputById("landscape-measure").value;
export const mapMeasure = () => MAP_MEASURES[chosenMeasure()];

/** @param {LandscapeMap} map */
function showCaption(map) {
  const axes = `${eachWord(map.x)} and ${eachWord(map.y)}`;
  byId("landscape-hint").textContent =
    `${mapMeasure().says(map)} for each ${axes}. Click a cell to turn both knobs to it.`;
}

/* The picture */

const ranges = new Map();

/** From the least to the greatest that was ever seen of this experiment, in whole steps. @param {number[]} heights */
function rangeOf(heights) {
  const name = `${state.key} ${chosenMeasure()}`;
  const finite = heights.filter(Number.isFinite);
  const [low, high] = ranges.get(name) || [Infinity, -Infinity];
  const { step = RANGE_STEP } = mapMeasure();
  const lowest = Math.floor(Math.min(...finite) / step) * step;
  const highest = Math.max(lowest + step, Math.ceil(Math.max(...finite) / step) * step);
  if (finite.length) ranges.set(name, [Math.min(low, lowest), Math.max(high, highest)]);
  return ranges.get(name) || [0, 1];
}

/** @param {Losses} values @returns {ColourScale} */
function scaleOf(values) {
  const { height, fewer, isScore } = mapMeasure();
  const [low, high] = rangeOf(
    Array.from(
      values.filter((value) => value >= 0 && value < Infinity),
      height,
    ),
  );
  /** @param {number} at */
  const along = (at) => Math.min(1, Math.max(0, (at - low) / (high - low)));
  const ticks = evenTicks(low, high).map((at) => ({ at: along(at), text: isScore ? scoreText(at) : formatKnob(at) }));
  /** @param {number} value */
  const shadeOf = (value) => (fewer ? 1 - along(height(value)) : along(height(value)));
  return { shadeOf, ticks, title: "", isReversed: fewer };
}

/** @param {LandscapeMap} map @returns {Picture} */
export function mapPicture(map) {
  const { cube, x, y } = map;
  const view = { x, y, at: {}, measure: chosenMeasure() };
  const range = { x: [0, cube.values[x].length], y: [0, cube.values[y].length] };
  const { of, isScore } = mapMeasure();
  const numbers = map[of(map)];
  /** @param {number} cell */
  const valueAt = (cell) => {
    const loss = cube.losses[cell];
    if (!(loss >= 0 && loss < Infinity)) return loss;
    if (isScore) return Number.isNaN(numbers[cell]) ? NEVER : Math.max(0, numbers[cell]);
    return numbers[cell] < 0 ? NEVER : numbers[cell];
  };
  /** @param {number[]} size */
  const gridOf = (size) => {
    const shown = placesShown(view, range, size);
    const values = new Float64Array(shown.columns.length * shown.rows.length);
    eachPlace(cube, view, shown, (cell, k) => (values[k] = valueAt(cell)));
    return { ...shown, values };
  };
  return { cube, view, range, marks: marksOn(map), look: LOOK, gridOf, scaleOf };
}

/** @type {?number} */
let timer = null;
let drawnAt = -PACE;

/** Drawn in sight only, a few times a second, and never while a knob is held. */
export function drawMapSoon() {
  if (timer) return;
  timer = setTimeout(
    () => {
      timer = null;
      if (landscape.map?.isNamed && landscape.inSight && !state.held) draw(landscape.map);
    },
    Math.max(0, drawnAt + PACE - performance.now()),
  );
}

/** @param {LandscapeMap} map */
function draw(map) {
  const box = byId("landscape-map");
  if (!box.clientWidth) return;
  if (!box.firstChild) redrawWith(box, drawMapSoon);
  drawPicture(box, mapPicture(map));
  byId("landscape").classList.toggle("refuses", map.cube.losses.includes(REFUSED));
  mapProgressed.emit();
  drawnAt = performance.now();
}

/* The marks */

/** @type {?Places} */
let marked = null;

/** The ring of the current run, and the cell that is marked. @param {LandscapeMap} map */
function marksOn(map) {
  const [across, up] = currentPlace(map);
  /** @type {Mark[]} */
  const ring = [{ places: { [map.x]: across, [map.y]: up }, name: "now", strong: true }];
  return marked ? [...ring, { places: marked }] : ring;
}

/** @param {LandscapeMap} map */
const drawMapMarks = (map) => drawMarks(byId("landscape-map"), mapPicture(map));

/** Marks the cell that the pointer or the keyboard is at, or none. @param {LandscapeMap} map @param {?Places} places */
export function markCell(map, places) {
  marked = places;
  drawMapMarks(map);
}

export function installLandscapeView() {
  mapFilled.on(drawMapSoon);
  mapChosen.on(() => {
    const { map } = landscape;
    if (!map) return;
    showCaption(map);
    // In the next frame its place is known; now the browser would have to lay out the whole page for it.
    requestAnimationFrame(() => map.isNamed && drawMapMarks(map));
  });
}
