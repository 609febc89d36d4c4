/** Files of the sweep that is opened: its numbers, made by the server, its picture, and its link. */

import { copyText } from "../lib/clipboard.js";
import { byId, setText } from "../lib/dom.js";
import { saveAddress } from "../lib/download.js";
import { addressOf } from "../lib/http.js";
import { printSvg, saveSvg } from "../lib/svg_file.js";
import { formatCount } from "../core/format.js";
import { axisTitle, drawnTitle, partText, valueText } from "../cube/axis_words.js";
import { numberWords } from "../cube/cube_numbers.js";
import { foldedAxes } from "../cube/loss_cube.js";
import { isShare, LEFT, LUCK, MEDIAN, measureOf, measureTitle } from "./map_measures.js";
import { result } from "./opened_sweep.js";
import { pictureSvg } from "../cube/picture_file.js";
import { filterQuery, filterText } from "./run_filter.js";

const HOW_IT_IS_DRAWN = {
  [MEDIAN]: "hatched cells diverged",
  [LEFT]: "",
  [LUCK]: "variance of ranks at a place, of that of the map",
};

const name = () => `sweep-${result.id.slice(0, 8)}`;

/** The runs that are left as CSV or Parquet; all of them, and which are left, as NPZ. @param {string} kind */
export function saveNumbers(kind) {
  saveAddress(addressOf(`sweeps/${result.id}.${kind}${filterQuery(result.filter)}`), `${name()}.${kind}`);
}

const picture = () =>
  pictureSvg(byId("sweep-map"), {
    title: byId("sweep-name").textContent,
    line: pictureText(),
    says: byId("sweep-finding").textContent,
  });

export function savePicture() {
  const { view } = result;
  saveSvg(picture(), `${name()}-${view.x}-${view.y || "loss"}`, "svg");
}

export const printPicture = () => printSvg(picture());

/** The picture in words, in a line. */
function pictureText() {
  const { cube, view, filter, whole } = result;
  /** @param {string} axis */
  const countOf = (axis) => formatCount(cube.values[axis].length);
  const folded = foldedAxes(cube, view).map((axis) => `${drawnTitle(cube, axis)} (${countOf(axis)} values)`);
  const held = cube.names.filter((axis) => ![view.x, view.y].includes(axis) && view.at[axis] !== null);
  const measure = measureOf(cube, view);
  const shown = view.y ? measureTitle(cube, measure) : "median and the band from 10 to 90 %";
  const { short } = numberWords(cube);
  const loss = isShare(measure) ? "" : `${short}, `;
  const parts = [
    folded.length ? `${loss}${shown} over ${folded.join(" and ")}` : short,
    ...held.map((axis) => `${axisTitle(axis)} ${valueText(axis, whole.values[axis][view.at[axis] ?? 0])}`),
    cube.part && `${formatCount(cube.size)} of ${formatCount(whole.size)} runs (${partText(cube)})`,
    !cube.part && cube.made < cube.size && `${formatCount(cube.made)} of ${formatCount(cube.size)} runs`,
    filterText(filter) && `only ${filterText(filter)}`,
    view.y && filterText(filter) && "dotted where none is left",
    view.y && HOW_IT_IS_DRAWN[isShare(measure) ? measure : MEDIAN],
  ];
  const text = parts.filter(Boolean).join("; ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** The link opens the sweep in any browser. */
export async function copyLink() {
  const link = `${location.origin}${location.pathname}?sweep=${result.id}`;
  const isCopied = await copyText(link);
  setText(byId("sweep-says"), isCopied ? "Link copied. Whoever opens it sees this map." : `Link of this map: ${link}`);
}
