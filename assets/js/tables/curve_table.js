/**
 * The data of the curve as a table in a dialog: at some hundred steps at most the loss, the smoothed loss, the held-out
 * loss where it is on, and the smoothed loss of every other run that is drawn.
 * @typedef {{ name: string, at: (step: number) => ?number, least?: number }} CurveColumn
 * @import { Figure, Run, RunResponse } from "../core/types.js"
 */

import { decode } from "../lib/arrays.js";
import { byId, dialogById, make, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { capitalized, formatCount, formatNumber } from "../core/format.js";
import { placeWord } from "../core/knobs.js";
import { runSettled } from "../core/signals.js";
import { drawnGhosts, state } from "../core/state.js";
import { isComparing } from "../model/comparison.js";
import { drawnPins, pinName } from "../model/pins.js";
import { currentTrajectory, lossAt } from "../model/trajectory.js";
import { lowPassLine } from "../curve/pinned_curves.js";

const MOST_ROWS = 100;

/**
 * The height of a line at a step: on the straight line between the points beside it, and none where it ends before.
 * @param {{ x: ArrayLike<number>, y: ArrayLike<number> }} line
 * @param {number} step
 */
function heightAt({ x, y }, step) {
  const last = x.length - 1;
  // A bin of several losses stands in its middle.
  const half = last > 0 ? (x[1] - x[0]) / 2 : 0;
  if (last < 0 || step < x[0] - half || step > x[last] + half) return null;
  if (step <= x[0]) return y[0];
  if (step >= x[last]) return y[last];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= step) low = middle;
    else high = middle;
  }
  const share = (step - x[low]) / (x[high] - x[low]);
  return share === 0 ? y[low] : y[low] + share * (y[high] - y[low]);
}

/**
 * The steps of the rows: evenly apart, at such as the page has the losses of, and the last one; held-out samples have a
 * loss after that.
 * @param {RunResponse} runResponse
 */
function stepsOfRows({ summary: { samples }, loss }) {
  const kept = currentTrajectory()?.every ?? 1;
  const apart = kept * Math.max(1, Math.ceil(samples / (kept * MOST_ROWS)));
  const steps = Array.from({ length: Math.ceil(samples / apart) }, (_, k) => k * apart);
  const last = heldOutLine(loss) ? samples : samples - 1;
  return steps.at(-1) === last ? steps : [...steps, last];
}

/**
 * The columns after that of the steps: the loss at a step or null, and the lowest that is known.
 * @param {RunResponse} response @returns {CurveColumn[]}
 */
function columnsOf(response) {
  /** @param {Pick<Run, "ghost">} run */
  const smoothed = (run) => (/** @type {number} */ step) => heightAt(lowPassLine(run), step);
  const held = heldOutLine(response.loss);
  const heldAt = (/** @type {number} */ step) => held && heightAt(held, step);
  return [
    { name: "Loss", at: currentTrajectory() ? lossAt : dotAt(response) },
    { name: "Smoothed", at: smoothed(response) },
    // A line below the axis runs along its lower end.
    ...(held ? [{ name: "Held-out", at: heldAt, least: 10 ** response.ends.below }] : []),
    ...otherRuns().map(({ name, run }) => ({ name, at: smoothed(run) })),
  ];
}

/** The line of the held-out samples; null where none is drawn. @param {Figure} figure */
function heldOutLine({ data }) {
  const line = data.find(({ name }) => name === constants.traces.held);
  return line ? { x: decode(line.x), y: decode(line.y) } : null;
}

/** The runs that are drawn beside this one, the latest first. */
function otherRuns() {
  const { compared } = state;
  if (isComparing() && compared) return [{ name: pinName(compared), run: compared.run }];
  const earlier = [...drawnGhosts()].reverse().map((run) => ({ name: run.label, run }));
  return [...earlier, ...drawnPins().map((pin) => ({ name: pinName(pin), run: pin.run }))];
}

/**
 * The losses that are drawn as dots, for as long as those of all steps have not come.
 * @param {RunResponse} runResponse
 */
function dotAt({ loss }) {
  const dots = loss.data.find(({ name }) => name === constants.traces.dots);
  if (!dots) return () => null;
  const [steps, losses] = [dots.x, dots.y].map(decode);
  const known = new Map(Array.from(steps, (step, k) => [step, losses[k]]));
  return (/** @type {number} */ step) => known.get(step) ?? null;
}

const CLOSE = 1 + 1e-6;

/** @param {?number} loss @param {number} least */
function textOf(loss, least = 0) {
  if (loss === null) return "–";
  return loss <= least * CLOSE ? `below ${formatNumber(least)}` : formatNumber(loss);
}

/** @param {number} rows @param {number} samples @param {number} others */
function tableWords(rows, samples, others) {
  const part = rows < samples ? `The table has ${formatCount(rows)} of ${formatCount(samples)} losses.` : "";
  return [part, others ? "Runs that are drawn beside this one have their smoothed losses." : ""].join(" ").trim();
}

export function openCurveTable() {
  fill();
  dialog().showModal();
}

const dialog = () => dialogById("curve-table");

function fill() {
  const { shown } = state;
  const { summary } = shown;
  const columns = columnsOf(shown);
  const heads = [capitalized(placeWord(summary)), ...columns.map(({ name }) => name)];
  const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)));
  /** @param {number} step */
  const row = (/** @type {number} */ step) => {
    const cells = columns.map(({ at, least }) => make("td", {}, textOf(at(step), least)));
    return make("tr", {}, make("th", { scope: "row" }, formatCount(step)), ...cells);
  };
  const steps = stepsOfRows(shown);
  const caption = make("caption", {}, shown.said.aria);
  byId("curve-rows").replaceChildren(caption, make("thead", {}, head), make("tbody", {}, ...steps.map(row)));
  setText(byId("curve-table-says"), tableWords(steps.length, summary.samples, otherRuns().length));
}

/** A run may come when the table is open already. */
export function installCurveTable() {
  runSettled.on(() => dialog().open && fill());
}
