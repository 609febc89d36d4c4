/** What a whole landscape shows, in words: where the final loss is lowest, and how many samples are enough. */

import { constants } from "../core/constants.js";
import { divergeVerb, formatCount, formatKnob, formatNumber } from "../core/format.js";

const FOURFOLD = 4;

/** Whether a cell that is known has no run, since the bench refuses its knobs together. */
export const isRefused = (map, cell) => map.diverged[cell] < 0 && Number.isNaN(map.settled[cell]);

/**
 * The sentences about a map that is filled. `words` are two functions: `at(map, name, number)` says a knob with one of
 * its values, `of(name)` the knob alone. `own` is the final loss of the run that is shown, and by how much a nudge of
 * its first weights moves that: what is lowest by no more than that is luck. Where samples until a loss are counted, it
 * is which run gets down to it first; `counted` is the word for what is counted.
 */
export function conclusionOf(map, words, own, counted = "") {
  const cells = Array.from({ length: map.size }, (_, cell) => cell);
  const made = cells.filter((cell) => !isRefused(map, cell));
  const sound = made.filter((cell) => map.diverged[cell] < 0);
  if (!made.length) return "No pair of these values is allowed.";
  if (!sound.length) return "Every run diverges.";
  if (counted) return quickestWords(map, sound, words, { counted, isPart: sound.length < made.length });
  const lowest = sound.reduce((least, cell) => Math.min(least, map.settled[cell]), Infinity);
  const ties = sound.filter((cell) => map.settled[cell] === lowest);
  if (ties.length === made.length) return `Every run ends at ${formatNumber(lowest)}.`;
  const lost = made.length - sound.length;
  const diverged = lost ? `; ${formatCount(lost)} of ${formatCount(made.length)} runs ${divergeVerb(lost)}` : "";
  const place = placeWords(map, ties, made.length, words);
  const luck = luckWords(map, lowest, ties, own);
  const enough = made.length === map.size ? enoughSamples(map) : "";
  return `The lowest final loss is ${formatNumber(lowest)}, ${place}${luck}${diverged}.${enough}`;
}

/** Where the loss is first down to the one that the map counts samples to. */
function quickestWords(map, sound, words, { counted, isPart }) {
  const reaching = formatKnob(map.reaching);
  const isDown = (cell) => map.steps[cell] >= 0;
  const least = sound.filter(isDown).reduce((steps, cell) => Math.min(steps, map.steps[cell]), Infinity);
  if (least === Infinity) return `In no run ${isPart ? "that does not diverge " : ""}is the loss down to ${reaching}.`;
  const quickest = sound.filter((cell) => map.steps[cell] === least);
  const place = placeWords(map, quickest, sound.length, words);
  const count = `${formatCount(least)} ${counted}${least === 1 ? "" : "s"}`;
  const whose = isPart ? "Of the runs that do not diverge, the" : "The";
  return `${whose} loss is first at most ${reaching} after ${count}, ${place}.`;
}

/** Whether the current run is as low within its luck; or how many other cells are. */
function luckWords(map, lowest, ties, { settled, spread }) {
  if (!(spread > 0)) return "";
  const end = settled ?? Infinity;
  if (end > lowest && end - lowest <= spread) return ", within the luck of the current run";
  const isNear = (loss, cell) => map.diverged[cell] < 0 && loss - lowest <= spread;
  const near = map.settled.filter(isNear).length - ties.length;
  const runs = near === 1 ? "1 more run is" : `${formatCount(near)} more runs are`;
  return near ? `; ${runs} as low within the luck of the current run` : "";
}

/** Where these cells are, which all end lowest: one, a whole line, or so many of all. */
function placeWords(map, ties, runs, words) {
  const xs = [...new Set(ties.map((cell) => cell % map.width))];
  const ys = [...new Set(ties.map((cell) => Math.floor(cell / map.width)))];
  const x = [map.x, xs[0]];
  const y = [map.y, ys[0]];
  const at = (...places) => prepositions(places.map(([name, number]) => words.at(map, name, number)));
  if (ties.length === 1) return at(x, y);
  if (xs.length === 1 && ys.length === map.height) return `${at(x)}, for every ${words.of(map.y)}`;
  if (ys.length === 1 && xs.length === map.width) return `${at(y)}, for every ${words.of(map.x)}`;
  return `in ${formatCount(ties.length)} of ${formatCount(runs)} runs`;
}

/** At α 0.1, data seed 3; with 750 samples. */
function prepositions(texts) {
  const those = (areSamples) => texts.filter((text) => /samples?$/.test(text) === areSamples).join(", ");
  const [at, counted] = [those(false), those(true)];
  return [at && `at ${at}`, counted && `with ${counted}`].filter(Boolean).join(", ");
}

/** From how many samples on the median over the other knob is lowered by less than 5 % by four times as many. */
function enoughSamples(map) {
  if (map.x !== "samples" && map.y !== "samples") return "";
  const values = map.values.samples;
  const medians = values.map((_, k) => medianAt(map, k));
  const pairs = values.flatMap((samples, k) => {
    const many = values.findIndex((other) => other >= FOURFOLD * samples);
    const enough = medians[k] < Infinity && medians[k] <= constants.almostSame * medians[many];
    return many < 0 ? [] : [{ samples, enough }];
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
