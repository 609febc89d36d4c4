/** The curve in words: the smoothed loss along the run, how it ends, and the other curves beside it. */

import { formatCount, formatFinal, formatNumber } from "../core/format.js";
import { placeWord } from "../core/knobs.js";
import { drawnGhosts, state } from "../core/state.js";
import { isComparing } from "../model/comparison.js";
import { pinName } from "../model/pins.js";
import { bandWords } from "./band.js";
import { floorWords } from "./floor_lines.js";
import { otherLabels } from "./labels.js";
import { lowPassLine } from "./pinned_curves.js";

/** @import { Run, RunResponse } from "../core/types.js" */

const QUARTERS = [0, 0.25, 0.5, 0.75, 1];

/** @param {RunResponse} response */
export function curveWords(response) {
  return [smoothedWords(response), divergedWords(response), heldOutWords(response), ...besideWords()]
    .filter(Boolean)
    .map((words) => `${words}.`)
    .join(" ");
}

/** The smoothed loss at five places along the run, and where it is lowest. @param {RunResponse} response */
function smoothedWords(response) {
  const { x, y } = lowPassLine(response);
  if (!y.length) return "";
  const one = placeWord(response.summary);
  /** @param {number} k */
  const at = (k) => `${formatNumber(y[k])} at ${one} ${formatCount(Math.round(x[k]))}`;
  const places = [...new Set(QUARTERS.map((share) => Math.round(share * (y.length - 1))))];
  const lowest = Array.from(y).reduce((least, loss, k) => (loss < y[least] ? k : least), 0);
  return `Smoothed loss: ${places.map(at).join(", ")}; lowest ${at(lowest)}`;
}

/** @param {RunResponse} response */
const divergedWords = ({ summary }) =>
  summary.diverged_at === null ? "" : `The run diverges at ${placeWord(summary)} ${formatCount(summary.diverged_at)}`;

/** @param {RunResponse} response */
const heldOutWords = ({ held }) => (held ? `Held-out loss at the end: ${held.final}` : "");

/** The curves of other runs, and the names that other views have put beside them. */
function besideWords() {
  if (isComparing() && state.compared) {
    return [`Drawn beside it: ${endWords(pinName(state.compared), state.compared.run)}`];
  }
  const earlier = [...drawnGhosts()].reverse().map((run) => endWords(run.label, run));
  const others = otherLabels().map(labelWords);
  return [
    earlier.length ? `Earlier runs, the latest first: ${earlier.join("; ")}` : "",
    others.length ? `At the right end: ${others.join("; ")}` : "",
    bandWords(),
    floorWords(),
  ];
}

/** @param {string} name @param {Run} run */
const endWords = (name, { summary }) =>
  `${name}, ${summary.settled === null ? "" : "final loss "}${formatFinal(summary)}`;

/** Some names say their loss. @param {import("./labels.js").CurveLabel} label */
function labelWords({ text, loss }) {
  const height = formatNumber(loss);
  return text.endsWith(` ${height}`) ? text : `${text}, ${height}`;
}
