/**
 * Going over the landscape: by mouse, by finger or with the arrow keys. The cell says what it is and shows its run's
 * curve; a click, or Enter, turns both knobs to it, which is one change.
 * @import { KnobValue } from "../core/types.js"
 * @import { Places } from "../cube/types.js"
 * @import { LandscapeMap } from "./types.js"
 */

import { byId, closest, setText } from "../lib/dom.js";
import { formatCount, formatNumber } from "../core/format.js";
import { lostWords, placeWord } from "../core/knobs.js";
import { luckJudged, mapChosen, seedsCompared } from "../core/signals.js";
import { state } from "../core/state.js";
import { changeExperiment, setKnobs, turnKnobs } from "../net/requests.js";
import { scoreOf, scoreText } from "../model/measure.js";
import { hidePreview, showPreview } from "../curve/preview.js";
import { knobText } from "../cube/axis_words.js";
import { placesUnder } from "../cube/map_figure.js";
import { cellOfPlaces, NOT_MADE, REFUSED } from "../cube/loss_cube.js";
import { conclusionOf, potentialConclusion, scoreConclusion } from "./conclusion.js";
import { currentPlace, isMapWhole, landscape, mapSays, ownRun } from "./model.js";
import { mapMeasure, mapPicture, markCell, scoredRows } from "./view.js";

const REST = 60;
/** @type {Record<string, number[]>} */
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 8],
  PageDown: [0, -8],
};
const isReady = () => landscape.map?.isNamed;
/** @param {?EventTarget} target */
const onMap = (target) => closest(target, "#landscape-map");

/** @type {?Places} */
let at = null;
/** @type {number | undefined} */
let timer;

/** @param {MouseEvent} event */
function cellUnder(event) {
  const box = byId("landscape-map");
  const { left, top } = box.getBoundingClientRect();
  const { view, range } = mapPicture(landscape.map);
  return placesUnder(box, view, range, event.clientX - left, event.clientY - top);
}

/** @param {?Places} places */
function goTo(places) {
  const { map } = landscape;
  if (places && at && places[map.x] === at[map.x] && places[map.y] === at[map.y]) return;
  at = places;
  markCell(map, places);
  clearTimeout(timer);
  sayCell();
  if (!places) hidePreview();
  else timer = setTimeout(() => previewCell(knobsAt(map, places)), REST);
}

/** Says the cell in words; it may have been run, or become another, since it was last said. */
export function sayCell() {
  const { map } = landscape;
  setText(byId("landscape-says"), at && isReady() ? cellName(map, at) : mapSays() || conclusion(map));
}

const isCounted = () => Boolean(mapMeasure().fewer);
/** Whether the map is filled, and with counts of samples or scores where these are shown. @param {?LandscapeMap} map */
const isFilled = (map) =>
  map && isMapWhole(map) && !(isCounted() && map.reaching === null) && !(mapMeasure().isScore && !map.scored);
const countedWord = () => (isCounted() ? placeWord(state.experiment) : "");
/** @param {LandscapeMap} map */
function conclusion(map) {
  if (!isFilled(map)) return "";
  const { of, isLast, isScore } = mapMeasure();
  if (isScore) return scoreConclusion(map, map[of(map)], scoreOf(scoredRows(map)));
  return isLast ? potentialConclusion(map) : conclusionOf(map, ownRun(map), countedWord());
}

/** The finding of the whole map, or how much of it there is. */
export function mapFinding() {
  const { map } = landscape;
  if (!map) return "";
  const runs = `${formatCount(map.cube.made)} of ${formatCount(map.cube.size)} runs are there.`;
  return mapSays() || conclusion(map) || runs;
}

/** @param {{ weight_seed?: KnobValue, [name: string]: KnobValue | undefined }} fields */
function previewCell({ weight_seed: weightSeed = null, ...knobs }) {
  if (!state.held) showPreview(knobs, weightSeed);
}

/** The two knobs as this cell has them. @param {LandscapeMap} map @param {Places} places */
const knobsAt = ({ cube }, places) =>
  Object.fromEntries(cube.names.map((name) => [name, cube.values[name][places[name]]]));

/** @param {LandscapeMap} map @param {Places} places */
function cellName(map, places) {
  const knobs = Object.entries(knobsAt(map, places)).map(([name, value]) => knobText(name, value));
  return `${knobs.join(", ")}: ${resultOf(map, cellOfPlaces(map.cube, places))}.`;
}

/** @param {LandscapeMap} map @param {number} cell */
function resultOf(map, cell) {
  const { of, height, word, isScore } = mapMeasure();
  const loss = map.cube.losses[cell];
  if (loss === NOT_MADE) return "still to run";
  if (loss === REFUSED) return "no run, since these two are not allowed together";
  if (loss === Infinity) {
    const place = map.diverged[cell];
    return lostWords({ ...state.experiment, diverged_at: place < 0 ? null : place });
  }
  const number = map[of(map)][cell];
  if (isScore) {
    const name = scoreOf(scoredRows(map));
    const score = Number.isNaN(number) ? `no ${name}` : `${name} ${scoreText(number)}`;
    return `${score}, final loss ${formatNumber(loss)}`;
  }
  if (word !== "steps") {
    const text = number === 0 ? "∞" : height(number).toFixed(2).replace("-", "−");
    return `${word} ${text}, final loss ${formatNumber(loss)}`;
  }
  if (number < 0) return `never down to ${map.reaching}`;
  return `down to ${map.reaching} after ${formatCount(number)} ${placeWord(state.experiment)}s`;
}

/** @param {Places} places */
function turnTo(places) {
  const { weight_seed: weightSeed, ...knobs } = knobsAt(landscape.map, places);
  hidePreview();
  clearTimeout(timer);
  if (weightSeed === undefined || weightSeed === state.shown.frame.drawn.seed) {
    turnKnobs(knobs);
    return;
  }
  setKnobs(knobs);
  changeExperiment("weight seed", 0, weightSeed);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (!onMap(event.target) || !isReady() || event.ctrlKey || event.metaKey || event.altKey) return;
  const { map } = landscape;
  const move = MOVES[event.key];
  const from = at || currentCell(map);
  if (move) goTo(clipped(map, [from[map.x] + move[0], from[map.y] + move[1]]));
  else if (event.key === "Home") goTo(currentCell(map));
  else if (event.key === "Enter" || event.key === " ") turnTo(from);
  else if (event.key === "Escape") goTo(null);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The nearest cell of the map to places across and up. @param {LandscapeMap} map @param {number[]} places */
function clipped({ cube }, places) {
  /** @param {number} place @param {number} count */
  const clip = (place, count) => Math.min(count - 1, Math.max(0, Math.round(place) || 0));
  return Object.fromEntries(cube.names.map((name, k) => [name, clip(places[k], cube.values[name].length)]));
}

/** @param {LandscapeMap} map */
const currentCell = (map) => clipped(map, currentPlace());

/** @param {PointerEvent} event */
function onPointer(event) {
  if (!isReady() || event.pointerType === "touch") return;
  if (onMap(event.target)) goTo(cellUnder(event));
  else if (at && document.activeElement !== byId("landscape-map")) goTo(null);
}

/** @param {MouseEvent} event */
function onClick(event) {
  const cell = onMap(event.target) && isReady() && cellUnder(event);
  if (cell) turnTo(cell);
}

/** @param {?EventTarget} target */
const isMap = (target) => target === byId("landscape-map") && isReady();

export function installLandscapePointer() {
  // A pointer that rests on the map while a menu is turned by the keyboard is at no cell of the other map.
  mapChosen.on(() => {
    const { map } = landscape;
    if (at && map && !(map.x in at && map.y in at)) goTo(null);
  });
  luckJudged.on(sayCell);
  seedsCompared.on(sayCell);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointermove", onPointer);
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", ({ target }) => {
    if (isMap(target) && byId("landscape-map").matches(":focus-visible")) goTo(currentCell(landscape.map));
  });
  document.addEventListener("focusout", ({ target }) => isMap(target) && goTo(null));
}
