/**
 * This update: weights − α × (slope × input) = new weights, for one affine layer, with a sentence about what it moved.
 * Where a step is more than that, the server writes out the equation: texts, and figures with a caption.
 * @typedef {{ words: string, values: Numbers, isWeight: boolean }} FigureToken
 * @typedef {string | { now: string } | { words: string, values: EncodedArray }} Token
 * @typedef {string | { now: string } | FigureToken} DecodedToken
 * @import { EncodedArray, LayerUpdate, Numbers, Probe } from "../core/types.js"
 */

import { decode, greatestMagnitude, tint } from "../lib/arrays.js";
import { byId, findAll, make, setText, setVariable } from "../lib/dom.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, formatSlope, formatWeight } from "../core/format.js";
import { stepsBefore } from "../core/knobs.js";
import { state } from "../core/state.js";
import { colourScale } from "../model/cursor.js";
import { paintCells } from "../maps/heatmap.js";

const WITH_NUMBERS = 24;
const MOST_COLUMNS = 4;
const MOST_CELLS = 144;

/** @type {Probe} */
let latest;
let chosen = 0;

/** @param {Probe} probe */
export function showUpdate(probe) {
  latest = probe;
  const { update = [], says } = probe;
  setText(byId("probe-says"), says);
  showLayers(update);
  const box = byId("probe-update");
  const part = update[Math.min(chosen, update.length - 1)];
  box.hidden = !part;
  if (!part) return;
  const tokens = tokensOf(part, probe);
  const kinds = tokens.map((token) => (isFigure(token) ? "figure" : typeof token === "object" ? "now" : "sign"));
  if (hasOtherContents(box, [part.rows, part.columns, part.frozen, kinds])) {
    box.replaceChildren(...kinds.map((kind) => (kind === "figure" ? matrix(part) : sign(kind))));
  }
  tokens.forEach((token, k) => {
    if (isFigure(token)) fillFigure(box.children[k], part, token);
    else setText(box.children[k], typeof token === "object" ? token.now : token);
  });
}

/** @template T @param {T} token @returns {token is Extract<T, { values: unknown }>} */
const isFigure = (token) => Object(token).values !== undefined;

/**
 * The texts and the figures of the equation.
 * @param {LayerUpdate} layerUpdate @param {Probe} probe @returns {DecodedToken[]}
 */
function tokensOf({ before, slopes, after, equation }, { step, sample, alpha }) {
  const taken = stepsBefore(step, state.shown.summary);
  /** @type {Record<string, string>} */
  const captions = {
    "weights before": `weights at ${formatCount(taken)}`,
    "weights after": sample === null ? "weights after it" : `weights at ${formatCount(taken + 1)}`,
  };
  /** @returns {Token[]} */
  const plain = () => [
    { words: "weights before", values: before },
    "−",
    { now: alpha },
    "×",
    { words: "gradient × input", values: slopes },
    "=",
    { words: "weights after", values: after },
  ];
  return (equation || plain()).map((token) =>
    isFigure(token)
      ? { words: captions[token.words] || token.words, values: decode(token.values), isWeight: token.words in captions }
      : token,
  );
}

/** The menu of several affine layers. @param {LayerUpdate[]} update */
function showLayers(update) {
  const box = byId("probe-layer");
  const names = update.map(({ name }) => name);
  if (box.dataset.names === names.join()) return;
  box.dataset.names = names.join();
  chosen = 0;
  /** @param {{ target: HTMLSelectElement }} fields */
  const change = ({ target }) => choose(Number(target.value));
  const options = names.map((name, at) => make("option", { value: at }, name));
  const menu = () => make("select", { class: "mini", "aria-label": "Layer", on: { change } }, ...options);
  box.replaceChildren(...(names.length > 1 ? [menu()] : []));
}

/** @param {number} at */
function choose(at) {
  chosen = at;
  showUpdate(latest);
}

/** @param {string} kind */
const sign = (kind) => make("span", { class: kind === "now" ? "sign now" : "sign" });

/** @param {LayerUpdate} layerUpdate */
function matrix({ rows, columns, frozen }) {
  const count = rows * (columns + 1);
  const numbers = count <= WITH_NUMBERS && columns <= MOST_COLUMNS;
  const caption = make("figcaption");
  if (count > MOST_CELLS) {
    const style = { "--rows": rows, "--columns": columns + 1 };
    return make("figure", {}, make("div", { class: "matrix painted", role: "img", style }), caption);
  }
  /** @param {number} place */
  const cell = (place) => {
    const name = frozen.includes(place) ? "cell tint tint-text frozen" : "cell tint tint-text";
    return make("span", { class: name }, ...(numbers ? [make("span")] : []));
  };
  const cells = Array.from({ length: rows }, (_, row) => [
    ...Array.from({ length: columns }, (__, column) => cell(row * columns + column)),
    make("span"),
    cell(rows * columns + row),
  ]);
  const attributes = {
    class: numbers ? "matrix" : "matrix many",
    role: "img",
    style: { "--rows": rows, "--columns": columns },
  };
  return make("figure", {}, make("div", attributes, ...cells.flat()), caption);
}

/** @param {Element} figure @param {LayerUpdate} layerUpdate @param {FigureToken} figureToken */
function fillFigure(figure, { name, rows, columns }, { words, values, isWeight }) {
  const [drawn, caption] = /** @type {HTMLElement[]} */ ([...figure.children]);
  const text = isWeight ? formatWeight : formatSlope;
  const scale = isWeight ? colourScale() : greatestMagnitude([values]);
  const numbers = values.length <= WITH_NUMBERS ? `: ${Array.from(values, text).join(", ")}` : "";
  setText(caption, words);
  drawn.setAttribute("aria-label", `${name}, ${words}${numbers}`);
  if (drawn.classList.contains("painted")) paint(drawn, values, rows, columns, scale);
  else write(drawn, values, rows, columns, scale, text);
}

/**
 * Cells stand row by row, the bias at the end of each; the numbers have all biases at the end. All columns are as wide
 * as the longest number needs.
 * @param {HTMLElement} drawn @param {Numbers} numbers @param {number} rows @param {number} columns
 * @param {number} scale @param {(value: number) => string} textOf
 */
function write(drawn, numbers, rows, columns, scale, textOf) {
  drawn.style.setProperty("--longest", String(Math.max(...Array.from(numbers, (value) => textOf(value).length))));
  findAll(drawn, ".cell").forEach((cell, k) => {
    const row = Math.floor(k / (columns + 1));
    const column = k % (columns + 1);
    const value = numbers[column < columns ? row * columns + column : rows * columns + row];
    const text = textOf(value);
    setVariable(cell, "--t", tint(value, scale));
    if (cell.firstElementChild) setText(cell.firstElementChild, text);
    else cell.title = text;
  });
}

/**
 * @param {HTMLElement} drawn @param {Numbers} numbers @param {number} rows @param {number} columns
 * @param {number} scale
 */
function paint(drawn, numbers, rows, columns, scale) {
  const whole = columns + 1.2;
  const blocks = [
    { rows, columns, box: [0, 0, columns / whole, 1] },
    { rows, columns: 1, box: [(columns + 0.2) / whole, 0, 1 / whole, 1] },
  ];
  const parts = [numbers.subarray(0, rows * columns), numbers.subarray(rows * columns)];
  paintCells(drawn, blocks, parts, scale);
}
