/**
 * What the table of runs says of a run's network and target: words that only the frame and the whole experiment know,
 * stored with the run.
 */

const LAYERS = {
  affinity: ({ outputs }) => `dense ${outputs}`,
  map: (layer) => layer.function,
  identity: () => "identity",
};
const UNNAMED_INPUTS = ["normal", "table"];

export function runWords({ frame, summary }, { layers }) {
  const network = layers && layers.length ? layers.map((layer) => LAYERS[layer.kind](layer)).join(", ") : "its own";
  const inputs = UNNAMED_INPUTS.includes(summary.inputs) ? "" : `, ${summary.inputs} inputs`;
  return { network: `${frame.response.inputs}, ${network}`, target: frame.target.formulas.join(", ") + inputs };
}
