/** The runs that were pinned, each with a letter and whether its curve is drawn. */

import { sameRun } from "../core/knobs.js";
import { noticeRaised, pinsChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { saveSession } from "./session.js";

const LETTERS = ["A", "B", "C", "D"];
const FULL = "Four runs are pinned already. Take one out of the table first.";

/** The pin of the run that is shown, or undefined. */
export const currentPin = () => state.pins.find(({ run }) => sameRun(run.summary, state.base.summary));

/** The pins whose curves are drawn: none as long as one of them may tell what is to be predicted. */
export const drawnPins = () => state.pins.filter(({ on }) => on && !state.predicting);

function changePins(pins) {
  state.pins = pins;
  saveSession();
  pinsChanged.emit();
}

/** Pins the run that is shown, under the first free letter. */
export function pinRun() {
  if (!state.base) return;
  const letter = LETTERS.find((free) => !state.pins.some((pin) => pin.letter === free));
  if (!letter) {
    noticeRaised.emit(FULL);
    return;
  }
  const pins = [...state.pins, { letter, on: false, run: state.base }];
  changePins(pins.sort((a, b) => a.letter.localeCompare(b.letter)));
}

export const removePin = (pin) => changePins(state.pins.filter((other) => other !== pin));
export const clearPins = () => changePins([]);

/** Draws the pinned run's curve, or takes it out of the plot. */
export function togglePinnedCurve(pin) {
  pin.on = !pin.on;
  changePins(state.pins);
}
