/**
 * The sizes of drawings before the page is printed: those on the screen, and the factors by which they share one page.
 */

import { byId, find } from "../lib/dom.js";

const LARGEST = 1.6;
const BOXES = [
  { name: "printed", selector: ".plot", space: [640, 440] },
  { name: "weights", selector: ".weights-plot", space: [280, 400] },
];
const UNDER_A_LESSON = 0.68;

function measure() {
  const { style } = document.documentElement;
  const lower = byId("lesson").hidden ? 1 : UNDER_A_LESSON;
  for (const { name, selector, space } of BOXES) {
    const { clientWidth: width, clientHeight: height } = find(document, selector);
    // Weights in rows keep the size that they have.
    if (!width) continue;
    const [across, down] = space;
    style.setProperty(`--${name}-w`, `${width}px`);
    style.setProperty(`--${name}-h`, `${height}px`);
    style.setProperty(`--${name}-fit`, String(Math.min(LARGEST, across / width, (lower * down) / height)));
  }
}

function forget() {
  const names = BOXES.flatMap(({ name }) => ["w", "h", "fit"].map((end) => `--${name}-${end}`));
  names.forEach((name) => document.documentElement.style.removeProperty(name));
}

export function installPrinting() {
  window.addEventListener("beforeprint", measure);
  window.addEventListener("afterprint", forget);
}
