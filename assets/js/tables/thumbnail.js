/**
 * The output map of a run in little, on a canvas: a square for each of its outputs, or its curves.
 * @import { Thumbnail } from "../core/types.js"
 */

import { contextOf } from "../lib/canvas.js";
import { make } from "../lib/dom.js";
import { currentTheme, token } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { THUMBNAIL_SIDE, thumbnailShares } from "../model/run_end.js";
import { rampOf, shadeOf } from "../maps/colour_ramp.js";

const SIDE = THUMBNAIL_SIDE;

/** Its squares side by side; of a picture that is missing, nothing. @param {?Thumbnail | undefined} picture */
export function thumbnailElement(picture) {
  if (!picture) return "";
  const shares = thumbnailShares(picture);
  const canvas = make("canvas", { class: "thumbnail", "aria-hidden": "true" });
  canvas.width = picture.curve ? SIDE : SIDE * shares.length;
  canvas.height = SIDE;
  canvas.style.aspectRatio = `${canvas.width} / ${SIDE}`;
  const context = contextOf(canvas);
  if (picture.curve) shares.forEach((heights) => drawCurve(context, heights));
  else shares.forEach((numbers, k) => context.putImageData(imageOf(numbers), k * SIDE, 0));
  return canvas;
}

/** The first row of the numbers is the lowest. @param {Float32Array} numbers */
function imageOf(numbers) {
  const image = new ImageData(SIDE, SIDE);
  const ramp = rampOf(constants.mapRamps[currentTheme()]);
  numbers.forEach((share, k) => {
    if (Number.isNaN(share)) return;
    const at = (SIDE - 1 - Math.floor(k / SIDE)) * SIDE + (k % SIDE);
    image.data.set([...ramp[shadeOf(share, 1)], 255], 4 * at);
  });
  return image;
}

/** @param {CanvasRenderingContext2D} context @param {Float32Array} heights */
function drawCurve(context, heights) {
  context.strokeStyle = token("--ink-2");
  context.lineWidth = 1.5;
  context.beginPath();
  heights.forEach((share, k) => {
    if (!Number.isNaN(share)) context.lineTo(k + 0.5, 1 + ((SIDE - 2) * (1 - share)) / 2);
  });
  context.stroke();
}
