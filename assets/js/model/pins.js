/** The runs that were pinned, in that order, each with a letter, a name, and whether its curve is drawn. */

import { sameRun } from "../core/knobs.js";
import { noticeRaised, pinRenamed, pinsChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { knownThumbnail, thumbnailAtEnd } from "./run_end.js";
import { saveSession } from "./session.js";

/** @import { Pin } from "../core/types.js" */

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const FULL = `${LETTERS.length} runs are pinned already. Take one out of the table first.`;

/** Of a name, in characters. */
export const LONGEST_NAME = 24;

/** The name of a pin: the letter until somebody types one. @param {Pin} pin */
export const pinName = ({ letter, name }) => name || letter;

/** The pin of the run that is shown, or undefined. */
export const currentPin = () => state.pins.find(({ run }) => sameRun(run.summary, state.base.summary));

/** The pins whose curves are drawn: no pin while a result is to be predicted, which one of them may tell. */
export const drawnPins = () => state.pins.filter(({ on }) => on && !state.predicting);

/** @param {Pin[]} pins */
function changePins(pins) {
  state.pins = pins;
  saveSession();
  pinsChanged.emit();
}

/** Pins the run that is shown, under the first free letter; the pin, or null where there is no letter left. */
export function pinRun() {
  if (!state.base) return null;
  const letter = LETTERS.find((free) => !state.pins.some((pin) => pin.letter === free));
  if (!letter) {
    noticeRaised.emit(FULL);
    return null;
  }
  const isShown = sameRun(state.base.summary, state.shown.summary);
  /** @type {Pin} */
  const pin = { letter, on: false, run: state.base, picture: isShown ? knownThumbnail() : null };
  changePins([...state.pins, pin]);
  if (isShown && !pin.picture) addPicture(pin);
  return pin;
}

/** @param {Pin} pin */
async function addPicture(pin) {
  pin.picture = await thumbnailAtEnd();
  if (pin.picture && state.pins.includes(pin)) changePins(state.pins);
}

/** Calls a pin by another name; without one it has its letter again. @param {Pin} pin @param {string} text */
export function renamePin(pin, text) {
  const name = text.trim().slice(0, LONGEST_NAME);
  // The current run is called Now.
  pin.name = name.toLowerCase() === "now" ? undefined : name || undefined;
  saveSession();
  pinRenamed.emit();
}

/** @param {Pin} pin */
export const removePin = (pin) => changePins(state.pins.filter((other) => other !== pin));
export const clearPins = () => changePins([]);

/** Draws the pinned run's curve, or takes it out of the plot. @param {Pin} pin */
export function togglePinnedCurve(pin) {
  pin.on = !pin.on;
  changePins(state.pins);
}
