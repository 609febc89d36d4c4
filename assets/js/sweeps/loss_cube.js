/**
 * The final losses of a sweep over all of its axes, a number for each run, and what is read of them: a map over two
 * axes, what holds over the others, and the lowest of all.
 */

import { decode } from "../lib/arrays.js";

/** A run that has not been made; a loss is never below 0, and that of a run which diverged is ∞. */
export const NOT_MADE = -1;

/**
 * A cube without a run over these axes, [name, values] each, of which the last is numbered quickest. Its `names` have
 * the order of all names.
 */
export function emptyCube(axes, order) {
  const strides = {};
  let size = 1;
  for (const [name, values] of [...axes].reverse()) {
    strides[name] = size;
    size *= values.length;
  }
  const values = Object.fromEntries(axes);
  const names = order.filter((name) => name in values);
  return { names, values, strides, size, made: 0, lost: 0, losses: noLosses(size) };
}

const noLosses = (size) => new Float32Array(size).fill(NOT_MADE);

/** Puts the runs of a piece into the cube. */
export function fillCube(cube, piece) {
  const [cells, losses] = [decode(piece.cells), decode(piece.losses)];
  for (let k = 0; k < cells.length; k++) {
    const lost = Number.isNaN(losses[k]);
    if (cube.losses[cells[k]] === NOT_MADE) {
      cube.made += 1;
      cube.lost += Number(lost);
    }
    cube.losses[cells[k]] = lost ? Infinity : losses[k];
  }
}

/** The number of a cell, of the places on its axes. */
export const cellOfPlaces = (cube, places) =>
  cube.names.reduce((cell, name) => cell + cube.strides[name] * places[name], 0);

/** The places of a cell on its axes. */
export function placesOfCell(cube, cell) {
  const placeOn = (name) => Math.floor(cell / cube.strides[name]) % cube.values[name].length;
  return Object.fromEntries(cube.names.map((name) => [name, placeOn(name)]));
}

/** What must be added to a cell's number for every combination of the values of these axes. */
function offsetsOver(cube, names) {
  let offsets = [0];
  for (const name of names) {
    const steps = Array.from({ length: cube.values[name].length }, (_, k) => k * cube.strides[name]);
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  return Int32Array.from(offsets);
}

/** The value below which this share of sorted losses lies; of an even number the mean of the middle two. */
export function quantileOf(sorted, share) {
  const count = sorted.length;
  if (share !== 0.5) return sorted[Math.max(0, Math.ceil(share * count) - 1)];
  const [low, high] = [sorted[Math.ceil(count / 2) - 1], sorted[Math.floor(count / 2)]];
  return low === high ? low : (low + high) / 2;
}

/**
 * What reads the losses at a place of the axes that are not folded: `sorted(base)` has those of the runs that are made,
 * from the lowest up; it is overwritten by the next call.
 */
function reader(cube, folded) {
  const offsets = offsetsOver(cube, folded);
  const found = new Float32Array(offsets.length);
  const sorted = (base) => {
    let count = 0;
    for (let k = 0; k < offsets.length; k++) {
      const loss = cube.losses[base + offsets[k]];
      if (loss !== NOT_MADE) found[count++] = loss;
    }
    return found.subarray(0, count).sort();
  };
  return { offsets, sorted };
}

/** The axes of a view that are neither drawn nor held at one value. */
export const foldedAxes = (cube, { x, y, at }) =>
  cube.names.filter((name) => name !== x && name !== y && at[name] === null);

/** The number of the cell where all folded axes have their first value. */
function baseOf(cube, view, places) {
  const placeOn = (name) => places[name] ?? view.at[name] ?? 0;
  return cube.names.reduce((cell, name) => cell + cube.strides[name] * placeOn(name), 0);
}

/** Some places from the first to the last, no more than there is space for. */
const spread = ([from, to], most) => {
  const count = Math.min(most, to - from);
  return Int32Array.from({ length: count }, (_, k) => from + Math.floor(((k + 0.5) * (to - from)) / count));
};

/**
 * A view of the cube as a grid of at most that many columns and rows, from the places of a range on. For each share
 * `grids` has row after row the loss below which that share of them lies at each place, NOT_MADE where no run is made.
 */
export function quantileGrids(cube, view, range, [wide, high], shares) {
  const [columns, rows] = [spread(range.x, wide), view.y ? spread(range.y, high) : Int32Array.of(0)];
  const grids = shares.map(() => new Float32Array(columns.length * rows.length).fill(NOT_MADE));
  const { offsets, sorted } = reader(cube, foldedAxes(cube, view));
  const base = baseOf(cube, view, { [view.x]: 0, [view.y]: 0 });
  const [across, up] = [cube.strides[view.x], view.y ? cube.strides[view.y] : 0];
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns.length; c++) {
      const cell = base + across * columns[c] + up * rows[r];
      const k = r * columns.length + c;
      if (offsets.length === 1) grids.forEach((grid) => (grid[k] = cube.losses[cell]));
      else {
        const losses = sorted(cell);
        if (losses.length) grids.forEach((grid, s) => (grid[k] = quantileOf(losses, shares[s])));
      }
    }
  }
  return { columns, rows, grids };
}

/** The same for the share of the view, as its `values`. */
export function gridOf(cube, view, range, size) {
  const { columns, rows, grids } = quantileGrids(cube, view, range, size, [view.share]);
  return { columns, rows, values: grids[0] };
}

/** The losses that a view has at a place, in a few numbers. */
export function summaryAt(cube, view, places) {
  const { offsets, sorted } = reader(cube, foldedAxes(cube, view));
  const losses = sorted(baseOf(cube, view, places));
  if (!losses.length) return { runs: offsets.length, made: 0 };
  const [low, median, high] = [0.1, 0.5, 0.9].map((share) => quantileOf(losses, share));
  const lost = losses.length - losses.findLastIndex((loss) => loss < Infinity) - 1;
  return { runs: offsets.length, made: losses.length, lost, low, median, high };
}

/** The cell of a view's place: the run itself, or of several that in their middle; null where none is made. */
export function middleCell(cube, view, places) {
  const base = baseOf(cube, view, places);
  const cells = Array.from(offsetsOver(cube, foldedAxes(cube, view)), (offset) => base + offset);
  const made = cells.filter((cell) => cube.losses[cell] !== NOT_MADE);
  made.sort((a, b) => (cube.losses[a] === cube.losses[b] ? a - b : cube.losses[a] - cube.losses[b]));
  return made.length ? made[Math.floor((made.length - 1) / 2)] : null;
}

/** The cell with the lowest loss, and how many have it; null where every run diverges. */
export function lowestCell({ losses }) {
  let [cell, ties] = [null, 0];
  for (let k = 0; k < losses.length; k++) {
    const loss = losses[k];
    if (loss === NOT_MADE || loss === Infinity) continue;
    if (cell === null || loss < losses[cell]) [cell, ties] = [k, 1];
    else if (loss === losses[cell]) ties += 1;
  }
  return cell === null ? null : { cell, ties, loss: losses[cell] };
}

/** The place whose median over these axes is lowest, with that and the losses around it; null where there is none. */
export function lowestMedian(cube, over) {
  const rest = cube.names.filter((name) => !over.includes(name));
  const { offsets, sorted } = reader(cube, over);
  let best = null;
  for (const base of offsetsOver(cube, rest)) {
    const losses = sorted(base);
    const median = losses.length ? quantileOf(losses, 0.5) : Infinity;
    if (median === Infinity || (best && median >= best.median)) continue;
    best = { cell: base, median, low: quantileOf(losses, 0.1), high: quantileOf(losses, 0.9), runs: offsets.length };
  }
  return best;
}
