/** Canvases in the pixels of the screen, drawn to in the pixels of the page. */

/** @param {HTMLCanvasElement} canvas */
export const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * The context of an empty canvas of that size in pixels of the page; its memory is allocated anew only for another
 * size.
 * @param {HTMLCanvasElement} canvas
 * @param {{ width: number, height: number }} size
 */
export function prepareCanvas(canvas, { width, height }) {
  const ratio = window.devicePixelRatio || 1;
  const context = contextOf(canvas);
  const [wide, high] = [width, height].map((side) => Math.floor(side * ratio));
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** WebKit shows a moved canvas once something is drawn to it, be it nothing. @param {HTMLCanvasElement} canvas */
export function showMoved(canvas) {
  const context = contextOf(canvas);
  context.save();
  context.fillStyle = "transparent";
  context.fillRect(0, 0, 1, 1);
  context.restore();
}

/** The image at that address, decoded. @param {string} address */
export async function loadImage(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
