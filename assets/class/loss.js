/** A final loss: a bar on the loss axis, its histograms beside the run, and the words for it. */

import { element, make, setText } from "../js/lib/dom.js";
import { circle, div, para, path, rect, text } from "./elements.js";
import { chartBefore, chartBox, draggable, rangeControl } from "./answer.js";
import { axesOf, curveLine, drawing, lossAxis, lossY } from "./axis.js";
import {
  answered,
  band,
  bandEnds,
  beforeBase,
  beforeLine,
  NAME,
  people,
  ROUNDS,
  roundName,
  votesTable,
} from "./charts.js";
import { formatCount, formatNumber } from "./numbers.js";
import { comparedWords, PER_DECADE, positionOf, positionWords } from "./positions.js";
import { LINE, nameOf, runChart, truthName } from "./run_chart.js";
import { say } from "./words.js";

/** @import { Ask, Kind, LossAxis, Mine, Shown, Votes } from "./types.js" */

/** The height of a page beside its words and its chart. */
const BESIDE = 320;
/** Bars of a factor of ten. */
const BARS = 5;
const STEP = PER_DECADE / BARS;

/** @type {Kind} */
export const loss = {
  namesLoss: true,

  control(ask, value, words, onChange) {
    const [low, high] = ask.axis;
    const box = chartBox(BESIDE + words);
    const axis = lossAxis(ask.axis, box);
    const number = make("strong");
    const beside = make("span");
    const bar = path("bar", "");
    const arrows = element("path", { d: "M-5 -3l5 -5 5 5M-5 3l5 5 5 -5" });
    const knob = element("g", { class: "knob" }, circle("", 0, 0, 15), arrows);
    const before = ask.before === null ? null : positionOf(ask.before);
    const start = value ?? (before !== null && Number.isFinite(before) ? before : (low + high) / 2);
    const range = { low: low - 1, high: high + 1, start, label: ask.question, hint: say("drag") };
    const { input, steps, set } = rangeControl(
      range,
      (at) => loss.said(ask, at),
      (position) => {
        const height = axis.y(position);
        setText(number, positionWords(position, ask.axis));
        setText(beside, comparedWords(position, ask));
        number.classList.toggle("bad", position > high);
        bar.setAttribute("d", `M${axis.left + 150} ${height}H${axis.right}`);
        knob.setAttribute("transform", `translate(${axis.right - 16} ${height})`);
        onChange(position);
      },
    );
    const chart = chartBefore(ask, axis, box, beforeMark(ask, axis), bar, knob);
    draggable(chart, (_, height) => set(axis.at(height)));
    set(start);
    return div("answer loss", para("read", number, beside), div("plot", input, chart), steps);
  },

  said: (ask, value) => [positionWords(value, ask.axis), comparedWords(value, ask)].filter(Boolean).join(", "),

  chart(ask, shown, mine) {
    const taken = (/** @type {LossAxis} */ axis) =>
      mine.flatMap((given, at) => (given ? [nameBase(axis, mine, at)] : []));
    const own = (/** @type {LossAxis} */ axis) =>
      mine.flatMap((given, round) => (given ? predicted(ask, axis, Number(given[0]), mine, round) : []));
    const parts = (/** @type {LossAxis} */ axis) => [...own(axis), ...truthName(ask, shown, axis, taken(axis))];
    return runChart(ask, shown, parts, (axis) => band(shown, axis));
  },

  reveal(ask, shown, { width, height, unit }) {
    const box = { width, height, left: 5.4 * unit, right: 0, top: 3.2 * unit, foot: 6, stop: 1.9 * unit };
    const axis = lossAxis(ask.axis, box);
    const [curves, column] = [0.33 * width, 0.195 * width];
    const plot = { ...axis, x: (/** @type {number} */ share) => axis.left + share * curves, right: axis.left + curves };
    const { before, now } = axesOf(plot, ask, shown);
    const places = [0, 1, 2].map((at) => plot.right + 0.03 * width + at * column);
    const most = Math.max(
      1,
      ...shown.rounds.flatMap((votes) => [...bins(votes, ask.axis).values()].map(([a, b]) => a + b)),
    );
    const rounds = answered(shown).flatMap(({ votes, at }) => [
      ...heading(places[at], unit, roundName(at), say("people", { n: people(votes) })),
      ...histogram(bins(votes, ask.axis), ask.axis, axis, {
        x: places[at],
        width: 0.9 * column,
        most,
        kind: ROUNDS[at],
      }),
    ]);
    return drawing(
      box,
      `${shown.sentence} ${shown.luck_words}`,
      ...axis.frame,
      ...band(shown, axis),
      ...beforeLine(ask, axis, plot.right - 8, unit),
      curveLine(before, ask.curve, "before"),
      curveLine(now, shown.curve ?? [], "now"),
      ...truthLine(ask, shown, axis, plot, unit),
      ...heading(axis.left, unit, say("loss_by_sample"), say("grey_and_teal")),
      ...rounds,
      ...heading(
        places[2],
        unit,
        say("seeds"),
        say(shown.seeds?.every((end) => end === null) ? "all_diverge" : "other_samples"),
      ),
      ...seedDots(shown.seeds ?? [], axis, places[2], unit),
    );
  },

  table(ask, shown) {
    const voted = new Set(answered(shown).flatMap(({ votes }) => Object.keys(votes).map(Number)));
    return votesTable(
      shown,
      [...voted].sort((a, b) => a - b).map((key) => [key, positionWords(key, ask.axis)]),
    );
  },

  legend: (shown, rounds) => `${rounds ? say("legend_loss") : ""} ${bandEnds(shown) ? say("legend_band") : ""}`,
};

/**
 * The final loss of the run before, as a dashed line with its number.
 * @param {Ask} ask @param {LossAxis} axis
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

/** @param {number} x @param {number} unit @param {string} name @param {string} words */
const heading = (x, unit, name, words) => [text("name", x, 1.1 * unit, name), text("", x, 2.4 * unit, words)];

/** Votes by the positions in the middle of bars. @param {Votes} votes @param {Ask["axis"]} axis */
function bins(votes, [low, high]) {
  /** @type {Map<number, [number, number]>} */
  const found = new Map();
  for (const [key, [sure, unsure]] of Object.entries(votes)) {
    const position = Number(key);
    const bar = Math.min(Math.floor((position - low) / STEP), (high - low) / STEP - 1);
    const middle = position < low || position > high ? position : low + (bar + 0.5) * STEP;
    const [a, b] = found.get(middle) ?? [0, 0];
    found.set(middle, [a + sure, b + unsure]);
  }
  return found;
}

/**
 * @param {Map<number, [number, number]>} found
 * @param {Ask["axis"]} ends
 * @param {LossAxis} axis
 * @param {{ x: number, width: number, most: number, kind: string }} column
 */
function histogram(found, [low, high], axis, { x, width, most, kind }) {
  const tall = ((axis.bottom - axis.top) * STEP) / (high - low);
  const stop = axis.top - axis.y(null);
  const bars = [...found].flatMap(([middle, [sure, unsure]]) => {
    const y = axis.y(middle) - tall / 2;
    const [first, rest] = [(width * sure) / most, (width * unsure) / most];
    const height = Math.max(1, tall - 3);
    return [
      ...(sure ? [rect(`votes ${kind}`, x + 1, y + 1.5, first, height)] : []),
      ...(unsure ? [rect(`votes unsure ${kind}`, x + 1 + first, y + 1.5, rest, height)] : []),
    ];
  });
  return [path("edge", `M${x} ${axis.top - 2 * stop}V${axis.bottom + 2 * stop}`), ...bars];
}

/** @param {Ask} ask @param {Shown} shown @param {LossAxis} axis @param {LossAxis} plot @param {number} unit */
function truthLine(ask, shown, axis, plot, unit) {
  const { truth, diverged } = shown;
  const y = lossY(axis, truth);
  const line = path(truth === null ? "truth bad" : "truth", `M${axis.left} ${y}H${axis.right}`);
  if (truth === null) {
    const place = say(shown.one === "sample" ? "diverges_at_sample" : "diverges_at_step", {
      at: formatCount(diverged ?? 0),
    });
    const share = (diverged ?? 0) / axesOf(axis, ask, shown).samples;
    const [side, anchor] = share < 0.5 ? [0.4, "start"] : [-0.4, "end"];
    return [line, text("name bad", plot.x(share) + side * unit, axis.top + 1.6 * unit, `× ${place}`, anchor)];
  }
  const [base, other] = [y - 0.5 * unit, ask.before === null ? -Infinity : beforeBase(axis, ask.before, unit)];
  const at = Math.abs(base - other) < NAME * unit ? other - NAME * unit : base;
  return [line, text("name now", plot.right - 8, at, say("now", { loss: formatNumber(truth) }), "end")];
}

/** @param {(?number)[]} seeds @param {LossAxis} axis @param {number} x @param {number} unit */
function seedDots(seeds, axis, x, unit) {
  /** @type {Map<number, number>} */
  const stacks = new Map();
  const rowOf = (/** @type {?number} */ end) => Math.round(lossY(axis, end) / (0.6 * unit));
  const most = Math.max(...seeds.map((end) => seeds.filter((other) => rowOf(other) === rowOf(end)).length));
  const step = Math.min(0.6 * unit, (axis.right - x - 6) / most);
  return seeds.map((end) => {
    const [y, row] = [lossY(axis, end), rowOf(end)];
    const before = stacks.get(row) ?? 0;
    stacks.set(row, before + 1);
    if (end !== null) return circle("seed", x + 6 + step * before, 0.6 * unit * row, 0.26 * unit);
    return text("bad", x + (before % 16) * 0.62 * unit, y + (before < 16 ? 0 : 0.8 * unit), "×");
  });
}

/**
 * One's own prediction: the first open and dotted where there is a second.
 * @param {Ask} ask @param {LossAxis} axis @param {number} value @param {Mine} mine @param {number} round
 */
function predicted(ask, axis, value, mine, round) {
  const { name, kind } = nameOf(mine, round);
  const height = axis.y(value);
  const said = value > ask.axis[1] ? say("diverges") : positionWords(value, ask.axis);
  return [
    path(`bar ${kind}`, `M${axis.left + 150} ${height}H${axis.right}`),
    circle(`knob ${kind}`, kind === "last" ? axis.right - 16 : axis.right - 52, height, 6),
    text("name", axis.left + 146, nameBase(axis, mine, round), say(name, { value: said }), "end"),
  ];
}

/**
 * The base of a prediction's name, a line away from that of the next one.
 * @param {LossAxis} axis @param {Mine} mine @param {number} round
 */
function nameBase(axis, mine, round) {
  const [height, other = height + LINE] = mine
    .slice(round, round + 2)
    .flatMap((given) => (given ? [axis.y(/** @type {number} */ (given[0]))] : []));
  if (Math.abs(other - height) >= LINE) return height + 4;
  return (height < other ? other - LINE : other + LINE) + 4;
}
