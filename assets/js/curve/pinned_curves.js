/** The curves of pinned runs in the plot: the low-pass line of each that is switched on, in dashes. */

import { decode } from "../lib/arrays.js";
import { token } from "../lib/theme.js";
import { sameRun } from "../core/knobs.js";
import { curveNotesChanged, pinRenamed } from "../core/signals.js";
import { state } from "../core/state.js";
import { isComparing } from "../model/comparison.js";
import { drawnPins, pinName } from "../model/pins.js";
import { addPainter } from "./canvas.js";
import { addLabels } from "./labels.js";

/** @import { Ghost, Numbers, Pin, PlotPlaces, Run } from "../core/types.js" */

const DASHES = [[], [6, 3], [2, 2], [8, 2, 2, 2]];

/**
 * The dashes of a letter's line: after four they repeat, and the names tell the lines apart.
 * @param {string} letter
 */
export const dashesOf = (letter) => DASHES[(letter.charCodeAt(0) - "A".charCodeAt(0)) % DASHES.length];

/** @type {WeakMap<Ghost, { x: Numbers, y: Numbers }>} */
const lines = new WeakMap();

/** A run's low-pass line as numbers, decoded once. @param {{ ghost: Ghost }} run */
export function lowPassLine({ ghost }) {
  const line = lines.get(ghost) ?? { x: decode(ghost.x), y: decode(ghost.y) };
  lines.set(ghost, line);
  return line;
}

const comparedPin = () => /** @type {Pin} */ (state.compared);

/** In a comparison the other run's curve, else those that are switched on. */
const paintedPins = () => (isComparing() ? [comparedPin()] : drawnPins());

/**
 * The figure with axes that take in the curve of the compared run; its lower end stays, for the marks along it.
 * @param {import("./canvas.js").CurveFigure} figure
 * @returns {import("./canvas.js").CurveFigure}
 */
export function widened(figure) {
  const { run } = comparedPin();
  const { xaxis, yaxis } = figure.layout;
  const [low, high] = yaxis.range;
  const highest = Array.from(lowPassLine(run).y).reduce(
    (most, loss) => (loss > most && loss < Infinity ? loss : most),
    0,
  );
  const top = highest > 0 ? Math.max(high, Math.log10(highest)) : high;
  const last = Math.max(xaxis.range[1], run.ghost.samples);
  // The area of the steps after a divergence lies over the other run's curve.
  /** @param {import("../core/types.js").Shape} shape */
  const clear = (shape) => (shape.type === "rect" ? { ...shape, opacity: 0.5 } : shape);
  /** @type {import("../core/types.js").Layout} */
  const layout = {
    ...figure.layout,
    xaxis: { ...xaxis, range: [xaxis.range[0], last] },
    yaxis: { ...yaxis, range: [low, top] },
    shapes: (figure.layout.shapes || []).map(clear),
  };
  return { ...figure, layout };
}

/** @param {CanvasRenderingContext2D} context @param {PlotPlaces} places */
function paint(context, places) {
  for (const { letter, run } of paintedPins()) {
    const { x, y } = lowPassLine(run);
    context.strokeStyle = token("--ink");
    context.lineWidth = 1.5;
    context.setLineDash(isComparing() ? [] : dashesOf(letter));
    context.beginPath();
    for (let k = 0; k < x.length; k++) context.lineTo(places.x(x[k]), places.y(y[k]));
    context.stroke();
  }
}

/** Whether the run's curve is drawn already, so that its ghost would only hide the dashes. @param {Run} run */
export const isPinnedCurveDrawn = ({ summary }) => drawnPins().some(({ run }) => sameRun(run.summary, summary));

function labels() {
  const ended = drawnPins().filter(({ run }) => run.ghost.end !== null);
  return ended.map((pin) => ({ loss: Number(pin.run.ghost.end), text: pinName(pin), kind: "pinned" }));
}

export function installPinnedCurves() {
  addPainter(paint);
  addLabels(labels);
  pinRenamed.on(() => curveNotesChanged.emit());
}
