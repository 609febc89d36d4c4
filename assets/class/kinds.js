/** All kinds of prediction by their names: each is a row, in a module of its own. */

import { div } from "./elements.js";
import { alpha } from "./alpha.js";
import { lossWords } from "./axis.js";
import { table } from "./charts.js";
import { choice } from "./choice.js";
import { curve } from "./curve.js";
import { loss } from "./loss.js";
import { say } from "./words.js";

/** @import { Ask, Kind, Shown } from "./types.js" */

/** @type {Record<Ask["kind"], Kind>} */
const KINDS = { loss, choice, curve, alpha };

/**
 * The kind of a question; undefined for a hunt and a task.
 * @template {string} Name @param {{ kind: Name }} ask @returns {Name extends Ask["kind"] ? Kind : Kind | undefined}
 */
export const kindOf = ({ kind }) => /** @type {any} */ (KINDS)[kind];

/** The style of the words about a result. @param {Shown} shown */
export const resultStyle = ({ diverged }) => (Number.isInteger(diverged) ? "bad" : "now");

/**
 * The tables of a reveal, for those who do not see its chart: one of both rounds and the run, and one of the final
 * losses at the data seeds.
 * @param {Ask} ask @param {Shown} shown
 */
export function spokenTables(ask, shown) {
  const ends = (shown.seeds ?? []).map((end, seed) => [say("data_seed", { seed }), lossWords(end)]);
  return div("spoken", ...kindOf(ask).table(ask, shown), ...table([say("final_loss")], ends));
}
