/** Canvases in the pixels of the screen, drawn to in the pixels of the page. */

/**
 * The context of an empty canvas of that size in pixels of the page; its memory is allocated anew only for another
 * size.
 */
export function prepareCanvas(canvas, { width, height }) {
  const ratio = window.devicePixelRatio || 1;
  const context = canvas.getContext("2d");
  const [wide, high] = [width, height].map((side) => Math.floor(side * ratio));
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** The image at that address, decoded. */
export async function loadImage(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
