/** A choice among texts: one is ticked, and each has a bar for each round. */

import { make } from "../js/lib/dom.js";
import { div, radio } from "./elements.js";
import { lossSign } from "./axis.js";
import { answered, ROUNDS, votesTable } from "./charts.js";
import { formatNumber } from "./numbers.js";
import { divergedName, runChart } from "./run_chart.js";
import { say } from "./words.js";

/** @import { Kind, LossAxis, OnChange, Votes } from "./types.js" */

/** The height of the chart below the choices. */
const HEIGHT = 220;

/** @type {Kind} */
export const choice = {
  isRight: true,

  control: ({ choices = [], question }, value, _, onChange) =>
    choiceControl(choices, question, "choice", value, onChange),

  said: ({ choices = [] }, value) => say("quoted", { text: choices[value] ?? "" }),

  rows(_, shown, mine) {
    const rows = shown.choices.map(({ text: words }, at) => {
      const isRight = at === shown.truth;
      const isMine = mine.findLast((given) => given !== null)?.[0] === at;
      const marks = [isRight ? say("holds") : "", isMine ? say("yours") : ""].filter(Boolean).join(" · ");
      const name = isRight ? "right" : isMine ? "mine" : "";
      return make("li", { class: name }, make("span", {}, isRight ? `✓ ${words}` : words), make("small", {}, marks));
    });
    return make("ul", { class: "rows shown" }, ...rows);
  },

  chart(ask, shown) {
    const parts = (/** @type {LossAxis} */ axis) => divergedName(ask, shown, axis);
    return runChart(ask, shown, parts, undefined, HEIGHT);
  },

  reveal(ask, shown) {
    const rounds = answered(shown);
    const count = (/** @type {Votes} */ votes, /** @type {number} */ at) =>
      (votes[at] ?? [0, 0]).reduce((sum, n) => sum + n, 0);
    const most = Math.max(1, ...rounds.flatMap(({ votes }) => shown.choices.map((_, at) => count(votes, at))));
    const measured =
      shown.loss === undefined || ask.before === null
        ? ""
        : say("measured", { before: formatNumber(ask.before), after: lossSign(shown.loss) });
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
  },

  table: (_, shown) =>
    votesTable(
      shown,
      shown.choices.map(({ text }, key) => [key, text]),
    ),

  legend: (_, rounds) => (rounds > 1 ? say("legend_choice") : ""),
};

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
