/**
 * Positions of α's slider where an α stood that the slider does not give by itself, because it was typed or opened:
 * who turns the knob away and back is at the same α again, to the last bit.
 */

import { sliderKnobs } from "../core/knobs.js";
import { runCompleted } from "../core/signals.js";

const MOST = 32;
const { step } = sliderKnobs.find(({ name }) => name === "alpha").slider;
const known = new Map();

const placeOf = (position) => Math.round(position / step);

/** What a request says of α at a position: the α that stood there, or the position. */
export const alphaToSend = (position) => known.get(placeOf(position)) ?? { position };

function remember({ controls, experiment }) {
  const place = placeOf(controls.position);
  known.delete(place);
  known.set(place, experiment.alpha);
  if (known.size > MOST) known.delete(known.keys().next().value);
}

export function installExactAlpha() {
  runCompleted.on(remember);
}
