/**
 * When the run was decided: under the scrubber a strip that shows how far nudges, and other data, from a step on still
 * move the end. It is switched on by its button or a key, asked for when a run has settled, and a click on it goes to
 * the step, from where the run can go on.
 * @typedef {object} Decided The knowledge of one run.
 * @property {number[]} places
 * @property {(?number)[]} moved
 * @property {?(?number)[]} byData
 * @property {?number} step
 */

import { buttonById, element, find, make, makeButton, setText } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { placeWord } from "../core/knobs.js";
import { detailsShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { COMPILING, question } from "../net/questions.js";
import { moveCursor } from "../model/cursor.js";
import { pausePlay } from "./scrubber.js";

const HEIGHT = 56;
/** The powers of ten at the upper and the lower edge. */
const [HIGH, LOW] = [0, -8];
/** A run is decided below this. */
const LINE = 0.05;

/** @type {import("../net/questions.js").Question<Decided>} */
export const decidedQuestion = question(
  "decided",
  "when_decided",
  ({ seconds, of, more, decided }) => ({
    ...(seconds && { seconds, of }),
    more,
    ...(decided && { ...decided, byData: decided.moved_data }),
  }),
  draw,
);

function draw() {
  if (!state.shown) return;
  const before = find(document, ".decided");
  if (!decidedQuestion.isAsked()) {
    before?.remove();
    bench().classList.remove("with-decided");
    return;
  }
  const box = before ?? makeStrip();
  const { sentence = "", ...found } = decidedQuestion.answer();
  const isRunning = decidedQuestion.isRunning();
  const now = state.isCompiling ? COMPILING : "Forking the run at 61 steps …";
  setText(find(box, ".decided-says"), sentence || (isRunning ? now : "The run can be forked at 61 steps."));
  find(box, ".decided-head").setAttribute("aria-busy", String(isRunning));
  const ask = buttonById("decided-ask");
  ask.hidden = !decidedQuestion.ask();
  setText(ask, decidedQuestion.ask());
  // A run that a nudge never moves is forked at its first step alone.
  const hasStrip = (found.places ?? []).length > 1;
  const picture = find(box, ".decided-picture");
  picture.hidden = sentence !== "" && !hasStrip;
  picture.setAttribute("aria-label", pictureWords(sentence, found));
  picture.replaceChildren(...(hasStrip ? pictureOf(found) : []));
  find(box, ".decided-key").hidden = !hasStrip;
}

const bench = () => find(document, ".bench");

function makeStrip() {
  const click = (/** @type {MouseEvent & { currentTarget: HTMLElement }} */ event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    pausePlay();
    moveCursor(Math.round((state.shown.summary.samples * (event.clientX - left)) / width));
  };
  const box = make(
    "div",
    { class: "decided" },
    make(
      "p",
      { class: "decided-head", role: "status" },
      make("span", { class: "decided-says" }),
      makeButton({ class: "button edged", id: "decided-ask" }, decidedQuestion.askOrStop),
      makeButton({ class: "button", "aria-label": "Close" }, decidedQuestion.toggle, "×"),
    ),
    make("div", { class: "decided-picture", role: "img", on: { click } }),
    make(
      "p",
      { class: "decided-key", "aria-hidden": "true" },
      make("span", {}, "the end moves by"),
      make("span", {}, make("i", { class: "at-line" }), "5 %"),
      make("span", {}, make("i"), "for a nudge"),
      make("span", {}, make("i", { class: "by-data" }), "for other data"),
    ),
  );
  find(document, ".scrub").after(box);
  bench().classList.add("with-decided");
  return box;
}

/** @param {Partial<Decided>} decided */
function pictureOf({ places = [], moved = [], byData, step }) {
  const width = 1000;
  const { samples } = state.shown.summary;
  /** @param {number} place */
  const x = (place) => (width * place) / samples;
  /** @param {number} share */
  const y = (share) => {
    const power = share > 0 ? Math.max(LOW, Math.log10(share)) : LOW;
    return 1 + ((HIGH - power) / (HIGH - LOW)) * (HEIGHT - 2);
  };
  /** @param {(?number)[]} shares */
  const points = (shares) => shares.flatMap((share, k) => (share === null ? [] : [`${x(places[k])} ${y(share)}`]));
  const line = points(moved).join("L");
  const [first, last] = [places[0], places[places.length - 1]].map(x);
  const parts = [
    element("rect", { class: "measured", x: last, y: 0, width: width - last, height: HEIGHT }),
    element("path", { class: "area", d: `M${first} ${HEIGHT}L${line}L${last} ${HEIGHT}Z` }),
    element("path", { class: "at-line", d: `M0 ${y(LINE)}H${last}` }),
    ...(byData ? [element("path", { class: "by-data", d: `M${points(byData).join("L")}` })] : []),
    element("path", { class: "by-nudge", d: `M${line}` }),
    ...(step ? [element("path", { class: "decided-at", d: `M${x(step)} 0V${HEIGHT}` })] : []),
  ];
  const box = { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  return [element("svg", box, ...parts)];
}

/** @param {string} sentence @param {Partial<Decided>} decided */
function pictureWords(sentence, { places, moved }) {
  if (!places?.length || !moved) return sentence;
  const one = placeWord(state.shown.summary);
  const far = places.filter((_, k) => (moved[k] ?? 1) > LINE);
  const nowhere = `At none of ${places.length} places do nudges move the end by more than 5 %.`;
  if (!far.length) return `${sentence} ${nowhere}`;
  const last = `${one} ${formatCount(far[far.length - 1])}`;
  const count = `${far.length} of ${places.length} places`;
  return `${sentence} Nudges move the end by more than 5 % at ${count}, last at ${last}.`;
}

export function installDecidedStrip() {
  detailsShown.on(draw);
  decidedQuestion.install();
}
