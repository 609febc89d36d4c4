/** An SVG element as a file, and as a PNG that is twice as sharp. */

import { loadImage } from "./canvas.js";
import { make } from "./dom.js";

const SHARPNESS = 2;

export const svgBlob = (svg) => new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });

export async function pngBlob(svg) {
  const address = URL.createObjectURL(svgBlob(svg));
  const image = await loadImage(address);
  const canvas = make("canvas", { width: image.width * SHARPNESS, height: image.height * SHARPNESS });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
