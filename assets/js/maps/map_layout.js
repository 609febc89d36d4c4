/**
 * The positions of the response maps in their box, in pixels, and the input under a pixel. Squares have a row for each
 * output and a column for each quantity; with one input all curves share one plot.
 * @typedef {{ row: number, column: number, left: number, top: number, width: number, height: number }} Plot
 * @typedef {Axes & { inputs: number, plots: Plot[] }} MapLayout
 * @typedef {{ plot: Plot, across: number, up: number }} MapPlace
 * @import { MapPicture, Point } from "./map_canvas.js"
 * @import { Axes } from "./spans.js"
 */

import { spanOf, valueAt } from "./spans.js";

const SQUARES = { left: 20, right: 0, top: 20, bottom: 0 };
const CURVES = { left: 34, right: 4, top: 20, bottom: 22 };
/** Of many outputs all gaps together take as much as those of three do, so that their maps stay squares. */
const GAP = { across: 0.03, down: (/** @type {number} */ outputs) => Math.min(0.04, 0.12 / outputs) };

/**
 * The plots of a picture in a box of that size; their edges are whole pixels, so that they are sharp.
 * @param {Pick<MapPicture, "inputs" | "reach" | "spans"> &
 *   { names: ArrayLike<unknown>, columns: ArrayLike<unknown> }} fields
 * @param {{ width: number, height: number }} fields
 */
export function layoutOf({ inputs, reach, spans, names, columns }, { width, height }) {
  const margin = inputs === 1 ? CURVES : SQUARES;
  const across = cuts(margin.left, width - margin.right, inputs === 1 ? 1 : columns.length, GAP.across);
  const outputs = inputs === 1 ? 1 : names.length;
  const down = cuts(margin.top, height - margin.bottom, outputs, GAP.down(outputs));
  const plots = down.flatMap(([top, bottom], row) =>
    across.map(([left, right], column) => ({ row, column, left, top, width: right - left, height: bottom - top })),
  );
  return { inputs, reach, spans, plots };
}

/**
 * Equal pieces of a length, with gaps between them that are a share of it.
 * @param {number} from @param {number} to @param {number} count @param {number} gap
 */
function cuts(from, to, count, gap) {
  const step = ((to - from) * (1 + gap)) / count;
  const size = step - (to - from) * gap;
  /** @param {number} k */
  const at = (k) => from + k * step;
  return Array.from({ length: count }, (_, k) => [Math.round(at(k)), Math.round(at(k) + size)]);
}

/**
 * The plot under a pixel of the box, with the shares of the way across and up there; null beside the plots.
 * @param {MapLayout} mapLayout @param {number} x @param {number} y
 */
export function placeAt({ plots }, x, y) {
  for (const plot of plots) {
    const across = (x - plot.left) / plot.width;
    const up = 1 - (y - plot.top) / plot.height;
    if (inside([across, up])) return { plot, across, up };
  }
  return null;
}

/**
 * The input under a pixel of the box, a number for each axis of its plot; null beside the plots.
 * @param {MapLayout} layout @param {number} x @param {number} y
 */
export function inputAt(layout, x, y) {
  const place = placeAt(layout, x, y);
  if (!place) return null;
  const shares = layout.inputs === 1 ? [place.across] : [place.across, place.up];
  return shares.map((share, axis) => valueAt(spanOf(layout, axis), share));
}

/** Whether shares of the way across and up lie within a plot. @param {Point} point */
export const inside = ([across, up]) => across >= 0 && across <= 1 && up >= 0 && up <= 1;

/** The pixel at shares of the way across and up a plot. @param {Plot} plot @param {Point} point */
export const pixelAt = ({ left, top, width, height }, [across, up]) => [left + width * across, top + height * (1 - up)];
