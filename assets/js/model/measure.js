/**
 * The measure that the page shows of runs: their loss, or how right their answers are. The curve and the landscape have
 * a menu for it each, and a link says it.
 */

import { formatWeight, percentOf } from "../core/format.js";
import { measureChosen } from "../core/signals.js";
import { state } from "../core/state.js";

export const LOSS = "loss";
export const RIGHT = "right";
const R2 = "R²";
const NO_SCORE = "—";

/** Right, or R² where answers are numbers; "" where rows have no scores. */
export const scoreName = () => state.shown?.said.scores?.[0]?.[0] ?? "";

/** Whether held-out rows have a score: R² is none where their targets do not differ. */
export const areHeldOutScored = () => ![undefined, NO_SCORE].includes(state.shown?.said.scores?.[1]?.[1]);

/** Whether the scores of the run that is shown are shares, not R². */
export const areShares = () => scoreName() !== R2;

/** A share as 98.5 %, or R² as a number. @param {number} score @param {boolean} isShare */
export const scoreText = (score, isShare = areShares()) => (isShare ? `${percentOf(score)} %` : formatWeight(score));

/** The score of some rows, in the middle of a sentence. @param {string} rows @param {boolean} isShare */
export const scoreOf = (rows, isShare = areShares()) => (isShare ? `share of ${rows} answered right` : `R² of ${rows}`);

/** Whether scores are chosen, and there are some. */
export const showsScores = () => state.measure === RIGHT && Boolean(scoreName());

/** @param {string} measure */
export function chooseMeasure(measure) {
  if (measure === state.measure) return;
  state.measure = measure;
  measureChosen.emit();
}

/** The part of a link that says the measure. */
export const measureQuery = () => (showsScores() ? `&measure=${RIGHT}` : "");

/** The measure of the link with which the page was opened. */
export function installMeasure() {
  state.measure = new URLSearchParams(location.search).get("measure") === RIGHT ? RIGHT : LOSS;
}
