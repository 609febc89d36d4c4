/**
 * Heat maps of weights: cells of colour painted on a canvas, and the names of their rows and columns.
 * @typedef {Pick<Block, "rows" | "columns" | "box"> & { gap?: number[] }} Painted
 * @import { Block, Ramp, WeightName } from "../core/types.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { find, make, percent } from "../lib/dom.js";
import { currentTheme } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { rampOf, shadeOf } from "./colour_ramp.js";

const GAP = 1.5;

/** The canvas of a box, as large as it is and cleared. @param {HTMLElement} box */
function canvasOf(box) {
  /** @type {?HTMLCanvasElement} */
  const before = find(box, "canvas.live");
  const canvas = before || box.insertBefore(make("canvas", { class: "live", "aria-hidden": "true" }), box.firstChild);
  const size = sizeOf(canvas);
  return { context: prepareCanvas(canvas, size), ...size };
}

/** The colours of weights in the theme of the page. */
const weightRamp = () => constants.weightRamps[currentTheme()];

/** The names of rows and columns; those of rows know how high a row is, in hundredths. @param {WeightName[]} names */
export function nameElements(names) {
  const tops = names.filter(({ side }) => side === "beside").map(({ top }) => top);
  const row = Math.min(1, ...tops.slice(1).map((top, k) => top - tops[k]));
  return names.map(({ text, left, top, side, width }) => {
    /** @type {Record<string, string | number>} */
    const wide = width === undefined ? { "--row": 100 * row } : { width: percent(width) };
    const style = { left: percent(left), top: percent(top), ...wide };
    return make("span", { class: `name-${side}`, title: text.replaceAll("\u00ad", ""), style }, text);
  });
}

/** Whether a table has given the names over columns, which are as wide as those. @param {WeightName[]} names */
export const haveGivenNames = (names) => names.some(({ side, width }) => side === "over" && width !== undefined);

/**
 * Blocks of cells: each lies in a box of shares from the left and the top, and may say how far apart its cells are.
 * @param {HTMLElement} box @param {Painted[]} blocks @param {ArrayLike<number>[]} numbers @param {number} scale
 * @param {Ramp} colours
 */
export function paintCells(box, blocks, numbers, scale, colours = weightRamp()) {
  const { context, width, height } = canvasOf(box);
  const ramp = rampOf(colours);
  blocks.forEach(({ rows, columns, box: [left, top, wide, high], gap = [GAP, GAP] }, k) => {
    const across = (wide * width) / columns;
    const down = (high * height) / rows;
    for (let i = 0; i < rows * columns; i++) {
      const value = numbers[k][i];
      if (!Number.isFinite(value)) continue;
      const x = left * width + (i % columns) * across + gap[0] / 2;
      const y = top * height + Math.floor(i / columns) * down + gap[1] / 2;
      context.fillStyle = `rgb(${ramp[shadeOf(value, scale)].join()})`;
      context.fillRect(x, y, across - gap[0], down - gap[1]);
    }
  });
}
