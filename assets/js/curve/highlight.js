/**
 * A name beside the curve and its line belong together: where the pointer or the focus is on the name of an earlier
 * run, its line is drawn over the plot; where the pointer is near a line, its name stands out.
 */

import { byId, closest, findAll } from "../lib/dom.js";
import { drawnGhosts, state } from "../core/state.js";
import { drawLit, placesOf } from "./canvas.js";
import { lowPassLine } from "./pinned_curves.js";

/** @import { Run } from "../core/types.js" */

/** The distance within which the pointer is near a line, in pixels. */
const NEAR = 6;

/** @type {?Run} */
let lit = null;

/** @param {?Run} run */
function light(run) {
  if (run === lit) return;
  lit = run;
  const label = run && run.label;
  findAll(document, ".ghost-label[data-run]").forEach((row) => {
    row.classList.toggle("lit", label !== null && row.dataset.run === label);
  });
  drawLit(byId("loss-picture"), run && run.ghost);
}

/** @param {?EventTarget} target */
const namedRun = (target) => {
  const row = closest(target, ".ghost-label[data-run]");
  return row ? drawnGhosts().find(({ label }) => label === row.dataset.run) || null : null;
};

/**
 * The earlier run whose line is nearest to the pointer; null where none is near.
 * @param {Element} picture
 * @param {PointerEvent} event
 */
function runUnder(picture, { clientX, clientY }) {
  const places = placesOf(picture);
  const { left, top } = picture.getBoundingClientRect();
  /** @param {Run} run */
  const distance = (run) => {
    const { x, y } = lowPassLine(run);
    const at = x.findIndex((step) => places.x(step) >= clientX - left);
    return at < 0 ? Infinity : Math.abs(places.y(y[at]) - (clientY - top));
  };
  const near = drawnGhosts()
    .map((run) => ({ run, far: distance(run) }))
    .filter(({ far }) => far <= NEAR);
  return near.length ? near.reduce((a, b) => (b.far < a.far ? b : a)).run : null;
}

/** @param {PointerEvent} event */
function follow(event) {
  const picture = closest(event.target, "#loss-picture");
  light(picture && state.shown && !state.held ? runUnder(picture, event) : namedRun(event.target));
}

export function installHighlight() {
  document.addEventListener("pointermove", (event) => drawnGhosts().length && follow(event));
  document.addEventListener("focusin", ({ target }) => light(namedRun(target)));
}
