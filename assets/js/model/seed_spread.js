/** The final losses of a run under the 32 data seeds around its own, all else being equal; null where one diverges. */

import { constants } from "../core/constants.js";
import { runKey } from "../core/knobs.js";
import { requestAnalysis } from "../net/analyses.js";
import { cached } from "../net/speculation.js";

/** @import { Knobs, RunSummary } from "../core/types.js" */

export const SEEDS = constants.knobs.seeds.together;

/** @param {number} seed */
const firstOf = (seed) => SEEDS * Math.floor(seed / SEEDS);

/**
 * @typedef {{ settled: Map<number, ?number>, tooLong?: boolean }} SeedSpread The known final losses, by seeds.
 * @param {RunSummary} summary
 * @param {boolean} [filling]
 */
export function spreadOf(summary, filling) {
  const first = firstOf(summary.seed);
  /** @type {SeedSpread} */
  const known = cached("seed_spread", runKey(summary, ["seed"], first), filling);
  known.settled = known.settled || new Map();
  return known;
}

/** @param {SeedSpread} known */
export const isWhole = ({ settled }) => settled.size === SEEDS;

/**
 * Asks for those that are not known, as long as go() is true, and for those near the run's own seed first. `knobs` are
 * what the run has and the one that is shown has not.
 * @param {RunSummary} summary
 * @param {() => boolean} go
 * @param {{ knobs?: Partial<Knobs>, onPiece?: () => void }} [options]
 */
export async function fillSpread(summary, go, { knobs = {}, onPiece = () => {} } = {}) {
  const known = spreadOf(summary, true);
  const { seed, settled } = summary;
  const first = firstOf(seed);
  known.settled.set(seed, settled);
  while (go()) {
    const seeds = Array.from({ length: SEEDS }, (_, k) => first + k).filter((other) => !known.settled.has(other));
    seeds.sort((a, b) => Math.abs(a - seed) - Math.abs(b - seed));
    if (!seeds.length || known.tooLong) return;
    const reply = await requestAnalysis("seed_spread", { seeds }, knobs, { patient: true });
    if (!reply) return;
    known.tooLong = !reply.settled.length;
    reply.settled.forEach((loss, k) => known.settled.set(seeds[k], loss));
    onPiece();
  }
}
