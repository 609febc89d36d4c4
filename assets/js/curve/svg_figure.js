/**
 * The figure of the curve as SVG: its axes, lines, areas and words where Plotly has them. It is drawn in a tenth of
 * Plotly's time, so it stands in for Plotly's drawing while a knob is held, until Plotly is first needed, and in a
 * picture that is saved. The looks of a stroke or a letter are attributes, for styles do not travel.
 */

import { decode } from "../lib/arrays.js";
import { element } from "../lib/dom.js";
import { formatCount } from "../core/format.js";

/** @import { Annotation, Axis, DrawnNumbers, DrawnTrace, Layout, PlotPlaces, Shape, Stroke } from "../core/types.js" */

const TICK = { length: 4, below: 1.625, beside: 7 };
const RAISED = { size: 0.7, by: 0.5 };
const MIDDLE = 0.36;
const TOP = 0.98;
const CROSS = 4.5;
/** The distance of a word from the point it is written at. */
const NOTE_PAD = 2;
/** @type {Record<string, string>} */
const ANCHORS = { left: "start", right: "end", center: "middle" };

/** @param {{ data: DrawnTrace[], layout: Layout }} figure @param {PlotPlaces} places */
export function svgFigure({ data, layout }, places) {
  const shapes = layout.shapes.map((shape) => shapeElement(shape, layout, places));
  /** @param {unknown} _ @param {number} k */
  const isUnder = (_, k) => layout.shapes[k].layer === "below";
  return [
    ...shapes.filter(isUnder),
    ...axes(layout, places),
    inPlot(
      layout,
      places,
      data.flatMap((trace) => traceElements(trace, places)),
    ),
    ...shapes.filter((shape, k) => !isUnder(shape, k)),
    ...layout.annotations.map((note) => noteElement(note, layout, places)),
  ];
}

/**
 * Lines are cut where they go beyond the axes.
 * @param {Layout} layout
 * @param {PlotPlaces} places
 * @param {Element[]} parts
 */
function inPlot({ margin: { l, r, t, b } }, { width, height }, parts) {
  const [wide, high] = [width - l - r, height - t - b].map((length) => Math.max(0, length));
  const box = { x: l, y: t, width: wide, height: high, viewBox: `${l} ${t} ${wide} ${high}`, overflow: "hidden" };
  return element("svg", box, ...parts);
}

/**
 * @typedef {Pick<Layout, "margin" | "xaxis" | "font">} Below
 * @param {Below & { yaxis: Pick<Axis, "tickvals" | "ticktext" | "gridcolor"> }} layout
 * @param {Pick<PlotPlaces, "width" | "height" | "x" | "level">} places
 */
export function axes({ margin, xaxis, yaxis, font }, { width, height, x, level }) {
  const bottom = height - margin.b;
  const right = width - margin.r;
  const crisp = { "shape-rendering": "crispEdges", fill: "none" };
  const { size } = font;
  const words = { "font-size": size, fill: font.color };
  const rows = yaxis.tickvals.map((loss) => level(Math.log10(loss)));
  const grid = rows.map((y) => `M${margin.l} ${y}H${right}`).join("");
  const ticks = xaxis.tickvals.map((step) => `M${x(step)} ${bottom}v${TICK.length}`).join("");
  return [
    element("path", { ...crisp, d: grid, stroke: yaxis.gridcolor }),
    element("path", { ...crisp, d: `M${margin.l} ${bottom + 0.5}H${right}${ticks}`, stroke: xaxis.linecolor }),
    ...rows.map((y, k) => {
      const place = { x: margin.l - TICK.beside, y: y + MIDDLE * size, "text-anchor": "end" };
      return element("text", { ...words, ...place }, ...raised(yaxis.ticktext?.[k] ?? "", size));
    }),
    ...xaxis.tickvals.map((step) => {
      const place = { x: x(step), y: bottom + TICK.below * size, "text-anchor": "middle" };
      return element("text", { ...words, ...place }, formatCount(step));
    }),
  ];
}

/** A power of ten has its exponent above the line. @param {string} text @param {number} size */
function raised(text, size) {
  const [base, power] = text.split(/<\/?sup>/);
  return power ? [base, element("tspan", { "font-size": RAISED.size * size, dy: -RAISED.by * size }, power)] : [text];
}

/** @param {DrawnTrace} trace @param {PlotPlaces} places */
function traceElements(trace, places) {
  if (trace.visible === false) return [];
  const losses = numbersOf(trace.y);
  const steps = trace.x ? numbersOf(trace.x) : Array.from(losses, (_, k) => k);
  if (trace.mode === "lines" && trace.line) return [linePath(trace.line, steps, losses, places)];
  const cross = trace.marker?.symbol === "x-thin" && trace.marker.line;
  return cross ? [crossPath(cross, steps[0], losses[0], places)] : [];
}

/** @param {DrawnNumbers} given */
const numbersOf = (given) => ("bdata" in given ? decode(given) : given);

/**
 * @param {Stroke} stroke
 * @param {ArrayLike<number>} steps
 * @param {ArrayLike<number>} losses
 * @param {PlotPlaces} places
 */
function linePath({ width, color, dash }, steps, losses, { x, level }) {
  const points = Array.from(losses, (loss, k) => `${x(steps[k]).toFixed(1)} ${level(Math.log10(loss)).toFixed(1)}`);
  const stroke = { stroke: color, "stroke-width": width, "stroke-linejoin": "round", fill: "none" };
  return element("path", { ...stroke, ...dashes(dash), d: points.length ? `M${points.join("L")}` : "" });
}

/** @param {string} [dash] */
const dashes = (dash) => (dash ? { "stroke-dasharray": dash.replaceAll("px", "") } : {});

/** @param {Stroke} stroke @param {number} step @param {number} loss @param {PlotPlaces} places */
function crossPath({ width, color }, step, loss, { x, level }) {
  const across = 2 * CROSS;
  const [left, top] = [x(step) - CROSS, level(Math.log10(loss)) - CROSS];
  const d = `M${left} ${top}l${across} ${across}m0 ${-across}l${-across} ${across}`;
  return element("path", { d, stroke: color, "stroke-width": width, fill: "none" });
}

/**
 * An area from one step to another, or a line across at a loss.
 * @param {Shape} shape
 * @param {Layout} layout
 * @param {PlotPlaces} places
 */
function shapeElement({ type, x0, x1, y0, line, fillcolor, opacity = 1 }, { margin: { l, r, t, b } }, places) {
  const { width, height, x, level } = places;
  if (type === "rect") {
    const box = { x: x(x0), y: t, width: Math.max(0, x(x1) - x(x0)), height: Math.max(0, height - t - b) };
    return element("rect", { ...box, fill: fillcolor, opacity });
  }
  const stroke = { stroke: line.color, "stroke-width": line.width, ...dashes(line.dash) };
  return element("path", { d: `M${l} ${level(Math.log10(y0))}H${width - r}`, ...stroke, fill: "none" });
}

/** @param {Annotation} note @param {Layout} layout @param {PlotPlaces} places */
function noteElement({ text, x, y, xref, xanchor, yanchor, xshift = 0, yshift = 0, font }, { margin }, places) {
  const left = xref === "paper" ? margin.l + x * (places.width - margin.l - margin.r) : places.x(x);
  const aside = xref === "paper" ? 0 : xanchor === "left" ? NOTE_PAD : -NOTE_PAD;
  const down = yanchor === "top" ? NOTE_PAD + TOP * font.size : MIDDLE * font.size;
  const place = { x: left + xshift + aside, y: places.level(y) - yshift + down, "text-anchor": ANCHORS[xanchor] };
  return element("text", { ...place, "font-size": font.size, fill: font.color }, text);
}
