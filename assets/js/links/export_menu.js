/**
 * The Export menu: files that the server makes of the run that is shown, the curve, the weights and the picture of the
 * stage, which are drawn here, the page on paper, and the way back, a file that is opened.
 * @import { StagePicture } from "../core/stage.js"
 * @import { ShownSurface } from "../surface/surface_view.js"
 */

import { byId, closest } from "../lib/dom.js";
import { saveAddress, saveBytes } from "../lib/download.js";
import { addressOf } from "../lib/http.js";
import { openMenu } from "../lib/menu.js";
import { saveSvg } from "../lib/svg_file.js";
import { noticeRaised } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { curvePicture } from "../curve/export.js";
import { haveWeights, saveWeights } from "../step/weights_export.js";
import { surfaceTable } from "../surface/export.js";
import { shownSurface } from "../surface/surface_view.js";
import { stagePicture } from "../stage/stage_view.js";
import { openCurveTable } from "../tables/curve_table.js";
import { chooseFile } from "./file_import.js";
import { currentQuery, isShared } from "./links.js";

const PICTURES = /** @type {const} */ (["png", "svg"]);
const NO_FILE = "The file of this run was not made. Try again.";
const GROUPS = ["script", "experiment", "losses"];

/** Only a table has rows. @param {string} name */
const isOffered = (name) => name !== "rows" || Boolean(state.shown.rows);

/** @param {HTMLElement} button */
function open(button) {
  const files = JSON.parse(byId("export").dataset.files ?? "{}");
  const surface = shownSurface();
  /** @param {string} name */
  const file = (name) => ({ text: files[name], apart: GROUPS.includes(name), act: () => saveFile(name) });
  openMenu(button, [
    { text: "Curve as a table…", act: () => openCurveTable() },
    ...pictureRows(curvePicture),
    ...PICTURES.map(weightsRow),
    ...pictureRows(stagePicture, true),
    ...(surface ? [tableRow(surface)] : []),
    ...Object.keys(files).filter(isOffered).map(file),
    { text: "Print…", apart: true, act: () => window.print() },
    ...(isShared() ? [{ text: "Open a file…", apart: true, act: () => chooseFile() }] : []),
  ]);
}

/** @param {(typeof PICTURES)[number]} format @param {number} k */
const weightsRow = (format, k) => ({
  text: `Weights, ${format.toUpperCase()}`,
  apart: k === 0,
  off: !haveWeights(),
  act: () => savePicture(() => saveWeights(format)),
});

/** The picture may be another one once its row is chosen, as of a run that plays. @param {() => ?StagePicture} read */
function pictureRows(read, isApart = false) {
  const offered = read();
  /** @param {(typeof PICTURES)[number]} format */
  const save = async (format) => {
    const picture = read();
    if (picture?.draw) await saveSvg(picture.draw(), picture.file, format);
  };
  return (offered ? PICTURES : []).map((format, k) => ({
    text: `${offered?.title}, ${format.toUpperCase()}`,
    apart: isApart && k === 0,
    off: !offered?.draw,
    act: () => savePicture(() => save(format)),
  }));
}

/** @param {ShownSurface} surface */
function tableRow(surface) {
  const save = surfaceTable(surface);
  return { text: "Surface, CSV", off: !save, act: () => save?.() };
}

/** The link stands under the picture, where there is one. @param {() => unknown} save */
async function savePicture(save) {
  if (isShared()) await currentQuery();
  save();
}

/**
 * The server makes the file: of a link, or of a bench of somebody's own of what the page asks about.
 * @param {string} name
 */
async function saveFile(name) {
  if (!isShared()) {
    await saveOwn(name);
    return;
  }
  const query = await currentQuery();
  if (query === null) noticeRaised.emit(NO_FILE);
  else saveAddress(addressOf(`export/${name}?${query}`), "");
}

/** @param {string} name */
async function saveOwn(name) {
  const reply = await requestAnalysis("export", { name });
  if (reply) saveBytes(reply.file, reply.type, reply.name);
  else noticeRaised.emit(NO_FILE);
}

export function installExportMenu() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "#export, #export-phone");
    if (button && state.shown) open(button);
  });
}
