/** Parts of the controls of an answer: a range with its steps, a chart that follows a finger, and its measures. */

import { make } from "../js/lib/dom.js";
import { button, div } from "./elements.js";
import { curveLine, drawing, lossWords, sampleNames } from "./axis.js";
import { say } from "./words.js";

/** @import { Ask, Box, LossAxis } from "./types.js" */

const PAGE = 5;

/** The measures of a phone's chart. @param {number} beside The height of all else on the page. */
export function chartBox(beside) {
  const width = Math.min(560, document.documentElement.clientWidth - 32);
  return { width, height: Math.min(480, Math.max(200, window.innerHeight - beside)) };
}

/**
 * The run before on an axis, with marks behind the names of its samples and parts in front of all.
 * @param {Ask} ask @param {LossAxis} axis @param {Box} box @param {Element[]} marks @param {...Element} parts
 */
export const chartBefore = (ask, axis, box, marks, ...parts) =>
  drawing(
    box,
    say("chart_before", { loss: lossWords(ask.before) }),
    ...axis.frame,
    curveLine(axis, ask.curve, "before"),
    ...marks,
    ...sampleNames(axis, box.height, ask.samples),
    ...parts,
  );

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * A native range with − and + beside it; arrows turn it by 1, PageUp and PageDown by 5.
 * @param {{ low: number, high: number, start: number, label: string, hint: string }} range
 * @param {(position: number) => string} words
 * @param {(position: number) => void} show
 */
export function rangeControl({ low, high, start, label, hint }, words, show) {
  /** @param {number} position */
  const set = (position) => {
    input.value = String(clamp(Math.round(position), low, high));
    input.setAttribute("aria-valuetext", words(Number(input.value)));
    show(Number(input.value));
  };
  const turn = (/** @type {number} */ by) => () => set(Number(input.value) + by);
  /** @type {HTMLInputElement} */
  const input = make("input", {
    type: "range",
    min: low,
    max: high,
    step: 1,
    value: clamp(Math.round(start), low, high),
    "aria-label": label,
    on: {
      input: () => set(Number(input.value)),
      keydown: (event) => {
        const by = { PageUp: PAGE, PageDown: -PAGE }[event.key];
        if (!by) return;
        event.preventDefault();
        set(Number(input.value) + by);
      },
    },
  });
  const step = (/** @type {string} */ sign, /** @type {number} */ by) =>
    button(sign, turn(by), null, { "aria-label": say(by < 0 ? "less" : "more") });
  const steps = div("steps", step("−", -1), make("span", {}, hint), step("+", 1));
  return { input, steps, set };
}

/**
 * A chart that follows one finger, or a mouse, in its own units.
 * @param {SVGSVGElement} chart
 * @param {(x: number, y: number, begins: boolean) => void} follow
 */
export function draggable(chart, follow) {
  /** @param {PointerEvent} event @param {boolean} begins */
  const move = (event, begins) => {
    const { left, top, width, height } = chart.getBoundingClientRect();
    const { width: w, height: h } = chart.viewBox.baseVal;
    follow(((event.clientX - left) / width) * w, ((event.clientY - top) / height) * h, begins);
  };
  chart.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    chart.setPointerCapture(event.pointerId);
    move(event, true);
  });
  chart.addEventListener("pointermove", (event) => {
    if (event.isPrimary && chart.hasPointerCapture(event.pointerId)) move(event, false);
  });
}
