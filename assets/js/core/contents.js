/**
 * Elements that are made anew where what they depend on is another. All of them depend on the names and the theme: on
 * inputs and outputs, activations, scalings and colours, so that no list of parts can lack one of those.
 * @import { Frame } from "./types.js"
 */

import { currentTheme } from "../lib/theme.js";
import { state } from "./state.js";

/** @type {WeakMap<Element, string>} */
const contents = new WeakMap();
/** @type {WeakMap<Frame, string>} */
const names = new WeakMap();

/** The names that a frame gives; its numbers are another matter: points and weights move them. @param {Frame} frame */
function namesOf(frame) {
  const known = names.get(frame);
  if (known) return known;
  const { strip, ports, answers, picture } = frame;
  const { target, border, reach, scale, ...outputs } = frame.response;
  const layers = strip.layers.map((layer) => ("name" in layer ? layer.name : layer.kind));
  const text = JSON.stringify([layers, strip.widths, outputs, picture, ports, answers]);
  names.set(frame, text);
  return text;
}

/**
 * Whether the element has other contents than those that depend on `parts`, which it counts as having from now on.
 * @param {Element} element
 * @param {unknown} parts As JSON.
 * @param {Frame} [frame] The frame where that is not the shown run's.
 */
export function hasOtherContents(element, parts, frame = state.shown?.frame) {
  const wanted = [frame && namesOf(frame), currentTheme(), JSON.stringify(parts)].join("\n");
  if (contents.get(element) === wanted) return false;
  contents.set(element, wanted);
  return true;
}

/** Empties the element, if it has contents that depend on parts. @param {Element} element */
export function removeContents(element) {
  if (!contents.delete(element)) return false;
  element.replaceChildren();
  return true;
}
