/** What a whole landscape shows, in words: where the final loss is lowest, and how many samples are enough. */

import { constants } from "../core/constants.js";
import { formatCount, formatNumber } from "../core/format.js";

const FOURFOLD = 4;

/** The sentences about a map that is filled; `placeWords(map, cell)` says the values of both knobs at a cell. */
export function conclusionOf(map, placeWords) {
  const cells = Array.from({ length: map.size }, (_, cell) => cell);
  const sound = cells.filter((cell) => map.diverged[cell] < 0);
  if (!sound.length) return "Every run diverges.";
  const best = sound.reduce((a, b) => (map.settled[b] < map.settled[a] ? b : a));
  const lost = map.size - sound.length;
  const diverged = lost ? `; ${formatCount(lost)} of ${formatCount(map.size)} runs diverge` : "";
  const place = placeWords(map, [best % map.width, Math.floor(best / map.width)]);
  return `The lowest final loss is ${formatNumber(map.settled[best])}, at ${place}${diverged}.${enoughSamples(map)}`;
}

/** From how many samples on the median over the other knob is lowered by less than 5 % by four times as many. */
function enoughSamples(map) {
  if (map.x !== "samples" && map.y !== "samples") return "";
  const values = map.values.samples;
  const medians = values.map((_, k) => medianAt(map, k));
  const pairs = values.flatMap((samples, k) => {
    const many = values.findIndex((other) => other >= FOURFOLD * samples);
    return many < 0 ? [] : [{ samples, enough: medians[k] <= constants.almostSame * medians[many] }];
  });
  const from = pairs.findLastIndex(({ enough }) => !enough) + 1;
  return from < pairs.length ? ` About ${formatCount(pairs[from].samples)} samples are enough.` : "";
}

/** The median of the final losses with that number of samples; a run that diverges counts as ∞. */
function medianAt(map, k) {
  const others = map.x === "samples" ? map.height : map.width;
  const cellAt = (other) => (map.x === "samples" ? other * map.width + k : k * map.width + other);
  const lossAt = (cell) => (map.diverged[cell] < 0 ? map.settled[cell] : Infinity);
  const losses = Array.from({ length: others }, (_, other) => lossAt(cellAt(other))).sort((a, b) => a - b);
  return losses[Math.floor(losses.length / 2)];
}
