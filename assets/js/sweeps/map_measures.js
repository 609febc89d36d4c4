/**
 * The measures of a map at each place: losses of the runs there, how many a filter leaves, or how much is luck.
 * @import { ColourScale, Cube, Losses, Range, Size, View } from "../cube/types.js"
 */

import { isSeed } from "../cube/axis_words.js";
import { lossScale, scoreScale } from "../cube/colour_scales.js";
import { hasScores, numberWords } from "../cube/cube_numbers.js";
import { ALL_LOSSES, foldedAxes, leftGrid, quantileGrid } from "../cube/loss_cube.js";
import { luckGrid } from "./luck_share.js";

export const MEDIAN = "median";
export const LEFT = "left";
export const LUCK = "luck";
/**
 * The measures, each with its title; of losses with the share that lies below them.
 * @type {Record<string, { title: string, share?: number, grid?: typeof leftGrid }>}
 */
const MEASURES = {
  [MEDIAN]: { title: "median", share: 0.5 },
  low: { title: "10 % of the runs are lower", share: 0.1 },
  high: { title: "90 % of the runs are lower", share: 0.9 },
  [LEFT]: { title: "share of the runs that is left", grid: leftGrid },
  [LUCK]: { title: "share of luck", grid: luckGrid },
};

/** @param {Cube} cube */
export const isFiltered = (cube) => cube.left !== ALL_LOSSES;

/**
 * The measures that a view can show; the median alone where each place has one run, or no map is drawn.
 * @param {Cube} cube @param {View} view
 */
export function measuresOf(cube, view) {
  const folded = foldedAxes(cube, view);
  if (!view.y || !folded.length) return [MEDIAN];
  const isOfSeeds = folded.every(isSeed);
  const more = isFiltered(cube) ? [LEFT] : isOfSeeds ? [LUCK] : [];
  return [MEDIAN, "low", "high", ...more];
}

/**
 * The measure that a view shows: the one that was chosen, as long as there is that one.
 * @param {Cube} cube @param {View} view
 */
export const measureOf = (cube, view) => (measuresOf(cube, view).includes(view.measure) ? view.measure : MEDIAN);

/** @param {Cube} cube @param {string} measure */
export function measureTitle(cube, measure) {
  const { title } = MEASURES[measure];
  return hasScores(cube) ? title.replace("lower", "higher") : title;
}

/** Whether a measure is a share from 0 to 1, not a loss. @param {string} measure */
export const isShare = (measure) => measure === LEFT || measure === LUCK;

/**
 * A view as a grid of at most that many columns and rows, with the `values` of its measure.
 * @param {Cube} cube @param {View} view @param {Range} range @param {Size} size
 */
export function gridOf(cube, view, range, size) {
  const { grid, share = 0.5 } = MEASURES[measureOf(cube, view)];
  return grid ? grid(cube, view, range, size) : quantileGrid(cube, view, range, size, share);
}

/**
 * The colours of a measure.
 * @param {Cube} cube @param {string} measure @param {Losses} values @returns {ColourScale}
 */
export function scaleOf(cube, measure, values) {
  const { short, text } = numberWords(cube);
  if (isShare(measure)) {
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: `${100 * at} %` }));
    return { shadeOf: (share) => Math.min(1, share), ticks, title: measure === LUCK ? "Luck" : "Runs left" };
  }
  return hasScores(cube) ? { ...scoreScale(values, text), title: short } : lossScale(values);
}
