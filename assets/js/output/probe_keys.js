/**
 * The probed point by keyboard: arrows move it over the square or along the curve, and words say what is there.
 * @import { Maps } from "../core/types.js"
 * @import { Axes } from "../maps/spans.js"
 * @import { Shown } from "./map_selection.js"
 */

import { focusedIn, make, setText } from "../lib/dom.js";
import { state } from "../core/state.js";
import { axesOf, spanOf } from "../maps/spans.js";
import { probeInput, probedInput } from "../step/probe.js";
import { pausePlay } from "../step/scrubber.js";

const STEPS = 50;
const FAR = 5;
/** @type {Record<string, [right: number, up: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * The vector that an arrow leads to: a fiftieth of the reach further, or five with Shift, and never past the edges.
 * @param {number[]} vector @param {KeyboardEvent} event @param {Axes & { axes: number[] }} fields
 */
export function movedBy(vector, { key, shiftKey }, { axes, ...spanned }) {
  const moved = [...vector];
  ARROWS[key].forEach((by, k) => {
    const axis = axes[k];
    if (!by || axis === undefined || axis >= moved.length) return;
    const [low, high] = spanOf(spanned, k);
    const step = ((high - low) / 2 / STEPS) * (shiftKey ? FAR : 1);
    moved[axis] = Number(Math.max(low, Math.min(high, moved[axis] + by * step)).toPrecision(4));
  });
  return moved;
}

/**
 * Keys on a picture; those that it takes are no shortcuts of the page.
 * @param {KeyboardEvent} event @param {Shown} shown
 */
export function probeWithKeys(event, { frame, response }) {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return;
  if (ARROWS[key]) {
    pausePlay();
    const axes = frame.inputs === 1 ? [0] : response.axes;
    probeInput(movedBy(state.ownInput || probedInput(), event, { ...axesOf(frame, response), axes }));
  } else if (key === "Escape" && state.ownInput) probeInput(null);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Says the probed input, for whoever moves it without seeing it. @param {HTMLElement} box @param {Maps} maps */
export function sayProbe(box, { says }) {
  if (!state.ownInput || !focusedIn(box)?.matches(".stage-map")) return;
  const live = box.querySelector(".spoken") || box.appendChild(make("p", { class: "spoken", "aria-live": "polite" }));
  setText(live, says.map(([text]) => text).join(""));
}
