/**
 * The page on paper. Its drawings have the size that they have on the screen, and are made smaller as a whole so that
 * they share one page; the picture of the stage, where it is another one, has the next page.
 */

import { byId, find, make } from "../lib/dom.js";
import { stagePicture } from "../stage/stage_view.js";

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

/** The page after the first one. @type {HTMLElement | undefined} */
let nextPage;

function addPicture() {
  const draw = stagePicture()?.draw;
  if (!draw) return;
  nextPage = make("div", { class: "printed-stage" }, draw());
  find(document, ".page").append(nextPage);
}

function forget() {
  nextPage?.remove();
  const names = BOXES.flatMap(({ name }) => ["w", "h", "fit"].map((end) => `--${name}-${end}`));
  names.forEach((name) => document.documentElement.style.removeProperty(name));
}

export function installPrinting() {
  window.addEventListener("beforeprint", measure);
  window.addEventListener("beforeprint", addPicture);
  window.addEventListener("afterprint", forget);
}
