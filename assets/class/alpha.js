/** The best α: a range, and the final loss at each α. */

import { make, setText } from "../js/lib/dom.js";
import { circle, div, para, path, rect, text } from "./elements.js";
import { chartBox, rangeControl } from "./answer.js";
import { drawing, lossAxis, lossWords, lossY } from "./axis.js";
import { answered, ROUNDS, roundName, votesTable } from "./charts.js";
import { formatKnob } from "./numbers.js";
import { alphaAt, alphaPosition, alphaWords, MOST_ALPHA, namedAlphas, PER_DECADE } from "./positions.js";
import { BESIDE, LINE, nameOf } from "./run_chart.js";
import { say } from "./words.js";

/** @import { Ask, Kind, LossAxis, Shown } from "./types.js" */

/** @type {Kind} */
export const alpha = {
  control(ask, value, _, onChange) {
    const number = make("strong");
    const beside = make("span", {}, beforeWords(ask));
    const start = value ?? alphaPosition(ask.alpha);
    const range = { low: 0, high: MOST_ALPHA, start, label: ask.question, hint: say("drag_alpha") };
    const { input, steps, set } = rangeControl(range, alphaWords, (position) => {
      setText(number, alphaWords(position));
      onChange(position);
    });
    const ticks = namedAlphas().map(([, words]) => make("span", {}, words));
    set(start);
    return div(
      "answer alpha",
      para("read", number),
      para("note", beside),
      input,
      make("div", { class: "ticks", "aria-hidden": "true" }, ...ticks),
      steps,
    );
  },

  said: (_, value) => alphaWords(value),

  chart(ask, shown, mine) {
    const box = chartBox(BESIDE);
    const axis = lossAxis(alphaEnds(shown), box);
    const dots = alphaDots(shown, axis, (at) => (at === shown.truth ? 5 : 2.5));
    const own = mine.flatMap((given, round) => {
      if (!given) return [];
      const { name, kind } = nameOf(mine, round);
      const x = axis.x(Number(given[0]) / MOST_ALPHA);
      const words = say(name, { value: formatKnob(alphaAt(Number(given[0]))) });
      const isLeft = x < (axis.left + axis.right) / 2;
      return [
        path(`bar ${kind}`, `M${x} ${axis.top}V${axis.bottom}`),
        text("name", x + (isLeft ? 6 : -6), axis.top + 14 + LINE * round, words, isLeft ? "start" : "end"),
      ];
    });
    const label = [shown.happened.join(""), beforeWords(ask)].join(" ");
    return drawing(box, label, ...axis.frame, ...dots, ...own, ...alphaNames(axis, box.height - 6));
  },

  reveal(ask, shown, { width, height, unit }) {
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
  },

  table: (_, shown) =>
    votesTable(
      shown,
      (shown.finals ?? []).map((loss, key) => [key, alphaWords(key), lossWords(loss)]),
      say("final_loss"),
    ),

  legend: () => "",
};

/** @param {Ask} ask */
const beforeWords = (ask) => say("alpha_before", { alpha: formatKnob(ask.alpha), loss: lossWords(ask.before) });

/** The axis of the final losses at all α: whole decades. @param {Shown} shown @returns {Ask["axis"]} */
export function alphaEnds({ finals = [] }) {
  const positive = finals.flatMap((loss) => (loss ? [Math.log10(loss)] : []));
  const decades = positive.length ? positive : [0];
  const low = PER_DECADE * Math.floor(Math.min(...decades));
  return [low, Math.max(PER_DECADE * Math.ceil(Math.max(...decades)), low + PER_DECADE)];
}

/** The final loss at each α. @param {Shown} shown @param {LossAxis} axis @param {(at: number) => number} radius */
const alphaDots = ({ finals = [], truth }, axis, radius) =>
  finals.map((loss, at) => {
    const kind = loss === null ? "seed bad" : at === truth ? "seed best" : "seed";
    return circle(kind, axis.x(at / MOST_ALPHA), lossY(axis, loss), radius(at));
  });

/** The names of four α. @param {LossAxis} axis @param {number} y */
const alphaNames = (axis, y) =>
  namedAlphas().map(([at, words]) => {
    const anchor = at === MOST_ALPHA ? "end" : at ? "middle" : "start";
    return text("tick", axis.x(at / MOST_ALPHA), y, `${at ? "" : "α "}${words}`, anchor);
  });
