/**
 * The mean losses on the straight line from A to B, with the chord between its ends.
 * @import { Numbers } from "../core/types.js"
 */

import { element, make } from "../lib/dom.js";
import { formatNumber } from "../core/format.js";

const SMALL = { width: 220, height: 48, edge: 2 };
const LARGE = { width: 300, height: 200, edge: 4 };
const NAME = "This is the mean loss of samples of B on the straight line from A to B. The dashed line is the chord.";

/** The chart in words, for whoever does not see it. @param {Numbers} line */
function chartWords(line) {
  const [low, high] = [Math.min(...line), Math.max(...line)];
  /** @param {number} loss */
  const at = (loss) =>
    `${formatNumber(loss)} after ${Math.round((100 * line.indexOf(loss)) / (line.length - 1))} % of the way`;
  const ends = [line[0], line[line.length - 1]].map((loss) => formatNumber(loss)).join(" at A to ");
  return `The mean loss goes from ${ends} at B. It is lowest, ${at(low)}, and highest, ${at(high)}.`;
}

/** @param {Numbers} line @param {Record<"width" | "height" | "edge", number>} record */
function chart(line, { width, height, edge }) {
  const [low, high] = [Math.min(...line), Math.max(...line)];
  /** @param {number} loss @param {number} k */
  const point = (loss, k) => {
    const y = height - edge - ((loss - low) / (high - low || 1)) * (height - 2 * edge);
    return `${((k / (line.length - 1)) * width).toFixed(1)} ${y.toFixed(1)}`;
  };
  const along = Array.from(line, point);
  return element(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "line-chart", role: "img", "aria-label": chartWords(line) },
    element("path", { class: "chord", d: `M${along[0]}L${along.at(-1)}` }),
    element("path", { class: "profile", d: `M${along.join("L")}` }),
  );
}

/** For a tooltip. @param {Numbers} line */
export const smallLineChart = (line) => chart(line, SMALL);

/** For the place of the square, with both ends named. @param {Numbers} line */
export function largeLineChart(line) {
  /** @param {string} name @param {number} loss */
  const end = (name, loss) => make("span", {}, make("b", {}, name), ` ${formatNumber(loss)}`);
  const ends = make("p", { class: "line-ends" }, end("A", line[0]), end("B", line[line.length - 1]));
  return [make("p", {}, NAME), chart(line, LARGE), ends];
}
