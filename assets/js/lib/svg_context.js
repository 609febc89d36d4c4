/**
 * What draws on a canvas can draw an SVG: the methods and properties of a canvas's context that line drawings use, each
 * stroke, filling and text as an element of a group.
 */

import { element, make } from "./dom.js";

const DIGITS = 2;
/** From the middle of a line of text down to where its letters stand. */
const MIDDLE = "0.35em";

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
  #dash = [];
  #measuring = make("canvas").getContext("2d");

  constructor(families) {
    this.#families = families;
  }

  beginPath() {
    this.#path = "";
  }

  moveTo(x, y) {
    this.#path += `M${rounded(x)} ${rounded(y)}`;
  }

  lineTo(x, y) {
    this.#path += `L${rounded(x)} ${rounded(y)}`;
  }

  arc(x, y, radius) {
    const half = (across) => `a${radius} ${radius} 0 1 0 ${across} 0`;
    this.#path += `M${rounded(x - radius)} ${rounded(y)}${half(2 * radius)}${half(-2 * radius)}z`;
  }

  setLineDash(dash) {
    this.#dash = dash;
  }

  stroke() {
    if (this.#path) this.#add("path", { d: this.#path, fill: "none", ...this.#pen() });
  }

  fill() {
    if (this.#path) this.#add("path", { d: this.#path, fill: this.fillStyle });
  }

  measureText(text) {
    const [weight, size] = this.font.split(" ");
    this.#measuring.font = [weight, size, this.#families].join(" ");
    return this.#measuring.measureText(text);
  }

  strokeText(text, x, y) {
    this.#add("text", { ...this.#place(x, y), fill: "none", ...this.#pen() }, text);
  }

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

  #place(x, y) {
    const [weight, size] = this.font.split(" ");
    return { x: rounded(x), y: rounded(y), dy: MIDDLE, "font-weight": weight, "font-size": size };
  }

  #add(name, attributes, ...children) {
    const faded = this.globalAlpha < 1 ? { opacity: rounded(this.globalAlpha) } : {};
    this.group.append(element(name, { ...attributes, ...faded }, ...children));
  }
}
