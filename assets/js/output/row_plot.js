/**
 * Plots of the rows of a table: where each row is drawn, the row that a click, a pointer or an arrow key takes, and the
 * numbers along both axes.
 * @typedef {{ row: number, at: [x: number, y: number] }} RowMark A row, from 1, and its place in pixels.
 * @typedef {{ value: number, text: string }[]} Ticks
 */

import { sizeOf } from "../lib/box_size.js";
import { find, make, setText } from "../lib/dom.js";
import { state } from "../core/state.js";
import { chooseRow } from "./answer_choice.js";

/** The farthest that a click may be from the row that it takes, in pixels. */
const NEAR = 14;

/** The width of a figure in the numbers of an axis. */
const FIGURE = 7;

/** @type {WeakMap<HTMLElement, RowMark[]>} */
const drawn = new WeakMap();

/** The marks of a plot, as they are drawn now. @param {HTMLElement} box @param {RowMark[]} marks */
export const setRowMarks = (box, marks) => drawn.set(box, marks);

/** The listeners of a plot: a click takes the nearest row, arrows go from row to row, from left to right. */
export const ROW_ACTS = { click: choose, keydown: onKey };

/**
 * The mark that is nearest to the pointer; null where none is near.
 * @param {HTMLElement} box @param {MouseEvent} event
 */
export function nearestMark(box, { clientX, clientY }) {
  const { left, top } = box.getBoundingClientRect();
  let [found, least] = [/** @type {?RowMark} */ (null), NEAR];
  for (const mark of drawn.get(box) ?? []) {
    const far = Math.hypot(mark.at[0] - clientX + left, mark.at[1] - clientY + top);
    if (far < least) [found, least] = [mark, far];
  }
  return found;
}

/** @param {MouseEvent & { currentTarget: HTMLElement }} event */
function choose(event) {
  const found = nearestMark(event.currentTarget, event);
  if (found) chooseRow(found.row === state.openRow ? null : found.row);
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function onKey(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const all = drawn.get(event.currentTarget);
  if (!by || !all || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const inOrder = all.toSorted((a, b) => a.at[0] - b.at[0] || a.row - b.row);
  const at = inOrder.findIndex(({ row }) => row === state.openRow);
  chooseRow(inOrder[(at < 0 ? 0 : at + by + inOrder.length) % inOrder.length].row);
}

/** Words beside a pixel of a plot. @param {HTMLElement} box @param {string} text @param {number[]} at */
export function showReadout(box, text, [x, y]) {
  const readout =
    find(box, ".map-readout") || box.appendChild(make("div", { class: "map-readout", "aria-hidden": "true" }));
  readout.hidden = false;
  setText(readout, text);
  const left = Math.max(0, Math.min(x + 10, box.clientWidth - readout.offsetWidth));
  readout.style.setProperty("left", `${left}px`);
  readout.style.setProperty("top", `${y}px`);
}

/** @param {{ currentTarget: HTMLElement }} event */
export function hideReadout({ currentTarget }) {
  const readout = find(currentTarget, ".map-readout");
  if (readout) readout.hidden = true;
}

/**
 * The numbers of an axis that stand apart on this width: each, or every second, third and so on.
 * @param {Ticks} ticks @param {(value: number) => number} share @param {number} width
 */
export function ticksApart(ticks, share, width) {
  if (ticks.length < 2) return ticks;
  const [first, second] = ticks.map(({ value }) => width * share(value));
  const widest = FIGURE * (1 + Math.max(...ticks.map(({ text }) => text.length)));
  return ticks.filter((_, k) => k % Math.ceil(widest / (second - first)) === 0);
}

/**
 * @param {HTMLElement} box @param {{ across: Ticks, up: Ticks }} ticks
 * @param {(value: number) => number} shareAcross @param {(value: number) => number} shareUp
 */
export function writeTicks(box, ticks, shareAcross, shareUp = shareAcross) {
  const list = find(box, ".map-labels") || box.appendChild(make("div", { class: "map-labels", "aria-hidden": "true" }));
  /** @param {string} anchor @param {Record<string, string>} style @param {string} text */
  const label = (anchor, style, text) => make("span", { class: `map-label ${anchor}`, style }, text);
  list.replaceChildren(
    ...ticksApart(ticks.across, shareAcross, sizeOf(box).width).map(({ value, text }) =>
      label("tick-x", { left: `${100 * shareAcross(value)}%`, top: "calc(100% + 4px)" }, text),
    ),
    ...ticks.up.map(({ value, text }) =>
      label("tick-y", { left: "-6px", top: `${100 * (1 - shareUp(value))}%` }, text),
    ),
  );
}
