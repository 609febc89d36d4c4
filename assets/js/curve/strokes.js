/** Losses by step on the canvas under the curve: the band between two rows of them, a line through one, and words. */

import { token } from "../lib/theme.js";

/** @import { Numbers, PlotPlaces } from "../core/types.js" */

/**
 * @typedef {Numbers | number[]} Losses
 * @typedef {CanvasRenderingContext2D} Context
 */

/**
 * Goes on to the loss at step number k.
 * @param {Context} context
 * @param {PlotPlaces} places
 * @param {Numbers} steps
 * @param {Losses} losses
 * @param {number} k
 */
const lineTo = (context, places, steps, losses, k) => context.lineTo(places.x(steps[k]), places.y(losses[k]));

/**
 * @param {Context} context
 * @param {PlotPlaces} places
 * @param {Numbers} steps
 * @param {Losses} low
 * @param {Losses} high
 */
export function fillBand(context, places, steps, low, high) {
  context.fillStyle = token("--now-soft");
  context.beginPath();
  for (let k = 0; k < steps.length; k++) lineTo(context, places, steps, low, k);
  for (let k = steps.length - 1; k >= 0; k--) lineTo(context, places, steps, high, k);
  context.fill();
}

/**
 * A line in the current run's colour.
 * @param {Context} context
 * @param {PlotPlaces} places
 * @param {Numbers} steps
 * @param {Losses} losses
 * @param {{ width: number, opacity?: number, dash?: number[] }} style
 */
export function strokeLosses(context, places, steps, losses, { width, opacity = 1, dash = [] }) {
  context.save();
  context.strokeStyle = token("--now");
  context.globalAlpha = opacity;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  for (let k = 0; k < steps.length; k++) lineTo(context, places, steps, losses, k);
  context.stroke();
  context.restore();
}

/** Starts to write in the page's type: the context's own functions measure and write. @param {Context} context */
export function writeWords(context) {
  context.fillStyle = token("--ink-2");
  context.font = `${token("--label")} ${getComputedStyle(document.body).fontFamily}`;
}

/** The height of words over and under their baseline, and the paper around them, in pixels. */
export const WORDS = { ascent: 10, descent: 3, around: 3 };

/**
 * Writes words on paper, over whatever lies there.
 * @param {Context} context
 * @param {string} text
 * @param {number} x Their left end, or their right one where the context aligns them so.
 * @param {number} baseline
 */
export function writeOnPaper(context, text, x, baseline) {
  const { ascent, descent, around } = WORDS;
  const { width } = context.measureText(text);
  const left = (context.textAlign === "right" ? x - width : x) - around;
  const ink = context.fillStyle;
  context.fillStyle = token("--paper");
  context.fillRect(left, baseline - ascent - 1, width + 2 * around, ascent + descent + 2);
  context.fillStyle = ink;
  context.fillText(text, x, baseline);
}
