/** The chart of a result on a phone: the run beside the one before, with the names of one's own predictions. */

import { text } from "./elements.js";
import { chartBox } from "./answer.js";
import { axesOf, curveLine, drawing, lossAxis, lossY, sampleNames } from "./axis.js";
import { formatNumber } from "./numbers.js";
import { say } from "./words.js";

/** @import { Ask, LossAxis, Mine, Shown } from "./types.js" */

/** The height of a name in a chart. */
export const LINE = 16;
/** The height of all else on the page. */
export const BESIDE = 504;

/**
 * @param {Ask} ask
 * @param {Shown} shown
 * @param {(axis: LossAxis) => SVGElement[]} parts In front of both curves, on the axis of the run.
 * @param {(axis: LossAxis) => SVGElement[]} [behind]
 * @param {number} [height]
 */
export function runChart(ask, shown, parts, behind = () => [], height = chartBox(BESIDE).height) {
  const box = { ...chartBox(BESIDE), height };
  const axis = lossAxis(ask.axis, box);
  const { before, now, samples } = axesOf(axis, ask, shown);
  return drawing(
    box,
    [shown.happened.join(""), shown.luck_words].join(" "),
    ...axis.frame,
    ...behind(axis),
    curveLine(before, ask.curve, "before"),
    curveLine(now, shown.curve ?? [], "now"),
    ...parts(now),
    ...sampleNames(axis, box.height, samples),
  );
}

/**
 * The first base that is a line away from the taken ones, else the first of all.
 * @param {number[]} bases @param {number[]} taken
 */
const freeBase = (bases, taken) =>
  bases.find((base) => taken.every((other) => Math.abs(other - base) >= LINE)) ?? bases[0];

/**
 * The step at which the run diverges; nothing where it does not.
 * @param {Ask} ask @param {Shown} shown @param {LossAxis} axis That of the run.
 * @param {number[]} [taken] The heights of other names.
 */
export function divergedName(ask, { diverged, samples }, axis, taken = []) {
  if (diverged === null || diverged === undefined) return [];
  const x = axis.x(diverged / (samples ?? ask.samples));
  const isLeft = x < (axis.left + axis.right) / 2;
  const words = `× ${say("diverges")}`;
  const bases = [1, 2, 3, 4, 5].map((lines) => axis.top + lines * LINE);
  return [text("name bad", x + (isLeft ? 6 : -6), freeBase(bases, taken), words, isLeft ? "start" : "end")];
}

/**
 * The final loss of the run, beside its curve and a line away from the names of predictions; or the step at which it
 * diverges, where it has none.
 * @param {Ask} ask @param {Shown} shown @param {LossAxis} axis That of the run.
 * @param {number[]} [taken] The heights of other names. @param {boolean} [isRight] Whether it stands at the right.
 */
export function truthName(ask, shown, axis, taken = [], isRight = false) {
  if (shown.truth === null) return divergedName(ask, shown, axis, taken);
  const line = lossY(axis, shown.truth);
  const above = Math.max(line - 8, axis.top + 14);
  const y = freeBase([above, line + LINE, above - LINE, line + 2 * LINE, line + 3 * LINE], taken);
  const words = say("this_run", { loss: formatNumber(shown.truth) });
  return [isRight ? text("name now", axis.right, y, words, "end") : text("name now", axis.left + 6, y, words)];
}

/**
 * The name of a prediction, and its kind: where there are two, the first and the last.
 * @param {Mine} mine @param {number} round
 */
export function nameOf(mine, round) {
  const isLast = mine.slice(round + 1).every((other) => other === null);
  const name = mine.filter(Boolean).length < 2 ? "you_said" : isLast ? "then" : "first";
  return { name, kind: isLast ? "last" : "earlier" };
}
