/**
 * The surface as files: as a picture of its own, the sentences over it, what it shows and the link under it; and its
 * numbers.
 * @typedef {ShownSurface & { grid: Grid }} WholeSurface
 * @import { Grid } from "./run_pair.js"
 * @import { StagePicture } from "../core/stage.js"
 * @import { ShownSurface } from "./surface_view.js"
 */

import { byId, element } from "../lib/dom.js";
import { saveBlob } from "../lib/download.js";
import { SvgContext } from "../lib/svg_context.js";
import { SHEET_SIDE, SYSTEM_FONT, svgSheet } from "../lib/svg_sheet.js";
import { token } from "../lib/theme.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { paintSurface } from "./drawing.js";
import { planeAsCsv } from "./plane_csv.js";

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

/** @param {ShownSurface} shownSurface */
function fileName({ before }) {
  const { key, summary } = state.shown;
  return `surface-${key}-${before.summary.fingerprint}-${summary.fingerprint}`;
}

/** The surface once it is measured to its end. @param {ShownSurface} surface */
const whole = (surface) => (surface.grid?.name === "fine" ? /** @type {WholeSurface} */ (surface) : null);

/** @param {ShownSurface} surface @returns {StagePicture} */
export const surfacePicture = (surface) => ({
  title: "Surface",
  file: fileName(surface),
  draw: whole(surface) && (() => drawSvg(surface)),
});

/** Saves the numbers of a surface; null until it is measured. @param {ShownSurface} surface */
export function surfaceTable(surface) {
  const measured = whole(surface);
  if (!measured) return null;
  return () => saveBlob(new Blob([planeAsCsv(measured)], { type: "text/csv" }), `${fileName(surface)}.csv`);
}
