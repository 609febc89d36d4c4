/** Which α is best over many data seeds, as a landscape that is filled has found it for the runs that it is about. */

import { runKey } from "../core/knobs.js";
import { remembered } from "../net/speculation.js";

/** What is known under the name of such runs: { from, to, atEnd, seeds, lost, runs }; nothing before it is found. */
export const bestAlphas = (name, filling) => remembered("best_alpha", name, filling);

/** The same for a run. */
export const bestAlphaFor = (summary) => bestAlphas(runKey(summary, ["alpha", "seed"]));
