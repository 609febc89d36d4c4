/**
 * The picture of a cube: a map in pixels of the screen on a canvas, and over it in SVG its axes, its colour scale and
 * its marks; or a line with its band where the loss itself goes up. Cells that are still to run may have the colour of
 * the nearest one that is made, paler, so that a map is seen coarse first and fine later.
 * @import { AxisValue, ColourScale, Cube, Ends, Grid, Losses, Mark, Picture, PlotPlace } from "./types.js"
 * @import { Look, Range, Tick, View } from "./types.js"
 */

import { contextOf, prepareCanvas } from "../lib/canvas.js";
import { element, find, make } from "../lib/dom.js";
import { currentTheme, isNarrow, token } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { formatNumber } from "../core/format.js";
import { channelsOf, rampOf } from "../maps/colour_ramp.js";
import { axisTicks, lossTicks } from "./axis_ticks.js";
import { sideTitle } from "./axis_words.js";
import { ANY_ENDS, endsOf, scoreScale, shareOf } from "./colour_scales.js";
import { hasScores, numberWords } from "./cube_numbers.js";
import { quantileGrids, NONE_LEFT, NOT_MADE } from "./loss_cube.js";

const HATCH = 6;
const DOTS = 5;
const PALE = 0.55;
/** How much of its colour a run has that diverged first. */
const LEAST_LOST = 0.15;
const TICK_GAP = 26;
const LETTER = 6.6;
const SHARES = [0.1, 0.5, 0.9];
const TYPE = { "font-size": 12, fill: "var(--ink-2)" };

/** The place of the picture within the padding of its box, in pixels of the page. @param {HTMLElement} box */
export function plotPlace(box) {
  const style = getComputedStyle(box);
  const sides = [style.paddingLeft, style.paddingTop, style.paddingRight, style.paddingBottom];
  const [left, top, right, bottom] = sides.map(parseFloat);
  const [width, height] = [box.clientWidth - left - right, box.clientHeight - top - bottom];
  return { left, top, width: Math.max(1, width), height: Math.max(1, height) };
}

/**
 * The places under a point of the box; null beside the picture.
 * @param {HTMLElement} box @param {View} view @param {Range} range @param {number} x @param {number} y
 */
export function placesUnder(box, view, range, x, y) {
  const { left, top, width, height } = plotPlace(box);
  const [across, down] = [(x - left) / width, (y - top) / height];
  if (!(across >= 0 && across < 1 && down >= 0 && down < 1)) return null;
  /** @param {Ends} ends @param {number} share */
  const within = ([from, to], share) => from + Math.floor(share * (to - from));
  const places = { [view.x]: within(range.x, across) };
  if (view.y) places[view.y] = within(range.y, 1 - down);
  return places;
}

/* Colours */

/** @param {number[]} colour @param {number[]} other @param {number} share */
const mixed = (colour, other, share) => colour.map((part, k) => Math.round(part * share + other[k] * (1 - share)));
/** A colour as the four bytes of a pixel. @param {number[]} pair */
const inkOf = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** The colours of the theme: those of the scale, the same for cells that are still to run, and what lies under both. */
function palette() {
  const ramp = rampOf(constants.heightRamps[currentTheme()]);
  const paper = channelsOf(token("--sunken"));
  const pale = ramp.map((colour) => mixed(colour, paper, PALE));
  const hatch = channelsOf(token("--ghost-2"));
  const [early, late] = [mixed(channelsOf(token("--pos")), paper, LEAST_LOST), channelsOf(token("--pos"))];
  const lost = ramp.map((_, k) => mixed(late, early, k / (ramp.length - 1)));
  return {
    ramp: ramp.map(inkOf),
    pale: pale.map(inkOf),
    lost: lost.map(inkOf),
    paper: inkOf(paper),
    hatch: inkOf(hatch),
  };
}

/**
 * A colour for each cell of the grid, and what it shows.
 * @param {Grid} grid @param {(value: number) => number} shadeOf @param {Look} look
 * @param {{ ramp: number[], pale: number[], lost: number[], paper: number }} palettes
 */
function coloursOf({ columns, rows, values }, shadeOf, { isSparse, plain = {}, lossless }, palettes) {
  const { ramp, pale, lost, paper } = palettes;
  const isPale = new Uint8Array(values.length);
  const near = isSparse ? values : nearestMade(values, isPale, columns.length, rows.length);
  const plainInks = new Map(
    Object.entries(plain).map(([value, name]) => [Number(value), inkOf(channelsOf(token(name)))]),
  );
  const inks = new Uint32Array(values.length).fill(paper);
  for (let k = 0; k < values.length; k++) {
    const depth = near[k] < 0 && lossless ? lossless(near[k]) : NaN;
    if (depth >= 0) inks[k] = lost[Math.round(depth * (lost.length - 1))];
    else if (near[k] < 0) inks[k] = plainInks.get(near[k]) ?? paper;
    else if (near[k] < Infinity) inks[k] = (isPale[k] ? pale : ramp)[Math.round(shadeOf(near[k]) * (ramp.length - 1))];
  }
  return { inks, near };
}

/**
 * A place without a made run has the loss of the nearest in its column, or else in its row.
 * @param {Losses} values @param {Uint8Array} isPale @param {number} wide @param {number} high
 */
function nearestMade(values, isPale, wide, high) {
  if (!values.includes(NOT_MADE)) return values;
  const near = values.slice();
  for (let c = 0; c < wide; c++) fillAlong(near, isPale, c, wide, high);
  for (let r = 0; r < high; r++) fillAlong(near, isPale, r * wide, 1, wide);
  return near;
}

/**
 * @param {Losses} near @param {Uint8Array} isPale @param {number} first @param {number} step
 * @param {number} count
 */
function fillAlong(near, isPale, first, step, count) {
  let before = -1;
  for (let k = 0; k <= count; k++) {
    if (k < count && near[first + k * step] === NOT_MADE) continue;
    for (let gap = before + 1; gap < k; gap++) {
      const isNearerBefore = before >= 0 && (k === count || gap - before <= k - gap);
      const from = isNearerBefore ? before : k;
      if (from === count) continue;
      near[first + gap * step] = near[first + from * step];
      isPale[first + gap * step] = 1;
    }
    before = k;
  }
}

/**
 * @param {HTMLCanvasElement} canvas @param {Grid} grid @param {(value: number) => number} shadeOf @param {Look} look
 */
function paintGrid(canvas, grid, shadeOf, look) {
  const { width, height } = canvas;
  const colours = palette();
  const { inks, near } = coloursOf(grid, shadeOf, look, colours);
  const context = contextOf(canvas);
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const [wide, high] = [grid.columns.length, grid.rows.length];
  const column = Int32Array.from({ length: width }, (_, x) => Math.floor((x * wide) / width));
  /** @param {number} y */
  const rowAt = (y) => Math.floor((y * high) / height);
  for (let y = 0; y < height; y++) {
    const isBetween = look.isSparse && rowAt(y) !== rowAt(Math.min(height - 1, y + window.devicePixelRatio));
    const row = (high - 1 - rowAt(y)) * wide;
    for (let x = 0; x < width; x++) {
      const cell = row + column[x];
      const ink = isBetween && near[cell] >= 0 ? colours.paper : inks[cell];
      pixels[y * width + x] = isMarked(near[cell], x, y) ? colours.hatch : ink;
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * Whether a pixel is one of the stripes of what diverged, or one of the dots of a place where no run is left.
 * @param {AxisValue} value @param {number} x @param {number} y
 */
const isMarked = (value, x, y) =>
  (value === Infinity && (x + y) % HATCH < HATCH / 3) || (value === NONE_LEFT && x % DOTS === 0 && y % DOTS === 0);

/* The figure */

/**
 * Draws a picture into its box; `drawMarks` draws other marks over the same one.
 * @param {HTMLElement} box @param {Picture} picture
 */
export function drawPicture(box, picture) {
  if (!box.firstChild) box.append(make("canvas"), element("svg", { "aria-hidden": "true" }));
  /** @type {HTMLCanvasElement} */
  const canvas = find(box, "canvas");
  const place = plotPlace(box);
  const { cube, view, range, look } = picture;
  Object.assign(canvas.style, { left: `${place.left}px`, top: `${place.top}px` });
  Object.assign(canvas.style, { width: `${place.width}px`, height: `${place.height}px` });
  prepareCanvas(canvas, place);
  const drawn = view.y ? mapParts(canvas, place, picture) : lineParts(cube, view, range, place);
  const frame = element("rect", { ...corner(place), fill: "none", stroke: "var(--line-2)" });
  const marks = element("g", { class: "marks" });
  const parts = [...drawn.parts, ...(look.isSparse ? [] : [frame]), bottomAxis(picture, place), drawn.side, marks];
  find(box, "svg").replaceChildren(...parts);
  drawMarks(box, picture);
}

/** @param {PlotPlace} plotPlace */
const corner = ({ left, top, width, height }) => ({ x: left, y: top, width, height });

/** @param {HTMLCanvasElement} canvas @param {PlotPlace} place @param {Picture} picture */
function mapParts(canvas, place, picture) {
  const grid = picture.gridOf([canvas.width, canvas.height]);
  const scale = picture.scaleOf(grid.values);
  paintGrid(canvas, grid, scale.shadeOf, picture.look);
  return { parts: scale.ticks.length ? [colourScale(place, scale)] : [], side: sideAxis(picture, place) };
}

/** @param {PlotPlace} plotPlace @param {ColourScale} scale */
function colourScale({ left, top, width, height }, scale) {
  const stops = constants.heightRamps[currentTheme()].map((colour, k, { length }) =>
    element("stop", { offset: k / (length - 1), "stop-color": colour }),
  );
  const bar = { x: left + width + 14, y: top, width: 10, height };
  const ticks = scale.ticks.map(({ at, text }) =>
    element("text", { ...TYPE, x: bar.x + 16, y: top + (1 - at) * height + 4 }, text),
  );
  const ends = scale.isReversed ? { y1: 0, y2: 1 } : { y1: 1, y2: 0 };
  const id = `scale-${scale.title ? "titled" : "bare"}`;
  const gradient = element("linearGradient", { id, x1: 0, x2: 0, ...ends }, ...stops);
  const title = { ...TYPE, x: bar.x + bar.width + 54, y: top + height / 2, "text-anchor": "middle" };
  return element(
    "g",
    {},
    element("defs", {}, gradient),
    element("rect", { ...bar, fill: `url(#${id})` }),
    ...ticks,
    element("text", { ...title, transform: `rotate(90 ${title.x} ${title.y})` }, isNarrow() ? "" : scale.title),
  );
}

/** The middle of a place along a side. @param {Ends} ends @param {number} at @param {number} length */
const along = ([from, to], at, length) => ((at - from + 0.5) / (to - from)) * length;

/** @param {Cube} cube @param {string} name @param {Ends} ends @param {Look} look @param {number} side */
const ticksAlong = (cube, name, ends, { ticks, ticksOf }, side) =>
  ticksOf ? ticksOf[name] : axisTicks(name, cube.values[name], ends, ticks[side]);

/**
 * The axis across; a tick too near to the one before it keeps its mark and not its word.
 * @param {Picture} picture @param {PlotPlace} plotPlace
 */
function bottomAxis({ cube, view: { x }, range, look }, { left, top, width, height }) {
  let before = -Infinity;
  const ticks = ticksAlong(cube, x, range.x, look, 0).flatMap(({ at, text }) => {
    const middle = left + along(range.x, at, width);
    const isNear = middle - before < TICK_GAP;
    before = middle;
    const line = { d: `M${middle} ${top + height}v4`, stroke: "var(--edge)" };
    return [
      element("path", line),
      element("text", { ...TYPE, x: middle, y: top + height + 17, "text-anchor": "middle" }, isNear ? "" : text),
    ];
  });
  const title = { ...TYPE, "font-size": 12.5, x: left + width / 2, y: top + height + 36, "text-anchor": "middle" };
  return element("g", {}, ...ticks, element("text", title, sideTitle(x)));
}

/** @param {Picture} picture @param {PlotPlace} place */
function sideAxis({ cube, view: { y }, range, look }, place) {
  const rows = ticksAlong(cube, y, range.y, look, 1).map(({ at, text }) => ({
    at: place.top + place.height - along(range.y, at, place.height),
    text,
  }));
  return sideOf(place, rows, sideTitle(y));
}

/** @param {PlotPlace} plotPlace @param {Tick[]} rows @param {string} title */
function sideOf({ left, top, height }, rows, title) {
  const ticks = rows.flatMap(({ at, text }) => [
    element("path", { d: `M${left} ${at}h-4`, stroke: "var(--edge)" }),
    element("text", { ...TYPE, x: left - 8, y: at + 4, "text-anchor": "end" }, text),
  ]);
  const longest = Math.max(0, ...rows.map(({ text }) => text.length));
  const middle = { x: Math.min(14, left - 18 - LETTER * longest), y: top + height / 2, "text-anchor": "middle" };
  const turned = { ...TYPE, "font-size": 12.5, ...middle, transform: `rotate(270 ${middle.x} ${middle.y})` };
  return element("g", {}, ...ticks, element("text", turned, title));
}

/* The line with its band */

/** @param {Cube} cube @param {View} view @param {Range} range @param {PlotPlace} place */
function lineParts(cube, view, range, place) {
  const { columns: places, grids } = quantileGrids(cube, view, range, [Math.ceil(place.width), 1], SHARES);
  const [low, median, high] = grids;
  const drawn = Float32Array.from([...low, ...median, ...high]);
  const ends = endsOf(drawn) || ANY_ENDS;
  const { text, short } = numberWords(cube);
  const scores = hasScores(cube) ? scoreScale(drawn, text) : null;
  /** @param {number} number */
  const share = (number) => (scores ? 1 - scores.shadeOf(number) : shareOf(number, ends));
  /** @param {number} k */
  const x = (k) => place.left + along(range.x, places[k], place.width);
  /** @param {number} loss */
  const y = (loss) => place.top + (loss === Infinity ? Number(Boolean(scores)) : share(loss)) * place.height;
  const parts = stretches(median).flatMap((columns) => {
    /** @param {Losses} values @param {number[]} order */
    const points = (values, order = columns) => order.map((k) => `${x(k).toFixed(1)} ${y(values[k]).toFixed(1)}`);
    const band = [...points(low), ...points(high, [...columns].reverse())].join("L");
    // A single place is a dot: a line of no length with round ends.
    const line = points(median, columns.length > 1 ? columns : [...columns, ...columns]).join("L");
    const stroke = { fill: "none", stroke: "var(--now)", "stroke-width": 2.5, "stroke-linecap": "round" };
    return [
      element("path", { class: "band", d: `M${band}Z`, fill: "var(--now-soft)" }),
      element("path", { class: "line", d: `M${line}`, ...stroke }),
    ];
  });
  const ticks = scores
    ? scores.ticks.map(({ at, text: words }) => ({ at: place.top + (1 - at) * place.height, text: words }))
    : lossTicks(ends[0], ends[1]).map((loss) => ({ at: y(loss), text: formatNumber(loss, 1) }));
  return { parts, side: sideOf(place, ticks, short) };
}

/**
 * The places that a line goes through: a break wherever no run is left, none for what is still to run.
 * @param {Float32Array} medians
 */
function stretches(medians) {
  /** @type {number[][]} */
  const found = [[]];
  medians.forEach((median, k) => {
    if (median >= 0) found[found.length - 1].push(k);
    else if (median === NONE_LEFT) found.push([]);
  });
  return found.filter((columns) => columns.length);
}

/* Marks */

/**
 * The cells that are marked: the lowest, the one that was opened, the one at the pointer or the keyboard.
 * @param {HTMLElement} box @param {Picture} picture
 */
export function drawMarks(box, { view, range, marks }) {
  const group = box.querySelector("svg .marks");
  if (!group) return;
  const place = plotPlace(box);
  /** @param {Mark} mark */
  const ofMark = (mark) => element("g", { class: classOf(mark) }, ...markParts(place, view, range, mark));
  group.replaceChildren(...marks.map(ofMark));
}

/** @param {Mark} mark */
const classOf = ({ name, strong }) => (strong ? "ring" : name ? "named" : "at");

/** @param {PlotPlace} place @param {View} view @param {Range} range @param {Mark} mark */
function markParts(place, view, range, { places, name, strong }) {
  /** @param {string} axis @param {Ends} ends */
  const isIn = (axis, [from, to]) => !axis || (places[axis] > from - 0.75 && places[axis] < to - 0.25);
  if (!isIn(view.x, range.x) || !isIn(view.y, range.y)) return [];
  const x = place.left + along(range.x, places[view.x], place.width);
  if (!view.y) return [element("path", { d: `M${x} ${place.top}v${place.height}`, stroke: "var(--ink-2)" })];
  const y = place.top + place.height - along(range.y, places[view.y], place.height);
  /** @param {Ends} ends @param {number} length */
  const size = ([from, to], length) => Math.max(8, length / (to - from) + 2);
  const [width, height] = [size(range.x, place.width), size(range.y, place.height)];
  const around = { x: x - width / 2, y: y - height / 2, width, height, rx: 1, fill: "none" };
  const outlines = [
    element("rect", { ...around, stroke: "var(--paper)", "stroke-width": strong ? 4 : 3 }),
    element("rect", { ...around, stroke: strong ? "var(--ink)" : "var(--ink-2)", "stroke-width": strong ? 2 : 1.5 }),
  ];
  return name ? [...outlines, markName(place, name, x, y - height / 2, y + height / 2)] : outlines;
}

/** @param {PlotPlace} place @param {string} name @param {number} x @param {number} above @param {number} below */
function markName(place, name, x, above, below) {
  const isHigh = above < place.top + 18;
  const edge = Math.max(32, 3.5 * name.length);
  const middle = Math.max(place.left + edge, Math.min(place.left + place.width - edge, x));
  const halo = { stroke: "var(--paper)", "stroke-width": 4, "paint-order": "stroke" };
  const at = { x: middle, y: isHigh ? below + 14 : above - 5, "text-anchor": "middle" };
  return element("text", { ...TYPE, ...at, ...halo, fill: "var(--ink)" }, name);
}
