/** The floor and the ceiling of the shown run, as thin dashed lines in the plot, with what they are measured on. */

import { token } from "../lib/theme.js";
import { formatCount, formatNumber, roundedUp } from "../core/format.js";
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

const knownFloor = () => (shownFloor() || {}).floor || null;

/** What the best constant answer and a network of this shape reach; "" where that is not known, or not asked for. */
export function floorWords() {
  const floor = knownFloor();
  if (!floor) return "";
  const [ceiling, lowest] = [floor.ceiling, roundedUp(floor.loss)].map((loss) => formatNumber(loss));
  return `The best constant answer has ${ceiling} on ${floor.measured_on}, and this shape reaches ${lowest}`;
}

function paint(context, places) {
  const floor = knownFloor();
  if (!floor) return;
  // A loss that the axis has no place for has no line.
  const [low, high] = state.shown.limits;
  const on = ` on ${floor.measured_on}`;
  const lines = [
    { loss: floor.ceiling, name: "best constant answer", more: on },
    { loss: floor.loss, name: "this shape reaches", more: on + finalWords(floor) },
  ].filter(({ loss }) => loss > 10 ** low && loss < 10 ** high);
  const { t, b } = plotMargins();
  const heights = lines.map(({ loss }) => places.y(loss));
  const baselines = baselinesOf(heights, t, places.height - b);
  lines.forEach((line, k) => drawLine(context, places, { ...line, y: heights[k], baseline: baselines[k] }));
}

/** Where the final loss lies below the floor, what that is measured on, too. */
function finalWords({ below, final_samples: count }) {
  if (!below) return "";
  const last = count === 1 ? "one" : formatCount(count);
  return `; this run ${formatNumber(state.shown.summary.settled)} on its last ${last}`;
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

/** The second part of a line's words stands where there is room. */
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
  const text = [hasRoom ? words + more : words, places.width - r - EDGE, baseline];
  context.setLineDash([]);
  cover(context, context.measureText(text[0]).width, text);
  context.fillText(...text);
  context.restore();
}

/** Words over a curve are read on paper. */
function cover(context, width, [, right, baseline]) {
  const { ascent, descent } = WORDS;
  const ink = context.fillStyle;
  context.fillStyle = token("--paper");
  context.fillRect(right - width - HALO, baseline - ascent - 1, width + 2 * HALO, ascent + descent + 2);
  context.fillStyle = ink;
}

export const installFloorLines = () => addPainter(paint);
