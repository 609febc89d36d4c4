/** Parts of charts of what a class said beside what happened, and their tables for those who do not see them. */

import { make } from "../js/lib/dom.js";
import { path, rect, text } from "./elements.js";
import { curveLine, drawing, lossAxis, lossY, sampleNames } from "./axis.js";
import { formatNumber } from "./numbers.js";
import { say } from "./words.js";

/** @import { Ask, HuntAsk, LossAxis, Room, Shown, Votes } from "./types.js" */

/** The rounds as styles call them. */
export const ROUNDS = ["early", "late"];
/** How far one name stands above another, in units. */
export const NAME = 1.25;

/** @param {Votes} votes */
export const people = (votes) => Object.values(votes).reduce((sum, [sure, unsure]) => sum + sure + unsure, 0);

/** The rounds that somebody answered, each with its style. @param {Shown} shown */
export const answered = ({ rounds }) =>
  rounds.map((votes, at) => ({ votes, at })).filter(({ votes }) => people(votes) > 0);

/** @param {number} at */
export const roundName = (at) => say(at ? "after_talking" : "at_first");

/**
 * The question's run before, while the class predicts.
 * @param {Ask | HuntAsk} ask @param {boolean} isNamed Whether its final loss is named. @param {Room} room
 */
export function questionChart(ask, isNamed, { width, height, unit }) {
  const box = { width, height, left: 5.2 * unit, right: 10, top: 4, foot: 2.2 * unit, stop: 1.7 * unit };
  const axis = lossAxis(ask.axis, box);
  const parts = [...axis.frame, curveLine(axis, ask.curve, "before"), ...sampleNames(axis, height, ask.samples)];
  if (isNamed) parts.push(...beforeLine(ask, axis, axis.right - 6, unit));
  return drawing(box, say("curve_before"), ...parts);
}

/** @param {Ask | HuntAsk} ask @param {LossAxis} axis @param {number} end @param {number} unit */
export function beforeLine({ before }, axis, end, unit) {
  if (before === null) return [];
  const y = lossY(axis, before);
  const name = text("label", end, beforeBase(axis, before, unit), say("before", { loss: formatNumber(before) }), "end");
  return [path("line mark", `M${axis.left} ${y}H${axis.right}`), name];
}

/**
 * The base of the name of the run before: under its line, or above it at the foot of the axis.
 * @param {LossAxis} axis @param {number} before @param {number} unit
 */
export function beforeBase(axis, before, unit) {
  const y = lossY(axis, before);
  return y + 1.7 * unit < axis.bottom ? y + 1.7 * unit : y - unit;
}

/** The lowest and the highest loss within luck; null where there is no band. @param {Shown} shown */
export function bandEnds({ band: ends, high }) {
  const low = ends?.[0];
  return low === null || low === undefined || !high ? null : [low, high];
}

/** The band of luck. @param {Shown} shown @param {LossAxis} axis */
export function band(shown, axis) {
  const ends = bandEnds(shown);
  if (!ends) return [];
  const [end, y] = ends.map((loss) => lossY(axis, loss));
  return [rect("band", axis.left, y, axis.right - axis.left, Math.max(3, end - y))];
}

/**
 * How many gave each value, sure and not sure, as a table of the rounds that somebody answered.
 * @param {Shown} shown
 * @param {[key: number, name: string, ...more: string[]][]} rows
 * @param {...string} last The heads of more.
 */
export function votesTable(shown, rows, ...last) {
  const rounds = answered(shown);
  const heads = rounds.flatMap(({ at }) => ["sure", "not_sure"].map((how) => `${roundName(at)}, ${say(how)}`));
  const cells = (/** @type {number} */ key) => rounds.flatMap(({ votes }) => (votes[key] ?? [0, 0]).map(String));
  return table(
    [...heads, ...last],
    rows.map(([key, name, ...more]) => [name, ...cells(key), ...more]),
  );
}

/** @param {string[]} heads @param {string[][]} rows Each begins with its name; without both there is no table. */
export function table(heads, rows) {
  if (!rows.length || !heads.length) return [];
  const head = make("tr", {}, make("td"), ...heads.map((words) => make("th", { scope: "col" }, words)));
  const body = rows.map(([name, ...cells]) =>
    make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((words) => make("td", {}, words))),
  );
  return [make("table", {}, head, ...body)];
}
