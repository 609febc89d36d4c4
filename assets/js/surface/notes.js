/**
 * The notes beside the surface: the sentence in front, the three words with their sentences, and the key.
 * @import { Numbers } from "../core/types.js"
 * @import { Box, Point } from "./label_places.js"
 * @import { Grid, PairKnowledge, PairReply, PairWord, Plane } from "./run_pair.js"
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, find, make } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { floorNotes } from "./floor_notes.js";
import { isWithin } from "./label_places.js";
import { smallLineChart } from "./line_chart.js";

const [APART, EDGE] = [8, 8];

/**
 * The notes beside the square, or beside the reason why there is none.
 * @param {PairReply} pairReply @param {Grid | undefined} grid @param {string} measuring
 */
export function surfaceNotes({ sentence, words, remarks, plane, line }, grid, measuring) {
  return [
    make("p", { class: words.length ? "front above-words" : "front" }, sentence),
    ...(words.length ? [make("h2", {}, "From A to B")] : []),
    make("ul", { class: "pair-words" }, ...words.map((word) => make("li", {}, wordButton(word, line)))),
    ...remarks.map((remark) => make("p", { class: "remark" }, remark)),
    floorNotes(),
    make("p", { class: "measuring", role: "status" }, measuring),
    ...(plane ? planeNotes(plane, grid) : []),
  ];
}

/** @param {Plane} plane @param {Grid | undefined} grid */
function planeNotes({ share: [before, number, after] }, grid) {
  /** @param {string} kind @param {string} text */
  const key = (kind, text) => make("li", { class: `key-${kind}` }, make("i", {}), text);
  const samples = grid ? [key("contour", `mean loss, ${formatCount(grid.samples)} samples of B`)] : [];
  return [
    make("p", { class: "held" }, before, make("b", {}, number), after),
    make("ul", { class: "picture-key" }, ...samples, key("chord", "straight from A to B")),
  ];
}

/* The three words: each is a button whose tooltip is its sentence */

/** @param {PairWord} pairWord @param {?Numbers} line */
function wordButton({ name, word, number, says }, line) {
  /** @param {{ target: HTMLElement }} fields */
  const show = ({ target }) =>
    showTip(/** @type {HTMLElement} */ (target.closest("button")), { word, says, line: name === "wall" ? line : null });
  return make(
    "button",
    {
      type: "button",
      "data-word": name,
      on: { mouseenter: show, focus: show, click: show, mouseleave: leave, blur: hideTip, keydown: onKey },
    },
    make("b", {}, word),
    make("span", {}, number),
  );
}

const tip = () => byId("surface-tip") || find(document, ".foot").appendChild(makeTip());
const makeTip = () => make("div", { id: "surface-tip", class: "tooltip", role: "tooltip", popover: "manual" });

/** The button whose tooltip is shown. @type {?HTMLElement} */
let described = null;

/** @param {HTMLElement} button @param {{ word: string, says: string, line: ?Numbers }} fields */
function showTip(button, { word, says, line }) {
  const box = tip();
  box.replaceChildren(make("p", {}, make("b", {}, `${word}. `), says), ...(line ? [smallLineChart(line)] : []));
  hideTip();
  box.showPopover();
  described = button;
  button.setAttribute("aria-describedby", "surface-tip");
  placeTip(box, button.getBoundingClientRect());
}

export function hideTip() {
  if (!described) return;
  described.removeAttribute("aria-describedby");
  described = null;
  byId("surface-tip").hidePopover();
}

/** A button that has the focus keeps its tooltip. @param {{ target: EventTarget }} fields */
function leave({ target }) {
  if (target !== document.activeElement) hideTip();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "Escape" || !described) return;
  event.stopPropagation();
  hideTip();
}

/* A free side: over the square where no path is, else at the right of the notes, else under the word */

/** @type {{ square: ?HTMLElement, points: Point[] }} */
let obstacles = { square: null, points: [] };

/**
 * Notes what a tooltip must not cover: the points of both paths in a square.
 * @param {HTMLElement} square @param {Point[]} points
 */
export function keepOff(square, points) {
  obstacles = { square, points };
}

/** @param {HTMLElement} box @param {DOMRect} word */
function placeTip(box, word) {
  const { width, height } = box.getBoundingClientRect();
  const places = [
    { left: word.left - width - APART, top: word.top },
    { left: word.right + APART, top: word.top },
    { left: word.left, top: word.bottom + APART / 2 },
    { left: word.left, top: word.top - height - APART / 2 },
  ];
  /** @param {{ left: number, top: number }} fields */
  const fits = ({ left, top }) =>
    left >= EDGE && top >= EDGE && left + width <= innerWidth - EDGE && top + height <= innerHeight - EDGE;
  /** @param {{ left: number, top: number }} fields */
  const inWindow = ({ left, top }) => ({
    left: Math.max(EDGE, Math.min(left, innerWidth - width - EDGE)),
    top: Math.max(EDGE, Math.min(top, innerHeight - height - EDGE)),
  });
  const free = places.find((place) => fits(place) && !coversPath({ ...place, width, height }));
  const { left, top } = free || inWindow(places[2]);
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
}

/** @param {Box} place */
function coversPath(place) {
  const { square, points } = obstacles;
  if (!square || !square.isConnected || !sizeOf(square).width) return false;
  const { left, top } = square.getBoundingClientRect();
  return points.some(([x, y]) => isWithin([left + x, top + y], place));
}
