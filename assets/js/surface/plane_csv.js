/**
 * The surface as comma-separated values: the mean losses over the square, and both paths.
 *
 * A line each, under `part,step,x,y,mean loss,distance`. Of a part `height` it has the mean loss at a point, the rows
 * of the square one after another with x from left to right, and no step and no distance. Of a part `A`, the run
 * before, or `B`, this run, it has the point of the path after a step and its distance from the plane, and no mean
 * loss. Points and distances are in the unit of weights, and B has y ≥ 0, as in `/compare.json` and in Python; on the
 * page y points down. Numbers that are not finite are empty.
 * @import { Grid, Plane, RunPath } from "./run_pair.js"
 */

const HEADS = ["part", "step", "x", "y", "mean loss", "distance"];
/** Digits of what comes with single precision. */
const DIGITS = 7;
/** The power of ten that stands for a loss of 0. */
const ZERO = -299;

/** @param {number} number */
const single = (number) => (Number.isFinite(number) ? Number(number.toPrecision(DIGITS)) : "");

/** @param {number} height */
const lossOf = (height) => (height < ZERO ? 0 : single(10 ** height));

/** @param {{ plane: Plane, paths: RunPath[], grid: Grid }} surface */
export function planeAsCsv({ plane, paths, grid }) {
  const unit = Math.max(Math.hypot(...plane.a), Math.hypot(...plane.b));
  const lines = [HEADS, ...heightLines(plane, grid), ...paths.flatMap((path, k) => pathLines("AB"[k], path, unit))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

/** @param {Plane} plane @param {Grid} grid */
function heightLines({ window: [left, bottom, side] }, { points, heights }) {
  /** @param {number} from @param {number} k */
  const along = (from, k) => from + (side * k) / (points - 1);
  return Array.from(heights, (height, k) => {
    const [x, y] = [along(left, k % points), along(bottom, Math.floor(k / points))];
    return ["height", "", x, -y, lossOf(height), ""];
  });
}

/** @param {string} part @param {RunPath} runPath @param {number} unit */
function pathLines(part, { steps, points, distances }, unit) {
  return Array.from(steps, (step, k) => {
    return [part, step, points[2 * k], -points[2 * k + 1], "", single(distances[k] * unit)];
  });
}
