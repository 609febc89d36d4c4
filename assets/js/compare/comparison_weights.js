/**
 * The weights of the comparison: the current run's, the pinned one's, or their difference, on one colour scale. The
 * current run's can have the order, signs and sizes of hidden units that lie nearest to the pinned run.
 * @typedef {{ now: Numbers, was: Numbers }} ComparedWeights
 * @typedef {"now" | "pinned" | "difference"} Choice
 * @typedef {keyof typeof CHANGES} Change
 * @import { Block, ComparedEnd, Numbers, Pin } from "../core/types.js"
 * @import { PairKnowledge, PairReply } from "../surface/run_pair.js"
 */

import { decode, greatestMagnitude } from "../lib/arrays.js";
import { byId, find, make, makeButton, percent } from "../lib/dom.js";
import { formatNumber, formatWeight } from "../core/format.js";
import { state } from "../core/state.js";
import { cursor } from "../model/cursor.js";
import { pinName } from "../model/pins.js";
import { showColourKey } from "../maps/colour_key.js";
import { haveGivenNames, nameElements, paintCells } from "../maps/heatmap.js";

const OTHER_SHAPES = "The two networks have layers of other shapes.";

/** The weights that are shown. @type {Choice} */
let chosen = "difference";
/** Whether the current run's hidden units are in the pinned run's order, where another one was found. */
let inOrder = false;

/**
 * Both rows of weights; null where the layers have other shapes, or the pinned run is awaited.
 * @param {?ComparedEnd} end
 */
export function comparedWeights(end) {
  if (!end || end.none) return null;
  const shapes = state.shown.frame.weights.cells.filter(({ name }) => name === "M");
  const alike =
    shapes.length === end.shapes.length &&
    shapes.every(({ rows, columns }, k) => rows === end.shapes[k][0] && columns === end.shapes[k][1]);
  return alike ? { now: cursor.weights, was: decode(end.weights) } : null;
}

/** @param {Numbers} numbers */
const length = (numbers) => Math.sqrt(Array.from(numbers).reduce((sum, number) => sum + number * number, 0));

/** The distance between both rows, in words. @param {Pin} pin @param {?ComparedWeights} weights */
export function weightsApart(pin, weights) {
  if (!weights) return "other shapes";
  const { now, was } = weights;
  if (!now.length) return "none in either";
  const apart = length(now.map((number, k) => number - was[k]));
  if (apart === 0) return "the same";
  const whole = length(was);
  const share = () => `${formatNumber((100 * apart) / whole, 2)} % of ${pinName(pin)}’s length`;
  return `${whole > 0 ? share() : formatNumber(apart)} apart, unit by unit`;
}

/** @param {Pin} pin @param {?ComparedEnd} end @param {PairKnowledge} pair @param {() => void} again */
export function showComparedWeights(pin, end, pair, again) {
  const weights = comparedWeights(end);
  const ordered = weights && pair.reply ? pair.reply.ordered : null;
  const box = byId("compare-cells");
  showChoices(pin, again);
  showOrder(pin, ordered, again);
  byId("compare-choices").hidden = !weights;
  const isShown = weights !== null && weights.now.length > 0;
  /** @type {HTMLElement} */ (box.parentElement).hidden = !isShown;
  if (!isShown) {
    const why = weights ? state.shown.frame.weights.none : OTHER_SHAPES;
    showColourKey("compare-key", "", "", (end && (end.none || why)) || " ");
    return;
  }
  const { was } = weights;
  const now = ordered && inOrder ? ordered.weights : weights.now;
  const views = { now, pinned: was, difference: now.map((number, k) => number - was[k]) };
  const scale = greatestMagnitude(Object.values(views));
  drawCells(box, views[chosen], scale);
  showColourKey("compare-key", formatNumber(-scale, 2), formatNumber(scale, 2), "");
}

/** @param {Pin} pin @param {() => void} again */
function showChoices(pin, again) {
  const choices = { now: "Now", pinned: pinName(pin), difference: `Now − ${pinName(pin)}` };
  /** @param {Choice} choice */
  const choose = (choice) => () => {
    chosen = choice;
    again();
    find(byId("compare-choices"), "[aria-pressed=true]").focus({ preventScroll: true });
  };
  /** @param {[string, string]} pair */
  const button = ([choice, text]) =>
    makeButton({ "aria-pressed": String(choice === chosen) }, choose(/** @type {Choice} */ (choice)), text);
  byId("compare-choices").replaceChildren(...Object.entries(choices).map(button));
}

/**
 * The switch, and what it does to the numbers below it; nothing where no other order was found.
 * @param {Pin} pin @param {PairReply["ordered"]} ordered @param {() => void} again
 */
function showOrder(pin, ordered, again) {
  const box = byId("compare-order");
  box.hidden = !ordered;
  if (!ordered) return;
  const switchOver = () => {
    inOrder = !inOrder;
    again();
    find(box, "button").focus({ preventScroll: true });
  };
  const name = pinName(pin);
  const [first] = ordered.changes;
  const text = first === "order" ? `In ${name}’s order` : `With ${name}’s ${first}`;
  const button = makeButton({ class: "button edged", "aria-pressed": String(inOrder) }, switchOver, text);
  box.replaceChildren(button, make("span", {}, orderWords(name, ordered.changes)));
}

const CHANGES = { order: "another order", signs: "other signs", sizes: "other sizes" };

/** @param {string} name @param {Change[]} changes */
function orderWords(name, changes) {
  const words = changes.map((change) => CHANGES[change]);
  const all = [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
  if (inOrder) return `Now with ${all} of its hidden units: nearer to ${name}, with the same outputs.`;
  return `Now is nearer to ${name} with ${all} of its hidden units.`;
}

/**
 * Colours on a canvas, numbers where they can be read, and the names of rows and columns.
 * @param {HTMLElement} box @param {Numbers} numbers @param {number} scale
 */
function drawCells(box, numbers, scale) {
  const { cells, names } = state.shown.frame.weights;
  let start = 0;
  const blocks = cells.map(({ rows, columns }) => numbers.subarray(start, (start += rows * columns)));
  const readable = cells.flatMap((block, k) => (block.numbers ? numberElements(block, blocks[k], scale) : []));
  box.replaceChildren(...readable, ...nameElements(names));
  box.classList.toggle("with-names", haveGivenNames(names));
  paintCells(box, cells, blocks, scale);
}

/** @param {Block} block @param {Numbers} numbers @param {number} scale */
function numberElements({ rows, columns, box: [left, top, width, height] }, numbers, scale) {
  return Array.from(numbers, (number, k) => {
    const style = {
      left: percent(left + (width * (k % columns)) / columns),
      width: percent(width / columns),
      top: percent(top + (height * Math.floor(k / columns)) / rows),
      height: percent(height / rows),
      "--w": width / columns,
      "--h": height / rows,
      "--t": (number / scale).toFixed(3),
    };
    const text = formatWeight(number);
    return make("span", { class: "weight tint-text", style: { ...style, "--long": text.length } }, text);
  });
}
