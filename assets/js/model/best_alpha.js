/** The best α over many data seeds, as a landscape that is filled has found it for the runs that it is about. */

import { runKey } from "../core/knobs.js";
import { knowledge } from "../net/hints.js";

/** @import { RunSummary } from "../core/types.js" */

/**
 * The best α as far as it is known; empty before it is found.
 * @typedef {object} BestAlpha
 * @property {number} [from]
 * @property {number} [to]
 * @property {boolean} [atEnd]
 * @property {number} [seeds]
 * @property {number} [lost]
 * @property {number} [runs]
 */

/** By the names of runs. @type {import("../net/hints.js").Knowledge<BestAlpha, string>} */
export const bestAlphas = knowledge("best_alpha", (name) => name);

/** @param {RunSummary} summary */
export const bestAlphaFor = (summary) => bestAlphas.of(runKey(summary, ["alpha", "seed"]));
