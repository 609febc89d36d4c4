/**
 * The landscape: which map is wanted, and how it fills. From the current run outwards the server is asked for line
 * after line; the knobs come first, so while one is held nothing is asked for. Another checkpoint or target makes
 * another map, and a reply for an older one finds no place.
 * @import { AxisRow, KnobValue, Numbers, RunResponse } from "../core/types.js"
 * @import { CurrentRun, LandscapeMap, MapAxis, Result, TimedReply } from "./types.js"
 */

import { decode } from "../lib/arrays.js";
import { pause } from "../lib/http.js";
import { constants } from "../core/constants.js";
import { runKey, sameRun } from "../core/knobs.js";
import { bestAlphaKnown, mapChosen, mapFilled, mapProgressed } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { queue } from "../net/requests.js";
import { bestAlphas } from "../model/best_alpha.js";
import { nudgedRange } from "../model/luck.js";
import { areHeldOutScored } from "../model/measure.js";
import { spreadOf } from "../model/seed_spread.js";
import { placeAmong } from "../cube/axis_ticks.js";
import { cellOfPlaces, emptyCube, putLoss, REFUSED } from "../cube/loss_cube.js";
import { bestAlpha } from "./medians.js";

const { positions, count } = constants.landscape;
const LINES = ["seed", "weight_seed", "alpha"];
const SEEDS = constants.knobs.seeds.all;
const PACE = 30;
const REST = 150;
const LOSSES = /** @type {const} */ (["settled", "last", "diverged", "steps"]);
const SCORES = /** @type {const} */ (["learned", "held_out"]);
/** The numbers of a cell, as the server names them. */
export const RESULTS = [...LOSSES, ...SCORES];

/** @param {number} seed */
const firstSeedAround = (seed) => Math.min(seed - (seed % count), SEEDS - count);
/** @param {number} position */
const positionCell = (position) => (position - positions.first) / positions.step;

/** The place of a knob whose values are always the same. @param {AxisRow} axisRow */
function fixedAxis({ name, values }) {
  /** @param {CurrentRun} run */
  const at = (run) => placeAmong(values ?? [], run.knobs[name]);
  return [name, { from: () => 0, at, field: name, everywhere: true }];
}

/**
 * Of each axis the number that its values follow from, a run's place among them, and the field of a run's name that
 * they turn.
 */
export const MAP_AXES = /** @type {Record<string, MapAxis>} */ ({
  alpha: {
    from: () => 0,
    at: ({ alpha, position }) => (alpha > constants.knobs.alpha.largest ? NaN : positionCell(position)),
    field: "alpha",
    everywhere: true,
  },
  samples: {
    from: (run) => Math.max(constants.landscape.samples, run.samples),
    at: (run, from) => (run.samples * count) / from - 1,
    field: "samples",
  },
  seed: { from: (run) => firstSeedAround(run.seed), at: (run, from) => run.seed - from, field: "seed" },
  weight_seed: {
    from: (run) => firstSeedAround(run.weightSeed ?? 0),
    at: (run, from) => (run.weightSeed ?? NaN) - from,
    field: "checkpoint",
  },
  ...Object.fromEntries(constants.axes.filter(({ values }) => values).map(fixedAxis)),
});

/** The map, null until one is chosen, whether it is in sight, and why the loss that was typed is none. */
export const landscape = {
  map: /** @type {LandscapeMap} */ (/** @type {unknown} */ (null)),
  inSight: false,
  refusal: "",
};
let filling = false;
let restedAt = 0;

function currentRun() {
  const { summary, controls, frame } = state.shown;
  const { alpha, samples, seed } = summary;
  return { alpha, position: controls.position, samples, seed, weightSeed: frame.drawn.seed, knobs: summary };
}

/** The fields in which runs of a map differ. @param {string} x @param {string} y */
const turnedBy = (x, y) => [MAP_AXES[x].field, MAP_AXES[y].field];

/**
 * Whether the run that is shown is one of the map's, or would be with another value of its knobs.
 * @param {LandscapeMap} map @param {RunResponse} runResponse
 */
const isAbout = (map, { summary }) => map.about === runKey(summary, turnedBy(map.x, map.y));

/** A name of the fields that all runs of a map have in common. @param {string} x @param {string} y */
function nameOf(x, y) {
  const { key, shown } = state;
  /** @type {Record<string, unknown>} */
  const summary = { ...shown.summary };
  const turned = turnedBy(x, y);
  const same = constants.runFields.filter((field) => !turned.includes(field)).map((field) => summary[field]);
  return JSON.stringify([key, x, y, turned.includes("checkpoint") && shown.frame.drawn.scheme, ...same]);
}

/**
 * The place of the current run, counted in cells; no number where a knob has left the map.
 * @param {LandscapeMap} map
 */
export const currentPlace = (map = landscape.map) =>
  [map.x, map.y].map((name, k) => MAP_AXES[name].at(currentRun(), map.from[k]));

/** The number of values on each axis. */
const CELLS = Object.fromEntries(constants.axes.map(({ name, cells }) => [name, cells ?? 0]));

/** @param {number} place @param {string} name */
function isInside(place, name) {
  return MAP_AXES[name].everywhere || Number.isNaN(place) || (place > -0.5 && place < CELLS[name] - 0.5);
}

/** @param {{ x: string, y: string, reaching: ?number, scored: boolean }} fields */
function begin({ x, y, reaching, scored }) {
  const run = currentRun();
  // A line has one value of the knob that stands first there: its runs share their facts, or are one run.
  const by = LINES.find((name) => name === x || name === y) || (x === "samples" ? y : x);
  const along = by === x ? y : x;
  /** @param {string} name @returns {[string, null[]]} */
  const unnamed = (name) => [name, Array(CELLS[name]).fill(null)];
  const cube = emptyCube([unnamed(y), unnamed(x)], [x, y], Float64Array);
  const map = /** @type {LandscapeMap} */ ({
    name: nameOf(x, y),
    about: runKey(state.shown.summary, turnedBy(x, y)),
    x,
    y,
    from: [x, y].map((name) => MAP_AXES[name].from(run)),
    reaching,
    scored,
    holdsOut: areHeldOutScored(),
    by,
    cube,
    stopped: false,
    failed: false,
    isNamed: false,
    says: "",
    spent: 0,
    settled: new Float64Array(cube.size).fill(NaN),
    last: new Float64Array(cube.size).fill(NaN),
    diverged: new Int32Array(cube.size).fill(-1),
    steps: new Int32Array(cube.size).fill(-1),
    learned: new Float64Array(cube.size).fill(NaN),
    held_out: new Float64Array(cube.size).fill(NaN),
  });
  const place = currentPlace(map);
  const [line, cell] = by === x ? place : [place[1], place[0]];
  const places = nearestFirst(CELLS[along], cell);
  map.todo = nearestFirst(CELLS[by], line).map((number) => ({ line: number, places }));
  return map;
}

/** @param {number} length @param {number} place */
function nearestFirst(length, place) {
  /** @param {number} k */
  const distance = (k) => Math.abs(k - (place || 0));
  return Array.from({ length }, (_, k) => k).sort((a, b) => distance(a) - distance(b) || a - b);
}

/**
 * The map of these two knobs that belongs to the run that is shown: the one there is, or a new one. `reaching` is a
 * loss, or null.
 * @param {{ x: string, y: string, reaching: ?number, scored: boolean }} fields
 */
export function chooseMap(fields) {
  const { map } = landscape;
  const { x, y, reaching, scored } = fields;
  const isMeasured = map && (reaching === null || map.reaching === reaching) && (!scored || map.scored);
  const known = isMeasured && map.name === nameOf(x, y);
  if (!known || !currentPlace().every((place, k) => isInside(place, [x, y][k]))) landscape.map = begin(fields);
  mapChosen.emit();
  fill();
}

/** Whether cells are being asked for. */
export function isFilling() {
  const { map, inSight } = landscape;
  if (!map || !inSight || map.stopped || performance.now() < restedAt) return false;
  return !state.held && !state.withheld && queue.idle && map.todo.length > 0;
}

/** The fields that name a map to the server. @param {LandscapeMap} drawnMap */
export const planOf = ({ x, y, from, reaching, scored }) => ({ x, y, from, reaching, scored });

async function fill() {
  if (filling) return;
  filling = true;
  while (isFilling()) await Promise.all([ask(landscape.map), pause(PACE)]);
  filling = false;
  if (landscape.map) mapProgressed.emit();
}

/** @param {LandscapeMap} map */
async function ask(map) {
  const about = state.shown.summary;
  const [{ places }] = map.todo;
  const lines = map.todo.filter((part) => part.places === places).map(({ line }) => line);
  const begun = performance.now();
  mapProgressed.emit();
  const asked = { plan: planOf(map), by: map.by, lines, along: places };
  const reply = await requestAnalysis("landscape", asked, {}, { patient: true });
  if (map !== landscape.map) return;
  if (reply) receiveCells(map, lines, places, { ...reply, time: performance.now() - begun });
  else if (!state.withheld && sameRun(about, state.shown.summary)) map.stopped = map.failed = true;
}

/**
 * The cells of a reply find their places; what it left of its lines is asked for next.
 * @param {LandscapeMap} map @param {number[]} lines @param {number[]} places @param {TimedReply} reply
 */
function receiveCells(map, lines, places, reply) {
  const { values, says, lines: high, along: wide } = reply;
  Object.assign(map, { says, isNamed: true });
  Object.assign(map.cube.values, values);
  if (says) map.stopped = true;
  if (high) {
    const [settled, last, diverged, steps] = LOSSES.map((name) => decode(reply[name]));
    const none = new Float64Array(settled.length).fill(NaN);
    const [learned, heldOut] = SCORES.map((name) => (reply[name] ? decode(reply[name]) : none));
    const found = { settled, last, diverged, steps, learned, held_out: heldOut };
    for (let k = 0; k < high * wide; k++) put(map, lines[Math.floor(k / wide)], places[k % wide], found, k);
    map.spent += reply.time;
    const asked = new Set(lines.slice(0, high));
    const rest = places.slice(wide);
    const unfinished = rest.length ? lines.slice(0, high).map((line) => ({ line, places: rest })) : [];
    map.todo = [...unfinished, ...map.todo.filter((part) => part.places !== places || !asked.has(part.line))];
    if (isMapWhole(map)) keepBestAlpha(map);
  }
  mapProgressed.emit();
  mapFilled.emit();
}

/** Whether all runs of a map are there. @param {LandscapeMap} map */
export const isMapWhole = ({ cube }) => cube.made === cube.size;

/**
 * The current run, where the map is about it, and its final losses over the seeds of the map.
 * @param {LandscapeMap} map
 */
export function ownRun(map) {
  const { summary } = state.shown;
  if (!isAbout(map, state.shown)) return { settled: null, alpha: null };
  const { settled, alpha, samples } = summary;
  const [known, seeds] = [spreadOf(summary).settled, map.cube.values.seed ?? []];
  const isKnown = map.cube.names.includes("seed") && seeds.every((seed) => known.has(Number(seed)));
  const losses = isKnown ? Array.from(seeds, (seed) => known.get(Number(seed)) ?? Infinity) : null;
  return { settled, alpha, samples, losses, nudgedLowest: nudgedRange(summary)?.lowest ?? null };
}

/** The scale of α says it too, for every run that differs in α and the data seed alone. @param {LandscapeMap} map */
function keepBestAlpha(map) {
  const best = map.cube.names.includes("seed") && bestAlpha(map.cube, ownRun(map));
  if (!best) return;
  const { from, to, atEnd, lost, runs } = best;
  Object.assign(bestAlphas.toFill(map.about), { from, to, atEnd, lost, runs, seeds: map.cube.values.seed.length });
  bestAlphaKnown.emit();
}

/**
 * @param {LandscapeMap} map @param {number} line @param {number} place @param {Record<Result, Numbers>} found
 * @param {number} k
 */
function put(map, line, place, found, k) {
  const along = map.by === map.y ? map.x : map.y;
  const cell = cellOfPlaces(map.cube, { [map.by]: line, [along]: place });
  for (const name of RESULTS) map[name][cell] = found[name][k];
  const loss = Number.isNaN(found.settled[k]) ? REFUSED : found.settled[k];
  putLoss(map.cube, cell, found.diverged[k] < 0 ? loss : Infinity);
}

/** Stops the map that is filling, or goes on with it. */
export function toggleFilling() {
  const { map } = landscape;
  if (!map) return;
  map.stopped = !map.stopped;
  map.failed = false;
  mapProgressed.emit();
  fill();
}

/** The map has come in sight, or has gone. @param {boolean} inSight */
export function setInSight(inSight) {
  landscape.inSight = inSight;
  if (inSight && landscape.map && !state.held) mapFilled.emit();
  fill();
}

/**
 * A visitor who turns one knob after another is not slowed down by a map: it begins, or goes on, after a pause; so does
 * one that stopped because the server did not answer.
 * @param {() => void} choose
 */
export function fillAfterPause(choose) {
  restedAt = performance.now() + REST;
  if (landscape.map?.failed) toggleFilling();
  choose();
  setTimeout(fill, REST + 5);
}

/** A sentence about the whole map: why a loss was refused, or why nothing is run. */
export const mapSays = () => landscape.refusal || (landscape.map ? landscape.map.says : "");
