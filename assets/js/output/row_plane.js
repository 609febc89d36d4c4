/**
 * The output on the plane through three rows of a table: of classes where each wins, or one output in the colours of
 * maps; rows near the plane, paler with their distance; and the three rows themselves, with numbers. A click takes the
 * nearest row, or else probes the point; arrows go from row to row, 1, 2 and 3 put a corner there.
 * @typedef {{ row: number, at: [number, number], target: number, pale: number }} NearRow `at`: shares across and up.
 * @typedef {object} PlanePicture
 * @property {RowPlane} plane
 * @property {NearRow[]} near
 * @property {?ClassAreas} areas Of classes, also where one of them is coloured.
 * @property {?number} output The output that is coloured; null for the winning class.
 * @property {Float32Array} numbers Of that output, or of the first.
 * @property {Numbers | undefined} opacity
 * @property {?Point} ring
 * @property {?ColumnScale | undefined} scale Of the outputs.
 * @import { Context } from "../lib/svg_context.js"
 * @import { ColumnScale, Numbers, RowPlane } from "../core/types.js"
 * @import { ClassAreas } from "../maps/class_areas.js"
 * @import { MapColours, Point } from "../maps/map_canvas.js"
 * @import { Shown } from "./map_selection.js"
 */

import { decode } from "../lib/arrays.js";
import { sizeOf } from "../lib/box_size.js";
import { prepareCanvas } from "../lib/canvas.js";
import { find, make, setText } from "../lib/dom.js";
import { currentTheme } from "../lib/theme.js";
import { haveWinners } from "../core/answers.js";
import { hasOtherContents, removeContents } from "../core/contents.js";
import { formatCount, formatKnob } from "../core/format.js";
import { state } from "../core/state.js";
import { classMarks, columnText, namedOutput, scaledBack } from "../model/ports.js";
import { probeInput } from "../step/probe.js";
import { NONE, classAreas, paintAreas, paintFade, strokeBorders } from "../maps/class_areas.js";
import { canvasOf, circle, colourIn, drawGrid, drawRing, stroke } from "../maps/map_canvas.js";
import { classColours, mapColours } from "../maps/map_colours.js";
import { inside, pixelAt } from "../maps/map_layout.js";
import { coloursOf } from "../maps/response_grids.js";
import { lookAt } from "./answer_choice.js";
import { drawLetters } from "./class_letters.js";
import { ROW_ACTS, hideReadout, nearestMark, setRowMarks, showReadout } from "./row_plot.js";

const CORNER = { radius: 11, width: 2 };
const RING = { radius: 10, width: 2, around: 4 };
const DOT = { radius: 3.5, rim: 1 };
/** How much of a mark's ink is left at the farthest distance that is drawn. */
const FAINTEST = 0.28;
const FARTHEST = 255;

/** The plane that is drawn in a box. @type {WeakMap<HTMLElement, PlanePicture>} */
const drawn = new WeakMap();

export function planeElement() {
  const box = make("div", {
    class: "plane-plot answers-figure",
    role: "application",
    tabindex: "0",
    "aria-label":
      "It shows the output on a plane through three rows. Arrow keys go from row to row; 1, 2 and 3 put a corner.",
    on: { ...ROW_ACTS, click: choose, keydown: onKey, pointermove: read, pointerleave: hideReadout },
  });
  return make("div", { class: "plane" }, box, make("p", { class: "plane-caption" }));
}

/** A response as it is drawn; null where it has no plane. @param {Shown} shown @returns {?PlanePicture} */
export function planePicture({ frame, response, grids }) {
  const { plane, opacity, ring, scales } = response;
  if (!plane || "none" in plane) return null;
  const isClasses = Boolean(state.shown.frame.answers?.classes);
  const output = state.planeOutput ?? (haveWinners() ? null : 0);
  return {
    plane,
    scale: scales?.[1],
    near: nearRows(plane, isClasses ? 1 : frame.rows),
    areas: isClasses ? classAreas(grids.output, Boolean(frame.probability), classColours()) : null,
    output,
    numbers: grids.output[Math.min(output ?? 0, frame.rows - 1)],
    opacity: opacity && decode(opacity),
    ring: ring && [...ring],
  };
}

/** @param {RowPlane} plane @param {number} apart Targets of each row. @returns {NearRow[]} */
function nearRows({ near }, apart) {
  const [rows, at, targets, pale] = [near.rows, near.at, near.targets, near.pale].map(decode);
  const output = apart > 1 ? (state.planeOutput ?? 0) : 0;
  return Array.from(rows, (row, k) => ({
    row,
    at: [at[2 * k], at[2 * k + 1]],
    target: targets[apart * k + output],
    pale: pale[k] / FARTHEST,
  }));
}

/** @param {HTMLElement} figure @param {Shown} shown */
export function fillPlane(figure, shown) {
  const box = find(figure, ".plane-plot");
  const { width: side } = sizeOf(box);
  const caption = find(figure, ".plane-caption");
  const picture = planePicture(shown);
  if (!side) return;
  const context = prepareCanvas(canvasOf(box), { width: side, height: side });
  if (!picture) {
    const { plane } = shown.response;
    removeContents(caption);
    setText(caption, plane && "none" in plane ? plane.none : "");
    setRowMarks(box, []);
    drawn.delete(box);
    return;
  }
  drawn.set(box, picture);
  setRowMarks(box, rowMarks(picture, side));
  const colours = mapColours(currentTheme());
  paintPlane(context, side, picture, colours);
  paintPlaneMarks(context, side, picture, colours);
  fillCaption(caption, picture, side);
}

/** The plane on the stage, where it is drawn. */
export const drawnPlane = () => {
  const box = find(document, ".plane-plot");
  return (box && drawn.get(box)) || null;
};

/** @param {number} side */
const plotOf = (side) => ({ row: 0, column: 0, left: 0, top: 0, width: side, height: side });

/** The rows that a pointer takes, the three corners first. @param {PlanePicture} picture @param {number} side */
function rowMarks({ plane, near }, side) {
  /** @param {number[]} at */
  const pixel = (at) => /** @type {[number, number]} */ (pixelAt(plotOf(side), at));
  const corners = plane.through.map((row, k) => ({ row, at: pixel(plane.corners[k]) }));
  const others = near.filter(({ row }) => !plane.through.includes(row));
  return [...corners, ...others.map(({ row, at }) => ({ row, at: pixel(at) }))];
}

/* Drawing */

/**
 * @param {CanvasRenderingContext2D} context @param {number} side @param {PlanePicture} picture
 * @param {MapColours} colours
 */
export function paintPlane(context, side, { areas, output, numbers, opacity }, colours) {
  const plot = plotOf(side);
  if (areas && output === null) paintAreas(context, areas, plot, colours.paper);
  else drawGrid(context, numbers, false, plot, coloursOf(state.shown.frame.response, "output"), colours.ramp);
  if (opacity) paintFade(context, opacity, plot, colours.paper);
}

/**
 * With the context of a canvas or with one that makes an SVG.
 * @param {Context} context @param {number} side @param {PlanePicture} picture @param {MapColours} colours
 */
export function paintPlaneMarks(context, side, { plane, near, areas, ring }, colours) {
  const plot = plotOf(side);
  const line = /** @type {CanvasRenderingContext2D} */ (context);
  if (areas) strokeBorders(context, areas, plot, colours);
  const others = near.filter(({ row }) => !plane.through.includes(row)).toReversed();
  if (areas) {
    const marks = classMarks(areas.scores.length);
    const letters = others.map(({ at, target, pale }) => ({
      at: pixelAt(plot, at),
      text: marks[target],
      opacity: inkOf(pale),
    }));
    drawLetters(context, letters, colours);
  } else others.forEach((row) => drawDot(line, pixelAt(plot, row.at), row, colours));
  const corners = plane.corners.map((at) => pixelAt(plot, at));
  context.beginPath();
  corners.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.lineTo(corners[0][0], corners[0][1]);
  context.setLineDash([2, 3]);
  stroke(line, colours.ink, 1);
  context.setLineDash([]);
  const chosen = near.find(({ row }) => row === state.openRow)?.at ?? (state.openRow === null ? ring : null);
  corners.forEach((at) => {
    circle(line, at, CORNER.radius);
    context.fillStyle = colours.paper;
    context.fill();
    stroke(line, colours.ink, CORNER.width);
  });
  drawLetters(
    context,
    corners.map((at, k) => ({ at, text: String(k + 1) })),
    colours,
  );
  const isCorner = plane.through.includes(state.openRow ?? 0);
  const radius = isCorner ? CORNER.radius + RING.around : RING.radius;
  if (chosen && inside(chosen)) drawRing(line, pixelAt(plot, chosen), { ...RING, radius }, colours);
}

/** @param {number} pale */
const inkOf = (pale) => 1 - (1 - FAINTEST) * pale;

/**
 * @param {CanvasRenderingContext2D} context @param {Point} at @param {NearRow} row @param {MapColours} colours
 */
function drawDot(context, at, { target, pale }, { ramp, ink }) {
  const { middle, scale } = coloursOf(state.shown.frame.response, "output");
  context.globalAlpha = inkOf(pale);
  circle(context, at, DOT.radius);
  context.fillStyle = colourIn(ramp, (target - middle) / scale);
  context.fill();
  stroke(context, ink, DOT.rim);
  context.globalAlpha = 1;
}

/** @param {HTMLElement} caption @param {PlanePicture} picture @param {number} side */
function fillCaption(caption, { plane, near, areas }, side) {
  const { count } = plane.near;
  const drawnOf = count > near.length ? `, the nearest ${formatCount(near.length)} are drawn` : "";
  const words = `${formatCount(count)} ${count === 1 ? "row lies" : "rows lie"} near this plane${drawnOf}`;
  const marks = areas ? classMarks(areas.scores.length) : [];
  const names = marks.flatMap((mark, k) => (mark === namedOutput(k) ? [] : [`${mark} ${namedOutput(k)}`]));
  const unit = plane.standard
    ? [make("i", { class: "plane-unit", style: { width: `${side / plane.side}px` } }), "One standard deviation. "]
    : [];
  const all = names.length ? `${words}: ${names.join(", ")}.` : `${words}.`;
  if (!hasOtherContents(caption, [plane.standard, side / plane.side, all])) return;
  caption.replaceChildren(...unit, make("span", {}, all));
}

/* Pointer and keys */

/** The shares of the way across and up under a pointer. @param {HTMLElement} box @param {MouseEvent} event */
function placeUnder(box, { clientX, clientY }) {
  const { left, top, width, height } = box.getBoundingClientRect();
  return [(clientX - left) / width, 1 - (clientY - top) / height];
}

/** @param {MouseEvent & { currentTarget: HTMLElement }} event */
function choose(event) {
  const box = event.currentTarget;
  const picture = drawn.get(box);
  if (nearestMark(box, event)) ROW_ACTS.click(event);
  else if (picture) probeInput(pointOf(picture.plane, placeUnder(box, event)));
}

/** The input at a place of the plane. @param {RowPlane} plane @param {Point} place */
export function pointOf({ vectors, low, side }, place) {
  const numbers = decode(vectors);
  const count = numbers.length / 3;
  const [u, v] = place.map((share, axis) => low[axis] + share * side);
  return Array.from({ length: count }, (_, k) => numbers[k] + u * numbers[count + k] + v * numbers[2 * count + k]);
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function onKey(event) {
  const corner = ["1", "2", "3"].indexOf(event.key);
  if (corner < 0 || event.ctrlKey || event.metaKey || event.altKey) {
    ROW_ACTS.keydown(event);
    return;
  }
  event.stopPropagation();
  const picture = drawn.get(event.currentTarget);
  if (picture && state.openRow !== null) putCorner(picture.plane.through, corner, state.openRow);
}

/**
 * Another row is a corner; one that is another corner already changes places with it. The corners that were put last
 * may not be drawn yet.
 * @param {number[]} drawnCorners @param {number} corner @param {number} row
 */
export function putCorner(drawnCorners, corner, row) {
  const through = state.through.length ? state.through : drawnCorners;
  const before = through[corner];
  lookAt({ through: through.map((other, k) => (k === corner ? row : other === row ? before : other)) });
}

/** @param {PointerEvent & { currentTarget: HTMLElement }} event */
function read(event) {
  const box = event.currentTarget;
  const picture = drawn.get(box);
  const mark = nearestMark(box, event);
  const place = placeUnder(box, event);
  if (!picture || !inside(place)) {
    hideReadout(event);
    return;
  }
  const near = mark && picture.near.find(({ row }) => row === mark.row);
  const text = near ? rowWords(near, picture) : answerAt(picture, place);
  showReadout(box, text, mark ? mark.at : pixelAt(plotOf(box.clientWidth), place));
}

/** Row 89, Adelie. @param {NearRow} row @param {PlanePicture} picture */
const rowWords = ({ row, target }, { areas, scale, output }) =>
  `Row ${formatCount(row)}, ${areas ? namedOutput(target) : `true ${inUnit(scale, output ?? 0, target)}`}`;

/** @param {PlanePicture} picture @param {Point} place */
function answerAt({ scale, areas, output, numbers }, place) {
  const points = Math.sqrt(numbers.length);
  const [column, row] = place.map((share) => Math.round(share * (points - 1)));
  const at = row * points + column;
  if (!areas) return `${namedOutput(output ?? 0)} ${inUnit(scale, output ?? 0, numbers[at])}`;
  const named = output ?? areas.winners[at];
  if (named === NONE) return "not a number";
  const score = areas.scores[named][at];
  return `${namedOutput(named)} ${formatKnob(areas.probability ? Math.exp(score) : score)}`;
}

/**
 * An output in the unit of the table.
 * @param {PlanePicture["scale"]} scale @param {number} output @param {number} number
 */
const inUnit = (scale, output, number) => columnText("outputs", output, scaledBack(scale, output, number));

/* Words */

/** The finding of the plane: its rows, and how much of it has each answer where rows are near. @param {Shown} shown */
export function planeWords(shown) {
  const picture = planePicture(shown);
  const { plane: found } = shown.response;
  if (!picture) return found && "none" in found ? found.none : "";
  const { plane, areas, numbers, output, opacity, scale } = picture;
  const rows = plane.through.map(formatCount).join(", ");
  const start = `The plane goes through rows ${rows}; ${formatCount(plane.near.count)} rows lie near it.`;
  if (!areas) {
    const finite = Array.from(numbers).filter(Number.isFinite);
    if (!finite.length) return start;
    const [low, high] = [Math.min(...finite), Math.max(...finite)].map((value) => inUnit(scale, output ?? 0, value));
    return `${start} ${namedOutput(output ?? 0)} goes from ${low} to ${high}.`;
  }
  return `${start} Where rows are near, the answer is ${shareOfEach(areas, opacity)}.`;
}

/** Adelie on 38 %, Gentoo on 62 %. @param {ClassAreas} areas @param {Numbers | undefined} opacity */
export const shareOfEach = (areas, opacity) =>
  winnerShares(areas, opacity)
    .flatMap((share, k) => (share ? [`${namedOutput(k)} on ${Math.round(100 * share)} %`] : []))
    .join(", ");

/**
 * The share of the square that each class has, each point by how near rows are.
 * @param {ClassAreas} areas @param {Numbers | undefined} opacity
 */
export function winnerShares({ winners, scores }, opacity) {
  const [points, few] = [Math.sqrt(winners.length), Math.sqrt(opacity?.length ?? 1)];
  /** @param {number} k */
  const along = (k) => Math.round((k * (few - 1)) / (points - 1));
  const sums = scores.map(() => 0);
  let all = 0;
  winners.forEach((winner, at) => {
    const weight = opacity ? opacity[along(Math.floor(at / points)) * few + along(at % points)] : 1;
    all += weight;
    if (winner !== NONE) sums[winner] += weight;
  });
  return sums.map((sum) => (all ? sum / all : 0));
}
