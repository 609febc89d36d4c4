/**
 * The curve as a picture of its own: the sentence over it, the curve with its dots, levels and names, or the scores
 * where these are on the stage, and the link under it. The painted parts are drawn once more, for a canvas and styles
 * do not travel.
 */

import { decode } from "../lib/arrays.js";
import { byId, element, find, findAll } from "../lib/dom.js";
import { paintedImage } from "../lib/svg_file.js";
import { token } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { state } from "../core/state.js";
import { areDotsHidden, figureElements, paintBehind, paintWords, placesOf } from "./canvas.js";

/**
 * @import { StagePicture } from "../core/stage.js"
 * @import { PlotPlaces } from "../core/types.js"
 */

const PAD = 24;
const HEAD = 72;
const FOOT = 34;
const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "font-size", "text-anchor"];
/** @typedef {(x: string, y: string, r: number) => string} Shape */
/** @type {Shape} */
const circle = (x, y, r) => `M${x} ${y}m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
/** @type {Record<"dots" | "zeros" | "lower", Shape>} */
const SHAPES = {
  dots: circle,
  zeros: circle,
  lower: (x, y, r) => `M${x} ${y}m${-r} ${-r / 2}h${2 * r}l${-r} ${1.5 * r}z`,
};
const FONT = "'IBM Plex Sans', system-ui, sans-serif";

function drawSvg() {
  const picture = byId("loss-picture");
  const { clientWidth: width, clientHeight: height } = picture;
  const places = placesOf(picture);
  const size = { width: width + 2 * PAD, height: height + HEAD + FOOT };
  const most = size.width - 2 * PAD;
  const scores = find(document, ".plot.scored > .score-lines");
  const losses = () => [
    paintedImage(places, (context) => paintBehind(context, places)),
    ...(areDotsHidden() ? [] : dots(places)),
    paintedImage(places, (context) => paintWords(context, places)),
    ...figureElements(picture),
    ...copies(findAll(picture, ".over > *")),
  ];
  const parts = [...(scores ? copies([...scores.children]) : losses()), ...labels(picture)];
  /** @param {string} id @param {number} y @param {number} font @param {string} colour */
  const line = (id, y, font, colour) =>
    textLine(byId(id).textContent, { x: PAD, y, "font-size": font, fill: token(colour) }, most);
  const viewBox = `0 0 ${size.width} ${size.height}`;
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox, ...size, "font-family": FONT },
    element("rect", { ...size, fill: token("--paper") }),
    line("sentence", 30, 19, "--ink"),
    line("proof", 50, 12.5, "--ink-2"),
    element("g", { transform: `translate(${PAD} ${HEAD})` }, ...parts),
    line("printed-link", size.height - 12, 10, "--ink-3"),
  );
}

/**
 * A line of text, set closer where it would not fit.
 * @param {string} text
 * @param {Record<string, unknown> & { "font-size": number }} attributes
 * @param {number} most
 */
function textLine(text, attributes, most) {
  const crowded = text.length * attributes["font-size"] * 0.5 > most;
  return element(
    "text",
    { ...attributes, ...(crowded ? { textLength: most, lengthAdjust: "spacingAndGlyphs" } : {}) },
    text,
  );
}

/** The run's dots, its zeros, and the triangles of what lies below the axis. @param {PlotPlaces} places */
function dots(places) {
  const kinds = /** @type {(keyof typeof SHAPES)[]} */ (Object.keys(SHAPES));
  return kinds.flatMap((kind) => {
    const trace = state.shown.loss.data.find((part) => part.name === constants.traces[kind]);
    if (!trace?.marker) return [];
    const { x, y, marker } = trace;
    const losses = decode(y);
    /** @param {number} step @param {number} k */
    const path = (step, k) =>
      SHAPES[kind](places.x(step).toFixed(2), places.dotY(losses[k]).toFixed(2), marker.size / 2);
    const d = Array.from(decode(x), path).join("");
    return [element("path", { d, fill: marker.color, opacity: marker.opacity })];
  });
}

/** Parts of the page with their styles as attributes. @param {Element[]} parts */
function copies(parts) {
  return parts.map((part) => {
    const copy = /** @type {Element} */ (part.cloneNode(true));
    const style = getComputedStyle(part);
    PAINT.forEach((name) => copy.setAttribute(name, style.getPropertyValue(name)));
    copy.removeAttribute("style");
    return copy;
  });
}

/** @param {Element} picture */
function labels(picture) {
  const from = picture.getBoundingClientRect();
  const seen = findAll(document, ".ghost-label, .axis-name, .axis-menu").filter((label) =>
    label.checkVisibility({ visibilityProperty: true }),
  );
  return seen.map((label) => {
    const { left, top, height } = label.getBoundingClientRect();
    const { fontSize, fontWeight, color } = getComputedStyle(label);
    const place = { x: left - from.left, y: top - from.top + height / 2 + 4 };
    const style = { "font-size": fontSize, "font-weight": fontWeight, fill: color };
    const menu = label instanceof HTMLSelectElement ? label.selectedOptions[0] : null;
    return element("text", { ...place, ...style }, (menu || find(label, "button") || label).textContent);
  });
}

/** @returns {StagePicture} */
export const curvePicture = () => ({
  title: "Curve",
  file: `${state.shown.key}-${state.shown.summary.fingerprint}`,
  draw: drawSvg,
});
