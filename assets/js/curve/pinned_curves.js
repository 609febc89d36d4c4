/** The curves of pinned runs in the plot: the low-pass line of each that is switched on, in its own dashes. */

import { decode } from "../lib/arrays.js";
import { token } from "../lib/theme.js";
import { sameRun } from "../core/knobs.js";

import { drawnPins } from "../model/pins.js";
import { addPainter } from "./canvas.js";
import { addLabels } from "./labels.js";

export const DASHES = { A: [], B: [6, 3], C: [2, 2], D: [8, 2, 2, 2] };

const lines = new WeakMap();

/** A run's low-pass line as numbers, decoded once. */
export function lowPassLine({ ghost }) {
  if (!lines.has(ghost)) lines.set(ghost, { x: decode(ghost.x), y: decode(ghost.y) });
  return lines.get(ghost);
}

function paint(context, places) {
  for (const { letter, run } of drawnPins()) {
    const { x, y } = lowPassLine(run);
    context.strokeStyle = token("--ink");
    context.lineWidth = 1.5;
    context.setLineDash(DASHES[letter]);
    context.beginPath();
    for (let k = 0; k < x.length; k++) context.lineTo(places.x(x[k]), places.y(y[k]));
    context.stroke();
  }
}

/** Whether the run's curve is drawn already, so that its ghost would only hide the dashes. */
export const isPinnedCurveDrawn = ({ summary }) => drawnPins().some(({ run }) => sameRun(run.summary, summary));

function labels() {
  const ended = drawnPins().filter(({ run }) => run.ghost.end !== null);
  return ended.map(({ letter, run }) => ({ loss: run.ghost.end, text: letter, kind: "pinned" }));
}

export function installPinnedCurves() {
  addPainter(paint);
  addLabels(labels);
}
