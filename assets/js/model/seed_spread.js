/** The final losses of a run under the 32 data seeds around its own, all else being equal; null where one diverges. */

import { constants } from "../core/constants.js";
import { runKey } from "../core/knobs.js";
import { requestAnalysis } from "../net/analyses.js";
import { knowledge } from "../net/hints.js";

/** @import { Knobs, RunSummary } from "../core/types.js" */

export const SEEDS = constants.knobs.seeds.together;

/** @param {number} seed */
const firstOf = (seed) => SEEDS * Math.floor(seed / SEEDS);

/**
 * @typedef {{ settled: Map<number, ?number>, tooLong?: boolean }} SeedSpread The known final losses, by seeds.
 * @type {import("../net/hints.js").Knowledge<Partial<SeedSpread>, RunSummary>}
 */
const spreads = knowledge("seed_spread", (summary) => runKey(summary, ["seed"], firstOf(summary.seed)));

/** @param {Partial<SeedSpread>} known @returns {SeedSpread} */
const whole = (known) => Object.assign(known, { settled: known.settled ?? new Map() });

/** @param {RunSummary} summary */
export const spreadOf = (summary) => whole(spreads.of(summary));

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
  const known = whole(spreads.toFill(summary));
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
