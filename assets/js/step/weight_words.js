/** What the readout says of a weight: its name, what is shown of it, and where it starts. */

import { formatNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { checkpointWeight, isFrozen, weightAtCursor, weightName } from "../model/weights.js";

/** What is shown of a weight, beside its starting value. */
export function weightWords(weight) {
  const [start, now] = [checkpointWeight(weight), weightAtCursor(weight)];
  const shown = {
    checkpoint: "",
    trained: `${formatNumber(now)}, `,
    difference: `changed by ${formatNumber(now - start)}, `,
  };
  return `${shown[state.weightsView]}starting weight ${formatNumber(start)}${isFrozen(weight) ? ", frozen" : ""}`;
}

/** The same after its name. */
export const namedWeight = (weight) =>
  `${weightName(weight)}${state.weightsView === "trained" ? " = " : ": "}${weightWords(weight)}`;
