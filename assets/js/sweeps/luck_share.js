/**
 * The share of luck in differences: a one-way analysis of variance of ranks, after Kruskal and Wallis (1952). All runs
 * of a sweep are ranked by their final loss; the variance of the ranks within a place of the map is that of the seeds,
 * that between places comes from the other knobs. Ranks do not mind runs that diverged, which rank last, nor losses of
 * 0. Each variance is divided by its degrees of freedom, so that few seeds do not look like a cause.
 * @import { Cube, Layout, Places, PlotPlace, Range, Size, Tally, View } from "../cube/types.js"
 */

import { baseOf, eachPlace, foldedAxes, NOT_MADE, offsetsOver, placesShown } from "../cube/loss_cube.js";

/** Instead of a share where all runs rank alike. */
export const ALIKE = Infinity;
/** Losses that agree in their first seven binary digits, so within 1 %, have one rank. */
const CUT = 16;
const BINS = 1 << 15;
/** Variances of ranks from 0 to 1 that are below this are those of rounding. */
const NOTHING = 1e-15;

/**
 * The middle rank of the runs with a loss, from 0 to 1, by the first bits of the loss; of the runs that are made.
 * @param {Float32Array} losses
 */
function rankTable(losses) {
  const bits = new Uint32Array(losses.buffer, losses.byteOffset, losses.length);
  const counts = new Float64Array(BINS);
  let made = 0;
  for (let k = 0; k < bits.length; k++) {
    const bin = bits[k] >>> CUT;
    if (bin >= BINS) continue;
    counts[bin] += 1;
    made += 1;
  }
  let before = 0;
  return counts.map((count) => {
    const middle = (before + count / 2) / made;
    before += count;
    return middle;
  });
}

/**
 * Reads a place: how many runs are made there, the sum of their ranks, and of the squares of these.
 * @param {Cube} cube @param {string[]} folded
 */
function tallier(cube, folded) {
  const losses = /** @type {Float32Array} */ (cube.losses);
  if (cube.ranked !== cube.made) Object.assign(cube, { ranked: cube.made, ranks: rankTable(losses) });
  const ranks = /** @type {Float64Array} */ (cube.ranks);
  const bits = new Uint32Array(losses.buffer, losses.byteOffset, losses.length);
  const offsets = offsetsOver(cube, folded);
  return (/** @type {number} */ base) => {
    let [count, sum, squares] = [0, 0, 0];
    for (let k = 0; k < offsets.length; k++) {
      const bin = bits[base + offsets[k]] >>> CUT;
      if (bin >= BINS) continue;
      count += 1;
      sum += ranks[bin];
      squares += ranks[bin] ** 2;
    }
    return [count, sum, squares];
  };
}

/** @param {Tally} tally */
const variance = ([count, sum, squares]) => (squares - sum ** 2 / count) / (count - 1);

/**
 * The share of luck among places, each [count, sum, sum of squares]: 1 − ε², from 0 to 1. NOT_MADE where it is not
 * known, for it takes two places and a second run in one of them; ALIKE where nothing differs.
 * @param {Tally[]} tallies
 */
function luckAmong(tallies) {
  const all = [0, 0, 0];
  let [places, between] = [0, 0];
  for (const tally of tallies) {
    if (!tally[0]) continue;
    places += 1;
    between += tally[1] ** 2 / tally[0];
    tally.forEach((part, k) => (all[k] += part));
  }
  const [runs, , squares] = all;
  if (places < 2 || runs === places) return NOT_MADE;
  const total = variance(all);
  if (total < NOTHING) return ALIKE;
  return Math.min(1, Math.max(0, (squares - between) / (runs - places) / total));
}

/** @param {Layout} layout @param {string} name @param {number} place */
const neighboursOn = ({ values }, name, place) =>
  [place - 1, place + 1].filter((at) => at >= 0 && at < values[name].length);

/**
 * A place of a view and those beside it along the axes that are drawn, the place itself first.
 * @param {Cube} cube @param {View} view @param {Places} places
 */
export function neighbourhood(cube, view, places) {
  /** @param {string} name */
  const along = (name) => neighboursOn(cube, name, places[name]).map((at) => ({ ...places, [name]: at }));
  return [places, ...along(view.x), ...(view.y ? along(view.y) : [])];
}

/**
 * The share of luck in what differs between a place of a view and its neighbours.
 * @param {Cube} cube @param {View} view @param {Places} places
 */
export function luckBeside(cube, view, places) {
  const tally = tallier(cube, foldedAxes(cube, view));
  const around = neighbourhood(cube, view, places).map((one) => tally(baseOf(cube, view, one)));
  return around[0][0] ? luckAmong(around) : NOT_MADE;
}

/**
 * The variance of the ranks of all runs of a view; it is read of all of them, so it is read once.
 * @param {Cube} cube @param {View} view @param {string[]} folded
 */
function varianceOfView(cube, view, folded) {
  const drawn = [view.x, view.y].filter(Boolean);
  const read = JSON.stringify([cube.made, drawn, view.at]);
  if (cube.varianceOf !== read) {
    const first = baseOf(cube, view, Object.fromEntries(drawn.map((name) => [name, 0])));
    const total = variance(tallier(cube, [...drawn, ...folded])(first));
    Object.assign(cube, { varianceOf: read, variance: total });
  }
  return /** @type {number} */ (cube.variance);
}

/**
 * Reads the luck at a place of a view: the variance within it as a share of that of all runs of the view, whose mean
 * over the places is the share of luck among all of them. It is above 1 where seeds alone spread the runs more than
 * that.
 * @param {Cube} cube @param {View} view
 */
function luckReader(cube, view) {
  const folded = foldedAxes(cube, view);
  const total = varianceOfView(cube, view, folded);
  const tally = tallier(cube, folded);
  return (/** @type {number} */ base) => {
    const found = tally(base);
    if (found[0] < 2) return NOT_MADE;
    return total < NOTHING ? ALIKE : Math.max(0, variance(found)) / total;
  };
}

/** The luck at a place of a view. @param {Cube} cube @param {View} view @param {Places} places */
export const luckAt = (cube, view, places) => luckReader(cube, view)(baseOf(cube, view, places));

/**
 * The luck at each place of a view, as `values` of a grid of at most that many columns and rows.
 * @param {Cube} cube @param {View} view @param {Range} range @param {Size} size
 */
export function luckGrid(cube, view, range, size) {
  const shown = placesShown(view, range, size);
  const values = new Float32Array(shown.columns.length * shown.rows.length);
  const luckOf = luckReader(cube, view);
  eachPlace(cube, view, shown, (base, k) => (values[k] = luckOf(base)));
  return { ...shown, values };
}

/**
 * The share of luck in all runs of a sweep over these seeds, among all places of its other axes.
 * @param {Cube} cube @param {string[]} seeds
 */
export function luckOverall(cube, seeds) {
  const rest = cube.names.filter((name) => !seeds.includes(name));
  const tally = tallier(cube, seeds);
  return luckAmong(Array.from(offsetsOver(cube, rest), tally));
}
