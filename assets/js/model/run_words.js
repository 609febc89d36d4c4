/**
 * What the table of runs says of a run's network and target: words that only the frame and the whole experiment know,
 * stored with the run.
 */

import { constants } from "../core/constants.js";

/** What the page calls a function that a file names otherwise. */
export const spokenFunction = (name) => constants.spokenFunctions[name] || name;

const LAYERS = {
  affinity: ({ outputs }) => `dense ${outputs}`,
  map: (layer) => spokenFunction(layer.function),
  identity: () => "identity",
};
const UNNAMED_INPUTS = ["normal", "table"];

/** The layers in a row; a bench of one's own has none that could be named. */
export const networkWords = (layers) =>
  layers && layers.length ? layers.map((layer) => LAYERS[layer.kind](layer)).join(", ") : "its own";

export function runWords({ frame, summary }, { layers }) {
  const network = `${frame.response.inputs}, ${networkWords(layers)}`;
  const inputs = UNNAMED_INPUTS.includes(summary.inputs) ? "" : `, ${summary.inputs} inputs`;
  return { network, target: frame.target.formulas.join(", ") + inputs };
}
