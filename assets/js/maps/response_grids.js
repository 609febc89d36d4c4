/**
 * The numbers of response maps: a grid of the target, the output and their difference for each output. The frame brings
 * the target, a run brings the outputs.
 * @typedef {object} Grids
 * @property {Float32Array[]} target Nan where nobody knows it.
 * @property {Float32Array[]} output
 * @property {() => Float32Array[]} errors Output minus target, computed when somebody asks first.
 * @typedef {{ middle: number, scale: number }} ColourEnds
 * @import { EncodedArray, Maps, TargetMap } from "../core/types.js"
 */

import { decode, rowsOf } from "../lib/arrays.js";

const HALF = 0.5;
/** @param {EncodedArray} array */
const numbersOf = (array) => /** @type {Float32Array} */ (decode(array));
/** @type {WeakMap<Maps, Grids>} */
const known = new WeakMap();

/**
 * The colours of a quantity: the middle, and the distance from it at which those of low and of high numbers end.
 * Probabilities go from 0 to 1, and so do their targets; errors are around 0 as ever.
 * @param {TargetMap} targetMap @param {string} quantity
 */
export const coloursOf = ({ scale, probability }, quantity) =>
  probability && quantity !== "error" ? { middle: HALF, scale: HALF } : { middle: 0, scale };

/**
 * The noun for outputs: "probability" where a loss reads them as probabilities.
 * @param {TargetMap} targetMap
 */
export const outputNoun = ({ probability }) => (probability ? "probability" : "output");

/** The name of the outputs. @param {TargetMap} frame */
export const outputName = (frame) => asShown(outputNoun(frame), frame);

/**
 * The title of curves: the target is a dotted line, or known at samples only, of which some may be held out.
 * @param {TargetMap} frame @param {unknown[]} [held]
 */
export function curvesTitle(frame, held = []) {
  const samples = ["Targets as dots", ...(held.length ? ["held out as circles"] : [])];
  const targets = frame.target ? ["Target dotted"] : samples;
  return [...targets, `${outputName(frame)} solid`].join(", ");
}

/**
 * The name of a quantity of outputs, which says where they are scaled.
 * @param {string} name @param {Pick<TargetMap, "scaled">} frame
 */
export const asShown = (name, { scaled }) => (scaled ? `scaled ${name}` : name);

/** The ends of the colours that targets and outputs have. @param {TargetMap} frame */
export function colourEnds(frame) {
  const { middle, scale } = coloursOf(frame, "output");
  return [middle - scale, middle, middle + scale];
}

/** A response's grids; they are decoded once. @returns {Grids} @param {TargetMap} frame @param {Maps} response */
export function gridsOf(frame, response) {
  if (!known.has(response)) known.set(response, decodedGrids(frame, response));
  return /** @type {Grids} */ (known.get(response));
}

/** @param {TargetMap} frame @param {Maps} maps */
function decodedGrids(frame, { output: outputs, target: targets }) {
  /** @param {Float32Array} flat */
  const rowsIn = (flat) => rowsOf(flat, flat.length / frame.rows);
  const output = rowsIn(numbersOf(outputs));
  const target = targets ? rowsIn(numbersOf(targets)) : targetsOf(frame, output);
  const subtract = () => output.map((numbers, row) => numbers.map((value, k) => value - target[row][k]));
  /** @type {?Float32Array[]} */
  let errors = null;
  return { target, output, errors: () => (errors = errors || subtract()) };
}

/** @type {WeakMap<TargetMap, Float32Array[]>} */
const decoded = new WeakMap();

/** The frame's targets, or gaps where it brings none. @param {TargetMap} frame @param {Float32Array[]} outputs */
function targetsOf(frame, outputs) {
  if (!frame.target) return outputs.map((numbers) => numbers.map(() => NaN));
  if (!decoded.has(frame)) {
    const flat = numbersOf(frame.target);
    decoded.set(frame, rowsOf(flat, flat.length / frame.rows));
  }
  return /** @type {Float32Array[]} */ (decoded.get(frame));
}
