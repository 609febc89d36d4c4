/** A canvas is painted again for another size of its box, another theme, another screen. */

import { measureBox } from "./box_size.js";
import { onThemeChange } from "./theme.js";

/**
 * Calls `draw` when the box has another size, the page another theme, or the screen another density of pixels.
 * @param {Element} box
 * @param {() => void} draw
 */
export function redrawWith(box, draw) {
  new ResizeObserver(() => {
    measureBox(box);
    draw();
  }).observe(box);
  onThemeChange(draw);
  watchDensity(draw);
}

/** @param {() => void} draw */
function watchDensity(draw) {
  const redraw = () => {
    draw();
    watchDensity(draw);
  };
  matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", redraw, { once: true });
}
