/**
 * Which sample did it, on the stage. Over two inputs each learned sample is a dot on the pale output, as large as what
 * it did; else each row has its loss without it against what it did. Beside it they are listed, and the chosen one has
 * its losses and can be left out.
 * @import { MapColours } from "../maps/map_canvas.js"
 * @import { Shown } from "./map_selection.js"
 * @import { RowMark } from "./row_plot.js"
 * @import { LeftOut, Order } from "./which_order.js"
 */

import { measureBox, sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { buttonById, find, make, makeButton, refill, setText } from "../lib/dom.js";
import { currentTheme, token } from "../lib/theme.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, formatNumber } from "../core/format.js";
import { placeWord, storedValue } from "../core/knobs.js";
import { state } from "../core/state.js";
import { COMPILING } from "../net/questions.js";
import { changeExperiment, turnKnobs } from "../net/requests.js";
import { compareWithTurned } from "../model/comparison.js";
import { givenNames, isTable, namedOutput, shortestPrefixes } from "../model/ports.js";
import { canvasOf, circle, drawRing, stroke } from "../maps/map_canvas.js";
import { mapColours } from "../maps/map_colours.js";
import { axesOf, shareAt, spanOf } from "../maps/spans.js";
import { ticksBetween } from "../maps/ticks.js";
import { fillTicks, ticks } from "./elements.js";
import { chosenRow, squareOf } from "./map_selection.js";
import { nearestMark, setRowMarks, writeTicks } from "./row_plot.js";
import { drawLargeSquare, measureSquare } from "./square.js";
import { bordersOf, bordersWithout } from "./which_border.js";
import {
  countsOf,
  effectCountWords,
  effectText,
  inOrder,
  notesOf,
  partsOf,
  radiiOf,
  withoutToo,
} from "./which_order.js";
import { lookAtLeftOut, whichQuestion } from "./which_question.js";

/** The share of paper over the map, which makes it paler than that of the output. */
const PAPER = 0.55;
const MOST_LISTED = 100;
/** From this radius on a dot has room for a mark. */
const MARKED = 6;
const HOLLOW = 3.5;
const RING = { radius: 10, width: 2, around: 4 };
const BORDER = { width: 1.5, halo: 3.5 };
const PAST = 0.08;
const ORDERS = /** @type {[Order, string][]} */ ([
  ["did", "Did most"],
  ["missed", "Missed most"],
]);
/** @type {Record<string, number>} */
const ARROWS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** The order that somebody has chosen for the list. @type {?Order} */
let chosenOrder = null;

const noun = () => (isTable(state.experiment.inputs) ? "row" : "point");
const orderNow = () => chosenOrder ?? whichQuestion.answer().order ?? "did";
const listed = () => inOrder(whichQuestion.answer().all ?? [], orderNow());

/** The row that is looked at: the chosen one, the one that the sentence names, or the first of the list. */
function chosenLeftOut() {
  const { all = [], first } = whichQuestion.answer();
  return all.find(({ row }) => row === state.leftOut) ?? all.find(({ row }) => row === first) ?? listed()[0];
}

/** Draws all of it into the box of the output. @param {HTMLElement} box @param {Shown} shown */
export function showWhich(box, shown) {
  const isMap = shown.frame.inputs === 2;
  if (hasOtherContents(box, ["which", isMap], shown.whole)) {
    box.dataset.kind = "which";
    box.replaceChildren(headElement(), figureElement(isMap), make("div", { class: "answer-notes which-notes" }));
    measureSquare(find(box, ".which-plot"));
  }
  fillHead(find(box, ".which-head"));
  const plot = find(box, ".which-plot");
  if (isMap) {
    drawMap(plot, shown);
    fillTicks(find(box, ".stage-square"), shown.frame, shown.response);
  } else {
    find(box, ".stage-square").hidden = !whichQuestion.answer().all;
    drawScatter(plot);
  }
  fillNotes(find(box, ".which-notes"));
}

/* The sentences over the figure */

function headElement() {
  return make(
    "div",
    { class: "which-head" },
    make("p", { role: "status" }, make("b"), " ", make("span")),
    makeButton({ class: "button edged", id: "which-ask" }, whichQuestion.askOrStop),
    makeButton({ class: "button", "aria-label": "Close" }, whichQuestion.toggle, "×"),
  );
}

/** @param {HTMLElement} head */
function fillHead(head) {
  const { sentence } = whichQuestion.answer();
  const isRunning = whichQuestion.isRunning();
  const now = state.isCompiling ? COMPILING : `The run is made again without each ${noun()} …`;
  const waits = isRunning ? now : `The run can be made again without each ${noun()}.`;
  const [headline, runs] = sentence ? partsOf(sentence) : [waits, ""];
  setText(find(head, "b"), isRunning ? waits : headline);
  setText(find(head, "span"), runs);
  find(head, "p").setAttribute("aria-busy", String(isRunning));
  const ask = buttonById("which-ask");
  ask.hidden = !whichQuestion.ask();
  setText(ask, whichQuestion.ask());
}

/* The figure */

/** @param {boolean} isMap */
function figureElement(isMap) {
  const box = make("div", {
    class: "which-plot answers-figure",
    role: "application",
    tabindex: "0",
    "aria-label": `What each ${noun()} did. Arrow keys go through the list.`,
    on: { click: lookAtNearest, keydown: onKey },
  });
  const names = [
    make("span", { class: "scatter-up", "aria-hidden": "true" }, "its loss, without it"),
    make("span", { class: "scatter-across", "aria-hidden": "true" }, "without it the loss changes by"),
  ];
  const figure = make(
    "figure",
    { class: isMap ? "stage-square of-which" : "stage-square of-which wide" },
    make("div", { class: "with-ticks" }, box, ...(isMap ? ticks() : names)),
  );
  return make("div", { class: "pictures" }, figure);
}

/** @param {MouseEvent & { currentTarget: HTMLElement }} event */
function lookAtNearest(event) {
  const found = nearestMark(event.currentTarget, event);
  if (found) lookAtLeftOut(found.row);
}

/** @param {LeftOut} leftOut */
const colourOf = ({ effect, isLuck }) => token(isLuck ? "--ink-3" : effect > 0 ? "--pos" : "--neg");

/** @param {number} low @param {number} value @param {number} high */
const between = (low, value, high) => Math.max(low, Math.min(high, value));

/** @param {HTMLElement} box @param {Shown} shown */
function drawMap(box, shown) {
  const { frame, response } = shown;
  const colours = mapColours(currentTheme());
  const square = squareOf(shown, "output", chosenRow(frame.rows));
  drawLargeSquare(box, { ...square, lines: [], dots: [], letters: [], hollow: [], ring: null }, colours);
  const { width, height } = sizeOf(box);
  const axes = axesOf(frame, response);
  /**
   * Past the edges of the map a dot lies on them.
   * @param {LeftOut} leftOut @param {number} radius @returns {[number, number]}
   */
  const at = ({ inputs }, radius) => {
    const [x, y] = response.axes.map((input, axis) => shareAt(spanOf(axes, axis), (inputs ?? [])[input]));
    return [between(radius, width * x, width - radius), between(radius, height * (1 - y), height - radius)];
  };
  const all = whichQuestion.answer().all ?? [];
  const radii = radiiOf(all);
  // Large ones first, so that none lies under another.
  const marks = all
    .map((one, k) => ({ one, radius: radii[k], at: at(one, radii[k]) }))
    .sort((a, b) => b.radius - a.radius);
  setRowMarks(
    box,
    marks.map(({ one, at: place }) => ({ row: one.row, at: place })),
  );
  const canvas = /** @type {HTMLCanvasElement} */ (canvasOf(box));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.globalAlpha = PAPER;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
  const chosen = chosenLeftOut();
  if (chosen) drawBorder(context, bordersWithout(shown, chosen.row), [width, height], token("--ink-3"));
  drawBorder(context, bordersOf(frame, shown.grids.output), [width, height], colours.ink);
  for (const { one, radius, at: place } of marks) drawDot(context, place, one, radius, colours);
  const ring = marks.find(({ one }) => one === chosen);
  if (ring) drawRing(context, ring.at, { ...RING, radius: Math.max(HOLLOW, ring.radius) + RING.around }, colours);
}

/**
 * @param {CanvasRenderingContext2D} context @param {import("./which_border.js").Borders} lines @param {number[]} size
 * @param {string} colour
 */
function drawBorder(context, lines, [width, height], colour) {
  context.beginPath();
  for (const [[x, y], ...rest] of lines) {
    context.moveTo(width * x, height * (1 - y));
    for (const point of rest) context.lineTo(width * point[0], height * (1 - point[1]));
  }
  context.lineJoin = "round";
  context.globalAlpha = PAPER;
  stroke(context, mapColours(currentTheme()).paper, BORDER.halo);
  context.globalAlpha = 1;
  stroke(context, colour, BORDER.width);
}

/**
 * @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {LeftOut} one @param {number} radius
 * @param {MapColours} mapColours
 */
function drawDot(context, at, one, radius, { paper }) {
  if (one.divergesAt !== null) {
    drawCross(context, at);
    return;
  }
  circle(context, at, one.isLuck ? HOLLOW : radius);
  context.fillStyle = one.isLuck ? paper : colourOf(one);
  context.fill();
  stroke(context, one.isLuck ? colourOf(one) : paper, one.isLuck ? 1.25 : 1);
  if (!one.isLuck && radius >= MARKED) drawText(context, at, markOf(one), paper);
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} point */
function drawCross(context, [x, y]) {
  context.beginPath();
  for (const side of [-HOLLOW, HOLLOW]) {
    context.moveTo(x - HOLLOW, y - side);
    context.lineTo(x + HOLLOW, y + side);
  }
  stroke(context, token("--bad"), 2);
}

/**
 * @param {CanvasRenderingContext2D} context @param {[number, number]} point @param {string} text
 * @param {string} colour
 */
function drawText(context, [x, y], text, colour) {
  context.font = `600 11px ${token("--font")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(text, x, y + 0.5);
}

/** The sign of a target of 1 or −1, or the first letters of a class; "" of other numbers. @param {LeftOut} leftOut */
function markOf({ target }) {
  const names = state.shown.frame.answers?.classes ? (givenNames()?.outputs ?? []) : [];
  const place = names.indexOf(target);
  if (place >= 0) return shortestPrefixes(names)[place];
  return { 1: "+", "−1": "−" }[target] ?? "";
}

/** @param {HTMLElement} box */
function drawScatter(box) {
  const all = whichQuestion.answer().all ?? [];
  const size = measureBox(box);
  if (!size.width || !size.height) return;
  const context = prepareCanvas(canvasOf(box), size);
  const [across, up] = [spanOfEffects(all), powersOfLosses(all)];
  /** @param {number} effect */
  const x = (effect) => Math.max(0, Math.min(1, shareAt(across, effect)));
  /** @param {number} loss */
  const y = (loss) => Math.max(0, Math.min(1, shareAt(up, Math.log10(loss))));
  const powers = ticksBetween(...up).filter(({ value }) => Number.isInteger(value));
  const losses = powers.map(({ value }) => ({
    value: 10 ** value,
    text: formatNumber(10 ** value, 1).replace("1 × ", ""),
  }));
  const effects = ticksBetween(...across);
  context.fillStyle = token("--line");
  for (const { value } of losses) context.fillRect(0, Math.round(size.height * (1 - y(value))), size.width, 1);
  context.fillStyle = token("--edge");
  context.fillRect(Math.round(size.width * x(0)), 0, 1, size.height);
  context.fillRect(0, size.height - 1, size.width, 1);
  /** @type {(RowMark & { one: LeftOut })[]} */
  const marks = all.map((one) => ({
    one,
    row: one.row,
    at: [size.width * x(one.effect), size.height * (1 - y(one.ownWithout))],
  }));
  setRowMarks(box, marks);
  for (const { one, at } of marks) {
    const text = markOf(one);
    if (one.divergesAt !== null) drawCross(context, at);
    else if (text) drawText(context, at, text, colourOf(one));
    else drawDot(context, at, one, HOLLOW, mapColours(currentTheme()));
  }
  const ring = marks.find(({ one }) => one === chosenLeftOut());
  if (ring) drawRing(context, ring.at, RING, mapColours(currentTheme()));
  writeTicks(box, { across: effects, up: losses }, x, y);
}

/** @param {LeftOut[]} all @returns {[number, number]} */
function spanOfEffects(all) {
  const finite = [0, ...all.map(({ effect }) => effect).filter(Number.isFinite)];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const past = PAST * (high - low) || 1;
  return [low - past, high + past];
}

/** The powers of ten below and above all losses. @param {LeftOut[]} all @returns {[number, number]} */
function powersOfLosses(all) {
  const powers = all.map(({ ownWithout }) => Math.log10(ownWithout)).filter(Number.isFinite);
  if (!powers.length) return [-1, 0];
  const [low, high] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
  return [low, Math.max(low + 1, high)];
}

/* The list, and the chosen one */

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function onKey(event) {
  const by = ARROWS[event.key];
  const rows = listed();
  if (!by || !rows.length || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const at = rows.indexOf(chosenLeftOut());
  const { row } = rows[(at + by + rows.length) % rows.length];
  const isInList = event.currentTarget.matches("ul");
  lookAtLeftOut(row);
  if (isInList) find(document, `.which-list [data-control="which-${row}"]`)?.focus();
}

/** @param {HTMLElement} box */
function fillNotes(box) {
  const { all = [] } = whichQuestion.answer();
  const one = chosenLeftOut();
  const isMap = find(box.parentElement ?? box, ".stage-square.wide") === null;
  if (!hasOtherContents(box, [all.map(({ row, effect }) => [row, effect]), one?.row, orderNow(), isMap])) return;
  const parts = one ? [orderChoices(), listElement(), ...oneNotes(one), keyElement(all, isMap ? one : null)] : [];
  refill(box, parts, () => "button[aria-pressed=true]");
}

function orderChoices() {
  /** @param {[Order, string]} row */
  const button = ([order, text]) => {
    const click = () => {
      chosenOrder = order;
      lookAtLeftOut(inOrder(whichQuestion.answer().all ?? [], order)[0].row);
    };
    const pressed = { "aria-pressed": String(order === orderNow()), "data-control": `order-${order}` };
    return makeButton({ ...pressed }, click, text);
  };
  return make("div", { class: "choices", role: "group", "aria-label": "Order" }, ...ORDERS.map(button));
}

function listElement() {
  const rows = listed();
  const one = chosenLeftOut();
  const largest = Math.max(...rows.map(({ effect }) => Math.abs(effect)).filter(Number.isFinite));
  /** @param {LeftOut} leftOut */
  const item = (leftOut) => {
    const { row, target, effect, ownWithout, isLuck } = leftOut;
    const isDid = orderNow() === "did";
    const share = isDid && largest > 0 ? Math.min(1, Math.abs(effect) / largest) : 0;
    const attributes = {
      type: "button",
      class: isLuck ? "luck" : effect > 0 ? "worse" : "better",
      "data-control": `which-${row}`,
      "aria-pressed": String(leftOut === one),
      tabindex: leftOut === one ? "0" : "-1",
      style: { "--share": share },
      on: { click: () => lookAtLeftOut(row) },
    };
    const value = isDid ? effectText(leftOut) : formatNumber(ownWithout);
    return make(
      "li",
      {},
      make(
        "button",
        attributes,
        make("b", {}, formatCount(row)),
        " ",
        make("span", { title: target }, target),
        " ",
        make("i"),
        value,
      ),
    );
  };
  const more = rows.length - MOST_LISTED;
  const label = { "aria-label": `Each ${noun()}, ${orderNow() === "did" ? "by what it did" : "by its loss"}` };
  return make(
    "ul",
    { class: "which-list", ...label, on: { keydown: onKey } },
    ...rows.slice(0, MOST_LISTED).map(item),
    ...(more > 0 ? [make("li", { class: "hint" }, `and ${formatCount(more)} more`)] : []),
  );
}

/** @param {LeftOut} one */
function oneNotes(one) {
  const { row, target, own, ownWithout, answer } = one;
  const knobs = () => ({ without: withoutToo(storedValue(state.experiment, "without"), row) });
  /** @param {string} name @param {string} text @param {() => void} click */
  const button = (name, text, click) => makeButton({ class: "button edged", "data-control": name }, click, text);
  const call = answer === null ? [] : [button("call-it", `Call it ${namedOutput(answer)}`, () => callIt(row, answer))];
  return [
    make("div", { class: "answer-head which-one" }, make("b", {}, `${titleOf(row)}, ${target}`)),
    make(
      "div",
      { class: "which-acts" },
      ...(isTable(state.experiment.inputs) ? call : []),
      button("leave-out", "Leave it out", () => turnKnobs(knobs())),
      button("compare", "Compare", () => compareWithTurned(knobs())),
    ),
    make(
      "dl",
      { class: "answer-inputs" },
      make("dt", {}, "its loss with it"),
      make("dd", {}, formatNumber(own)),
      make("dt", {}, "its loss without it"),
      make("dd", {}, formatNumber(ownWithout)),
    ),
    ...notesOf(one, placeWord(state.shown.summary), noun()).map((note) => make("p", {}, note)),
  ];
}

/** The row gets the class that the run without it answers. @param {number} row @param {number} answer */
const callIt = (row, answer) => changeExperiment("call", row - 1, answer);

/** Point 15, Row 219. @param {number} row */
const titleOf = (row) => `${noun() === "row" ? "Row" : "Point"} ${formatCount(row)}`;

/** @param {LeftOut[]} all @param {?LeftOut} chosen The one without which a border is drawn. */
function keyElement(all, chosen) {
  const { luck } = countsOf(all);
  /** @param {string} name @param {string} text */
  const line = (name, text) => make("li", { class: name }, make("i"), text);
  return make(
    "ul",
    { class: "picture-key which-key" },
    line("worse", "without it, worse"),
    line("better", "without it, better"),
    line("luck", luck ? `luck: ${formatCount(luck)}` : "luck: none here"),
    ...(chosen ? [line("border", `border without ${titleOf(chosen.row).toLowerCase()}`)] : []),
  );
}

/** The finding of the figure. */
export function whichWords() {
  const { sentence, all } = whichQuestion.answer();
  const one = chosenLeftOut();
  if (!sentence || !all || !one) return sentence ?? "";
  const { row, target, own, ownWithout } = one;
  const losses = `its loss is ${formatNumber(own)} with it, ${formatNumber(ownWithout)} without it`;
  return `${sentence} ${effectCountWords(all)} Chosen is ${titleOf(row).toLowerCase()}, ${target}: ${losses}.`;
}
