/**
 * The surface as files: as a picture of its own, the sentences over it, what it shows and the link under it; and its
 * numbers.
 * @typedef {ShownSurface & { grid: Grid }} WholeSurface
 * @import { Grid } from "./run_pair.js"
 * @import { ShownSurface } from "./surface_view.js"
 */

import { byId, element } from "../lib/dom.js";
import { saveBlob } from "../lib/download.js";
import { SvgContext } from "../lib/svg_context.js";
import { pngBlob, svgBlob } from "../lib/svg_file.js";
import { SHEET_SIDE, SYSTEM_FONT, svgSheet } from "../lib/svg_sheet.js";
import { token } from "../lib/theme.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { paintSurface } from "./drawing.js";
import { planeAsCsv } from "./plane_csv.js";
import { shownSurface } from "./surface_view.js";

/** @param {ShownSurface} surface */
function drawSvg(surface) {
  const { reply, plane, grid } = surface;
  const context = new SvgContext(SYSTEM_FONT);
  paintSurface(context, SHEET_SIDE, surface);
  const border = element("rect", { width: SHEET_SIDE, height: SHEET_SIDE, fill: "none", stroke: token("--line-2") });
  const samples = formatCount(grid?.samples ?? 0);
  return svgSheet(
    [
      [byId("sentence").textContent, "sentence"],
      [reply.sentence, "words"],
    ],
    [context.group, border],
    [
      [plane.caption, "words"],
      [plane.share.join(""), "words"],
      [`Each contour line shows where the mean loss of ${samples} samples of B is the same.`, "words"],
      ["The dotted line goes straight from A to B.", "words"],
      [byId("printed-link").textContent, "link"],
    ],
  );
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
