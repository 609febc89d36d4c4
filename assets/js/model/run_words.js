/**
 * A run's network and target in the table of runs: words that only the frame and the whole experiment know,
 * stored with the run.
 */

import { constants } from "../core/constants.js";

/** @import { Experiment, LayerSpec, RunResponse } from "../core/types.js" */

/** The title of a run on the page: that of its experiment, or Own data. @param {Pick<RunResponse, "summary">} run */
export const runName = ({ summary: { name, title } }) => name || title;

/** The page's name of a function that a file names otherwise. @param {string} name */
export const spokenFunction = (name) => constants.spokenFunctions[name] || name;

/** @param {LayerSpec} layer */
function layerWords(layer) {
  if (layer.kind === "affinity") return `dense ${layer.outputs}`;
  return layer.kind === "map" ? spokenFunction(layer.function) : "identity";
}

const UNNAMED_INPUTS = ["normal", "table"];

/** The layers in a row; a bench of one's own has none that could be named. @param {LayerSpec[]} layers */
export const networkWords = (layers) => (layers && layers.length ? layers.map(layerWords).join(", ") : "its own");

/** @param {RunResponse} response @param {Experiment} experiment */
export function runWords({ frame, summary }, { layers }) {
  const network = `${frame.response.inputs}, ${networkWords(layers)}`;
  const inputs = UNNAMED_INPUTS.includes(summary.inputs) ? "" : `, ${summary.inputs} inputs`;
  return { network, target: frame.target.formulas.join(", ") + inputs };
}
