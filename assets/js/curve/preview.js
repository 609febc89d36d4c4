/** Curve of another run, shown while the pointer hovers over a control that would select it. Changes no state. */

import { byId } from "../lib/dom.js";
import { requestAnalysis } from "../net/analyses.js";
import { withSteps } from "../net/whole_response.js";
import { drawPreview } from "./canvas.js";

/** @import { KnobValue, Knobs } from "../core/types.js" */

let wanted = 0;

/**
 * The curve under these knobs, in place of the one before; `weightSeed` draws other first weights for it.
 * @param {Partial<Knobs>} knobs
 * @param {KnobValue} [weightSeed]
 */
export async function showPreview(knobs, weightSeed = null) {
  const mine = ++wanted;
  const reply = await requestAnalysis("curve_preview", { weight_seed: weightSeed }, knobs);
  if (mine === wanted && reply && reply.line) drawPreview(byId("loss-picture"), withSteps(reply.line));
}

export function hidePreview() {
  wanted++;
  drawPreview(byId("loss-picture"), null);
}
