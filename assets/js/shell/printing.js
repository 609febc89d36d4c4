/**
 * Before the page is printed: how large the drawings are on the screen, and how much smaller or larger they share one
 * page.
 */

import { byId } from "../lib/dom.js";

const LARGEST = 1.6;
const SPACE = { printed: [640, 440], weights: [280, 400] };
const BOXES = { printed: ".plot", weights: ".weights-plot" };
const UNDER_A_LESSON = 0.68;

function measure() {
  const { style } = document.documentElement;
  const lower = byId("lesson").hidden ? 1 : UNDER_A_LESSON;
  for (const name in BOXES) {
    const { clientWidth: width, clientHeight: height } = document.querySelector(BOXES[name]);
    // Weights in rows keep the size that they have.
    if (!width) continue;
    const [across, down] = SPACE[name];
    style.setProperty(`--${name}-w`, `${width}px`);
    style.setProperty(`--${name}-h`, `${height}px`);
    style.setProperty(`--${name}-fit`, Math.min(LARGEST, across / width, (lower * down) / height));
  }
}

function forget() {
  const names = Object.keys(SPACE).flatMap((name) => ["w", "h", "fit"].map((end) => `--${name}-${end}`));
  names.forEach((name) => document.documentElement.style.removeProperty(name));
}

export function installPrinting() {
  window.addEventListener("beforeprint", measure);
  window.addEventListener("afterprint", forget);
}
