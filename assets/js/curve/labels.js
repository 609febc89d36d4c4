/**
 * Names at the right end of the curve, pushed apart to a line's height; an earlier run's name is a button that goes
 * back to it.
 */

import { sizeOf } from "../lib/box_size.js";
import { find, make } from "../lib/dom.js";
import { isNarrow, token } from "../lib/theme.js";
import { haveSameLoss, lossOf } from "../core/knobs.js";
import { openRun } from "../net/requests.js";
import { forgetRun } from "../model/undo.js";
import { countLines } from "./canvas.js";
import { depthOf, isOffTheAxis } from "./loss_axis.js";

/** @import { Run, RunResponse } from "../core/types.js" */

/** The size of the plot's letters, as the styles say. */
export const letterSize = () => parseFloat(token("--label")) || 12;

/** The height of a line of names, and the room under the axis, for letters of 12 pixels. */
const LABEL_GAP = 17;
const UNDER_AXIS = 28;
const lineGap = () => (LABEL_GAP * letterSize()) / 12;
/**
 * @typedef {{ loss: number, text: string, kind: string }} CurveLabel
 * @typedef {{ y: number, text: string, run: ?Run, kind?: string, latest?: boolean }} PlacedLabel
 */

/** @type {(() => CurveLabel[])[]} */
const sources = [];

/** Another view's names. @param {() => CurveLabel[]} source */
export const addLabels = (source) => sources.push(source);

/** The names that other views have put there. */
export const otherLabels = () => sources.flatMap((source) => source());

/** The margins of the plot, as the styles say. */
export function plotMargins() {
  return {
    l: parseFloat(token("--loss-l")) || 52,
    r: parseFloat(token("--loss-r")) || 128,
    t: 8,
    b: (UNDER_AXIS * letterSize()) / 12,
  };
}

/** @param {HTMLElement} box @param {RunResponse} response @param {Run[]} ghosts */
export function drawLabels(box, response, ghosts) {
  const layer = find(box, ".ghost-labels") || box.appendChild(make("div", { class: "ghost-labels" }));
  const margins = plotMargins();
  const height = sizeOf(box).height - margins.t - margins.b;
  /** @param {number} loss */
  const at = (loss) => margins.t + height * depthOf(loss, response);
  /** @param {string} text */
  const short = (text) => (isNarrow() ? text.replace(/^start, .*/, "start") : text);
  // An earlier run of another kind of loss says which: its height is no height of this run's loss.
  /** @param {Run} run */
  const nameOf = ({ label, summary }) =>
    haveSameLoss(summary, response.summary) ? short(label) : `${lossOf(summary)}: ${short(label)}`;
  /** @type {PlacedLabel[]} */
  const labels = ghosts
    .filter((run) => run.ghost.end !== null)
    .map((run, k) => ({ y: at(Number(run.ghost.end)), text: nameOf(run), run, latest: k === ghosts.length - 1 }));
  const { settled } = response.summary;
  if (settled !== null) labels.push({ y: at(settled), text: short(response.said.label), run: null });
  const { held } = response;
  if (held && held.loss !== null) labels.push({ y: at(held.loss), text: `held-out ${held.final}`, run: null });
  labels.push(...otherLabels().map(({ loss, text, kind }) => ({ y: at(loss), text, kind, run: null })));
  // The counts of zeros and of what lies below the axis have the last lines.
  const lines = countLines(response.loss.layout.annotations.filter(isOffTheAxis), margins).length;
  pushApart(labels, margins.t, margins.t + height - (lines + 1) * lineGap());
  layer.style.left = `calc(100% - ${margins.r - 8}px)`;
  layer.replaceChildren(...labels.map(labelElement));
}

/** @param {PlacedLabel} label */
function labelElement({ y, text, kind, run, latest }) {
  const row = make("span", { class: `ghost-label ${run ? (latest ? "latest" : "") : kind || "now"}`, title: text });
  row.style.top = `${y.toFixed(1)}px`;
  if (!run) {
    row.textContent = text;
    return row;
  }
  row.dataset.run = run.label;
  const back = { "aria-label": `Restore the run ${run.label}`, on: { click: () => openRun(run) } };
  const forget = { class: "drop", "aria-label": `Forget the run ${run.label}`, on: { click: () => forgetRun(run) } };
  row.append(make("button", back, text), make("button", forget, "×"));
  return row;
}

/** @param {PlacedLabel[]} labels @param {number} top @param {number} bottom */
function pushApart(labels, top, bottom) {
  const gap = lineGap();
  labels.sort((a, b) => a.y - b.y);
  for (let round = 0; round < 100; round++) {
    for (let k = 1; k < labels.length; k++) {
      const lack = gap - (labels[k].y - labels[k - 1].y);
      if (lack > 0) {
        labels[k].y += lack / 2;
        labels[k - 1].y -= lack / 2;
      }
    }
  }
  const over = labels.length ? labels[labels.length - 1].y - bottom : 0;
  if (over > 0) labels.forEach((label) => (label.y -= over));
  labels.forEach((label, k) => (label.y = Math.max(label.y, k ? labels[k - 1].y + gap : top)));
}
