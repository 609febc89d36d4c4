/** The result on a phone: the sentence, the chart with one's own predictions, and facts. */

import { formatKnob, formatNumber } from "../js/core/format.js";
import { element, make } from "../js/lib/dom.js";
import { chartBox } from "./answer.js";
import { curveLine, drawing, lossAxis, lossWords, sampleNames } from "./axis.js";
import { spokenTables } from "./charts.js";
import { factList } from "./page.js";
import { alphaAt, COLUMNS, MOST_ALPHA, positionOf, positionWords } from "./positions.js";
import { say } from "./words.js";

/** @import { LossAxis } from "./axis.js" */
/** @import { Ask, Given, Shown } from "./types.js" */

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
    ...(shown.curve ? [ask.kind === "alpha" ? alphaChart(ask, shown, mine) : lossChart(ask, shown, mine)] : []),
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
  const rows = shown.choices.map(({ text }, at) => {
    const isRight = at === shown.truth;
    const isMine = mine.findLast((given) => given !== null)?.[0] === at;
    const marks = [isRight ? say("holds") : "", isMine ? say("yours") : ""].filter(Boolean).join(" · ");
    const name = isRight ? "right" : isMine ? "mine" : "";
    return make("li", { class: name }, make("span", {}, isRight ? `✓ ${text}` : text), make("small", {}, marks));
  });
  return make("ul", { class: "rows shown" }, ...rows);
}

/** @param {Ask} ask @param {Shown} shown @param {(?Given)[]} mine */
function lossChart(ask, shown, mine) {
  const box = { ...chartBox(504), height: ask.kind === "choice" ? 220 : chartBox(504).height };
  const axis = lossAxis(ask.axis, box);
  const predictions =
    ask.kind === "choice"
      ? []
      : mine.flatMap((given, round) => (given ? predicted(ask, axis, given, mine, round) : []));
  const label = [shown.happened.join(""), shown.luck_words].join(" ");
  return drawing(
    box,
    label,
    ...axis.frame,
    ...(ask.kind === "loss" ? bandOf(shown, axis) : []),
    curveLine(axis, ask.curve, "before"),
    curveLine(axis, shown.curve ?? [], "now"),
    ...predictions,
    ...truthName(ask, shown, axis),
    ...sampleNames(axis, box.height, ask.samples),
  );
}

/** @param {Shown} shown @param {LossAxis} axis */
function bandOf({ band, high }, axis) {
  const low = band?.[0];
  if (low === null || low === undefined || !high) return [];
  const [upper, lower] = [axis.y(positionOf(high)), low > 0 ? axis.y(positionOf(low)) : axis.bottom];
  const [top, bottom] = [Math.max(upper, axis.top), Math.max(lower, axis.top)];
  return [
    element("rect", {
      class: "band",
      x: axis.left,
      y: top,
      width: axis.right - axis.left,
      height: Math.max(2, bottom - top),
    }),
  ];
}

/**
 * The final loss of the run, beside its curve; or the step at which it diverges.
 * @param {Ask} ask @param {Shown} shown @param {LossAxis} axis
 */
function truthName(ask, shown, axis) {
  if (shown.diverged !== null && shown.diverged !== undefined) {
    const x = axis.x(shown.diverged / ask.samples);
    const isLeft = x < (axis.left + axis.right) / 2;
    const words = `× ${say("diverges")}`;
    return [
      element(
        "text",
        { class: "name bad", x: x + (isLeft ? 6 : -6), y: axis.top + 16, "text-anchor": isLeft ? "start" : "end" },
        words,
      ),
    ];
  }
  const loss = ask.kind === "choice" ? null : shown.truth;
  if (loss === null) return [];
  const height = loss > 0 ? axis.y(positionOf(loss)) : axis.bottom;
  const y = Math.max(height - 8, axis.top + 14);
  // A drawn curve begins at the left, and the band of a loss is empty there.
  const place = ask.kind === "curve" ? { x: axis.right, y, "text-anchor": "end" } : { x: axis.left + 6, y };
  return [element("text", { class: "name now", ...place }, say("this_run", { loss: formatNumber(loss) }))];
}

/**
 * One's own prediction: the first open and dotted where there is a second.
 * @param {Ask} ask @param {LossAxis} axis @param {Given} given @param {(?Given)[]} mine @param {number} round
 */
function predicted(ask, axis, [value], mine, round) {
  const isLast = mine.slice(round + 1).every((other) => other === null);
  const name = mine.filter(Boolean).length < 2 ? "you_said" : isLast ? "then" : "first";
  const kind = isLast ? "last" : "earlier";
  if (Array.isArray(value)) {
    const points = value.map(
      (position, column) => `${axis.x((column + 0.5) / COLUMNS).toFixed(1)} ${axis.y(position).toFixed(1)}`,
    );
    return [element("path", { class: `line drawn ${kind}`, d: `M${points.join("L")}` })];
  }
  const height = axis.y(value);
  return [
    element("path", { class: `bar ${kind}`, d: `M${axis.left + 150} ${height}H${axis.right}` }),
    element("circle", { class: `knob ${kind}`, cx: isLast ? axis.right - 16 : axis.right - 52, cy: height, r: 6 }),
    element(
      "text",
      { class: "name", x: axis.left + 146, y: height + 4, "text-anchor": "end" },
      say(name, { value: value > ask.axis[1] ? say("diverges") : positionWords(value, ask.axis) }),
    ),
  ];
}

/** The final loss at each α, and one's own α. @param {Ask} ask @param {Shown} shown @param {(?Given)[]} mine */
function alphaChart(ask, shown, mine) {
  const box = chartBox(504);
  const finals = shown.finals ?? [];
  const positions = finals.flatMap((loss) => (loss ? [positionOf(loss)] : []));
  const [low, high] = [Math.floor(Math.min(...positions) / 20) * 20, Math.ceil(Math.max(...positions) / 20) * 20];
  const axis = lossAxis([low, Math.max(high, low + 20)], box);
  const dots = finals.map((loss, at) => {
    const [cx, cy] = [axis.x(at / MOST_ALPHA), axis.y(loss === null ? null : loss > 0 ? positionOf(loss) : low - 1)];
    return element("circle", {
      class: loss === null ? "seed bad" : at === shown.truth ? "seed best" : "seed",
      cx,
      cy,
      r: at === shown.truth ? 5 : 2.5,
    });
  });
  const own = mine.flatMap((given) => {
    if (!given) return [];
    const x = axis.x(Number(given[0]) / MOST_ALPHA);
    const words = say("you_said", { value: formatKnob(alphaAt(Number(given[0]))) });
    const isLeft = x < (axis.left + axis.right) / 2;
    return [
      element("path", { class: "bar last", d: `M${x} ${axis.top}V${axis.bottom}` }),
      element(
        "text",
        { class: "name", x: x + (isLeft ? 6 : -6), y: axis.top + 14, "text-anchor": isLeft ? "start" : "end" },
        words,
      ),
    ];
  });
  const names = [0, 20, 40, 60].map((at) =>
    element(
      "text",
      {
        class: "tick",
        x: axis.x(at / MOST_ALPHA),
        y: box.height - 6,
        "text-anchor": at === 60 ? "end" : at ? "middle" : "start",
      },
      `${at ? "" : "α "}${formatKnob(alphaAt(at))}`,
    ),
  );
  return drawing(
    box,
    [shown.happened.join(""), lossWords(ask.before)].join(" "),
    ...axis.frame,
    ...dots,
    ...own,
    ...names,
  );
}
