/**
 * A loss axis that runs upwards, with an end above it for runs that diverge and one below it, as SVG; and curves on it.
 */

import { element } from "../js/lib/dom.js";
import { path, rect, text } from "./elements.js";
import { formatCount, formatKnob, formatNumber } from "./numbers.js";
import { PER_DECADE, positionOf } from "./positions.js";
import { say } from "./words.js";

/** @import { Ask, Box, LossAxis, Shown } from "./types.js" */

/** 0.001, 10⁻⁵. @param {number} power */
const tickWords = (power) =>
  Math.abs(power) > 4
    ? formatNumber(10 ** power, 1).replace(/^1 × /, "")
    : formatKnob(Number((10 ** power).toPrecision(1)));

/**
 * @param {Ask["axis"]} axis
 * @param {Box} box
 * @returns {LossAxis}
 */
export function lossAxis([low, high], { width, height, left = 66, right = 6, top = 4, foot = 24, stop = 26 }) {
  const [upper, lower, end] = [top + stop, height - foot - stop, width - right];
  /** @param {number} position */
  const inside = (position) => lower - ((position - low) / (high - low)) * (lower - upper);
  const y = (/** @type {?number} */ position) => {
    if (position === null || position > high) return top + stop / 2;
    return position < low ? lower + stop / 2 : inside(position);
  };
  const at = (/** @type {number} */ height_) => {
    if (height_ < upper) return high + 1;
    if (height_ > lower) return low - 1;
    return Math.round(low + ((lower - height_) / (lower - upper)) * (high - low));
  };
  const name = (/** @type {number} */ at_, /** @type {string} */ words, kind = "") =>
    text(`tick ${kind}`, left - 8, at_ + 4, words, "end");
  /** @type {SVGElement[]} */
  const frame = [
    rect("diverges", left, top, end - left, stop),
    name(top + stop / 2, say("diverges"), "bad"),
    name(lower + stop / 2, say("below")),
  ];
  // Decades that are too many for their names, such as those of losses at each α, have a line and a name now and then.
  const decade = (PER_DECADE * (lower - upper)) / (high - low);
  const step = PER_DECADE * Math.ceil((0.55 * stop) / decade);
  for (let position = low; position <= high; position += step) {
    const line = inside(position);
    const shift = position === high ? 5 : position === low ? -3 : 0;
    frame.push(path(position === low ? "edge" : "grid", `M${left} ${line}H${end}`));
    frame.push(name(line + shift, tickWords(position / PER_DECADE)));
  }
  return { y, at, x: (share) => left + share * (end - left), left, right: end, top: upper, bottom: lower, frame };
}

/**
 * The samples of a chart of both runs, and its axis for each, of which one may be longer than the other.
 * @param {LossAxis} axis @param {Ask} ask @param {Shown} shown
 */
export function axesOf(axis, { samples: before }, { samples: now = before }) {
  const samples = Math.max(before, now);
  const lasting = (/** @type {number} */ of) => ({
    ...axis,
    x: (/** @type {number} */ share) => axis.x((share * of) / samples),
  });
  return { samples, before: lasting(before), now: lasting(now) };
}

/**
 * A curve of losses at even steps; it ends where the run diverges, at the upper end.
 * @param {LossAxis} axis
 * @param {(?number)[]} curve
 * @param {string} kind
 */
export function curveLine(axis, curve, kind) {
  const end = curve.indexOf(null);
  const sound = end < 0 ? curve : curve.slice(0, end);
  const points = sound.map((loss, at) => {
    return `${axis.x(at / (curve.length - 1)).toFixed(1)} ${lossY(axis, loss).toFixed(1)}`;
  });
  if (end > 0) points.push(`${axis.x(end / (curve.length - 1)).toFixed(1)} ${axis.top}`);
  return path(`line ${kind}`, points.length ? `M${points.join("L")}` : "");
}

/** The names below the axis. @param {LossAxis} axis @param {number} height @param {number} samples */
export const sampleNames = (axis, height, samples) => [
  text("tick", axis.left, height - 6, "0"),
  text("tick", axis.right, height - 6, say("samples", { n: samples, count: formatCount(samples) }), "end"),
];

/**
 * The height of a loss. A finite one above the axis is at its upper end: what lies higher diverges.
 * @param {LossAxis} axis @param {?number} loss
 */
export const lossY = (axis, loss) => (loss === null ? axis.y(null) : Math.max(axis.y(positionOf(loss)), axis.top));

/**
 * A drawing with its sentence.
 * @param {{ width: number, height: number }} box
 * @param {string} label
 * @param {...Node} children
 */
export const drawing = ({ width, height }, label, ...children) =>
  element(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label },
    ...children,
  );

/** A loss, or the sign that it has none. @param {?number} loss */
export const lossSign = (loss) => (loss === null ? "∞" : formatNumber(loss));

/** The loss of a position, or that it diverges, in words for those who do not see the chart. @param {?number} loss */
export const lossWords = (loss) => (loss === null ? say("it_diverges") : formatNumber(loss));
