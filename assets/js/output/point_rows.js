/**
 * The samples of two inputs as points that can be placed: which classes they have, and where they lie on the square.
 * @typedef {{ target: number[], name: string }} PointClass
 * @typedef {number[]} Point The two inputs, then the targets.
 * @import { Experiment } from "../core/types.js"
 * @import { Span } from "../maps/spans.js"
 * @import { Shown } from "./map_selection.js"
 */

import { formatKnob } from "../core/format.js";
import { hasRows, isTable } from "../model/ports.js";
import { axesOf, shownEnds, valueAt } from "../maps/spans.js";

/** The most points that have handles. */
const MOST_POINTS = 500;
/** The most points that are made of drawn samples, the latest ones. */
const MOST_FIRST = 60;
const MOST_CLASSES = 10;
/** The values that an output of two classes has. */
const PAIRS = [
  [1, -1],
  [1, 0],
];
/** The steps across the square, at least; each is a power of ten. */
const STEPS = 100;

/**
 * The rows of an experiment as points; none where its samples are drawn.
 * @param {Experiment} experiment @returns {Point[]}
 */
export const pointsOf = ({ inputs }) =>
  hasRows(inputs) ? inputs.inputs.map((row, k) => [...row, ...inputs.targets[k]]) : [];

/**
 * The classes that points of this experiment can have; none where they cannot be placed: with other than two inputs,
 * numbers as targets, more rows than have handles, or where the target of drawn samples is not two values.
 * @param {Experiment} experiment @param {Shown} shown @returns {PointClass[]}
 */
export function pointClasses({ inputs: samples }, { frame, grids }) {
  if (frame.inputs !== 2) return [];
  if (!hasRows(samples)) return isTable(samples) || frame.rows > 1 ? [] : pairOf(Array.from(grids.target[0]));
  const { targets, classes } = samples;
  if (targets.length > MOST_POINTS) return [];
  if (classes)
    return classes.map((name, k) => ({ name, target: Array.from(classes, (_, other) => Number(other === k)) }));
  return targets[0].length === 1 ? pairOf(targets.flat()) : rowsOf(targets);
}

/** @param {number[]} values */
function pairOf(values) {
  const pair = PAIRS.find((both) => values.every((value) => both.includes(value))) ?? [];
  return pair.map((value) => classOf([value]));
}

/** Each of several outputs is 1, 0 or −1. @param {number[][]} targets */
function rowsOf(targets) {
  const different = [...new Map(targets.map((target) => [String(target), target])).values()];
  const isOfClasses = different.length <= MOST_CLASSES && different.flat().every((value) => [-1, 0, 1].includes(value));
  return isOfClasses ? different.map(classOf) : [];
}

/** @param {number[]} target @returns {PointClass} */
const classOf = (target) => ({ target, name: target.map((value) => formatKnob(value)).join(", ") });

/**
 * The ends of both axes, as the table has its numbers.
 * @param {Shown} shown @returns {Span[]}
 */
export const squareEnds = ({ frame, response }) => [0, 1].map((axis) => shownEnds(axesOf(frame, response), axis));

/** The step on which points lie: a hundredth where the square is two wide. @param {Span} span */
export const stepOf = ([low, high]) => 10 ** Math.floor(Math.log10((high - low) / STEPS));

/** A number on the steps of an axis. @param {number} value @param {Span} span */
export function onSteps(value, span) {
  const decimals = Math.max(0, -Math.round(Math.log10(stepOf(span))));
  const step = stepOf(span);
  return Number((Math.round(value / step) * step).toFixed(Math.min(100, decimals))) + 0;
}

/**
 * The latest samples that are drawn, each place once, as points.
 * @param {Shown} shown @param {PointClass[]} classes @returns {Point[]}
 */
export function firstPoints(shown, [above, below]) {
  const { marks, signs } = shown.response;
  const ends = squareEnds(shown);
  const points = marks.map((at, k) => [
    ...ends.map((span, axis) => onSteps(valueAt(span, at[axis]), span)),
    ...(signs[k][0] > 0 ? above : below).target,
  ]);
  const places = new Map(points.slice(-MOST_FIRST).map((point) => [String(point.slice(0, 2)), point]));
  return [...places.values()];
}
