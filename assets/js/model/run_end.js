/**
 * The output map at the end of the run that is shown, as the page has drawn it; and in little, as it is stored with a
 * pinned run.
 */

import { decode, encodeBase64, rowsOf } from "../lib/arrays.js";
import { numbersOf, shadesOf } from "../lib/shades.js";
import { mapsReceived } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";

/** @import { Analyses, Maps, Numbers, TargetMap, Thumbnail } from "../core/types.js" */

/** Numbers along each axis of a thumbnail, and how many outputs have one. */
export const THUMBNAIL_SIDE = 24;
const MOST_OUTPUTS = 2;

/**
 * @typedef {{ run: string, map: TargetMap, response: Maps }} RunEnd
 * @type {?RunEnd}
 */
let end = null;

/** @param {import("../core/signals.js").StepMaps} reply */
function remember({ summary = state.shown.summary, place, response }) {
  if (place.step === place.last && !response.plane)
    end = { run: summary.fingerprint, map: state.shown.frame.response, response };
}

/** The map at the end of the run that is shown, by the frame and the run; null where it has not come. */
export const outputAtEnd = () => (end && end.run === state.shown.summary.fingerprint ? end : null);

/** The thumbnail of the run that is shown; null where its output map at the end has not come. */
export function knownThumbnail() {
  const known = outputAtEnd();
  return known && thumbnailOf(known.map, known.response);
}

/** Its thumbnail, too; where the cursor stands at an earlier step, the map at the end is asked for. */
export async function thumbnailAtEnd() {
  const { response: map } = state.shown.frame;
  /** @type {?Analyses["step"]} */
  let reply;
  do reply = await requestAnalysis("step", { step: null, own: null, axes: state.mapAxes });
  while (reply && "done" in reply);
  return reply && thumbnailOf(map, reply.response);
}

/** @param {TargetMap} target @param {Maps} maps @returns {Thumbnail} */
function thumbnailOf({ rows, inputs, scale, probability }, { output, highest }) {
  const numbers = decode(output);
  // Probabilities go from 0 to 1, the colours from −1 to 1.
  const flat = probability && inputs > 1 ? numbers.map((value) => 2 * value - 1) : numbers;
  const curve = inputs === 1;
  const few = rowsOf(flat, flat.length / rows).slice(0, MOST_OUTPUTS);
  const bytes = few.map((row) => shadesOf(curve ? fewer(row) : fewerAcross(row), curve ? highest : scale));
  return { curve, maps: bytes.map((shades) => ({ dtype: "u1", bdata: encodeBase64(shades) })) };
}

/**
 * The place among `count` numbers of the one that stands for number k of the few.
 * @param {number} k
 * @param {number} count
 */
const placeOf = (k, count) => Math.round((k * (count - 1)) / (THUMBNAIL_SIDE - 1));

/** @param {Numbers} numbers */
const fewer = (numbers) => Array.from({ length: THUMBNAIL_SIDE }, (_, k) => numbers[placeOf(k, numbers.length)]);

/** @param {Numbers} numbers */
function fewerAcross(numbers) {
  const side = Math.sqrt(numbers.length);
  /** @param {number} k */
  const row = (k) => numbers.subarray(placeOf(k, side) * side, (placeOf(k, side) + 1) * side);
  return Array.from({ length: THUMBNAIL_SIDE }, (_, k) => fewer(row(k))).flat();
}

/**
 * The numbers of a thumbnail for each output, as shares of the scale from −1 to 1; nan for what is not finite.
 * @param {Thumbnail} thumbnail
 */
export const thumbnailShares = ({ maps }) => maps.map((map) => numbersOf(decode(map), 1));

export function installRunEnd() {
  mapsReceived.on(remember);
}
