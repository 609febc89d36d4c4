/**
 * The number under the pointer on a picture of responses, and its place, in a small box beside it.
 * @typedef {{ text: string, x: number, y: number }} Reading
 * @import { Drawn, MapPicture } from "./map_canvas.js"
 * @import { MapPlace } from "./map_layout.js"
 */

import { find, make } from "../lib/dom.js";
import { formatNumber, formatWeight } from "../core/format.js";
import { namedOutput } from "../model/ports.js";
import { drawnIn } from "./map_canvas.js";
import { pixelAt, placeAt } from "./map_layout.js";
import { shownEnds, valueAt } from "./spans.js";

const PROBABILITY = "probability";
const NEAR = 20;
const APART = 10;

/**
 * The number drawn nearest to a pixel: its text, and where it lies; null where there is nothing.
 * @param {Drawn} drawn @param {number} x @param {number} y
 */
function readingAt({ picture, layout }, x, y) {
  const place = placeAt(layout, x, y);
  if (!place) return null;
  return picture.inputs === 1 ? curveReading(picture, place, y) : squareReading(picture, place);
}

/** The point of a grid that is nearest to a share of the way. @param {number} share @param {number} points */
const nearest = (share, points) => Math.round(share * (points - 1));

/** @param {MapPicture} picture @param {MapPlace} mapPlace */
function squareReading(picture, { plot, across, up }) {
  const { columns } = picture;
  const { name, rows, winners } = columns[plot.column];
  const numbers = rows[plot.row];
  const points = Math.sqrt(numbers.length);
  const [column, row] = [nearest(across, points), nearest(up, points)];
  const value = numbers[row * points + column];
  if (!Number.isFinite(value)) return null;
  const shares = [column / (points - 1), row / (points - 1)];
  const [v, w] = shares.map((share, axis) => formatWeight(valueAt(shownEnds(picture, axis), share)));
  const [x, y] = pixelAt(plot, shares);
  const what = name === PROBABILITY ? `${name} ` : "";
  const text = winners ? namedOutput(winners[row * points + column]) : `${what}${formatWeight(value)}`;
  return { text: `${text} at (${v}, ${w})`, x, y };
}

/**
 * The nearest curve above or below the pointer.
 * @param {MapPicture} picture @param {MapPlace} mapPlace @param {number} pointer
 */
function curveReading(picture, { plot, across }, pointer) {
  const { columns, highest } = picture;
  const span = shownEnds(picture, 0);
  /** @param {string} name @param {Float32Array} numbers */
  const read = (name, numbers) => {
    const at = nearest(across, numbers.length);
    const share = at / (numbers.length - 1);
    const [x, y] = pixelAt(plot, [share, (numbers[at] / highest + 1) / 2]);
    return { text: `${name} ${formatNumber(numbers[at])} at ${formatWeight(valueAt(span, share))}`, x, y };
  };
  /** @param {Reading} reading */
  const far = ({ y }) => Math.abs(y - pointer);
  const readings = columns.flatMap(({ name, rows }) => rows.map((numbers) => read(name, numbers)));
  const [first] = readings.filter((reading) => far(reading) < NEAR).sort((a, b) => far(a) - far(b));
  return first || null;
}

/** @type {WeakMap<Element, ?{ clientX: number, clientY: number }>} */
const pointers = new WeakMap();

/** The box shows what is under the pointer while it is over it. @param {HTMLElement} box */
export function followPointer(box) {
  if (pointers.has(box)) return;
  pointers.set(box, null);
  /** @param {PointerEvent} event */
  const point = ({ clientX, clientY }) => {
    pointers.set(box, { clientX, clientY });
    showReading(box);
  };
  const leave = () => {
    pointers.set(box, null);
    showReading(box);
  };
  box.addEventListener("pointermove", point);
  box.addEventListener("pointerdown", point);
  box.addEventListener("pointerleave", leave);
  box.addEventListener("pointercancel", leave);
}

/** Reads what is under the pointer once more: something else has been drawn there. @param {HTMLElement} box */
export function showReading(box) {
  const pointer = pointers.get(box);
  const before = find(box, ".map-readout");
  if (!pointer && !before) return;
  const readout = before || box.appendChild(make("div", { class: "map-readout", "aria-hidden": "true" }));
  const { left, top } = box.getBoundingClientRect();
  const drawn = drawnIn(box);
  const reading = pointer && drawn && readingAt(drawn, pointer.clientX - left, pointer.clientY - top);
  readout.hidden = !reading;
  if (!reading) return;
  readout.textContent = reading.text;
  const fits = reading.x + APART + readout.offsetWidth <= box.clientWidth;
  const x = fits ? reading.x + APART : Math.max(0, reading.x - APART - readout.offsetWidth);
  readout.style.setProperty("left", `${x}px`);
  readout.style.setProperty("top", `${reading.y}px`);
}
