/**
 * The knobs of training: what their fold names while it is closed, the menu of shapes of the rate, and the shape of the
 * rate over the run. The server computes the shape: no formula is read here.
 * @import { RunResponse } from "../core/types.js"
 */

import { byId, setText } from "../lib/dom.js";
import { openMenu } from "../lib/menu.js";
import { setProps } from "../core/dash.js";
import { formatKnob } from "../core/format.js";
import { choiceTitle, foldWords, isOn, stepsOf } from "../core/knobs.js";
import { detailsShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { turnControl } from "./handlers.js";

const WIDTH = 40;
const HEIGHT = 24;
const EDGE = 2;

/** @param {RunResponse} runResponse */
function show({ rates }) {
  const { experiment } = state;
  setText(byId("training-said"), foldWords("training", experiment).join(" · ") || "plain");
  const title = isOn("optimizer", experiment) && choiceTitle("optimizer", experiment.optimizer);
  setText(byId("optimizer-says"), title ? `${title}: α acts at the update, not at the loss.` : "");
  drawRate(byId("rate-curve"), rates || [1, 1], experiment.rate);
}

/**
 * The factor from the first step to the last, from 0 up to its largest.
 * @param {HTMLElement} box @param {number[]} rates @param {string} formula
 */
function drawRate(box, rates, formula) {
  const most = Math.max(...rates) || 1;
  /** @param {number} k */
  const x = (k) => (rates.length > 1 ? (k * WIDTH) / (rates.length - 1) : 0).toFixed(1);
  /** @param {number} rate */
  const y = (rate) => (HEIGHT - EDGE - (rate / most) * (HEIGHT - 2 * EDGE)).toFixed(1);
  const points = rates.map((rate, k) => `${x(k)} ${y(rate)}`).join(" L");
  const path = `M${rates.length > 1 ? points : `0 ${y(rates[0])} H${WIDTH}`}`;
  if (box.dataset.path === path) return;
  box.dataset.path = path;
  const words = `Rate ${formula}: from ${formatKnob(rates[0])} to ${formatKnob(rates[rates.length - 1])}`;
  const attributes = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img" };
  box.replaceChildren(svg("svg", { ...attributes, "aria-label": words }, svg("path", { d: path })));
}

/** @param {string} name @param {Record<string, string | number>} attributes @param {...Node} children */
function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, String(value)));
  element.append(...children);
  return element;
}

/** Where the rate falls to a tenth: a step by itself, so that a longer run goes on as the shorter one did. */
const threeQuarters = () => Math.max(1, Math.round(0.75 * stepsOf(state.experiment)));

/** @type {[text: string, formula: () => string][]} */
const SHAPES = [
  ["Constant", () => "1"],
  ["÷10 after three quarters", () => `where(k<${threeQuarters()},1,0.1)`],
  ["1/k", () => "1/(1+k/200)"],
  ["Warm-up", () => "min(1,(k+1)/50)"],
  ["Exponential", () => "exp(-k/1000)"],
];

/** @param {Event} event */
function openShapes({ currentTarget }) {
  if (!state.experiment) return;
  const rows = SHAPES.map(([text, formula]) => ({ text, keys: formula(), act: () => choose(formula()) }));
  openMenu(/** @type {HTMLElement} */ (currentTarget), rows);
}

/** @param {string} formula */
function choose(formula) {
  setProps("rate-field", { value: formula });
  turnControl("rate-field", formula);
}

export function installTrainingKnobs() {
  detailsShown.on(show);
  byId("rate-shapes").addEventListener("click", openShapes);
}
