/**
 * The path of each weight over all steps, inside its cell, with a dot at the cursor; and beside the colours a word
 * about what is drawn. Only cells that are buttons have room for one.
 * @typedef {NonNullable<ReturnType<typeof import("../model/trajectory.js").currentTrajectory>>} Trajectory
 * @import { Point } from "../maps/map_canvas.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { element, find, findAll, make } from "../lib/dom.js";
import { hasOtherContents } from "../core/contents.js";
import { formatOrdinal } from "../core/format.js";
import { placeWord } from "../core/knobs.js";

const MOST_POINTS = 320;
const LEAST = { width: 34, height: 37 };
const ROWS = { middle: 12, reach: 11, all: 24 };

/** The size for which cells have room, by the first of them, which is another one after each making. */
const rooms = new WeakMap();

/**
 * A path for each cell that is large enough; without a trajectory there is none.
 * @param {HTMLElement} box @param {?Trajectory} trajectory @param {number} scale
 */
export function drawSparklines(box, trajectory, scale) {
  const { width, height } = sizeOf(box);
  const size = `${width} ${height}`;
  const [first] = box.children;
  box.classList.toggle("pathless", !trajectory);
  if (!first) return;
  if (rooms.get(first) !== size) makeRoom(box);
  rooms.set(first, size);
  if (!trajectory || !hasOtherContents(first, [trajectory.summary.fingerprint, scale, size])) return;
  const stride = strideOf(trajectory);
  buttons(box).forEach(({ cell, at }) => {
    const parts = () => [svgOf(points(trajectory, at, stride), scale), make("i")];
    find(cell, ".path").replaceChildren(...(cell.classList.contains("with-path") ? parts() : []));
  });
}

/** A number stands where it will stand when its path has come. @param {HTMLElement} box */
function makeRoom(box) {
  const cells = buttons(box).map(({ cell }) => cell);
  const isLarge = cells.map((cell) => cell.clientWidth >= LEAST.width && cell.clientHeight >= LEAST.height);
  cells.forEach((cell, k) => cell.classList.toggle("with-path", isLarge[k]));
}

/** @param {Trajectory} trajectory */
const strideOf = ({ losses }) => Math.ceil(losses.length / MOST_POINTS);

/** Each button, and where its number stands in a row of the trajectory. @param {HTMLElement} box */
const buttons = (box) => findAll(box, "[data-at]").map((cell) => ({ cell, at: Number(cell.dataset.at) }));

/** @param {Trajectory} trajectory @param {number} at @param {number} stride */
function points({ weights, width, every, losses, summary }, at, stride) {
  const found = [];
  for (let row = 0; row < losses.length; row += stride) {
    found.push([(100 * row * every) / summary.samples, weights[row * width + at]]);
  }
  return found;
}

/** @param {number} value @param {number} scale */
const heightOf = (value, scale) => ROWS.middle - (ROWS.reach * value) / scale;

/** @param {Point[]} found @param {number} scale */
function svgOf(found, scale) {
  /** @param {Point} point */
  const point = ([x, value]) => `${x.toFixed(2)} ${heightOf(value, scale).toFixed(2)}`;
  const d = found
    .filter(([, value]) => Number.isFinite(value))
    .map(point)
    .join("L");
  return element(
    "svg",
    { viewBox: `0 0 100 ${ROWS.all}`, preserveAspectRatio: "none" },
    element("path", { class: "zero", d: `M0 ${ROWS.middle}H100` }),
    element("path", { d: d && `M${d}` }),
  );
}

/**
 * The dots, where the numbers now are.
 * @param {HTMLElement} box @param {ArrayLike<number>} numbers @param {number} step @param {number} samples
 * @param {number} scale
 */
export function moveDots(box, numbers, step, samples, scale) {
  buttons(box).forEach(({ cell, at }) => {
    const dot = find(cell, ".path i");
    if (!dot) return;
    // The moved element is as large as the path, so that nothing is laid out anew.
    dot.style.translate = `${(100 * step) / samples}% ${(100 * heightOf(numbers[at], scale)) / ROWS.all}%`;
  });
}

/** The steps that are drawn of the run, or that are stored. @param {?Trajectory} trajectory @param {unknown} drawn */
export function sparklineWords(trajectory, drawn) {
  if (!trajectory) return "";
  const { every, summary } = trajectory;
  const word = placeWord(summary);
  const each = every * strideOf(trajectory);
  const steps = each === 1 ? `over all ${word}s` : `at every ${formatOrdinal(each)} ${word}`;
  if (drawn) return `line: the weight ${steps}`;
  return every === 1 ? "" : `every ${formatOrdinal(every)} ${word} is stored`;
}

/** A hint beside those words. @param {?Trajectory} trajectory @param {unknown} drawn */
export function sparklineHint(trajectory, drawn) {
  const isThinned = trajectory && trajectory.every > 1 && !drawn;
  return isThinned ? "Pause on a step to load the ones between those that are stored." : "";
}
