/** The final losses at each α on a chart: their axis, their dots, and the names of four α. */

import { formatKnob } from "../js/core/format.js";
import { lossY } from "./axis.js";
import { circle, text } from "./elements.js";
import { alphaAt, MOST_ALPHA, PER_DECADE } from "./positions.js";

/** @import { LossAxis } from "./axis.js" */
/** @import { Ask, Shown } from "./types.js" */

/** The axis of the final losses at all α: whole decades. @param {Shown} shown @returns {Ask["axis"]} */
export function alphaEnds({ finals = [] }) {
  const positive = finals.flatMap((loss) => (loss ? [Math.log10(loss)] : []));
  const decades = positive.length ? positive : [0];
  const low = PER_DECADE * Math.floor(Math.min(...decades));
  return [low, Math.max(PER_DECADE * Math.ceil(Math.max(...decades)), low + PER_DECADE)];
}

/** The final loss at each α. @param {Shown} shown @param {LossAxis} axis @param {(at: number) => number} radius */
export const alphaDots = ({ finals = [], truth }, axis, radius) =>
  finals.map((loss, at) => {
    const kind = loss === null ? "seed bad" : at === truth ? "seed best" : "seed";
    return circle(kind, axis.x(at / MOST_ALPHA), lossY(axis, loss), radius(at));
  });

/** The names of four α. @param {LossAxis} axis @param {number} y */
export const alphaNames = (axis, y) =>
  [0, 20, 40, 60].map((at) => {
    const anchor = at === MOST_ALPHA ? "end" : at ? "middle" : "start";
    return text("tick", axis.x(at / MOST_ALPHA), y, `${at ? "" : "α "}${formatKnob(alphaAt(at))}`, anchor);
  });
