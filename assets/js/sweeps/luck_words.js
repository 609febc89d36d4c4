/**
 * Sentences about luck: at a place of a map, and of a whole sweep.
 * @import { Cube, Places, View } from "../cube/types.js"
 */

import { formatNumber } from "../core/format.js";
import { axisTitle, ofSome } from "../cube/axis_words.js";
import { hasScores } from "../cube/cube_numbers.js";
import { foldedAxes, NOT_MADE, summaryAt } from "../cube/loss_cube.js";
import { ALIKE, luckAt, luckBeside, luckOverall, neighbourhood } from "./luck_share.js";

/** @param {string[]} names */
const joined = (names) => names.map(axisTitle).join(" and ");

/** A share in whole percents; one that is not 0 or 1 is not called so. @param {number} share */
export function percentText(share) {
  if (share === 0 || share === 1) return `${100 * share} %`;
  if (share < 0.01) return "less than 1 %";
  return share > 0.99 && share < 1 ? "more than 99 %" : `${Math.round(100 * share)} %`;
}

/** The factor by which numbers differ; "" where one of them is 0 or none. @param {number[]} numbers */
function factorText(numbers) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low > 0 && high < Infinity ? `${formatNumber(high / low, high < 10 * low ? 2 : 3)}×` : "";
}

/**
 * The amount of luck at a place of a view and beside it, in sentences; "" where that is not known.
 * @param {Cube} cube @param {View} view @param {Places} places
 */
export function luckText(cube, view, places) {
  const [here, beside] = [luckAt(cube, view, places), luckBeside(cube, view, places)];
  if (here === NOT_MADE) return "";
  const some = ofSome(cube);
  if (here === ALIKE) return `All runs of this map${some && ` that are${some}`} end alike.`;
  const seeds = joined(foldedAxes(cube, view));
  const own = `Luck: by the ${seeds} alone ranks vary here ${percentText(here)} as much as over ${wholeText(cube)}.`;
  return `${own} ${besideText(cube, view, places, beside)}`.trim();
}

/** The map that luck at a place is measured by. @param {Cube} cube */
export const wholeText = (cube) =>
  cube.part ? "the map as it is read here" : cube.made < cube.size ? "the map so far" : "the whole map";

/** @param {Cube} cube @param {View} view @param {Places} places @param {number} share */
function besideText(cube, view, places, share) {
  if (share === NOT_MADE) return "";
  const others = cube.part ? "the nearest places read here" : "the neighbouring places";
  if (share === ALIKE) return `Here and at ${others} runs end alike.`;
  const around = neighbourhood(cube, view, places).map((one) => summaryAt(cube, view, one));
  const medians = factorText(around.filter(({ made }) => made).map(({ median }) => median));
  const runs = factorText([around[0].low, around[0].high]);
  const measured =
    !hasScores(cube) &&
    medians &&
    runs &&
    `the medians differ by up to ${medians}, the runs here (10–90 %) by ${runs}: `;
  return `Between here and ${others} ${measured || ""}${percentText(share)} of what differs is luck.`;
}

/**
 * The amount of luck in all runs of a sweep over these seeds, in a sentence; "" where that is not known.
 * @param {Cube} cube @param {string[]} seeds
 */
export function luckOverallText(cube, seeds) {
  const rest = cube.names.filter((name) => !seeds.includes(name) && cube.values[name].length > 1);
  if (!seeds.length || !rest.length) return "";
  const share = luckOverall(cube, seeds);
  if (share === NOT_MADE || share === ALIKE) return "";
  const some = ofSome(cube);
  const runs = some ? `the runs${some}` : "all runs";
  const whole = `Of how ${runs} rank, ${percentText(share)} is luck of the ${joined(seeds)}`;
  return share === 1 ? `${whole}.` : `${whole}; the rest follows from ${joined(rest)}.`;
}
