/**
 * The finding of a whole landscape, in words: what holds over its seeds, and where the final loss is lowest.
 * @import { DrawnMap, KnobWords, OwnRun } from "./types.js"
 */

import { divergeVerb, formatCount, formatKnob, formatNumber } from "../core/format.js";
import { bestAlphaWords, enoughWords } from "./medians.js";

/**
 * Whether a cell that is known has no run, since the bench refuses its knobs together.
 * @param {DrawnMap} map @param {number} cell
 */
export const isRefused = (map, cell) => map.diverged[cell] < 0 && Number.isNaN(map.settled[cell]);

/**
 * The sentences about a map that is filled. `words` are two functions: `at(map, name, number)` says a knob with one of
 * its values, `of(name)` the knob alone. `own` is the final loss of the run that is shown, by how much a nudge of its
 * first weights moves that (what is lowest by no more than that is luck), its α, and the median of final losses with it
 * where that is known. Where samples until a loss are counted, the finding is the run that gets down to it first, and
 * ends there too; `counted` is the word for what is counted.
 * @param {DrawnMap} map @param {KnobWords} words @param {OwnRun} own @param {string} counted
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
  const diverged = divergedWords(made, sound);
  const place = placeWords(map, ties, made.length, words);
  const luck = luckWords(map, lowest, ties, own);
  const overSeeds = bestAlphaWords(map, words, own) || enoughWords(map, words);
  const least = overSeeds && ties.length === 1 ? "The single lowest" : "The lowest final loss";
  return `${overSeeds} ${least} is ${formatNumber(lowest)}, ${place}${luck}${diverged}.`.trim();
}

/** The number of runs that diverge; nothing where none does. @param {number[]} made @param {number[]} sound */
function divergedWords(made, sound) {
  const lost = made.length - sound.length;
  return lost ? `; ${formatCount(lost)} of ${formatCount(made.length)} runs ${divergeVerb(lost)}` : "";
}

/**
 * The sentence about a map that is filled and shows the learning potential, which is of the last loss alone.
 * @param {DrawnMap} map @param {KnobWords} words
 */
export function potentialConclusion(map, words) {
  const made = Array.from({ length: map.size }, (_, cell) => cell).filter((cell) => !isRefused(map, cell));
  const sound = made.filter((cell) => map.diverged[cell] < 0);
  if (!made.length) return "No pair of these values is allowed.";
  if (!sound.length) return "Every run diverges.";
  const least = sound.reduce((lowest, cell) => Math.min(lowest, map.last[cell]), Infinity);
  const best = sound.filter((cell) => map.last[cell] === least);
  const potential = formatNumber(-Math.log(least));
  if (best.length === made.length) return `Every run has the learning potential ${potential}.`;
  const place = placeWords(map, best, made.length, words);
  return `The highest learning potential is ${potential}, ${place}${divergedWords(made, sound)}.`;
}

/**
 * The cell whose loss is first down to the one that the map counts samples to, of the runs that end there too: a run of
 * few samples may be down to it by the luck of its first ones.
 * @param {DrawnMap} map @param {number[]} sound @param {KnobWords} words
 * @param {{ counted: string, isPart: boolean }} fields
 */
function quickestWords(map, sound, words, { counted, isPart }) {
  const limit = map.reaching ?? 0;
  const reaching = formatKnob(limit);
  const down = sound.filter((cell) => map.steps[cell] >= 0);
  if (!down.length) return `In no run ${isPart ? "that does not diverge " : ""}is the loss down to ${reaching}.`;
  const staying = down.filter((cell) => map.settled[cell] <= limit);
  if (!staying.length) {
    const runs = down.length === 1 ? "1 run" : `${formatCount(down.length)} runs`;
    return `In ${runs} the loss is down to ${reaching} on the way, and higher at the end.`;
  }
  const least = staying.reduce((steps, cell) => Math.min(steps, map.steps[cell]), Infinity);
  const quickest = staying.filter((cell) => map.steps[cell] === least);
  const place = placeWords(map, quickest, staying.length, words);
  const count = `${formatCount(least)} ${counted}${least === 1 ? "" : "s"}`;
  return `Of the runs that end at ${reaching} or lower, the loss is first that low after ${count}, ${place}.`;
}

/**
 * Whether the current run is as low within its luck; or the number of other cells that are.
 * @param {DrawnMap} map @param {number} lowest @param {number[]} ties @param {OwnRun} ownRun
 */
function luckWords(map, lowest, ties, { settled, spread }) {
  if (!(spread > 0)) return "";
  const end = settled ?? Infinity;
  if (end > lowest && end - lowest <= spread) return ", within the luck of the current run";
  /** @param {number} loss @param {number} cell */
  const isNear = (loss, cell) => map.diverged[cell] < 0 && loss - lowest <= spread;
  const near = map.settled.filter(isNear).length - ties.length;
  const runs = near === 1 ? "1 more run is" : `${formatCount(near)} more runs are`;
  return near ? `; ${runs} as low within the luck of the current run` : "";
}

/**
 * The cells that all end lowest: one, a whole line, or their number among all.
 * @param {DrawnMap} map @param {number[]} ties @param {number} runs @param {KnobWords} words
 */
function placeWords(map, ties, runs, words) {
  const xs = [...new Set(ties.map((cell) => cell % map.width))];
  const ys = [...new Set(ties.map((cell) => Math.floor(cell / map.width)))];
  const x = { name: map.x, number: xs[0] };
  const y = { name: map.y, number: ys[0] };
  /** @param {...{ name: string, number: number }} places */
  const at = (...places) => prepositions(places.map(({ name, number }) => words.at(map, name, number)));
  if (ties.length === 1) return at(x, y);
  if (xs.length === 1 && ys.length === map.height) return `${at(x)}, for every ${words.of(map.y)}`;
  if (ys.length === 1 && xs.length === map.width) return `${at(y)}, for every ${words.of(map.x)}`;
  return `in ${formatCount(ties.length)} of ${formatCount(runs)} runs`;
}

/** At α 0.1, data seed 3; with 750 samples; with the optimizer RMSProp. @param {string[]} texts */
function prepositions(texts) {
  /** @param {boolean} areSamples */
  const those = (areSamples) => texts.filter((text) => /samples?$|^the /.test(text) === areSamples).join(", ");
  const [at, counted] = [those(false), those(true)];
  return [at && `at ${at}`, counted && `with ${counted}`].filter(Boolean).join(", ");
}
