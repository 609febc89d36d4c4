/**
 * The finding of a whole landscape, in words: what holds over its seeds, and where the final loss is lowest.
 * @import { Numbers } from "../core/types.js"
 * @import { Cube } from "../cube/types.js"
 * @import { FilledMap, OwnRun } from "./types.js"
 */

import { divergeVerb, formatCount, formatKnob, formatNumber } from "../core/format.js";
import { scoreText } from "../model/measure.js";
import { eachWord, knobText } from "../cube/axis_words.js";
import { placesOfCell } from "../cube/loss_cube.js";
import { bestAlphaWords, enoughWords } from "./medians.js";

/** The cells that have a run, and those of them that do not diverge. @param {Cube} cube */
function cellsOf({ losses }) {
  const made = Array.from(losses.keys()).filter((cell) => losses[cell] >= 0);
  return { made, sound: made.filter((cell) => losses[cell] < Infinity) };
}

/** The finding of a map without a sound run. @param {number[]} made */
const nothingWords = (made) => (made.length ? "Every run diverges." : "No pair of these values is allowed.");

/**
 * The sentences about a map that is filled. `own` is the final loss of the run that is shown, the lowest that a nudge
 * of its first weights leads to, its α, and the final losses with it over the seeds of the map where these are known.
 * Where samples until a loss are counted, the finding is the run that gets down to it first, and ends there too;
 * `counted` is the word for what is counted.
 * @param {FilledMap} map @param {OwnRun} own @param {string} counted
 */
export function conclusionOf(map, own, counted = "") {
  const { cube } = map;
  const { made, sound } = cellsOf(cube);
  if (!sound.length) return nothingWords(made);
  if (counted) return quickestWords(map, sound, { counted, isPart: sound.length < made.length });
  const lowest = sound.reduce((least, cell) => Math.min(least, cube.losses[cell]), Infinity);
  const ties = sound.filter((cell) => cube.losses[cell] === lowest);
  if (ties.length === made.length) return `Every run ends at ${formatNumber(lowest)}.`;
  const diverged = divergedWords(made, sound);
  const place = placeWords(cube, ties, made.length);
  const luck = luckWords(lowest, own);
  const overSeeds = bestAlphaWords(cube, own) || enoughWords(cube);
  const least = overSeeds && ties.length === 1 ? "The single lowest" : "The lowest final loss";
  const few = fewLossesWords(cube, own);
  return `${overSeeds} ${least} is ${formatNumber(lowest)}, ${place}${luck}${diverged}.${few}`.trim();
}

/** The number of runs that diverge; nothing where none does. @param {number[]} made @param {number[]} sound */
function divergedWords(made, sound) {
  const lost = made.length - sound.length;
  return lost ? `; ${formatCount(lost)} of ${formatCount(made.length)} runs ${divergeVerb(lost)}` : "";
}

/**
 * The sentence about a map that is filled and shows the learning potential, which is of the last loss alone.
 * @param {FilledMap} map
 */
export function potentialConclusion({ cube, last }) {
  const { made, sound } = cellsOf(cube);
  if (!sound.length) return nothingWords(made);
  const least = sound.reduce((lowest, cell) => Math.min(lowest, last[cell]), Infinity);
  const best = sound.filter((cell) => last[cell] === least);
  const potential = formatNumber(-Math.log(least));
  if (best.length === made.length) return `Every run has the learning potential ${potential}.`;
  const place = placeWords(cube, best, made.length);
  return `The highest learning potential is ${potential}, ${place}${divergedWords(made, sound)}.`;
}

/**
 * The sentence about a map that is filled and shows scores, which are of `subject`.
 * @param {FilledMap} map @param {Numbers} scores @param {string} subject
 */
export function scoreConclusion({ cube }, scores, subject) {
  const { made, sound } = cellsOf(cube);
  if (!sound.length) return nothingWords(made);
  // Another data seed may hold out rows whose targets do not differ, or numbers are too large to be squared.
  const scored = sound.filter((cell) => !Number.isNaN(scores[cell]));
  if (!scored.length) return `There is no ${subject}: their targets do not differ, or numbers are too large for it.`;
  const most = scored.reduce((highest, cell) => Math.max(highest, scores[cell]), -Infinity);
  const best = sound.filter((cell) => scores[cell] === most);
  if (best.length === made.length) return `Of every run the ${subject} is ${scoreText(most)}.`;
  const place = placeWords(cube, best, made.length);
  return `The highest ${subject} is ${scoreText(most)}, ${place}${divergedWords(made, sound)}.`;
}

/**
 * The cell whose loss is first down to the one that the map counts samples to, of the runs that end there too: a run of
 * few samples may be down to it by the luck of its first ones.
 * @param {FilledMap} map @param {number[]} sound @param {{ counted: string, isPart: boolean }} fields
 */
function quickestWords({ cube, reaching, steps }, sound, { counted, isPart }) {
  const limit = reaching ?? 0;
  const down = sound.filter((cell) => steps[cell] >= 0);
  const loss = formatKnob(limit);
  if (!down.length) return `In no run ${isPart ? "that does not diverge " : ""}is the loss down to ${loss}.`;
  const staying = down.filter((cell) => cube.losses[cell] <= limit);
  if (!staying.length) {
    const runs = down.length === 1 ? "1 run" : `${formatCount(down.length)} runs`;
    return `In ${runs} the loss is down to ${loss} on the way, and higher at the end.`;
  }
  const least = staying.reduce((fewest, cell) => Math.min(fewest, steps[cell]), Infinity);
  const quickest = staying.filter((cell) => steps[cell] === least);
  const place = placeWords(cube, quickest, staying.length);
  const count = `${formatCount(least)} ${counted}${least === 1 ? "" : "s"}`;
  return `Of the runs that end at ${loss} or lower, the loss is first that low after ${count}, ${place}.`;
}

/**
 * Whether the current run ends lower than the whole map, or would as low after a nudge.
 * @param {number} lowest @param {OwnRun} ownRun
 */
function luckWords(lowest, { settled, nudgedLowest = null }) {
  if (settled !== null && settled < lowest) return `; the current run ends lower, at ${formatNumber(settled)}`;
  const isNear = nudgedLowest !== null && nudgedLowest <= lowest && settled !== lowest;
  return isNear ? ", within the luck of the current run" : "";
}

const FEWEST_LOSSES = 5;
/** A final loss is the mean of the last tenth of the steps. */
const TENTH = 10;

/**
 * The number of losses that a final loss is the mean of, where it is small.
 * @param {Cube} cube @param {OwnRun} ownRun
 */
function fewLossesWords({ names, values }, { samples = null }) {
  const fewest = names.includes("samples") ? Math.min(...values.samples.map(Number)) : samples;
  if (fewest === null || Math.floor(fewest / TENTH) >= FEWEST_LOSSES) return "";
  const few = `fewer than ${FEWEST_LOSSES * TENTH} samples`;
  return ` Where a run has ${few}, its final loss is of fewer than ${FEWEST_LOSSES}.`;
}

/**
 * The cells that all end lowest: one, a whole line, or their number among all.
 * @param {Cube} cube @param {number[]} ties @param {number} runs
 */
function placeWords(cube, ties, runs) {
  const places = ties.map((cell) => placesOfCell(cube, cell));
  const [x, y] = cube.names;
  /** @param {...string} names */
  const at = (...names) => prepositions(names.map((name) => knobText(name, cube.values[name][places[0][name]])));
  /** @param {string} name */
  const countOn = (name) => new Set(places.map((place) => place[name])).size;
  if (ties.length === 1) return at(x, y);
  if (countOn(x) === 1 && countOn(y) === cube.values[y].length) return `${at(x)}, for every ${eachWord(y)}`;
  if (countOn(y) === 1 && countOn(x) === cube.values[x].length) return `${at(y)}, for every ${eachWord(x)}`;
  return `in ${formatCount(ties.length)} of ${formatCount(runs)} runs`;
}

/** At α 0.1, data seed 3; with 750 samples; with the optimizer RMSProp. @param {string[]} texts */
function prepositions(texts) {
  /** @param {boolean} areSamples */
  const those = (areSamples) => texts.filter((text) => /samples?$|^the /.test(text) === areSamples).join(", ");
  const [at, counted] = [those(false), those(true)];
  return [at && `at ${at}`, counted && `with ${counted}`].filter(Boolean).join(", ");
}
