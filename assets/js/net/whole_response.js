/**
 * The parts of a response that are left out because the page can tell them: the steps of a trace that are 0, 1, 2, …,
 * and a low-pass line that the figure draws as it is.
 */

import { decode, encodeBase64 } from "../lib/arrays.js";
import { constants } from "../core/constants.js";

/** @import { EncodedArray, RunResponse } from "../core/types.js" */

/** @type {{ count: number, steps: EncodedArray }} */
let counted = { count: -1, steps: { dtype: "i4", bdata: "" } };

/**
 * The steps 0, 1, 2, … as an encoded array; made once for runs of equal length.
 * @param {number} count
 * @returns {EncodedArray}
 */
function stepsBelow(count) {
  if (counted.count !== count) {
    const steps = Int32Array.from({ length: count }, (_, step) => step);
    counted = { count, steps: { dtype: "i4", bdata: encodeBase64(steps) } };
  }
  return counted.steps;
}

/**
 * A trace or a line with its steps.
 * @template {{ x: EncodedArray, y: EncodedArray }} Line
 * @param {Line} line
 * @returns {Line}
 */
export const withSteps = (line) => (line.x ? line : { ...line, x: { ...stepsBelow(decode(line.y).length) } });

/** @param {RunResponse} response */
export function whole(response) {
  const data = response.loss.data.map(withSteps);
  const { x, y } = data.find(({ uid }) => uid === constants.traces.line) ?? data[0];
  const ghost = response.ghost.y ? withSteps(response.ghost) : { ...response.ghost, x, y };
  return { ...response, loss: { ...response.loss, data }, ghost };
}
