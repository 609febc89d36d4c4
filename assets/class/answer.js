/** The four ways to predict: a bar on the loss axis, choices, a drawn curve, and α. */

import { formatKnob, formatNumber, parseNumber } from "../js/core/format.js";
import { element, make, setText } from "../js/lib/dom.js";
import { button, circle, div, para, path, radio, text } from "./elements.js";
import { curveLine, drawing, lossAxis, lossWords, sampleNames } from "./axis.js";
import {
  alphaPosition,
  alphaWords,
  COLUMNS,
  comparedWords,
  MOST_ALPHA,
  positionOf,
  positionWords,
} from "./positions.js";
import { say } from "./words.js";

/** @import { Ask, Value } from "./types.js" */

/** @typedef {(value: ?Value) => void} OnChange Gets each value, and null while there is none to send. */

const PAGE = 5;
/** The parts of a run at which a curve can be typed, by the columns that they name. */
const TYPED = ["typed_start", "typed_third", "typed_thirds", "typed_end"];

/** The heights of a page beside its words and its chart. */
const BESIDE_LOSS = 320;
const BESIDE_CURVE = 278;

/** The measures of a phone's chart. @param {number} beside The height of all else on the page. */
export function chartBox(beside) {
  const width = Math.min(560, document.documentElement.clientWidth - 32);
  return { width, height: Math.min(480, Math.max(200, window.innerHeight - beside)) };
}

/**
 * The control of a question. It tells its first value too, where it has one.
 * @param {Ask} ask
 * @param {?Value} value
 * @param {number} words The height of the words on the page.
 * @param {OnChange} onChange
 * @returns {HTMLElement}
 */
export function answerControl(ask, value, words, onChange) {
  if (ask.kind === "choice") {
    return choiceControl(ask.choices ?? [], ask.question, "choice", /** @type {?number} */ (value), onChange);
  }
  if (ask.kind === "curve") return curveControl(ask, /** @type {?number[]} */ (value), words, onChange);
  if (ask.kind === "alpha") return alphaControl(ask, /** @type {?number} */ (value), onChange);
  return lossControl(ask, /** @type {?number} */ (value), words, onChange);
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * A native range with − and + beside it; arrows turn it by 1, PageUp and PageDown by 5.
 * @param {{ low: number, high: number, start: number, label: string, hint: string }} range
 * @param {(position: number) => string} words
 * @param {(position: number) => void} show
 */
function rangeControl({ low, high, start, label, hint }, words, show) {
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

/** @param {Ask} ask @param {?number} value @param {number} words @param {OnChange} onChange */
function lossControl(ask, value, words, onChange) {
  const [low, high] = ask.axis;
  const box = chartBox(BESIDE_LOSS + words);
  const axis = lossAxis(ask.axis, box);
  const number = make("strong");
  const beside = make("span");
  const bar = path("bar", "");
  const arrows = element("path", { d: "M-5 -3l5 -5 5 5M-5 3l5 5 5 -5" });
  const knob = element("g", { class: "knob" }, circle("", 0, 0, 15), arrows);
  const before = ask.before === null ? null : positionOf(ask.before);
  const start = value ?? (before !== null && Number.isFinite(before) ? before : (low + high) / 2);
  const range = { low: low - 1, high: high + 1, start, label: ask.question, hint: say("drag") };
  const told = (/** @type {number} */ at) =>
    [positionWords(at, ask.axis), comparedWords(at, ask)].filter(Boolean).join(", ");
  const { input, steps, set } = rangeControl(range, told, (position) => {
    const height = axis.y(position);
    setText(number, positionWords(position, ask.axis));
    setText(beside, comparedWords(position, ask));
    number.classList.toggle("bad", position > high);
    bar.setAttribute("d", `M${axis.left + 150} ${height}H${axis.right}`);
    knob.setAttribute("transform", `translate(${axis.right - 16} ${height})`);
    onChange(position);
  });
  const chart = drawing(
    box,
    say("chart_before", { loss: lossWords(ask.before) }),
    ...axis.frame,
    curveLine(axis, ask.curve, "before"),
    ...beforeMark(ask, axis),
    ...sampleNames(axis, box.height, ask.samples),
    bar,
    knob,
  );
  draggable(chart, (_, height) => set(axis.at(height)));
  set(start);
  return div("answer loss", para("read", number, beside), div("plot", input, chart), steps);
}

/**
 * The final loss of the run before, as a dashed line with its number.
 * @param {Ask} ask @param {import("./axis.js").LossAxis} axis
 */
function beforeMark(ask, axis) {
  const words = ask.before === null ? say("before_diverges") : say("before", { loss: formatNumber(ask.before) });
  const height = axis.y(ask.before === null ? null : positionOf(ask.before));
  const below = height - 34 < axis.top;
  return [
    path("line mark", `M${axis.left} ${height}H${axis.right}`),
    text("tick", axis.right, below ? height + 44 : height - 34, words, "end"),
  ];
}

/**
 * A chart that follows one finger, or a mouse, in its own units.
 * @param {SVGSVGElement} chart
 * @param {(x: number, y: number, begins: boolean) => void} follow
 */
function draggable(chart, follow) {
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

/**
 * Texts of which one is chosen.
 * @param {string[]} texts
 * @param {string} label
 * @param {string} name That of the group.
 * @param {?number} value
 * @param {OnChange} onChange
 */
export function choiceControl(texts, label, name, value, onChange) {
  const rows = texts.map((words, at) => radio(name, words, value === at, () => onChange(at)));
  onChange(value);
  return make("fieldset", { class: "answer rows", "aria-label": label }, ...rows);
}

/** @param {Ask} ask @param {?number} value @param {OnChange} onChange */
function alphaControl(ask, value, onChange) {
  const number = make("strong");
  const beside = make("span", {}, say("alpha_before", { alpha: formatKnob(ask.alpha), loss: lossWords(ask.before) }));
  const range = {
    low: 0,
    high: MOST_ALPHA,
    start: value ?? alphaPosition(ask.alpha),
    label: ask.question,
    hint: say("drag_alpha"),
  };
  const { input, steps, set } = rangeControl(range, alphaWords, (position) => {
    setText(number, alphaWords(position));
    onChange(position);
  });
  const ticks = ["0.001", "0.01", "0.1", "1"].map((words) => make("span", {}, words));
  set(range.start);
  return div(
    "answer alpha",
    para("read", number),
    para("note", beside),
    input,
    make("div", { class: "ticks", "aria-hidden": "true" }, ...ticks),
    steps,
  );
}

/** @param {Ask} ask @param {?number[]} value @param {number} words @param {OnChange} onChange */
function curveControl(ask, value, words, onChange) {
  const [low, high] = ask.axis;
  const box = chartBox(BESIDE_CURVE + words);
  const axis = lossAxis(ask.axis, box);
  /** @type {(?number)[]} */
  let drawn = value ? [...value] : Array.from({ length: COLUMNS }, () => null);
  const line = path("line drawn", "");
  const dots = element("g", { class: "dots" });
  const across = (/** @type {number} */ column) => axis.x((column + 0.5) / COLUMNS);
  const told = () =>
    say("curve_words", {
      first: positionWords(drawn[0] ?? 0, ask.axis),
      last: positionWords(drawn[COLUMNS - 1] ?? 0, ask.axis),
    });
  const show = () => {
    const points = drawn.flatMap((position, column) => (position === null ? [] : [[across(column), axis.y(position)]]));
    line.setAttribute(
      "d",
      points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}` : "",
    );
    dots.replaceChildren(...points.map(([cx, cy]) => circle("", cx, cy, 4)));
    const isWhole = !drawn.includes(null);
    setText(spoken, isWhole ? told() : "");
    hint.toggleAttribute("hidden", points.length > 0);
    onChange(isWhole ? /** @type {number[]} */ (drawn) : null);
  };
  const grey = say("grey", { loss: lossWords(ask.before) });
  const hint = text("tick", (axis.left + axis.right) / 2, axis.top + 24, say("draw"), "middle");
  const chart = drawing(
    box,
    say("chart_before", { loss: lossWords(ask.before) }),
    ...axis.frame,
    curveLine(axis, ask.curve, "before"),
    text("tick", axis.left + 8, axis.bottom - 8, grey),
    ...sampleNames(axis, box.height, ask.samples),
    hint,
    line,
    dots,
  );
  let last = 0;
  draggable(chart, (x, y, begins) => {
    const column = clamp(Math.floor(((x - axis.left) / (axis.right - axis.left)) * COLUMNS), 0, COLUMNS - 1);
    const position = clamp(axis.at(y), low - 1, high + 1);
    drawn = withStroke(drawn, begins ? column : last, column, position);
    last = column;
    show();
  });
  chart.addEventListener("pointerup", () => {
    drawn = filled(drawn);
    show();
  });
  const spoken = make("p", { class: "spoken", "aria-live": "polite" });
  const typed = typedCurve(ask, (positions) => {
    drawn = filled(positions);
    show();
  });
  const clear = () => {
    drawn = Array.from({ length: COLUMNS }, () => null);
    show();
  };
  const buttons = div(
    "pair",
    button(say("start_again"), clear),
    button(say("type_numbers"), () => typed.toggleAttribute("hidden")),
  );
  show();
  return div("answer curve", div("plot", chart), buttons, typed, spoken);
}

/**
 * The curve with a stroke from one column to another, which ends at this position.
 * @param {(?number)[]} drawn @param {number} from @param {number} to @param {number} position
 */
export function withStroke(drawn, from, to, position) {
  const next = [...drawn];
  const start = drawn[from] ?? position;
  const way = Math.abs(to - from);
  for (let step = 0; step <= way; step += 1) {
    const share = way ? step / way : 1;
    if (step || !way) next[from + Math.sign(to - from) * step] = Math.round(start + share * (position - start));
  }
  return next;
}

/**
 * The curve without gaps: a column that is not drawn lies between its neighbours, or as high as the nearest.
 * @param {(?number)[]} drawn
 */
export function filled(drawn) {
  const known = drawn.flatMap((position, column) => (position === null ? [] : [column]));
  if (!known.length) return drawn;
  return drawn.map((position, column) => {
    if (position !== null) return position;
    const before = known.findLast((other) => other < column) ?? known[0];
    const after = known.find((other) => other > column) ?? known[known.length - 1];
    const share = after === before ? 0 : (column - before) / (after - before);
    const [a, b] = [Number(drawn[before]), Number(drawn[after])];
    return Math.round(a + clamp(share, 0, 1) * (b - a));
  });
}

/** Four fields in place of a drawing. @param {Ask} ask @param {(positions: (?number)[]) => void} onTyped */
function typedCurve(ask, onTyped) {
  const [low, high] = ask.axis;
  const change = () => {
    /** @type {(?number)[]} */
    const positions = Array.from({ length: COLUMNS }, () => null);
    for (const [at, field] of fields.entries()) {
      const loss = parseNumber(field.value);
      const isLoss = field.value.trim() !== "" && loss >= 0;
      field.setAttribute("aria-invalid", String(!isLoss));
      if (isLoss)
        positions[Math.round((at * (COLUMNS - 1)) / (TYPED.length - 1))] = clamp(
          Math.round(positionOf(loss)),
          low - 1,
          high + 1,
        );
    }
    if (fields.every((field) => field.getAttribute("aria-invalid") === "false")) onTyped(positions);
  };
  const fields = TYPED.map(() => make("input", { inputmode: "decimal", autocomplete: "off", on: { change } }));
  const labels = TYPED.map((name, at) => make("label", {}, say(name), fields[at]));
  return make("div", { class: "typed", hidden: true }, ...labels);
}
