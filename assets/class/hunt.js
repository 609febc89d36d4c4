/** A hunt: what a phone says of it, and the board of all runs that were handed in. */

import { make } from "../js/lib/dom.js";
import { circle, div, para, path, text } from "./elements.js";
import { drawing, lossSign } from "./axis.js";
import { formatKnob } from "./numbers.js";
import { foot, heading } from "./page.js";
import { say } from "./words.js";

/** @import { HuntAsk, Room } from "./types.js" */

/** The digits of the losses that an axis may name, from few to many. */
const DIGITS = [[1, 2, 5], ...[1, 0.2, 0.1].map((step) => Array.from({ length: 9 / step }, (_, k) => 1 + k * step))];
const MOST_MARKS = 8;

/** Whether runs are handed in and a board shows them. @param {{ kind: string }} [ask] @returns {ask is HuntAsk} */
export const isHunt = (ask) => ask?.kind === "hunt";

/** The knobs that may be turned, in words. @param {HuntAsk} ask */
export const knobNames = ({ knobs }) =>
  [knobs.slice(0, -1).map(knobName).join(", "), knobName(knobs[knobs.length - 1])]
    .filter(Boolean)
    .join(` ${say("and")} `);

/** A hunt on a phone. @param {HuntAsk} ask @param {string} name That of its words. @param {...Node} links */
export const huntView = (ask, name, ...links) => [
  heading(ask.question),
  para("prompt", ask.prompt),
  para("", say(name, { knobs: knobNames(ask) })),
  ...(links.length ? [foot(...links)] : []),
];

/** A knob as links name it, in words. @param {string} name */
const knobName = (name) => (name === "alpha" ? "α" : name);

/** 0.0 is 0. @param {string} words */
const knobText = (words) => (words !== "" && Number.isFinite(Number(words)) ? formatKnob(Number(words)) : words);

/** @param {any} shown @param {Room} room */
export function board(shown, room) {
  const knobs = Object.keys(shown.rows[0]?.knobs ?? {});
  const head = ["", say("handed_in", { n: shown.count }), ...knobs.map(knobName), say("seen_seed"), say("median")].map(
    (words) => make("th", { scope: "col" }, words),
  );
  const rows = shown.rows.map((/** @type {any} */ row) =>
    make(
      "tr",
      { class: row.seat === shown.lucky ? "lucky" : "" },
      ...[
        row.place,
        say("seat", { seat: row.seat }),
        ...knobs.map((name) => knobText(row.knobs[name])),
        lossSign(row.own),
        lossSign(row.median),
      ].map((words) => make("td", {}, `${words}`)),
    ),
  );
  const points = shown.points.some((/** @type {(?number)[]} */ point) => point.every(Boolean));
  return [
    div("say", make("h1", {}, shown.sentence), para("second", shown.luck_words)),
    div(
      "fill board",
      ...(rows.length
        ? [make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows))]
        : []),
      ...(points ? [boardChart(shown, { ...room, width: 0.46 * room.width })] : []),
    ),
    para("proof", `${shown.proof} ${say("board_proof")}`),
  ];
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

/** The places of a hunt and a point for each run. @param {any} shown @param {Room} room */
function boardChart(shown, { width, height, unit }) {
  const points_ = /** @type {[?number, ?number][]} */ (shown.points).filter(([own, median]) => own && median);
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
    shown.sentence,
    ...frame,
    path("line mark", `M${left} ${bottom}L${width - 10} ${unit}`),
    ...points_.map(([own, median]) => circle("run", x(own ?? 1), y(median ?? 1), 0.27 * unit)),
    ...dot(shown.rows[0], "best"),
    ...dot(
      shown.rows.find((/** @type {any} */ row) => row.seat === shown.lucky),
      "lucky",
    ),
    text("", left, 0.7 * unit, say("board_up")),
    text("", width - 10, height - 0.9 * unit, say("board_along"), "end"),
  );
}
