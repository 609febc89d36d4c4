/**
 * The final losses of a run under the 32 data seeds around its own, all else being equal; null where one diverges.
 * Seeds that leave nothing to learn from have none.
 */

import { constants } from "../core/constants.js";
import { runKey } from "../core/knobs.js";
import { requestAnalysis } from "../net/analyses.js";
import { knowledge } from "../net/hints.js";

/** @import { Knobs, RunSummary } from "../core/types.js" */

export const SEEDS = constants.knobs.seeds.together;

/** @param {number} seed */
const firstOf = (seed) => SEEDS * Math.floor(seed / SEEDS);

/**
 * @typedef {{ settled: Map<number, ?number>, none: Set<number>, tooLong?: boolean }} SeedSpread The known final
 *   losses, by seeds, and the seeds that have none.
 * @type {import("../net/hints.js").Knowledge<Partial<SeedSpread>, RunSummary>}
 */
const spreads = knowledge("seed_spread", (summary) => runKey(summary, ["seed"], firstOf(summary.seed)));

/** @param {Partial<SeedSpread>} known @returns {SeedSpread} */
const whole = (known) => Object.assign(known, { settled: known.settled ?? new Map(), none: known.none ?? new Set() });

/** @param {RunSummary} summary */
export const spreadOf = (summary) => whole(spreads.of(summary));

/** @param {SeedSpread} known */
export const isWhole = ({ settled, none }) => settled.size + none.size === SEEDS;

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
    const isNew = (/** @type {number} */ other) => !known.settled.has(other) && !known.none.has(other);
    const seeds = Array.from({ length: SEEDS }, (_, k) => first + k).filter(isNew);
    seeds.sort((a, b) => Math.abs(a - seed) - Math.abs(b - seed));
    if (!seeds.length || known.tooLong) return;
    const reply = await requestAnalysis("seed_spread", { seeds }, knobs, { patient: true });
    if (!reply) return;
    known.tooLong = !reply.settled.length;
    for (const other of reply.none ?? []) known.none.add(other);
    reply.settled.forEach((loss, k) => known.none.has(seeds[k]) || known.settled.set(seeds[k], loss));
    onPiece();
  }
}
