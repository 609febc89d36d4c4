/** The best α over many data seeds, as a landscape that is filled has found it for the runs that it is about. */

import { runKey } from "../core/knobs.js";
import { cached } from "../net/speculation.js";

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

/** @param {string} name The runs' @param {boolean} [filling] @returns {BestAlpha} */
export const bestAlphas = (name, filling) => cached("best_alpha", name, filling);

/** @param {RunSummary} summary */
export const bestAlphaFor = (summary) => bestAlphas(runKey(summary, ["alpha", "seed"]));
