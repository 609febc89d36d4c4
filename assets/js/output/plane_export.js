/** The plane through three rows as a picture of its own: the colours as pixels, lines, letters and rows as such. */

import { contextOf } from "../lib/canvas.js";
import { byId, element, find, make } from "../lib/dom.js";
import { saveBlob } from "../lib/download.js";
import { SvgContext } from "../lib/svg_context.js";
import { pngBlob, svgBlob } from "../lib/svg_file.js";
import { SHEET_SIDE, SYSTEM_FONT, svgSheet } from "../lib/svg_sheet.js";
import { currentTheme } from "../lib/theme.js";
import { isPlaneShown } from "../core/answers.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { namedOutput } from "../model/ports.js";
import { mapColours } from "../maps/map_colours.js";
import { drawnPlane, paintColours, paintMarks } from "./row_plane.js";

const SHARPNESS = 2;

/** Whether a plane is on the stage. */
export const havePlane = () => isPlaneShown() && drawnPlane() !== null;

/** @param {NonNullable<ReturnType<typeof drawnPlane>>} picture */
function drawSvg(picture) {
  const colours = mapColours(currentTheme());
  const side = SHARPNESS * SHEET_SIDE;
  const canvas = make("canvas", { width: side, height: side });
  paintColours(contextOf(canvas), side, picture, colours);
  const image = element("image", { href: canvas.toDataURL(), width: SHEET_SIDE, height: SHEET_SIDE });
  const context = new SvgContext(SYSTEM_FONT);
  paintMarks(context, SHEET_SIDE, picture, colours);
  const { output, plane } = picture;
  const rows = plane.through.map(formatCount).join(", ");
  const coloured = output === null ? "the winning class" : namedOutput(output);
  return svgSheet(
    [[byId("sentence").textContent, "sentence"]],
    [image, context.group],
    [
      [`The plane through rows ${rows}; the colours are of ${coloured} and fade where no row is near.`, "words"],
      [find(document, ".plane-caption span").textContent, "words"],
      [byId("printed-link").textContent, "link"],
    ],
  );
}

/** @param {"png" | "svg"} format */
export async function savePlane(format) {
  const picture = drawnPlane();
  if (!picture) return;
  const svg = drawSvg(picture);
  const { key, summary } = state.shown;
  const blob = format === "png" ? await pngBlob(svg) : svgBlob(svg);
  saveBlob(blob, `plane-${key}-${summary.fingerprint}-${picture.plane.through.join("-")}.${format}`);
}
