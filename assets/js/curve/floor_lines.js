/** The floor and the ceiling of the run that is shown, as thin dashed lines in the plot. */

import { token } from "../lib/theme.js";
import { formatNumber } from "../core/format.js";
import { state } from "../core/state.js";
import { shownFloor } from "../model/floor.js";
import { addPainter } from "./canvas.js";
import { plotMargins } from "./labels.js";
import { writeWords } from "./strokes.js";

const DASH = [5, 3];
const APART = 4;
const HALO = 3;

function paint(context, places) {
  const { floor } = shownFloor() || {};
  if (!floor) return;
  drawLine(context, places, floor.ceiling, "best constant answer");
  drawLine(context, places, floor.loss, "this shape can");
}

/** A loss that the axis has no place for has no line. */
function drawLine(context, places, loss, name) {
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
  const words = [`${name} ${formatNumber(loss)}`, places.width - r - APART, y - APART];
  context.setLineDash([]);
  context.strokeStyle = token("--paper");
  context.lineWidth = HALO;
  context.strokeText(...words);
  context.fillText(...words);
  context.restore();
}

export const installFloorLines = () => addPainter(paint);
