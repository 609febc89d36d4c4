/**
 * A picture as an SVG of its own, on a sheet of paper: lines of text over and under it that are broken to its width.
 * It is square unless its height is given.
 * @typedef {keyof typeof LINES} TextKind
 * @typedef {[text: string, kind: TextKind]} SheetText
 */

import { element } from "./dom.js";
import { SvgContext } from "./svg_context.js";
import { brokenLines } from "./text_lines.js";
import { token } from "./theme.js";

export const SHEET_SIDE = 560;
/** A file has no typeface with it, so its text is as wide as in these families. */
export const SYSTEM_FONT = "system-ui, sans-serif";
const PAD = 24;
const GAP = 12;
const FONT = `'IBM Plex Sans', ${SYSTEM_FONT}`;
const LINES = {
  sentence: { size: 17, height: 22, colour: "--ink" },
  words: { size: 12.5, height: 18, colour: "--ink-2" },
  link: { size: 10, height: 13, colour: "--ink-3" },
};

/** @param {SheetText[]} over @param {Element[]} picture @param {SheetText[]} under @param {number} [high] */
export function svgSheet(over, picture, under, high = SHEET_SIDE) {
  const context = new SvgContext(SYSTEM_FONT);
  let top = PAD;
  /** @param {SheetText} text */
  const say = ([text, kind]) => {
    const { lines, bottom } = paragraph(context, text, kind, top + (kind === "link" ? GAP / 2 : 0));
    top = bottom;
    return lines;
  };
  const before = over.flatMap(say);
  const drawing = element("g", { transform: `translate(${PAD} ${top + GAP})` }, ...picture);
  top += GAP + high + GAP;
  const after = under.flatMap(say);
  const size = { width: SHEET_SIDE + 2 * PAD, height: top + PAD / 2 };
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${size.width} ${size.height}`, ...size, "font-family": FONT },
    element("rect", { ...size, fill: token("--paper") }),
    ...before,
    drawing,
    ...after,
  );
}

/** @param {SvgContext} context @param {string} text @param {TextKind} kind @param {number} top */
function paragraph(context, text, kind, top) {
  const { size, height, colour } = LINES[kind];
  context.font = `400 ${size}px ${FONT}`;
  const attributes = { x: PAD, "font-size": size, fill: token(colour) };
  const lines = brokenLines(text, (part) => context.measureText(part).width <= SHEET_SIDE);
  /** @param {string} part @param {number} k */
  const line = (part, k) => element("text", { ...attributes, y: top + height * k + size }, part);
  return { lines: lines.map(line), bottom: top + height * lines.length };
}
