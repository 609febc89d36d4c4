/**
 * Code that draws on a canvas draws an SVG with this: it has the methods and properties of a canvas's context that line
 * drawings use, and makes an element of a group of each stroke, filling and text.
 * @typedef {CanvasRenderingContext2D | SvgContext} Context
 */

import { contextOf } from "./canvas.js";
import { element, make } from "./dom.js";

const DIGITS = 2;
/** From the middle of a line of text down to where its letters stand. */
const MIDDLE = "0.35em";

/** Clips so far: each has an id of its own in the document. */
let clips = 0;

/** @param {number} number */
const rounded = (number) => Number(number.toFixed(DIGITS));

/**
 * Circles are whole, and text is placed by its left end and its middle. A file has no typeface with it, so text is as
 * wide as in these families of the system.
 */
export class SvgContext {
  strokeStyle = "#000";
  fillStyle = "#000";
  lineWidth = 1;
  lineJoin = "miter";
  lineCap = "butt";
  globalAlpha = 1;
  font = "400 10px sans-serif";
  group = element("g", {});
  #families;
  #path = "";
  /** @type {number[]} */
  #dash = [];
  /** @type {?SVGGElement} */
  #clipped = null;
  #measuring = contextOf(make("canvas"));

  /** @param {string} families */
  constructor(families) {
    this.#families = families;
  }

  beginPath() {
    this.#path = "";
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#path += `M${rounded(x)} ${rounded(y)}`;
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.#path += `L${rounded(x)} ${rounded(y)}`;
  }

  /** @param {number} x @param {number} y @param {number} radius */
  arc(x, y, radius) {
    /** @param {number} across */
    const half = (across) => `a${radius} ${radius} 0 1 0 ${across} 0`;
    this.#path += `M${rounded(x - radius)} ${rounded(y)}${half(2 * radius)}${half(-2 * radius)}z`;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.#dash = dash;
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) {
    this.#path += `M${rounded(x)} ${rounded(y)}h${rounded(width)}v${rounded(height)}h${rounded(-width)}z`;
  }

  save() {}

  /** The path hides all that lies outside, until `restore`. */
  clip() {
    const id = `clip-${(clips += 1)}`;
    this.#clipped = element("g", { "clip-path": `url(#${id})` });
    this.group.append(element("clipPath", { id }, element("path", { d: this.#path })), this.#clipped);
  }

  restore() {
    this.#clipped = null;
    this.#dash = [];
  }

  stroke() {
    if (this.#path) this.#add("path", { d: this.#path, fill: "none", ...this.#pen() });
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    this.#add("rect", { x: rounded(x), y: rounded(y), width, height, fill: this.fillStyle });
  }

  fill() {
    if (this.#path) this.#add("path", { d: this.#path, fill: this.fillStyle });
  }

  /** @param {string} text */
  measureText(text) {
    const [weight, size] = this.font.split(" ");
    this.#measuring.font = [weight, size, this.#families].join(" ");
    return this.#measuring.measureText(text);
  }

  /** @param {string} text @param {number} x @param {number} y */
  strokeText(text, x, y) {
    this.#add("text", { ...this.#place(x, y), fill: "none", ...this.#pen() }, text);
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    this.#add("text", { ...this.#place(x, y), fill: this.fillStyle }, text);
  }

  #pen() {
    return {
      stroke: this.strokeStyle,
      "stroke-width": this.lineWidth,
      "stroke-linejoin": this.lineJoin,
      "stroke-linecap": this.lineCap,
      ...(this.#dash.length ? { "stroke-dasharray": this.#dash.join(" ") } : {}),
    };
  }

  /** @param {number} x @param {number} y */
  #place(x, y) {
    const [weight, size] = this.font.split(" ");
    return { x: rounded(x), y: rounded(y), dy: MIDDLE, "font-weight": weight, "font-size": size };
  }

  /** @param {"path" | "rect" | "text"} name @param {Record<string, unknown>} attributes @param {...string} children */
  #add(name, attributes, ...children) {
    const faded = this.globalAlpha < 1 ? { opacity: rounded(this.globalAlpha) } : {};
    (this.#clipped ?? this.group).append(element(name, { ...attributes, ...faded }, ...children));
  }
}
