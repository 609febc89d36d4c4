/** The floor and the ceiling of the shown run, as thin dashed lines in the plot, with what they are measured on. */

import { token } from "../lib/theme.js";
import { formatCount, formatNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { shownFloor } from "../model/floor.js";
import { addPainter } from "./canvas.js";
import { plotMargins } from "./labels.js";
import { writeWords } from "./strokes.js";

const DASH = [5, 3];
const [APART, LINE] = [4, 18];
const HALO = 3;

function paint(context, places) {
  const { floor } = shownFloor() || {};
  if (!floor) return;
  const { ceiling, loss, measured_on: samples } = floor;
  drawLine(context, places, ceiling, [`best constant answer ${formatNumber(ceiling)}`, ` on ${samples}`]);
  // Close under the other line, the words of this one stand under it.
  const isClose = loss <= ceiling && places.y(loss) - places.y(ceiling) < LINE;
  const more = ` on ${samples}${finalWords(floor)}`;
  drawLine(context, places, loss, [`this shape reaches ${formatNumber(loss)}`, more], isClose);
}

/** Where the final loss lies below the floor, what that is measured on, too. */
function finalWords({ below, final_samples: count }) {
  if (!below) return "";
  const last = count === 1 ? "one" : formatCount(count);
  return `; this run ${formatNumber(state.shown.summary.settled)} on its last ${last}`;
}

/** A loss that the axis has no place for has no line; the second part of its words stands where there is room. */
function drawLine(context, places, loss, [first, second], isUnder = false) {
  const [low, high] = state.shown.limits;
  if (!(loss > 10 ** low && loss < 10 ** high)) return;
  const { l, r } = plotMargins();
  const y = places.y(loss);
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
  const hasRoom = context.measureText(first + second).width < places.width - l - r - 2 * APART;
  const words = [hasRoom ? first + second : first, places.width - r - APART, isUnder ? y + LINE - APART : y - APART];
  context.setLineDash([]);
  context.strokeStyle = token("--paper");
  context.lineWidth = HALO;
  context.strokeText(...words);
  context.fillText(...words);
  context.restore();
}

export const installFloorLines = () => addPainter(paint);
