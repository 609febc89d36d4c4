/**
 * Pictures of pixels: weights in the colours of maps, each picture on its own scale, and rows of a table in ink.
 * @import { Picture, Ramp, RowPictures } from "../core/types.js"
 */

import { decode } from "../lib/arrays.js";
import { contextOf } from "../lib/canvas.js";
import { make } from "../lib/dom.js";
import { token } from "../lib/theme.js";
import { channelsOf, rampOf, shadeOf } from "./colour_ramp.js";

const LEAST = 1e-12;

/**
 * Weights into a box of that width, or less where the picture is higher than wide.
 * @param {CanvasRenderingContext2D} context @param {number[]} numbers Row by row from the upper left.
 * @param {Picture} picture @param {number[]} place Left and top. @param {number} side @param {Ramp} ramp
 */
export function drawPixelPicture(context, numbers, { rows, columns }, [left, top], side, ramp) {
  const scale = Math.max(LEAST, ...numbers.filter(Number.isFinite).map(Math.abs));
  const shades = rampOf(ramp);
  const cell = side / Math.max(rows, columns);
  const [x, y] = [left + (side - cell * columns) / 2, top + (side - cell * rows) / 2];
  // On whole pixels there are no seams between the cells.
  const ratio = context.getTransform().a;
  /** @param {number} start @param {number} at */
  const edge = (start, at) => Math.round((start + at * cell) * ratio) / ratio;
  numbers.forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    context.fillStyle = `rgb(${shades[shadeOf(value, scale)].join()})`;
    const [row, column] = [Math.floor(at / columns), at % columns];
    const [from, above] = [edge(x, column), edge(y, row)];
    context.fillRect(from, above, edge(x, column + 1) - from, edge(y, row + 1) - above);
  });
}

/**
 * A row of the table as a small picture; null where it is not among these.
 * @param {RowPictures | undefined} pictures @param {Picture | null} shape @param {number} row
 */
export function rowPicture(pictures, shape, row) {
  const at = pictures ? pictures.rows.indexOf(row) : -1;
  if (!pictures || !shape || at < 0) return null;
  const { rows, columns } = shape;
  const pixels = decode(pictures.pixels).subarray(at * rows * columns, (at + 1) * rows * columns);
  const canvas = make("canvas", { class: "row-picture", width: columns, height: rows, "aria-hidden": "true" });
  const context = contextOf(canvas);
  const image = context.createImageData(columns, rows);
  const ink = channelsOf(token("--ink"));
  pixels.forEach((dark, k) => image.data.set([...ink, dark], 4 * k));
  context.putImageData(image, 0, 0);
  return canvas;
}
