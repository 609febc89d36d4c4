/**
 * The final losses of many runs over named axes, a number for each run, and what is read of them at each place: a map
 * over two axes, and what holds over the others. Side requests fill that of a landscape, the parts of a job that of a
 * sweep. A filter may leave some of the runs.
 * @import { EncodedArray, Numbers } from "../core/types.js"
 * @import { Axes, Cube, Ends, Layout, Piece, Places, Range, Shown, Size, Summary, View } from "./types.js"
 */

import { decode } from "../lib/arrays.js";

/** A run that has not been made; a loss is never below 0, and that of a run which diverged is ∞. */
export const NOT_MADE = -1;
/** A place that has runs, of which a filter leaves none. */
export const NONE_LEFT = -2;
/** A cell that has no run, since the bench refuses its values together. */
export const REFUSED = -3;
/** The losses that are left where nothing is filtered, from the lowest to the highest. @type {Ends} */
export const ALL_LOSSES = [0, Infinity];

/**
 * The numbering of the runs over these axes, [name, values] each, the last quickest. `names` have the order of all
 * names, and `numbered` that of the axes.
 * @param {Axes} axes @param {string[]} order
 */
export function sweepLayout(axes, order) {
  /** @type {Record<string, number>} */
  const strides = {};
  let size = 1;
  for (const [name, values] of [...axes].reverse()) {
    strides[name] = size;
    size *= values.length;
  }
  const values = Object.fromEntries(axes);
  const names = order.filter((name) => name in values);
  return { names, numbered: axes.map(([name]) => name), values, strides, size };
}

/**
 * A cube without a run over these axes. Its readings are of the runs whose losses lie between the two of `left`. It may
 * be a `part` of a sweep that is larger.
 * @param {Axes} axes @param {string[]} order @param {typeof Float32Array | typeof Float64Array} Losses
 * @returns {Cube}
 */
export function emptyCube(axes, order, Losses = Float32Array) {
  const layout = sweepLayout(axes, order);
  const losses = new Losses(layout.size).fill(NOT_MADE);
  return { ...layout, whole: layout, part: null, upTo: 0, made: 0, lost: 0, losses, left: ALL_LOSSES };
}

/**
 * Gives a cube the losses of all its runs, in the order of their numbers; NOT_MADE for those that are not made.
 * @param {Cube} cube @param {EncodedArray} packed
 */
export function fillWhole(cube, packed) {
  const losses = decode(packed);
  let [made, lost] = [0, 0];
  for (let k = 0; k < losses.length; k++) {
    if (losses[k] === NOT_MADE) continue;
    made += 1;
    if (!Number.isNaN(losses[k])) continue;
    lost += 1;
    losses[k] = Infinity;
  }
  Object.assign(cube, { losses, made, lost });
}

/** Puts the runs of a piece into the cube. @param {Cube} cube @param {Piece} piece */
export function fillCube(cube, piece) {
  const [cells, losses] = [decode(piece.cells), decode(piece.losses)];
  for (let k = 0; k < cells.length; k++) putLoss(cube, cells[k], Number.isNaN(losses[k]) ? Infinity : losses[k]);
}

/** Puts in the loss of a cell, or REFUSED. @param {Cube} cube @param {number} cell @param {number} loss */
export function putLoss(cube, cell, loss) {
  if (cube.losses[cell] === NOT_MADE) {
    cube.made += 1;
    cube.lost += Number(loss === Infinity);
  }
  cube.losses[cell] = loss;
}

/** Whether a filter leaves a run with that loss. @param {Cube} cube @param {number} loss */
export const isLeft = ({ left: [lowest, highest] }, loss) => loss >= lowest && loss <= highest;

/** The number of a cell, of the places on its axes. @param {Layout} cube @param {Places} places */
export const cellOfPlaces = (cube, places) =>
  cube.names.reduce((cell, name) => cell + cube.strides[name] * places[name], 0);

/** The places of a cell on its axes. @param {Layout} cube @param {number} cell */
export function placesOfCell(cube, cell) {
  /** @param {string} name */
  const placeOn = (name) => Math.floor(cell / cube.strides[name]) % cube.values[name].length;
  return Object.fromEntries(cube.names.map((name) => [name, placeOn(name)]));
}

/**
 * The numbers that are added to a cell's for every combination of the values of these axes.
 * @param {Layout} cube @param {string[]} names
 */
export function offsetsOver(cube, names) {
  let offsets = [0];
  for (const name of names) {
    const steps = Array.from({ length: cube.values[name].length }, (_, k) => k * cube.strides[name]);
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  return Int32Array.from(offsets);
}

/**
 * The value below which this share of sorted losses lies; of an even number the mean of the middle two.
 * @param {Numbers} sorted @param {number} share
 */
export function quantileOf(sorted, share) {
  const count = sorted.length;
  if (share !== 0.5) return sorted[Math.max(0, Math.ceil(share * count) - 1)];
  const [low, high] = [sorted[Math.ceil(count / 2) - 1], sorted[Math.floor(count / 2)]];
  return low === high ? low : (low + high) / 2;
}

/** The median of some losses; that of a run which diverged is ∞. @param {number[]} losses */
export const medianOf = (losses) => quantileOf(Float64Array.from(losses).sort(), 0.5);

/**
 * A reader of the losses at a place of the axes that are not folded: `sorted(base)` has those of the runs that are
 * left, from the lowest up, and is overwritten by the next call; `made(base)` and `left(base)` are how many there are.
 * @param {Cube} cube @param {string[]} folded
 */
export function cubeReader(cube, folded) {
  const offsets = offsetsOver(cube, folded);
  const found = cube.losses.slice(0, offsets.length);
  const [lowest, highest] = cube.left;
  /** @param {number} base */
  const sorted = (base) => {
    let count = 0;
    for (let k = 0; k < offsets.length; k++) {
      const loss = cube.losses[base + offsets[k]];
      if (loss >= lowest && loss <= highest) found[count++] = loss;
    }
    return found.subarray(0, count).sort();
  };
  /** @param {number} low @param {number} high */
  const between = (low, high) => (/** @type {number} */ base) => {
    let count = 0;
    for (let k = 0; k < offsets.length; k++) {
      const loss = cube.losses[base + offsets[k]];
      count += Number(loss >= low && loss <= high);
    }
    return count;
  };
  return { offsets, sorted, made: between(0, Infinity), left: between(lowest, highest) };
}

/** The axes of a view that are neither drawn nor held at one value. @param {Cube} cube @param {View} view */
export const foldedAxes = (cube, { x, y, at }) =>
  cube.names.filter((name) => name !== x && name !== y && at[name] === null);

/**
 * The number of the cell where all folded axes have their first value.
 * @param {Cube} cube @param {View} view @param {Places} places
 */
export function baseOf(cube, view, places) {
  /** @param {string} name */
  const placeOn = (name) => places[name] ?? view.at[name] ?? 0;
  return cube.names.reduce((cell, name) => cell + cube.strides[name] * placeOn(name), 0);
}

/** Some places from the first to the last, no more than there is space for. @param {Ends} ends @param {number} most */
const spread = ([from, to], most) => {
  const count = Math.min(most, to - from);
  return Int32Array.from({ length: count }, (_, k) => from + Math.floor(((k + 0.5) * (to - from)) / count));
};

/**
 * The places of a view that a grid of at most that many columns and rows shows.
 * @param {View} view @param {Range} range @param {Size} size
 */
export const placesShown = (view, range, [wide, high]) => ({
  columns: spread(range.x, wide),
  rows: view.y ? spread(range.y, high) : Int32Array.of(0),
});

/**
 * Calls `use` with each place of a grid: the number of its cell where all folded axes have their first value.
 * @param {Cube} cube @param {View} view @param {Shown} shown @param {(base: number, k: number) => void} use
 */
export function eachPlace(cube, view, { columns, rows }, use) {
  const first = baseOf(cube, view, { [view.x]: 0, [view.y]: 0 });
  const [across, up] = [cube.strides[view.x], view.y ? cube.strides[view.y] : 0];
  let k = 0;
  for (const row of rows) for (const column of columns) use(first + across * column + up * row, k++);
}

/**
 * A view of the cube as a grid of at most that many columns and rows, from the places of a range on. For each share
 * `grids` has row after row the loss below which that share of those left lies at each place, NOT_MADE where no run is
 * made and NONE_LEFT where none is left.
 * @param {Cube} cube @param {View} view @param {Range} range @param {Size} size @param {number[]} shares
 */
export function quantileGrids(cube, view, range, size, shares) {
  const shown = placesShown(view, range, size);
  const grids = shares.map(() => new Float32Array(shown.columns.length * shown.rows.length).fill(NOT_MADE));
  const { offsets, sorted, made } = cubeReader(cube, foldedAxes(cube, view));
  eachPlace(cube, view, shown, (base, k) => {
    if (offsets.length === 1) {
      const loss = cube.losses[base];
      grids.forEach((grid) => (grid[k] = loss === NOT_MADE || isLeft(cube, loss) ? loss : NONE_LEFT));
      return;
    }
    const losses = sorted(base);
    if (losses.length) grids.forEach((grid, s) => (grid[k] = quantileOf(losses, shares[s])));
    else if (made(base)) grids.forEach((grid) => (grid[k] = NONE_LEFT));
  });
  return { ...shown, grids };
}

/**
 * The grid of one share, as `values`.
 * @param {Cube} cube @param {View} view @param {Range} range @param {Size} size @param {number} share
 */
export function quantileGrid(cube, view, range, size, share) {
  const { columns, rows, grids } = quantileGrids(cube, view, range, size, [share]);
  return { columns, rows, values: grids[0] };
}

/**
 * The share of the runs that is left at each place of a view, as `values`; NONE_LEFT and NOT_MADE as above.
 * @param {Cube} cube @param {View} view @param {Range} range @param {Size} size
 */
export function leftGrid(cube, view, range, size) {
  const shown = placesShown(view, range, size);
  const values = new Float32Array(shown.columns.length * shown.rows.length).fill(NOT_MADE);
  const { made, left } = cubeReader(cube, foldedAxes(cube, view));
  eachPlace(cube, view, shown, (base, k) => {
    const count = made(base);
    if (count) values[k] = left(base) / count || NONE_LEFT;
  });
  return { ...shown, values };
}

/**
 * The losses that a view has at a place, in a few numbers.
 * @param {Cube} cube @param {View} view @param {Places} places @returns {Summary}
 */
export function summaryAt(cube, view, places) {
  const { offsets, sorted, made } = cubeReader(cube, foldedAxes(cube, view));
  const base = baseOf(cube, view, places);
  const [losses, counts] = [sorted(base), { runs: offsets.length, made: made(base) }];
  if (!counts.made) return /** @type {Summary} */ (counts);
  if (!losses.length) return /** @type {Summary} */ ({ ...counts, left: 0 });
  const [low, median, high] = [0.1, 0.5, 0.9].map((share) => quantileOf(losses, share));
  const lost = losses.length - losses.findLastIndex((loss) => loss < Infinity) - 1;
  return { ...counts, left: losses.length, lost, low, median, high };
}

/**
 * The cell of a view's place: the run itself, or of several left that in their middle; null where there is none.
 * @param {Cube} cube @param {View} view @param {Places} places
 */
export function middleCell(cube, view, places) {
  const base = baseOf(cube, view, places);
  const cells = Array.from(offsetsOver(cube, foldedAxes(cube, view)), (offset) => base + offset);
  const left = cells.filter((cell) => isLeft(cube, cube.losses[cell]));
  left.sort((a, b) => (cube.losses[a] === cube.losses[b] ? a - b : cube.losses[a] - cube.losses[b]));
  return left.length ? left[Math.floor((left.length - 1) / 2)] : null;
}
