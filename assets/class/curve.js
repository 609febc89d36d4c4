/** A drawn curve of the loss, or four numbers of it: its medians beside the run. */

import { element, make, setText } from "../js/lib/dom.js";
import { button, circle, div, path, text } from "./elements.js";
import { chartBefore, chartBox, clamp, draggable } from "./answer.js";
import { axesOf, curveLine, drawing, lossAxis, lossSign, lossWords, lossY, sampleNames } from "./axis.js";
import { answered, NAME, ROUNDS, roundName, table } from "./charts.js";
import { formatNumber, parseNumber } from "./numbers.js";
import { COLUMNS, positionOf, positionWords } from "./positions.js";
import { nameOf, runChart, truthName } from "./run_chart.js";
import { say } from "./words.js";

/** @import { Ask, Kind, LossAxis, Votes } from "./types.js" */

/** The height of a page beside its words and its chart. */
const BESIDE = 278;
/** The parts of a run at which a curve can be typed, by the columns that they name. */
const TYPED = ["typed_start", "typed_third", "typed_thirds", "typed_end"];
/** The part of the drawn curves that the shade leaves out at each side. */
const TAIL = 0.1;

/** @type {Kind} */
export const curve = {
  control(ask, value, words, onChange) {
    const [low, high] = ask.axis;
    const box = chartBox(BESIDE + words);
    const axis = lossAxis(ask.axis, box);
    /** @type {(?number)[]} */
    let drawn = value ? [...value] : Array.from({ length: COLUMNS }, () => null);
    const line = path("line drawn", "");
    const dots = element("g", { class: "dots" });
    const across = (/** @type {number} */ column) => axis.x((column + 0.5) / COLUMNS);
    const told = () => {
      const [first, last] = [0, COLUMNS - 1].map((at) => positionWords(drawn[at] ?? 0, ask.axis));
      return say("curve_words", { first, last });
    };
    const show = () => {
      const points = drawn.flatMap((position, column) =>
        position === null ? [] : [[across(column), axis.y(position)]],
      );
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
    const grey = text("tick", axis.left + 8, axis.bottom - 8, say("grey", { loss: lossWords(ask.before) }));
    const hint = text("tick", (axis.left + axis.right) / 2, axis.top + 24, say("draw"), "middle");
    const chart = chartBefore(ask, axis, box, [grey], hint, line, dots);
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
  },

  said: () => say("your_curve"),

  chart(ask, shown, mine) {
    const drawn = (/** @type {LossAxis} */ axis) =>
      mine.flatMap((given, round) => {
        const line = /** @type {number[]} */ (given?.[0]);
        return given ? [path(`line drawn ${nameOf(mine, round).kind}`, through(line, axis))] : [];
      });
    // A drawn curve begins at the left.
    return runChart(ask, shown, (axis) => [...drawn(axis), ...truthName(ask, shown, axis, [], true)]);
  },

  reveal(ask, shown, { width, height, unit }) {
    const box = { width, height, left: 5.4 * unit, right: 13 * unit, top: 4, foot: 1.8 * unit, stop: 1.7 * unit };
    const axis = lossAxis(ask.axis, box);
    const { before, now, samples } = axesOf(axis, ask, shown);
    const rounds = answered(shown);
    const latest = rounds.at(-1);
    const middle = rounds.map(({ votes, at }) => ({
      at,
      line: [...Array(COLUMNS).keys()].map((k) => quantile(votes, k, 0.5)),
    }));
    const ends = [
      {
        words: shown.truth === null ? `× ${say("diverges")}` : say("now", { loss: formatNumber(shown.truth) }),
        y: lossY(axis, shown.truth),
        kind: shown.truth === null ? "name bad" : "name now",
      },
      { words: say("before", { loss: lossSign(ask.before) }), y: lossY(axis, ask.before), kind: "" },
      ...middle.map(({ at, line }) => ({ words: roundName(at), y: axis.y(line[COLUMNS - 1]), kind: ROUNDS[at] })),
    ].sort((a, b) => a.y - b.y);
    for (const [k, end] of ends.entries()) if (k) end.y = Math.max(end.y, ends[k - 1].y + NAME * unit);
    return drawing(
      box,
      shown.sentence,
      ...axis.frame,
      ...(latest ? [path("shade", shade(latest.votes, now))] : []),
      ...middle.map(({ at, line }) => path(`line median ${ROUNDS[at]}`, through(line, now))),
      curveLine(before, ask.curve, "before"),
      curveLine(now, shown.curve ?? [], "now"),
      ...ends.map(({ words, y, kind }) => text(kind, axis.right + 12, y + 0.36 * unit, words)),
      ...sampleNames(axis, height, samples),
    );
  },

  table(ask, shown) {
    const rounds = answered(shown);
    const rows = (shown.means ?? []).map((mean, key) => [
      say("part", { k: key + 1, n: COLUMNS }),
      ...rounds.map(({ votes }) => positionWords(quantile(votes, key, 0.5), ask.axis)),
      positionWords(mean, ask.axis),
    ]);
    return table([...rounds.map(({ at }) => `${roundName(at)}, ${say("middle")}`), say("mean_loss")], rows);
  },

  legend: (_, rounds) => (rounds ? say("legend_curve") : ""),
};

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

/** @param {number[]} line @param {LossAxis} axis @param {number} [from] */
const points = (line, axis, from = 0) =>
  line.map(
    (position, k) => `${axis.x((Math.abs(k - from) + 0.5) / COLUMNS).toFixed(1)} ${axis.y(position).toFixed(1)}`,
  );

/** @param {number[]} line @param {LossAxis} axis */
const through = (line, axis) => `M${points(line, axis).join("L")}`;

/** @param {Votes} votes @param {LossAxis} axis */
function shade(votes, axis) {
  const columns = [...Array(COLUMNS).keys()];
  const lower = columns.map((k) => quantile(votes, k, TAIL));
  const upper = columns.map((k) => quantile(votes, k, 1 - TAIL)).reverse();
  return `M${[...points(lower, axis), ...points(upper, axis, COLUMNS - 1)].join("L")}Z`;
}

/** A quantile of the drawn positions in a column. @param {Votes} votes @param {number} column @param {number} share */
function quantile(votes, column, share) {
  const all = Object.entries(votes).flatMap(([key, [sure, unsure]]) =>
    Array(sure + unsure).fill(Number(key.split(",")[column])),
  );
  return all.sort((a, b) => a - b)[Math.floor(share * (all.length - 1))];
}
