/**
 * Letters over the colours of a map: the mark of each sample's class, on a rim of paper.
 * @typedef {{ at: number[], text: string, opacity?: number }} Letter In pixels.
 * @import { Context } from "../lib/svg_context.js"
 */

const FONT = "600 12px";
const RIM = 3;

/** @param {Context} context @param {Letter[]} letters @param {{ paper: string, ink: string }} colours */
export function drawLetters(context, letters, { paper, ink }) {
  context.font = `${FONT} ${getComputedStyle(document.body).fontFamily}`;
  context.lineJoin = "round";
  context.lineWidth = RIM;
  context.strokeStyle = paper;
  context.fillStyle = ink;
  if ("textBaseline" in context) context.textBaseline = "middle";
  /** @type {Map<string, number>} */
  const widths = new Map();
  for (const { at, text, opacity = 1 } of letters) {
    if (!widths.has(text)) widths.set(text, context.measureText(text).width);
    const left = at[0] - Number(widths.get(text)) / 2;
    context.globalAlpha = opacity;
    context.strokeText(text, left, at[1]);
    context.fillText(text, left, at[1]);
  }
  context.globalAlpha = 1;
}
