/**
 * Positions of α's slider where an α stood that the slider does not give by itself, because it was typed or opened:
 * who turns the knob away and back is at the same α again, to the last bit. An experiment that is chosen begins anew.
 */

import { sliderOf } from "../core/knobs.js";
import { runCompleted } from "../core/signals.js";

/** @import { RunResponse } from "../core/types.js" */

const MOST = 32;
const { step } = sliderOf("alpha");
/** @type {Map<number, number>} */
const known = new Map();

/** @param {number} position */
const placeOf = (position) => Math.round(position / step);

/** The value of α in a request, at a position: the α that stood there, or the position. @param {number} position */
export const alphaToSend = (position) => known.get(placeOf(position)) ?? { position };

/** @param {RunResponse} response */
function remember({ act, controls, experiment }) {
  if (act === "choose") known.clear();
  const place = placeOf(controls.position);
  known.delete(place);
  known.set(place, experiment.alpha);
  if (known.size > MOST) known.delete([...known.keys()][0]);
}

export function installExactAlpha() {
  runCompleted.on(remember);
}
