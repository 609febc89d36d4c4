/** The charts of the wall: what the class said beside what happened, for each kind of question. */

import { formatKnob, formatNumber } from "../js/core/format.js";
import { make } from "../js/lib/dom.js";
import { circle, div, path, rect, text } from "./elements.js";
import { alphaDots, alphaEnds, alphaNames } from "./alpha_axis.js";
import { axesOf, curveLine, drawing, lossAxis, lossWords, lossY, sampleNames } from "./axis.js";
import { alphaAt, COLUMNS, MOST_ALPHA, PER_DECADE, positionWords } from "./positions.js";
import { say } from "./words.js";

/** @import { LossAxis } from "./axis.js" */
/** @import { Ask, Shown } from "./types.js" */

/** @typedef {{ width: number, height: number, unit: number }} Room The measures of a chart, and of its type. */
/** @typedef {Record<string, [number, number]>} Votes By value: how many were sure, and how many were not. */

/** Bars of a factor of ten. */
const BARS = 5;
const STEP = PER_DECADE / BARS;
/** The rounds as styles call them. */
const ROUNDS = ["early", "late"];
/** How far one name stands above another, in units. */
const NAME = 1.25;
/** The part of the drawn curves that the shade leaves out at each side. */
const TAIL = 0.1;
/** The digits of the losses that an axis may name, from few to many. */
const DIGITS = [[1, 2, 5], ...[1, 0.2, 0.1].map((step) => Array.from({ length: 9 / step }, (_, k) => 1 + k * step))];
const MOST_MARKS = 8;

/** @param {Votes} votes */
const people = (votes) => Object.values(votes).reduce((sum, [sure, unsure]) => sum + sure + unsure, 0);

/** The rounds that somebody answered, each with its style. @param {Shown} shown */
const answered = ({ rounds }) => rounds.map((votes, at) => ({ votes, at })).filter(({ votes }) => people(votes) > 0);

/** @param {number} at */
const roundName = (at) => say(at ? "after_talking" : "at_first");

/** The question's run before, while the class predicts. @param {Ask} ask @param {Room} room */
export function questionChart(ask, { width, height, unit }) {
  const box = { width, height, left: 5.2 * unit, right: 10, top: 4, foot: 2.2 * unit, stop: 1.7 * unit };
  const axis = lossAxis(ask.axis, box);
  const parts = [...axis.frame, curveLine(axis, ask.curve, "before"), ...sampleNames(axis, height, ask.samples)];
  if (ask.before !== null && ask.kind === "loss") parts.push(...beforeLine(ask, axis, axis.right - 6, unit));
  return drawing(box, say("curve_before"), ...parts);
}

/** @param {Ask} ask @param {LossAxis} axis @param {number} end @param {number} unit */
function beforeLine({ before }, axis, end, unit) {
  if (before === null) return [];
  const y = lossY(axis, before);
  const name = text("label", end, beforeBase(axis, before, unit), say("before", { loss: formatNumber(before) }), "end");
  return [path("line mark", `M${axis.left} ${y}H${axis.right}`), name];
}

/**
 * The base of the name of the run before: under its line, or above it at the foot of the axis.
 * @param {LossAxis} axis @param {number} before @param {number} unit
 */
function beforeBase(axis, before, unit) {
  const y = lossY(axis, before);
  return y + 1.7 * unit < axis.bottom ? y + 1.7 * unit : y - unit;
}

/** Both rounds beside the curves, on one loss axis. @param {Ask} ask @param {Shown} shown @param {Room} room */
export function lossReveal(ask, shown, { width, height, unit }) {
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
    ...histogram(bins(votes, ask.axis), ask.axis, axis, { x: places[at], width: 0.9 * column, most, kind: ROUNDS[at] }),
  ]);
  return drawing(
    box,
    `${shown.sentence} ${shown.luck_words}`,
    ...axis.frame,
    ...band(shown, axis),
    ...beforeLine(ask, { ...axis }, plot.right - 8, unit),
    curveLine(before, ask.curve, "before"),
    curveLine(now, shown.curve ?? [], "now"),
    ...truthLine(ask, shown, axis, plot, unit),
    ...heading(axis.left, unit, say("loss_by_sample"), say("grey_and_teal")),
    ...rounds,
    ...heading(
      places[2],
      unit,
      say("seeds"),
      say(shown.seeds?.every((loss) => loss === null) ? "all_diverge" : "other_samples"),
    ),
    ...seedDots(shown.seeds ?? [], axis, places[2], unit),
  );
}

/** @param {number} x @param {number} unit @param {string} name @param {string} words */
const heading = (x, unit, name, words) => [text("name", x, 1.1 * unit, name), text("", x, 2.4 * unit, words)];

/** Votes by bar: −1 below the axis, `Infinity` for divergence. @param {Votes} votes @param {Ask["axis"]} axis */
function bins(votes, [low, high]) {
  /** @type {Map<number, [number, number]>} */
  const found = new Map();
  for (const [key, [sure, unsure]] of Object.entries(votes)) {
    const position = Number(key);
    const bar =
      position > high
        ? Infinity
        : position < low
          ? -1
          : Math.min(Math.floor((position - low) / STEP), (high - low) / STEP - 1);
    const [a, b] = found.get(bar) ?? [0, 0];
    found.set(bar, [a + sure, b + unsure]);
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
  const bars = [...found].flatMap(([bar, [sure, unsure]]) => {
    const y =
      bar === Infinity
        ? axis.y(null) - tall / 2
        : bar < 0
          ? axis.y(low - 1) - tall / 2
          : axis.bottom - (bar + 1) * tall;
    const [first, rest] = [(width * sure) / most, (width * unsure) / most];
    const height = Math.max(1, tall - 3);
    return [
      ...(sure ? [rect(`votes ${kind}`, x + 1, y + 1.5, first, height)] : []),
      ...(unsure ? [rect(`votes unsure ${kind}`, x + 1 + first, y + 1.5, rest, height)] : []),
    ];
  });
  return [path("edge", `M${x} ${axis.top - 2 * stop}V${axis.bottom + 2 * stop}`), ...bars];
}

/** The lowest and the highest loss within luck; null where there is no band. @param {Shown} shown */
export function bandEnds({ band: ends, high }) {
  const low = ends?.[0];
  return low === null || low === undefined || !high ? null : [low, high];
}

/** The band of luck. @param {Shown} shown @param {LossAxis} axis */
function band(shown, axis) {
  const ends = bandEnds(shown);
  if (!ends) return [];
  const [end, y] = ends.map((loss) => lossY(axis, loss));
  return [rect("band", axis.left, y, axis.right - axis.left, Math.max(3, end - y))];
}

/** @param {Ask} ask @param {Shown} shown @param {LossAxis} axis @param {LossAxis} plot @param {number} unit */
function truthLine(ask, shown, axis, plot, unit) {
  const { truth, diverged } = shown;
  const y = lossY(axis, truth);
  const line = path(truth === null ? "truth bad" : "truth", `M${axis.left} ${y}H${axis.right}`);
  if (truth === null) {
    const place = say(shown.one === "sample" ? "diverges_at_sample" : "diverges_at_step", { n: 2, at: diverged ?? 0 });
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
  const rowOf = (/** @type {?number} */ loss) => Math.round(lossY(axis, loss) / (0.6 * unit));
  const most = Math.max(...seeds.map((loss) => seeds.filter((other) => rowOf(other) === rowOf(loss)).length));
  const step = Math.min(0.6 * unit, (axis.right - x - 6) / most);
  return seeds.map((loss) => {
    const [y, row] = [lossY(axis, loss), rowOf(loss)];
    const before = stacks.get(row) ?? 0;
    stacks.set(row, before + 1);
    if (loss !== null) return circle("seed", x + 6 + step * before, 0.6 * unit * row, 0.26 * unit);
    return text("bad", x + (before % 16) * 0.62 * unit, y + (before < 16 ? 0 : 0.8 * unit), "×");
  });
}

/** Medians of the drawn curves, and the run. @param {Ask} ask @param {Shown} shown @param {Room} room */
export function curveReveal(ask, shown, { width, height, unit }) {
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
    {
      words: say("before", { loss: ask.before === null ? "∞" : formatNumber(ask.before) }),
      y: lossY(axis, ask.before),
      kind: "",
    },
    ...middle.map(({ at, line }) => ({
      words: roundName(at),
      y: axis.y(line[COLUMNS - 1]),
      kind: at ? "late" : "early",
    })),
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

/** The final loss at each α above both rounds. @param {Ask} ask @param {Shown} shown @param {Room} room */
export function alphaReveal(ask, shown, { width, height, unit }) {
  const ends = alphaEnds(shown);
  const rounds = answered(shown);
  const strip = 0.16 * height;
  const foot = rounds.length * strip + 2.2 * unit;
  const box = { width, height, left: 9 * unit, right: unit, top: 4, foot, stop: 1.7 * unit };
  const axis = lossAxis(ends, box);
  const x = (/** @type {number} */ at) => axis.x(at / MOST_ALPHA);
  const most = Math.max(1, ...rounds.flatMap(({ votes }) => Object.values(votes).map(([a, b]) => a + b)));
  const bars = rounds.flatMap(({ votes, at }, row) => {
    const base = height - 2.2 * unit - (rounds.length - 1 - row) * strip;
    const wide = (0.8 * (axis.right - axis.left)) / MOST_ALPHA;
    return [
      path("grid", `M${axis.left} ${base}H${axis.right}`),
      text(ROUNDS[at], axis.left - 8, base - 0.3 * unit, `${roundName(at)}`, "end"),
      ...Object.entries(votes).map(([key, [sure, unsure]]) => {
        const tall = (0.85 * strip * (sure + unsure)) / most;
        return rect(`votes ${ROUNDS[at]}`, x(Number(key)) - wide / 2, base - tall, wide, tall);
      }),
    ];
  });
  const radius = (/** @type {number} */ at) => (at === shown.truth ? 0.45 : 0.25) * unit;
  const dots = alphaDots(shown, axis, radius);
  const names = alphaNames(axis, height - 0.4 * unit);
  const best = path("truth", `M${x(shown.truth ?? 0)} ${axis.top}V${height - 2.2 * unit}`);
  return drawing(box, shown.sentence, ...axis.frame, best, ...bars, ...dots, ...names);
}

/** A row for each choice, with a bar for each round. @param {Ask} ask @param {Shown} shown */
export function choiceReveal(ask, shown) {
  const rounds = answered(shown);
  const count = (/** @type {Votes} */ votes, /** @type {number} */ at) =>
    (votes[at] ?? [0, 0]).reduce((sum, n) => sum + n, 0);
  const most = Math.max(1, ...rounds.flatMap(({ votes }) => shown.choices.map((_, at) => count(votes, at))));
  const measured =
    shown.loss === undefined || ask.before === null
      ? ""
      : say("measured", {
          before: formatNumber(ask.before),
          after: shown.loss === null ? "∞" : formatNumber(shown.loss),
        });
  const rows = shown.choices.map(({ text: words, stands_for: belief }, at) => {
    const isRight = at === shown.truth;
    const small = isRight ? measured : belief ? say("stands_for", { belief }) : "";
    const bars = rounds.map(({ votes, at: round }) => {
      const n = count(votes, at);
      return div(
        `bar ${ROUNDS[round]}`,
        make("i", { style: { "inline-size": `${(85 * n) / most}%` } }),
        make("b", {}, `${n}`),
      );
    });
    const name = make("span", { class: isRight ? "now" : "" }, isRight ? `✓ ${words}` : words);
    return make("li", {}, div("", name, make("small", {}, small)), div("bars", ...bars));
  });
  return make("ul", { class: "choices" }, ...rows);
}

/**
 * The losses that an axis between two powers of ten names: decades where it is long, or else at least two.
 * @param {number} low @param {number} high
 */
export function marksBetween(low, high) {
  const every = Math.ceil((high - low) / MOST_MARKS);
  const powers = [...Array(Math.ceil(high - low) + 2).keys()].map((at) => at + Math.floor(low));
  const marks = (/** @type {number[]} */ digits) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit.toFixed(1)}e${power}`)))
      .filter((loss) => Math.log10(loss) > low && Math.log10(loss) < high);
  const [few, ...more] = DIGITS.map(marks);
  if (few.length > MOST_MARKS) return marks([1]).filter((loss) => Math.round(Math.log10(loss)) % every === 0);
  return [few, ...more].find(({ length }) => length > 1) ?? [];
}

/** The places of a hunt and a point for each run. @param {any} board @param {Room} room */
export function boardChart(board, { width, height, unit }) {
  const points_ = /** @type {[?number, ?number][]} */ (board.points).filter(([own, median]) => own && median);
  const ends = points_.flat().map((loss) => Math.log10(/** @type {number} */ (loss)));
  const [low, high] = [Math.min(...ends) - 0.05, Math.max(...ends) + 0.05];
  const [left, bottom] = [4 * unit, height - 4 * unit];
  const x = (/** @type {number} */ loss) => left + ((Math.log10(loss) - low) / (high - low)) * (width - left - 10);
  const y = (/** @type {number} */ loss) => bottom - ((Math.log10(loss) - low) / (high - low)) * (bottom - unit);
  const dot = (/** @type {any} */ row, /** @type {string} */ kind) =>
    row?.own && row.median ? [circle(kind, x(row.own), y(row.median), 0.42 * unit)] : [];
  const frame = marksBetween(low, high).flatMap((loss) => {
    const words = formatKnob(loss).replace(/^1 × /, "");
    return [
      path("grid", `M${x(loss)} ${unit}V${bottom}M${left} ${y(loss)}H${width - 10}`),
      text("tick", x(loss), bottom + 1.3 * unit, words, "middle"),
      text("tick", left - 8, y(loss) + 0.36 * unit, words, "end"),
    ];
  });
  return drawing(
    { width, height },
    board.sentence,
    ...frame,
    path("line mark", `M${left} ${bottom}L${width - 10} ${unit}`),
    ...points_.map(([own, median]) => circle("run", x(own ?? 1), y(median ?? 1), 0.27 * unit)),
    ...dot(board.rows[0], "best"),
    ...dot(
      board.rows.find((/** @type {any} */ row) => row.seat === board.lucky),
      "lucky",
    ),
    text("", left, 0.7 * unit, say("board_up")),
    text("", width - 10, height - 0.9 * unit, say("board_along"), "end"),
  );
}

/**
 * The tables of a reveal, for those who do not see its chart: one of both rounds and the run, and one of the final
 * losses at the data seeds.
 * @param {Ask} ask @param {Shown} shown
 */
export function spokenTables(ask, shown) {
  const { means, finals, seeds = [] } = shown;
  const rounds = answered(shown);
  const heads = rounds.flatMap(({ at }) =>
    ask.kind === "curve"
      ? [`${roundName(at)}, ${say("middle")}`]
      : [say("sure"), say("not_sure")].map((how) => `${roundName(at)}, ${how}`),
  );
  /** @param {number} key */
  const cells = (key) =>
    rounds.flatMap(({ votes }) =>
      ask.kind === "curve"
        ? [positionWords(quantile(votes, key, 0.5), ask.axis)]
        : (votes[key] ?? [0, 0]).map((count) => `${count}`),
    );
  const voted = [...new Set(rounds.flatMap(({ votes }) => Object.keys(votes).map(Number)))].sort((a, b) => a - b);
  const own = {
    loss: voted.map((key) => [positionWords(key, ask.axis), ...cells(key)]),
    choice: shown.choices.map(({ text: words }, key) => [words, ...cells(key)]),
    curve: (means ?? []).map((mean, key) => [
      say("part", { k: key + 1, n: COLUMNS }),
      ...cells(key),
      positionWords(mean, ask.axis),
    ]),
    alpha: (finals ?? []).map((loss, key) => [`α ${formatKnob(alphaAt(key))}`, ...cells(key), lossWords(loss)]),
    hunt: [],
  }[ask.kind];
  const last = ask.kind === "curve" ? [say("mean_loss")] : ask.kind === "alpha" ? [say("final_loss")] : [];
  const ends = seeds.map((loss, seed) => [say("data_seed", { seed }), lossWords(loss)]);
  return div(
    "spoken",
    ...(heads.length + last.length ? table([...heads, ...last], own) : []),
    ...table([say("final_loss")], ends),
  );
}

/** @param {string[]} heads @param {string[][]} rows Each begins with its name; without rows there is no table. */
function table(heads, rows) {
  if (!rows.length) return [];
  const head = make("tr", {}, make("td"), ...heads.map((words) => make("th", { scope: "col" }, words)));
  const body = rows.map(([name, ...cells]) =>
    make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((words) => make("td", {}, words))),
  );
  return [make("table", {}, head, ...body)];
}
