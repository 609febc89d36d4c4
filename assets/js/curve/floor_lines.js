/** The floor and the ceiling of the shown run, as thin dashed lines in the plot, with what they are measured on. */

import { token } from "../lib/theme.js";
import { formatCount, formatFinal, formatNumber, roundedUp } from "../core/format.js";
import { state } from "../core/state.js";
import { shownFloor } from "../model/floor.js";
import { addWords } from "./canvas.js";
import { plotMargins } from "./labels.js";
import { WORDS, writeOnPaper, writeWords } from "./strokes.js";

/** @import { Floor, PlotPlaces, RunSummary } from "../core/types.js" */

const DASH = [5, 3];
/** The distance of words from their line, in pixels. */
const APART = 4;
const EDGE = 4;

const knownFloor = () => shownFloor()?.floor ?? null;

/** The losses of the best constant answer and of a network of this shape; "" where they are not known or not wanted. */
export function floorWords() {
  const floor = knownFloor();
  if (!floor || floor.ceiling === null || floor.loss === null) return "";
  const [ceiling, lowest] = [floor.ceiling, roundedUp(floor.loss)].map((loss) => formatNumber(loss));
  return `The best constant answer has ${ceiling} on ${floor.measured_on}, and this shape reaches ${lowest}`;
}

/**
 * How far the run has come between the two; "" where they are not known or not wanted, and where it ends outside them.
 * @param {RunSummary} summary
 */
export function floorShareWords({ settled }) {
  const { ceiling = null, loss = null } = knownFloor() ?? {};
  if (ceiling === null || loss === null || settled === null || settled > ceiling || settled < loss) return "";
  const share = Math.floor((100 * (ceiling - settled)) / (ceiling - loss));
  const [highest, lowest] = [ceiling, roundedUp(loss)].map((end) => formatNumber(end));
  return `${share} % of the way from one answer for all (${highest}) to the best known of this shape (${lowest}).`;
}

/** @param {CanvasRenderingContext2D} context @param {PlotPlaces} places */
function paint(context, places) {
  const floor = knownFloor();
  if (!floor) return;
  // A loss that the axis has no place for has no line.
  const [low, high] = state.shown.limits;
  const on = ` on ${floor.measured_on}`;
  const lines = [
    { loss: floor.ceiling, name: "best constant answer", more: on },
    { loss: floor.loss, name: "this shape reaches", more: on + finalWords(floor) },
  ].flatMap(({ loss, ...words }) =>
    loss !== null && loss > 10 ** low && loss < 10 ** high ? [{ loss, ...words }] : [],
  );
  const { t, b } = plotMargins();
  const heights = lines.map(({ loss }) => places.y(loss));
  const baselines = baselinesOf(heights, t, places.height - b);
  lines.forEach((line, k) => drawLine(context, places, { ...line, y: heights[k], baseline: baselines[k] }));
}

/** The final loss and the samples that it is measured on, where it lies below the floor. @param {Floor} floor */
function finalWords({ below, final_samples: count }) {
  if (!below) return "";
  const last = count === 1 ? "one" : formatCount(count);
  return `; this run ${formatFinal(state.shown.summary)} on its last ${last}`;
}

/**
 * The baseline of each line's words: above it, or below where another line or other words lie above or the plot ends.
 * @param {number[]} lines Their heights in pixels, from the top.
 * @param {number} top
 * @param {number} bottom
 */
export function baselinesOf(lines, top, bottom) {
  const { ascent, descent } = WORDS;
  const taken = lines.map((y) => [y, y]);
  return lines.map((line) => {
    /** @param {number} baseline */
    const isFree = (baseline) => {
      const [from, to] = [baseline - ascent, baseline + descent];
      return from >= top && to <= bottom && taken.every(([low, high]) => high < from || low > to);
    };
    const [above, below] = [line - APART, line + APART + ascent];
    const baseline = isFree(above) || !isFree(below) ? above : below;
    taken.push([baseline - ascent, baseline + descent]);
    return baseline;
  });
}

/**
 * The second part of a line's words stands where there is room.
 * @param {CanvasRenderingContext2D} context
 * @param {PlotPlaces} places
 * @param {{ loss: number, name: string, more: string, y: number, baseline: number }} line
 */
function drawLine(context, places, { loss, name, more, y, baseline }) {
  const words = `${name} ${formatNumber(roundedUp(loss))}`;
  const { l, r } = plotMargins();
  context.save();
  context.strokeStyle = token("--ink-2");
  context.lineWidth = 1;
  context.setLineDash(DASH);
  context.beginPath();
  context.moveTo(l, y);
  context.lineTo(places.width - r, y);
  context.stroke();
  writeWords(context);
  context.textAlign = "right";
  const hasRoom = context.measureText(words + more).width < places.width - l - r - 2 * EDGE;
  context.setLineDash([]);
  writeOnPaper(context, hasRoom ? words + more : words, places.width - r - EDGE, baseline);
  context.restore();
}

export const installFloorLines = () => addWords(paint);
