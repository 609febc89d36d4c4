/**
 * Colours painted on a canvas while the cursor moves: cells and maps, with the colour scale and the places that Plotly
 * has, in a fraction of its time. At rest Plotly draws them again, so that they answer the pointer.
 */

import { prepareCanvas } from "../lib/canvas.js";
import { make } from "../lib/dom.js";

const SHADES = 511;
const GAP = 1.5;
const ramps = new WeakMap();

/** The colour scale as shades from −1 to 1, between its stops as Plotly mixes them. */
function rampOf(scale) {
  if (!ramps.has(scale))
    ramps.set(
      scale,
      Array.from({ length: SHADES }, (_, k) => shade(scale, k / (SHADES - 1))),
    );
  return ramps.get(scale);
}

function shade(scale, share) {
  const above = Math.max(
    1,
    scale.findIndex(([stop]) => stop >= share),
  );
  const [[from, low], [to, high]] = [scale[above - 1], scale[above]];
  const mix = (share - from) / (to - from);
  const part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
  return [1, 3, 5].map((at) => Math.round(part(low, at) + (part(high, at) - part(low, at)) * mix));
}

const shadeOf = (value, scale) => Math.round(((SHADES - 1) * (Math.max(-1, Math.min(1, value / scale)) + 1)) / 2);

/** The canvas of a box, as large as it is and cleared. */
function canvasOf(box) {
  const before = box.querySelector("canvas.live");
  const canvas = before || box.insertBefore(make("canvas", { class: "live", "aria-hidden": "true" }), box.firstChild);
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  return { context: prepareCanvas(canvas, size), ...size };
}

/** Blocks of cells: each lies in a box of shares from the left and the top, and has its own colour scale. */
export function paintCells(box, blocks, numbers, scale, colours) {
  const { context, width, height } = canvasOf(box);
  const ramp = rampOf(colours);
  blocks.forEach(({ rows, columns, box: [left, top, wide, high] }, k) => {
    const across = (wide * width) / columns;
    const down = (high * height) / rows;
    for (let i = 0; i < rows * columns; i++) {
      const value = numbers[k][i];
      if (!Number.isFinite(value)) continue;
      const x = left * width + (i % columns) * across + GAP / 2;
      const y = top * height + Math.floor(i / columns) * down + GAP / 2;
      context.fillStyle = `rgb(${ramp[shadeOf(value, scale)].join()})`;
      context.fillRect(x, y, across - GAP, down - GAP);
    }
  });
}

/** Squares of side × side numbers, the first row at the bottom, each in a box of pixels. */
export function paintSquares(box, parts, side, scale, colours) {
  const { context } = canvasOf(box);
  const ramp = rampOf(colours);
  const small = new OffscreenCanvas(side, side);
  const pixels = small.getContext("2d");
  const image = pixels.createImageData(side, side);
  parts.forEach(({ numbers, left, top, width, height }) => {
    numbers.forEach((value, i) => {
      const at = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side));
      image.data.set(Number.isFinite(value) ? ramp[shadeOf(value, scale)] : [0, 0, 0], at);
      image.data[at + 3] = Number.isFinite(value) ? 255 : 0;
    });
    pixels.putImageData(image, 0, 0);
    context.drawImage(small, left, top, width, height);
  });
}
