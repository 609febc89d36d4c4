/** The floor and the ceiling of the run that is shown, as thin dashed lines in the plot. */

import { token } from "../lib/theme.js";
import { formatNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { shownFloor } from "../model/floor.js";
import { addPainter } from "./canvas.js";
import { plotMargins } from "./labels.js";
import { writeWords } from "./strokes.js";

const DASH = [5, 3];
const HALO = 3;
/** The words take so much from their baseline up and down, and stand so far from their line. */
const WORDS = { ascent: 10, descent: 3, apart: 4 };
const EDGE = 4;

function paint(context, places) {
  const { floor } = shownFloor() || {};
  if (!floor) return;
  // A loss that the axis has no place for has no line.
  const [low, high] = state.shown.limits;
  const lines = [
    { loss: floor.ceiling, name: "best constant answer" },
    { loss: floor.loss, name: "this shape can" },
  ].filter(({ loss }) => loss > 10 ** low && loss < 10 ** high);
  const { t, b } = plotMargins();
  const heights = lines.map(({ loss }) => places.y(loss));
  const baselines = baselinesOf(heights, t, places.height - b);
  lines.forEach((line, k) => drawLine(context, places, { ...line, y: heights[k], baseline: baselines[k] }));
}

/**
 * Where the words of each line stand: above it, or below where another line or other words lie above or the plot ends.
 * @param {number[]} lines Their heights in pixels, from the top.
 * @param {number} top
 * @param {number} bottom
 */
export function baselinesOf(lines, top, bottom) {
  const { ascent, descent, apart } = WORDS;
  const taken = lines.map((y) => [y, y]);
  return lines.map((line) => {
    const isFree = (baseline) => {
      const [from, to] = [baseline - ascent, baseline + descent];
      return from >= top && to <= bottom && taken.every(([low, high]) => high < from || low > to);
    };
    const [above, below] = [line - apart, line + apart + ascent];
    const baseline = isFree(above) || !isFree(below) ? above : below;
    taken.push([baseline - ascent, baseline + descent]);
    return baseline;
  });
}

function drawLine(context, places, { loss, name, y, baseline }) {
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
  const words = [`${name} ${formatNumber(loss)}`, places.width - r - EDGE, baseline];
  context.setLineDash([]);
  context.strokeStyle = token("--paper");
  context.lineWidth = HALO;
  context.strokeText(...words);
  context.fillText(...words);
  context.restore();
}

export const installFloorLines = () => addPainter(paint);
