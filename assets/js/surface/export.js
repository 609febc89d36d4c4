/**
 * The surface as files: as a picture of its own, the sentences over it, what it shows and the link under it; and its
 * numbers.
 * @typedef {keyof typeof LINES} Kind
 * @typedef {ShownSurface & { grid: Grid }} WholeSurface
 * @import { Grid } from "./run_pair.js"
 * @import { ShownSurface } from "./surface_view.js"
 */

import { byId, element } from "../lib/dom.js";
import { saveBlob } from "../lib/download.js";
import { SvgContext } from "../lib/svg_context.js";
import { pngBlob, svgBlob } from "../lib/svg_file.js";
import { brokenLines } from "../lib/text_lines.js";
import { token } from "../lib/theme.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { paintSurface } from "./drawing.js";
import { planeAsCsv } from "./plane_csv.js";
import { shownSurface } from "./surface_view.js";

const SIDE = 560;
const PAD = 24;
const GAP = 12;
const SYSTEM_FONT = "system-ui, sans-serif";
const FONT = `'IBM Plex Sans', ${SYSTEM_FONT}`;
const LINES = {
  sentence: { size: 17, height: 22, colour: "--ink" },
  words: { size: 12.5, height: 18, colour: "--ink-2" },
  link: { size: 10, height: 13, colour: "--ink-3" },
};

/** From the top down: paragraphs, the square, paragraphs. @param {ShownSurface} surface */
function drawSvg(surface) {
  const context = new SvgContext(SYSTEM_FONT);
  const { reply, plane, grid } = surface;
  let top = PAD;
  const parts = [];
  /** @param {string} text @param {Kind} kind */
  const say = (text, kind) => {
    const { lines, bottom } = paragraph(context, text, kind, top);
    parts.push(...lines);
    top = bottom;
  };
  say(byId("sentence").textContent, "sentence");
  say(reply.sentence, "words");
  parts.push(square(context, surface, top + GAP));
  top += GAP + SIDE + GAP;
  say(plane.caption, "words");
  say(plane.share.join(""), "words");
  const samples = formatCount(grid?.samples ?? 0);
  say(`Each contour line shows where the mean loss of ${samples} samples of B is the same.`, "words");
  say("The dotted line goes straight from A to B.", "words");
  top += GAP / 2;
  say(byId("printed-link").textContent, "link");
  const size = { width: SIDE + 2 * PAD, height: top + PAD / 2 };
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${size.width} ${size.height}`, ...size, "font-family": FONT },
    element("rect", { ...size, fill: token("--paper") }),
    ...parts,
  );
}

/** @param {SvgContext} context @param {ShownSurface} surface @param {number} top */
function square(context, surface, top) {
  paintSurface(context, SIDE, surface);
  const border = element("rect", { width: SIDE, height: SIDE, fill: "none", stroke: token("--line-2") });
  return element("g", { transform: `translate(${PAD} ${top})` }, context.group, border);
}

/**
 * Lines of text that fit the width.
 * @param {SvgContext} context @param {string} text @param {Kind} kind @param {number} top
 */
function paragraph(context, text, kind, top) {
  const { size, height, colour } = LINES[kind];
  context.font = `400 ${size}px ${FONT}`;
  const attributes = { x: PAD, "font-size": size, fill: token(colour) };
  const lines = brokenLines(text, (part) => context.measureText(part).width <= SIDE);
  /** @param {string} part @param {number} k */
  const line = (part, k) => element("text", { ...attributes, y: top + height * k + size }, part);
  return { lines: lines.map(line), bottom: top + height * lines.length };
}

/** @param {ShownSurface} shownSurface @param {string} ending */
function fileName({ before }, ending) {
  const { key, summary } = state.shown;
  return `surface-${key}-${before.summary.fingerprint}-${summary.fingerprint}.${ending}`;
}

/** The surface that the files are of; null where the surface is not on the stage, or not measured to its end. */
function wholeSurface() {
  const surface = shownSurface();
  return surface?.grid?.name === "fine" ? /** @type {WholeSurface} */ (surface) : null;
}

/** @type {Record<string, (surface: WholeSurface) => Blob | Promise<?Blob>>} */
const FILES = {
  png: (surface) => pngBlob(drawSvg(surface)),
  svg: (surface) => svgBlob(drawSvg(surface)),
  csv: (surface) => new Blob([planeAsCsv(surface)], { type: "text/csv" }),
};

/** Files of the surface, by their endings, while it is on the stage; they can be saved once it is measured. */
export function surfaceFiles() {
  if (!shownSurface()) return [];
  return Object.keys(FILES).map((ending) => ({ ending, ready: wholeSurface() !== null }));
}

/** @param {string} ending */
export async function saveSurface(ending) {
  const surface = wholeSurface();
  const blob = surface && (await FILES[ending](surface));
  if (blob) saveBlob(blob, fileName(surface, ending));
}
