/**
 * A place on the surface: the pointer reads the mean loss there, and a click or the arrow keys put a cross on it, whose
 * button starts from the weights there.
 * @import { Run } from "../core/types.js"
 * @import { Point } from "./label_places.js"
 * @import { Grid, Plane } from "./run_pair.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { find, make, moveTo, setText } from "../lib/dom.js";
import { formatNumber } from "../core/format.js";
import { requestAction } from "../net/requests.js";
import { pausePlay } from "../step/scrubber.js";

const STEPS = 64;
const FAR = 8;
const APART = 10;
const BUTTON = { width: 112, height: 28 };
/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * The mean loss at shares of the way across and up: that of the nearest point of the grid.
 * @param {Grid} grid @param {Point} point
 */
export function lossNear({ points, heights }, [across, up]) {
  /** @param {number} share */
  const nearest = (share) => Math.round(share * (points - 1));
  return 10 ** heights[nearest(up) * points + nearest(across)];
}

/** @param {number} share */
const withinSquare = (share) => Math.max(0, Math.min(1, share));

/** The words about a place on the square. @param {?Grid | undefined} grid @param {Point} shares */
export function lossWords(grid, shares) {
  if (!grid) return "not measured yet";
  const loss = lossNear(grid, shares);
  return Number.isNaN(loss) ? "the mean loss is not finite" : `mean loss ${formatNumber(loss)}`;
}

/** The elements over a square for what is pointed at, and for the cross with its button. */
export function crossElements() {
  return [
    make("i", { class: "cross", hidden: true }),
    make("div", { class: "map-readout", "aria-hidden": "true", hidden: true }),
    make("p", { class: "spoken", "aria-live": "polite" }),
  ];
}

/**
 * Lets a square be read and started from.
 * @param {HTMLElement} square With the elements, and the button beside it.
 * @param {HTMLElement} button
 * @param {() => { before: Run, plane: Plane, grid?: Grid }} surface The shown one.
 */
export function followCross(square, button, surface) {
  /** @type {?Point} */
  let shares = null;
  /** @param {Point} place @returns {[number, number]} */
  const at = ([across, up]) => {
    const [left, bottom, width] = surface().plane.window;
    return [left + across * width, bottom + up * width];
  };
  /** @param {?Point} place */
  const put = (place) => {
    shares = place && place.map(withinSquare);
    showCross(square, button, shares);
  };
  const start = () => {
    if (!shares) return;
    const point = { before: surface().before.experiment, at: at(shares) };
    put(null);
    pausePlay();
    requestAction("point", { point });
  };
  const say = () => shares && setText(find(square, ".spoken"), lossWords(surface().grid, shares));
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (ARROWS[key]) {
      const step = (shiftKey ? FAR : 1) / STEPS;
      const from = shares || startShares(surface().plane);
      put(from.map((share, axis) => share + step * ARROWS[key][axis]));
      say();
    } else if (key === "Enter" && shares) start();
    else if (key === "Escape" && shares) put(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  square.addEventListener("keydown", onKey);
  square.addEventListener("click", (event) => put(sharesAt(square, event)));
  square.addEventListener("pointermove", (event) => showReadout(square, surface().grid, sharesAt(square, event)));
  square.addEventListener("pointerleave", () => (find(square, ".map-readout").hidden = true));
  button.addEventListener("click", start);
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    put(null);
    square.focus();
  });
}

/** @param {Plane} plane */
const startShares = ({ window: [left, bottom, width] }) => [-left / width, -bottom / width];

/** @param {HTMLElement} square @param {MouseEvent} event */
function sharesAt(square, { clientX, clientY }) {
  const { left, top, width, height } = square.getBoundingClientRect();
  return [withinSquare((clientX - left) / width), withinSquare(1 - (clientY - top) / height)];
}

/** @param {HTMLElement} square @param {HTMLElement} button @param {?Point} shares */
function showCross(square, button, shares) {
  const cross = find(square, ".cross");
  cross.hidden = button.hidden = !shares;
  if (!shares) return;
  const { width: side } = sizeOf(square);
  const [x, y] = [shares[0] * side, (1 - shares[1]) * side];
  moveTo(cross, [x, y]);
  /** @param {number} at @param {number} size */
  const beside = (at, size) => Math.max(0, at + APART + size < side ? at + APART : at - APART - size);
  moveTo(button, [beside(x, BUTTON.width), beside(y, BUTTON.height)]);
}

/** @param {HTMLElement} square @param {?Grid | undefined} grid @param {Point} point */
function showReadout(square, grid, [across, up]) {
  const readout = find(square, ".map-readout");
  const { width: side } = sizeOf(square);
  readout.hidden = false;
  setText(readout, lossWords(grid, [across, up]));
  const [x, y] = [across * side, (1 - up) * side];
  const isLeft = x + APART + readout.offsetWidth > side;
  readout.style.left = `${isLeft ? Math.max(0, x - APART - readout.offsetWidth) : x + APART}px`;
  readout.style.top = `${Math.max(10, Math.min(side - 10, y))}px`;
}
