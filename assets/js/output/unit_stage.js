/**
 * A hidden unit on the stage: what it answers as a large square, where that is 0, and over it the target's border.
 * Until its numbers have come its small map stands in for them.
 * @typedef {{ numbers: Float32Array, scale: number, silent: boolean, known: ?LargeUnit }} StageUnit
 * @import { LargeUnit, Maps } from "../core/types.js"
 * @import { Shown } from "./map_selection.js"
 */

import { decode } from "../lib/arrays.js";
import { state } from "../core/state.js";
import { pictureShape, unitPicture } from "../model/pictures.js";
import { axesOf } from "../maps/spans.js";
import { zeroLines } from "./contour.js";
import { borderOf } from "./target_border.js";
import { smallMapOf } from "./unit_cards.js";

const ZERO = { width: 1.75, dash: [] };
const BORDER = { width: 1.25, dash: [5, 4] };

/**
 * The unit on the stage: { numbers, scale, silent, known: the server's words, or null }; or null.
 * @param {Maps} maps
 */
export function unitOnStage({ unit: known }) {
  const { unit } = state;
  if (!unit) return null;
  if (known && known.layer === unit[0] && known.index === unit[1]) {
    return {
      numbers: /** @type {Float32Array} */ (decode(known.values)),
      scale: known.scale,
      silent: known.silent,
      known,
    };
  }
  const small = smallMapOf(unit);
  return small && { ...small, known: null };
}

/**
 * The unit as a square, or its weights as a picture. @returns {import("./square.js").SquarePicture}
 * @param {Shown} shown @param {StageUnit} stageUnit
 */
export function unitSquare({ frame, response, grids }, { numbers, scale, silent }) {
  const unit = /** @type {[number, number]} */ (state.unit);
  const weights = unitPicture(unit);
  const shape = pictureShape();
  const targets = frame.rows === 1 ? borderOf(frame, grids.target, 0) : [];
  const zeros = silent ? [] : zeroLines(numbers);
  return {
    numbers,
    exact: false,
    sparse: false,
    scale: scale || 1,
    ...axesOf(frame, response),
    unread: Boolean(response.plane || weights),
    ...(weights && shape ? { pixels: { numbers: weights, shape } } : {}),
    lines: [...targets.map((points) => ({ points, ...BORDER })), ...zeros.map((points) => ({ points, ...ZERO }))],
    dots: [],
    ring: response.ring,
  };
}
