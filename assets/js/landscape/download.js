/**
 * The landscape as files: its numbers as CSV or NPZ, which the server writes, and its picture as PNG, which is drawn
 * here.
 * @import { LandscapeMap } from "./types.js"
 */

import { encodeBase64 } from "../lib/arrays.js";
import { byId, closest } from "../lib/dom.js";
import { saveBytes } from "../lib/download.js";
import { saveSvg } from "../lib/svg_file.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { runName } from "../model/run_words.js";
import { pictureSvg } from "../cube/picture_file.js";
import { landscape, planOf, RESULTS } from "./model.js";

/** @type {Record<string, string>} */
const TYPES = { csv: "text/csv", npz: "application/octet-stream" };

/** @param {LandscapeMap} map */
const fileName = (map) => `landscape-${state.key}-${map.x}-${map.y}`;

/** @param {LandscapeMap} map @param {string} kind */
async function saveNumbers(map, kind) {
  const numbers = Object.fromEntries(RESULTS.map((name) => [name, encodeBase64(map[name])]));
  const reply = await requestAnalysis("landscape_file", { plan: planOf(map), kind, ...numbers });
  if (reply) saveBytes(reply.file, TYPES[kind], `${fileName(map)}.${kind}`);
}

/** @param {LandscapeMap} map */
function savePicture(map) {
  const [hint] = byId("landscape-hint").textContent.split(". ");
  const words = { title: runName(state.shown), line: `${hint}. Hatched cells diverged.`, says: "" };
  saveSvg(pictureSvg(byId("landscape-map"), words), fileName(map), "png");
}

export function installLandscapeDownload() {
  document.addEventListener("click", ({ target }) => {
    const { map } = landscape;
    /** @type {?HTMLButtonElement} */
    const button = closest(target, "#landscape-files button");
    if (!button || !map || !map.isNamed) return;
    if (button.name === "png") savePicture(map);
    else saveNumbers(map, button.name);
  });
}
