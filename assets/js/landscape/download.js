/**
 * The landscape as files: its numbers as CSV or NPZ, which the server writes, and its picture as PNG, which is drawn
 * here.
 * @import { DrawnMap } from "./types.js"
 */

import { globals } from "../core/dash.js";
import { encodeBase64 } from "../lib/arrays.js";
import { contextOf, loadImage } from "../lib/canvas.js";
import { byId, closest, find, make } from "../lib/dom.js";
import { saveBlob, saveBytes } from "../lib/download.js";
import { token } from "../lib/theme.js";
import { loadPlotly } from "../core/plotly.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { landscape, planOf } from "./model.js";

const SHARPNESS = 2;
const HEAD = 56;
const PAD = 16;
const NUMBERS = /** @type {const} */ (["settled", "last", "diverged", "steps"]);
/** @type {Record<string, string>} */
const TYPES = { csv: "text/csv", npz: "application/octet-stream" };

/** @param {DrawnMap} map @param {string} ending */
const fileName = (map, ending) => `landscape-${state.key}-${map.x}-${map.y}.${ending}`;

/** @param {DrawnMap} map @param {string} kind */
async function saveNumbers(map, kind) {
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, encodeBase64(map[name])]));
  const reply = await requestAnalysis("landscape_file", { plan: planOf(map), kind, ...numbers });
  if (reply) saveBytes(reply.file, TYPES[kind], fileName(map, kind));
}

/** @param {DrawnMap} map */
async function savePicture(map) {
  const box = byId("landscape-map");
  const { clientWidth: width, clientHeight: height } = box;
  await loadPlotly();
  const plot = await globals.Plotly.toImage(find(box, ".graph"), { format: "svg", width, height });
  const marks = svgAddress(/** @type {SVGElement} */ (box.querySelector("svg.over-map")), width, height);
  const [wide, high] = [width + 2 * PAD, height + HEAD + PAD];
  const canvas = make("canvas", { width: wide * SHARPNESS, height: high * SHARPNESS });
  const context = contextOf(canvas);
  context.scale(SHARPNESS, SHARPNESS);
  context.fillStyle = token("--paper");
  context.fillRect(0, 0, wide, high);
  writeTitle(context, width);
  for (const address of [plot, marks]) context.drawImage(await loadImage(address), PAD, HEAD, width, height);
  canvas.toBlob((blob) => blob && saveBlob(blob, fileName(map, "png")), "image/png");
}

/** @param {SVGElement} svg @param {number} width @param {number} height */
function svgAddress(svg, width, height) {
  const copy = /** @type {SVGElement} */ (svg.cloneNode(true));
  const attributes = { xmlns: "http://www.w3.org/2000/svg", width, height, "font-family": "sans-serif" };
  for (const [name, value] of Object.entries(attributes)) copy.setAttribute(name, String(value));
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

/** @param {CanvasRenderingContext2D} context @param {number} width */
function writeTitle(context, width) {
  const [hint] = byId("landscape-hint").textContent.split(". ");
  context.fillStyle = token("--ink");
  context.font = `600 15px ${token("--font")}`;
  context.fillText(state.shown.summary.title, PAD, 24);
  context.fillStyle = token("--ink-2");
  context.font = `12px ${token("--font")}`;
  context.fillText(`${hint}. Hatched cells diverged.`, PAD, 44, width);
}

export function installLandscapeDownload() {
  document.addEventListener("click", ({ target }) => {
    const { map } = landscape;
    /** @type {?HTMLButtonElement} */
    const button = closest(target, "#landscape-files button");
    if (!button || !map || !map.figure) return;
    if (button.name === "png") savePicture(map);
    else saveNumbers(map, button.name);
  });
}
