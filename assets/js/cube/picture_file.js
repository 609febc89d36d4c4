/**
 * The picture of a cube as an SVG element, for a file or a sheet of paper: a title, the map with its axes and scale,
 * and what was found.
 */

import { element, find } from "../lib/dom.js";
import { brokenLines } from "../lib/text_lines.js";
import { token } from "../lib/theme.js";

const PAD = 16;
const HEAD = 48;
const FOOT = 20;
const LETTERS = 7;
const FONT = "'IBM Plex Sans', system-ui, sans-serif";
const COLOURS = /var\((--[a-z0-9-]+)\)/g;

/**
 * The picture in the box, with a title, a line under it, and sentences under the picture.
 * @param {HTMLElement} box @param {{ title: string, line: string, says: string }} fields
 */
export function pictureSvg(box, { title, line, says }) {
  const { clientWidth: width, clientHeight: high } = box;
  /** @param {string} words */
  const broken = (words) => brokenLines(words, (part) => part.length < width / LETTERS + 1).filter(Boolean);
  const [head, lines] = [broken(line), broken(says)];
  const top = HEAD + 18 * (head.length - 1);
  const height = top + high + FOOT + 18 * lines.length;
  const size = { width: width + 2 * PAD, height };
  const type = { x: PAD, "font-size": 12, fill: "var(--ink-2)" };
  /** @param {string} words @param {number} y @param {Record<string, string | number>} more */
  const text = (words, y, more = {}) => element("text", { ...type, y, ...more }, words);
  const drawing = /** @type {SVGElement} */ (find(box, "svg").cloneNode(true));
  drawing.querySelector(".marks .at")?.remove();
  const svg = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${size.width} ${height}`, ...size, "font-family": FONT },
    element("rect", { ...size, fill: "var(--paper)" }),
    text(title, 24, { "font-size": 15, "font-weight": 600, fill: "var(--ink)" }),
    ...head.map((words, k) => text(words, 42 + 18 * k)),
    element("g", { transform: `translate(${PAD} ${top})` }, mapImage(box), ...drawing.childNodes),
    ...lines.map((words, k) => text(words, top + high + FOOT + 18 * k)),
  );
  replaceColours(svg);
  return svg;
}

/** @param {HTMLElement} box */
function mapImage(box) {
  /** @type {HTMLCanvasElement} */
  const canvas = find(box, "canvas");
  const { style } = canvas;
  const [x, y, width, height] = [style.left, style.top, style.width, style.height].map(parseFloat);
  return element("image", { x, y, width, height, href: canvas.toDataURL(), preserveAspectRatio: "none" });
}

/** A file knows no tokens of the page: it has their colours. @param {SVGElement} svg */
function replaceColours(svg) {
  for (const node of svg.querySelectorAll("[fill], [stroke]")) {
    for (const name of ["fill", "stroke"]) {
      const value = node.getAttribute(name);
      if (value)
        node.setAttribute(
          name,
          value.replace(COLOURS, (_, property) => token(property)),
        );
    }
  }
}
