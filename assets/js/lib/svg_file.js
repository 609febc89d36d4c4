/** An SVG element as a file, as a PNG that is twice as sharp, and alone on a sheet of paper; and pixels within one. */

import { contextOf, loadImage } from "./canvas.js";
import { element, make } from "./dom.js";
import { saveBlob } from "./download.js";

const SHARPNESS = 2;

/** @param {SVGElement} svg */
const svgBlob = (svg) => new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });

/** @param {SVGElement} svg @returns {Promise<Blob>} */
async function pngBlob(svg) {
  const address = URL.createObjectURL(svgBlob(svg));
  const image = await loadImage(address);
  const canvas = make("canvas", { width: image.width * SHARPNESS, height: image.height * SHARPNESS });
  contextOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => canvas.toBlob((blob) => done(/** @type {Blob} */ (blob)), "image/png"));
}

/** @param {SVGElement} svg @param {string} name @param {"png" | "svg"} format */
export async function saveSvg(svg, name, format) {
  saveBlob(format === "png" ? await pngBlob(svg) : svgBlob(svg), `${name}.${format}`);
}

/**
 * A part of an SVG that is painted, twice as sharp.
 * @param {{ width: number, height: number }} size @param {(context: CanvasRenderingContext2D) => void} paint
 */
export function paintedImage({ width, height }, paint) {
  const canvas = make("canvas", { width: width * SHARPNESS, height: height * SHARPNESS });
  const context = contextOf(canvas);
  context.scale(SHARPNESS, SHARPNESS);
  paint(context);
  return element("image", { href: canvas.toDataURL(), width, height });
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
