/** The result on a phone: the sentence, the chart with one's own predictions, and facts. */

import { formatKnob, formatNumber } from "../js/core/format.js";
import { make } from "../js/lib/dom.js";
import { circle, fitted, path, rect, text } from "./elements.js";
import { alphaDots, alphaEnds, alphaNames } from "./alpha_axis.js";
import { chartBox } from "./answer.js";
import { axesOf, curveLine, drawing, lossAxis, lossWords, lossY, sampleNames } from "./axis.js";
import { spokenTables } from "./charts.js";
import { factList } from "./page.js";
import { alphaAt, COLUMNS, MOST_ALPHA, positionWords } from "./positions.js";
import { say } from "./words.js";

/** @import { LossAxis } from "./axis.js" */
/** @import { Ask, Given, Shown } from "./types.js" */

/** The height of a name in a chart. */
const LINE = 16;

/**
 * @param {Ask} ask
 * @param {Shown} shown
 * @param {(?Given)[]} mine The predictions of the rounds, null where there is none.
 */
export function resultView(ask, shown, mine) {
  const [opening, rest, end] = shown.happened;
  const kind = shown.diverged !== null && shown.diverged !== undefined ? "bad" : "now";
  return [
    make("h1", {}, opening ?? "", make("span", { class: kind }, rest ?? ""), end ?? ""),
    ...(ask.kind === "choice" ? [choiceRows(shown, mine)] : []),
    ...(shown.curve ? [fitted(() => (ask.kind === "alpha" ? alphaChart : lossChart)(ask, shown, mine))] : []),
    spokenTables(ask, shown),
    factList([
      [say("you"), shown.own?.words ?? ""],
      [say("within_luck"), shown.luck_words],
      [say("class"), shown.class_words],
      [say("answer"), shown.answer],
      [say("proof"), shown.proof],
    ]),
  ];
}

/** @param {Shown} shown @param {(?Given)[]} mine */
function choiceRows(shown, mine) {
  const rows = shown.choices.map(({ text: words }, at) => {
    const isRight = at === shown.truth;
    const isMine = mine.findLast((given) => given !== null)?.[0] === at;
    const marks = [isRight ? say("holds") : "", isMine ? say("yours") : ""].filter(Boolean).join(" · ");
    const name = isRight ? "right" : isMine ? "mine" : "";
    return make("li", { class: name }, make("span", {}, isRight ? `✓ ${words}` : words), make("small", {}, marks));
  });
  return make("ul", { class: "rows shown" }, ...rows);
}

/** @param {Ask} ask @param {Shown} shown @param {(?Given)[]} mine */
function lossChart(ask, shown, mine) {
  const box = { ...chartBox(504), height: ask.kind === "choice" ? 220 : chartBox(504).height };
  const axis = lossAxis(ask.axis, box);
  const { before, now, samples } = axesOf(axis, ask, shown);
  const predictions =
    ask.kind === "choice" ? [] : mine.flatMap((given, round) => (given ? predicted(ask, now, given, mine, round) : []));
  const label = [shown.happened.join(""), shown.luck_words].join(" ");
  return drawing(
    box,
    label,
    ...axis.frame,
    ...(ask.kind === "loss" ? bandOf(shown, axis) : []),
    curveLine(before, ask.curve, "before"),
    curveLine(now, shown.curve ?? [], "now"),
    ...predictions,
    ...truthName(ask, shown, axis, mine),
    ...sampleNames(axis, box.height, samples),
  );
}

/** @param {Shown} shown @param {LossAxis} axis */
function bandOf({ band, high }, axis) {
  const low = band?.[0];
  if (low === null || low === undefined || !high) return [];
  const [top, bottom] = [high, low].map((loss) => lossY(axis, loss));
  return [rect("band", axis.left, top, axis.right - axis.left, Math.max(2, bottom - top))];
}

/**
 * The final loss of the run, beside its curve and a line away from the names of predictions; or the step at which it
 * diverges.
 * @param {Ask} ask @param {Shown} shown @param {LossAxis} axis @param {(?Given)[]} mine
 */
function truthName(ask, shown, axis, mine) {
  const names = ask.kind === "loss" ? mine.flatMap((given, at) => (given ? [nameBase(axis, mine, at)] : [])) : [];
  const isFree = (/** @type {number} */ base) => names.every((other) => Math.abs(other - base) >= LINE);
  const freeOf = (/** @type {number[]} */ ...bases) => bases.find(isFree) ?? bases[0];
  if (shown.diverged !== null && shown.diverged !== undefined) {
    const x = axis.x(shown.diverged / axesOf(axis, ask, shown).samples);
    const isLeft = x < (axis.left + axis.right) / 2;
    const words = `× ${say("diverges")}`;
    const y = freeOf(...[1, 2, 3, 4, 5].map((lines) => axis.top + lines * LINE));
    return [text("name bad", x + (isLeft ? 6 : -6), y, words, isLeft ? "start" : "end")];
  }
  const loss = ask.kind === "choice" ? null : shown.truth;
  if (loss === null) return [];
  const line = lossY(axis, loss);
  const above = Math.max(line - 8, axis.top + 14);
  const y = freeOf(above, line + LINE, above - LINE, line + 2 * LINE, line + 3 * LINE);
  const words = say("this_run", { loss: formatNumber(loss) });
  // A drawn curve begins at the left, and the band of a loss is empty there.
  return [
    ask.kind === "curve" ? text("name now", axis.right, y, words, "end") : text("name now", axis.left + 6, y, words),
  ];
}

/**
 * One's own prediction: the first open and dotted where there is a second.
 * @param {Ask} ask @param {LossAxis} axis @param {Given} given @param {(?Given)[]} mine @param {number} round
 */
function predicted(ask, axis, [value], mine, round) {
  const { name, kind } = nameOf(mine, round);
  if (Array.isArray(value)) {
    const points = value.map(
      (position, column) => `${axis.x((column + 0.5) / COLUMNS).toFixed(1)} ${axis.y(position).toFixed(1)}`,
    );
    return [path(`line drawn ${kind}`, `M${points.join("L")}`)];
  }
  const height = axis.y(value);
  const said = value > ask.axis[1] ? say("diverges") : positionWords(value, ask.axis);
  return [
    path(`bar ${kind}`, `M${axis.left + 150} ${height}H${axis.right}`),
    circle(`knob ${kind}`, kind === "last" ? axis.right - 16 : axis.right - 52, height, 6),
    text("name", axis.left + 146, nameBase(axis, mine, round), say(name, { value: said }), "end"),
  ];
}

/**
 * The name of a prediction, and its kind: where there are two, the first and the last.
 * @param {(?Given)[]} mine @param {number} round
 */
function nameOf(mine, round) {
  const isLast = mine.slice(round + 1).every((other) => other === null);
  const name = mine.filter(Boolean).length < 2 ? "you_said" : isLast ? "then" : "first";
  return { name, kind: isLast ? "last" : "earlier" };
}

/**
 * The base of a prediction's name, a line away from that of the next one.
 * @param {LossAxis} axis @param {(?Given)[]} mine @param {number} round
 */
function nameBase(axis, mine, round) {
  const [height, other = height + LINE] = mine
    .slice(round, round + 2)
    .flatMap((given) => (given ? [axis.y(/** @type {number} */ (given[0]))] : []));
  if (Math.abs(other - height) >= LINE) return height + 4;
  return (height < other ? other - LINE : other + LINE) + 4;
}

/** The final loss at each α, and one's own α. @param {Ask} ask @param {Shown} shown @param {(?Given)[]} mine */
function alphaChart(ask, shown, mine) {
  const box = chartBox(504);
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
  const names = alphaNames(axis, box.height - 6);
  return drawing(
    box,
    [shown.happened.join(""), lossWords(ask.before)].join(" "),
    ...axis.frame,
    ...dots,
    ...own,
    ...names,
  );
}
