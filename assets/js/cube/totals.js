/**
 * Totals of a cube: the lowest losses, alone and over seeds, medians along an axis, and what a filter leaves.
 * @import { Cube } from "./types.js"
 */

import { cubeReader, isLeft, offsetsOver, quantileOf } from "./loss_cube.js";

const MOST_READ = 10_000;

/**
 * The cell with the lowest loss of those left, and how many have it; null where none is left but what diverged.
 * @param {Cube} cube
 */
export function lowestCell(cube) {
  const { losses } = cube;
  let [cell, ties] = [/** @type {?number} */ (null), 0];
  for (let k = 0; k < losses.length; k++) {
    const loss = losses[k];
    if (loss === Infinity || !isLeft(cube, loss)) continue;
    if (cell === null || loss < losses[cell]) [cell, ties] = [k, 1];
    else if (loss === losses[cell]) ties += 1;
  }
  return cell === null ? null : { cell, ties, loss: losses[cell] };
}

/** The number of runs that are left, and of those that diverged. @param {Cube} cube */
export function countLeft(cube) {
  const { losses } = cube;
  let [count, lost] = [0, 0];
  for (let k = 0; k < losses.length; k++) {
    if (!isLeft(cube, losses[k])) continue;
    count += 1;
    lost += Number(losses[k] === Infinity);
  }
  return { count, lost };
}

/**
 * The place whose median over these axes is lowest, with that and the losses around it, and how many places have it;
 * null where there is none.
 * @param {Cube} cube @param {string[]} over
 */
export function lowestMedian(cube, over) {
  const rest = cube.names.filter((name) => !over.includes(name));
  const { offsets, sorted } = cubeReader(cube, over);
  let best = null;
  for (const base of offsetsOver(cube, rest)) {
    const losses = sorted(base);
    const median = losses.length ? quantileOf(losses, 0.5) : Infinity;
    if (best && median === best.median) best.ties += 1;
    if (median === Infinity || (best && median >= best.median)) continue;
    const [low, high] = [quantileOf(losses, 0.1), quantileOf(losses, 0.9)];
    best = { cell: base, ties: 1, median, low, high, runs: offsets.length };
  }
  return best;
}

/**
 * The values of an axis, each with the median over all others; without those that lack a run somewhere.
 * @param {Cube} cube @param {string} name
 */
export function mediansAlong(cube, name) {
  const { offsets, sorted } = cubeReader(
    cube,
    cube.names.filter((other) => other !== name),
  );
  return cube.values[name].flatMap((value, k) => {
    const losses = sorted(k * cube.strides[name]);
    const lost = losses.filter((loss) => loss === Infinity).length;
    const row = { value: Number(value), k, median: quantileOf(losses, 0.5), lost, runs: losses.length };
    return losses.length === offsets.length ? [row] : [];
  });
}

/**
 * The place with the largest share of its runs over these axes left, and how many places have the same share.
 * @param {Cube} cube @param {string[]} over
 */
export function mostLeft(cube, over) {
  const rest = cube.names.filter((name) => !over.includes(name));
  const reader = cubeReader(cube, over);
  let best = null;
  for (const base of offsetsOver(cube, rest)) {
    const counts = { left: reader.left(base), made: reader.made(base) };
    const share = counts.made ? counts.left / counts.made : 0;
    if (!best || share > best.share) best = { cell: base, share, ties: 1, ...counts };
    else if (share === best.share) best.ties += 1;
  }
  return best;
}

/**
 * A loss that divides those of some runs in two, in two digits: the median of as many as are read quickly.
 * @param {Cube} cube
 */
export function middleLoss({ losses }) {
  const every = Math.ceil(losses.length / MOST_READ);
  const found = losses.filter((loss, k) => k % every === 0 && loss >= 0 && loss < Infinity).sort();
  return found.length ? Number(quantileOf(found, 0.5).toPrecision(2)) : 0;
}
