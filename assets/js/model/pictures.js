/**
 * Pictures that the inputs of a table make: the weights of a unit of the first dense layer, and which units have some.
 * @import { Picture, WeightsView } from "../core/types.js"
 */

import { state } from "../core/state.js";
import { denseUnit, weightBlocks } from "./weights.js";

/** The picture that the inputs make; null where they make none. @returns {?Picture} */
export const pictureShape = () => state.shown?.frame.picture ?? null;

/** The place of the layer of the hidden units whose weights are pictures; −1 where there is none. */
export function pictureLayer() {
  const { layers } = state.shown.frame.strip;
  const at = layers.findIndex(({ kind }) => kind !== "affinity" && kind !== "identity");
  return pictureShape() && at > 0 && denseUnit([at, 0])?.layer === 0 ? at : -1;
}

/**
 * The weights that lead into a unit, pixel by pixel from the upper left; null where they are no picture.
 * @param {[number, number]} unit @param {WeightsView} [view]
 */
export function unitPicture([layer, index], view = "trained") {
  const shape = pictureShape();
  if (!shape || layer !== pictureLayer()) return null;
  const at = state.shown.frame.weights.cells.findIndex((block) => block.layer === 0 && block.name === "M");
  const { rows, columns } = state.shown.frame.weights.cells[at];
  if (index >= rows || columns !== shape.cells.length) return null;
  const numbers = weightBlocks(state.shown, view)[at];
  return shape.cells.map((input) => numbers[index * columns + input]);
}
