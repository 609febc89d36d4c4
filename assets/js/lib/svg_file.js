/** An SVG element as a file, as a PNG that is twice as sharp, and alone on a sheet of paper. */

import { contextOf, loadImage } from "./canvas.js";
import { make } from "./dom.js";

const SHARPNESS = 2;

/** @param {SVGElement} svg */
export const svgBlob = (svg) => new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });

/** @param {SVGElement} svg @returns {Promise<Blob>} */
export async function pngBlob(svg) {
  const address = URL.createObjectURL(svgBlob(svg));
  const image = await loadImage(address);
  const canvas = make("canvas", { width: image.width * SHARPNESS, height: image.height * SHARPNESS });
  contextOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => canvas.toBlob((blob) => done(/** @type {Blob} */ (blob)), "image/png"));
}

/**
 * Prints the picture instead of the page. Browsers save that as a PDF too, in which lines and words are such.
 * @param {SVGElement} svg
 */
export function printSvg(svg) {
  const { dataset } = document.documentElement;
  const sheet = make("div", { class: "printed-picture" }, svg);
  const leave = () => {
    sheet.remove();
    delete dataset.prints;
  };
  // First in the document, so that its gradients are found before those of the page, which is not drawn.
  document.body.prepend(sheet);
  dataset.prints = "picture";
  window.addEventListener("afterprint", leave, { once: true });
  window.print();
}
