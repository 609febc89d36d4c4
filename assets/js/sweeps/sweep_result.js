/**
 * The page of a sweep that is opened: it is read piece by piece, and drawn coarse first and fine later. A cell opens
 * its run on the bench.
 * @import { Axes, Cube, Ends, Layout, Mark, Picture, Places, View } from "../cube/types.js"
 * @import { Listeners, SweepReply } from "./types.js"
 */

import { buttonById, byId, findAll, make, makeButton, setText } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { isNarrow } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { openExperiment } from "../net/requests.js";
import { storeSweep } from "../model/tab_storage.js";
import { axesWords, isSeed, ofPart, readHereText } from "../cube/axis_words.js";
import { numberWords } from "../cube/cube_numbers.js";
import { emptyCube, fillCube, foldedAxes, sweepLayout, middleCell, placesOfCell } from "../cube/loss_cube.js";
import { drawMarks, drawPicture } from "../cube/map_figure.js";
import { wholeText } from "./luck_words.js";
import { gridOf, isFiltered, LEFT, LUCK, measureOf, MEDIAN, scaleOf } from "./map_measures.js";
import { countOf, result, wholeRange } from "./opened_sweep.js";
import { isLarge, leaveParts, readingText, readPart, turnToPart } from "./part_reader.js";
import { noFilter } from "./run_filter.js";
import { copyLink, printPicture, saveNumbers, savePicture } from "./sweep_files.js";
import { ownPlaces, ownRange, ownView, wholeCell, wholePlaces } from "./sweep_parts.js";
import { followSweep, leaveSweep, runOfSweep } from "./sweep_requests.js";
import { lowestCell } from "../cube/totals.js";
import { cellText, findingText, progressText } from "./sweep_words.js";
import { drawChoices, showRunsLeft } from "./view_choices.js";

const { files, mostOfFile } = constants.sweeps;
const PACE = 80;
const NO_RUN = "The server does not answer. Try again.";
const ZOOM = 0.6;
const FEWEST_SHOWN = 4;
const LUCK_SCALE = "At 100 % of luck, seeds alone make the ranks of runs vary as much as over";
const PRINTS = "The figure alone goes to the browser's dialog for printing, which can save it as a PDF.";
/** The names of files of numbers, and where a filter leaves some of the runs. @type {Record<string, string[]>} */
const FILES = {
  csv: ["CSV", "CSV of runs left"],
  npz: ["NPZ", "NPZ of all runs"],
  parquet: ["Parquet", "Parquet of runs left"],
};

let leave = () => {};
let close = () => {};
let drawnAt = 0;
let timer = 0;

/** Stops reading; what has come stays for when it is opened again. */
export function leaveResult() {
  leave();
  leaveParts();
  clearTimeout(timer);
}

/**
 * The page of a sweep as elements; `back` leads to all sweeps, and `done` closes the dialog.
 * @param {string} id @param {() => void} back @param {() => void} done
 */
export function sweepResult(id, back, done) {
  if (result.id !== id) {
    Object.assign(result, { id, whole: null, cube: null, parts: [], job: null, at: null, opened: null, lowest: null });
  }
  close = done;
  /** @param {string} name @param {string} text @param {() => void} click @param {Record<string, unknown>} more */
  const button = (name, text, click, more = {}) =>
    makeButton({ id: `sweep-${name}`, class: "button", ...more }, click, text);
  return make(
    "section",
    { class: "sweep-result", "aria-labelledby": "sweep-name" },
    make(
      "div",
      { class: "sec" },
      button("back", "All maps", back, { class: "button edged" }),
      make("h3", { id: "sweep-name", class: "title", tabindex: -1 }),
      make(
        "span",
        { class: "filled" },
        make("span", { class: "meter" }, make("i")),
        make("span", { id: "sweep-progress" }),
      ),
      make("span", { id: "sweep-reading", class: "hint" }),
      button("cancel", "Cancel", cancel, { class: "button edged", hidden: true }),
    ),
    make("p", { id: "sweep-trouble", class: "error", role: "status" }),
    make("div", { id: "sweep-choices", class: "sweep-choices" }),
    make("div", {
      id: "sweep-map",
      class: "run-map sweep-map",
      tabindex: 0,
      role: "application",
      "aria-label": "Map of runs. Arrow keys go from cell to cell, Enter opens the run, plus and minus zoom.",
      "aria-describedby": "sweep-says",
    }),
    make("p", { id: "sweep-says", class: "hint", "aria-live": "polite" }),
    make("p", { id: "sweep-finding", role: "status" }),
    make(
      "div",
      { class: "acts" },
      button("zoom-in", "Zoom in", () => zoomIn()),
      button("zoom-out", "Zoom out", () => zoomOut()),
      button("all", "Whole map", showAll),
      make(
        "span",
        { class: "files" },
        button("link", "Copy link", copyLink),
        ...files.map((kind) => button(kind, FILES[kind][0], () => saveNumbers(kind), { disabled: true })),
        button("svg", "SVG", savePicture, { disabled: true }),
        button("print", "Print or PDF…", printPicture, { disabled: true, title: PRINTS }),
      ),
    ),
  );
}

/** Goes on reading once the page of the sweep is there. */
export function drawResult() {
  const { id } = result;
  redrawWith(byId("sweep-map"), drawSoon);
  if (result.cube) showCube();
  if (!isLarge(result.whole)) leave = followSweep(id, result.cube ? result.next : 0, listenersOf(id));
}

/** The use of responses about a sweep. @param {string} id @returns {Listeners} */
const listenersOf = (id) => ({
  take: (reply) => take(id, reply),
  trouble: sayTrouble,
  gone: (sentence) => {
    sayTrouble(sentence);
    storeSweep("");
    drawSoon();
    // Nothing can be zoomed, linked or saved of a map that never came.
    if (!result.cube) findAll(document, ".sweep-result :is(.acts, .filled)").forEach((part) => (part.hidden = true));
  },
});

/** @param {string} sentence */
const sayTrouble = (sentence) => byId("sweep-trouble") && setText(byId("sweep-trouble"), sentence);

/**
 * More runs have come; whether there is a use for still more: of a large sweep, parts are read from now on.
 * @param {string} id @param {SweepReply} reply
 */
function take(id, reply) {
  if (id !== result.id || !byId("sweep-map")) return false;
  if (reply.axes && !result.cube) begin(reply.axes, reply);
  const isWhole = !isLarge(result.whole);
  if (isWhole) reply.pieces.forEach((piece) => fillCube(result.cube, piece));
  Object.assign(result, { next: reply.next, filled: reply.filled ?? null, job: reply.job });
  setText(byId("sweep-trouble"), reply.job.says || reply.says || "");
  showProgress();
  showRunsLeft();
  drawSoon();
  return isWhole || !reply.axes;
}

/** @param {Axes} axes @param {SweepReply} reply */
function begin(axes, { title, measure, held_out: heldOut }) {
  const order = constants.axes.map(({ name }) => name);
  const whole = /** @type {Layout} */ (sweepLayout(axes, order));
  const [x, y = ""] = [...whole.names].sort((a, b) => Number(isSeed(a)) - Number(isSeed(b)));
  /** @param {string} name */
  const middle = (name) => Math.floor((whole.values[name].length - 1) / 2);
  const at = Object.fromEntries(whole.names.map((name) => [name, isSeed(name) ? null : middle(name)]));
  whole.scored = measure ? { measure, heldOut: Boolean(heldOut) } : null;
  Object.assign(result, { whole, title, view: { x, y, at, measure: MEDIAN }, filter: noFilter() });
  result.range = wholeRange();
  if (isLarge(whole)) turnToPart();
  else result.cube = { ...emptyCube(axes, order), whole };
  showCube();
}

function showCube() {
  setText(byId("sweep-name"), `${axesWords(result.whole.names)} of ${result.title}`);
  drawChoices(redraw);
  if (result.job) showProgress();
  drawSoon();
}

/* Drawing */

/** After another choice. */
function redraw() {
  showFiles();
  drawSoon();
}

/** At once where the latest picture is a while ago, else as soon as it is; never more often than there is time for. */
function drawSoon() {
  clearTimeout(timer);
  timer = setTimeout(draw, Math.max(0, drawnAt - performance.now()));
}

function draw() {
  const box = byId("sweep-map");
  if (!result.cube || !box || !box.clientWidth) return;
  const begun = performance.now();
  if (isLarge(result.whole)) {
    turnToPart();
    readPart(listenersOf(result.id));
    if (result.job) setText(byId("sweep-reading"), readingText(result));
    showRunsLeft();
  }
  const { cube, range, view } = result;
  const isZoomed = view.y && range.y[1] - range.y[0] < countOf(view.y);
  // A finger that goes up and down moves the map where that can move, and else the page.
  box.style.touchAction = isZoomed ? "none" : "";
  result.lowest = lowestCell(cube);
  drawPicture(box, pictureOf());
  sayCell();
  const spent = performance.now() - begun;
  if (isEnded()) setText(byId("sweep-finding"), finding(cube));
  else if (cube.part) setText(byId("sweep-finding"), readHereText(cube));
  for (const kind of ["svg", "print"]) buttonById(`sweep-${kind}`).disabled = cube.made === 0;
  drawnAt = performance.now() + Math.max(PACE, 3 * spent);
}

/** Whether no more runs will come. */
const isEnded = () => {
  const { cube, job } = result;
  const isRead = !cube.part || (job !== null && cube.upTo >= job.stored);
  return cube.made === cube.size || (cube.made > 0 && job !== null && job.state !== "wanted" && isRead);
};

/**
 * The finding of the runs that have come and are left; it is read of all of them, so it is read once.
 * @param {Cube} cube
 */
function finding(cube) {
  const read = [cube.made, ...cube.left].join(" ");
  if (cube.read !== read) Object.assign(cube, { read, finding: findingText(cube) });
  return cube.finding ?? "";
}

/** The picture of what the cube has of the view. @returns {Picture} */
function pictureOf() {
  const { cube } = result;
  const [view, range] = [ownView(cube, result.view), drawnRange()];
  return {
    cube,
    view,
    range,
    marks: marks(),
    look: { ticks: [isNarrow() ? 4 : 6, 6] },
    gridOf: (size) => gridOf(cube, view, range, size),
    scaleOf: (values) => scaleOf(cube, measureOf(cube, view), values),
  };
}

/** The range of the view, in places of the cube that is drawn. */
export const drawnRange = () => ownRange(result.cube, result.view, result.range);

function marks() {
  const { cube, view, at, opened, lowest, whole } = result;
  /** @param {Places} places */
  const isShown = (places) =>
    cube.names.every((name) => name === view.x || name === view.y || [null, places[name]].includes(view.at[name]));
  /** @type {Mark[]} */
  const found = [];
  const isSingle = foldedAxes(cube, view).length === 0;
  if (lowest && lowest.ties === 1 && isSingle) {
    found.push({
      places: wholePlaces(cube, placesOfCell(cube, lowest.cell)),
      name: `${numberWords(cube).best}${ofPart(cube)}`,
    });
  }
  if (opened !== null) found.push({ places: placesOfCell(whole, opened), name: "opened", strong: true });
  const shown = [...found.filter(({ places }) => isShown(places)), ...(at ? [{ places: allPlaces(view, at) }] : [])];
  return shown.map((mark) => ({ ...mark, places: ownPlaces(cube, mark.places) }));
}

/** Those of all axes that are not folded. @param {View} view @param {Places} at */
const allPlaces = (view, at) => /** @type {Places} */ ({ ...view.at, ...at });

function showProgress() {
  const { job } = result;
  const share = (100 * job.made) / job.runs;
  setText(byId("sweep-progress"), progressText(job));
  /** @type {HTMLElement} */ (byId("sweep-progress").parentElement).style.setProperty("--done", `${share}%`);
  byId("sweep-cancel").hidden = job.state !== "wanted";
  byId("sweep-map").dataset.state = job.state;
  showFiles();
}

/** The buttons of the files that there are, with the runs that these have. */
function showFiles() {
  const { job, cube } = result;
  if (!job) return;
  const isFile = job.state === "done" && job.runs <= mostOfFile;
  for (const kind of files) {
    const [ofAll, ofFiltered] = FILES[kind];
    const button = buttonById(`sweep-${kind}`);
    button.disabled = !isFile;
    button.title = job.runs > mostOfFile ? `A file has at most ${formatCount(mostOfFile)} runs.` : "";
    setText(button, cube && isFiltered(cube) ? ofFiltered : ofAll);
  }
}

async function cancel() {
  setText(byId("sweep-trouble"), await leaveSweep(result.id));
}

/* Going over it */

/** @param {?Places} whole */
export function goTo(whole) {
  const { at, cube, view } = result;
  const places = whole && wholePlaces(cube, ownPlaces(cube, whole));
  const isSame = at && places && at[view.x] === places[view.x] && at[view.y] === places[view.y];
  if (isSame || (!at && !places)) return;
  result.at = places;
  drawMarks(byId("sweep-map"), pictureOf());
  sayCell();
}

function sayCell() {
  const { cube, view, at } = result;
  if (at) setText(byId("sweep-says"), cellText(cube, ownView(cube, view), ownPlaces(cube, at)));
  else if (!byId("sweep-says").textContent.startsWith("Link")) setText(byId("sweep-says"), legend());
}

function legend() {
  const { cube, job, view } = result;
  const measure = measureOf(cube, view);
  const diverged = measure !== LEFT && cube.lost ? "Hatched cells diverged" : "";
  const pale = cube.part ? "are not read yet" : "are still to run";
  const ofCells = [
    cube.made < cube.size ? `Paler cells ${pale} and have the colour of the nearest run` : "",
    measure === LUCK ? `${LUCK_SCALE} ${wholeText(cube)}` : diverged,
    isFiltered(cube) ? "Dotted places have no run left" : "",
  ];
  const parts = [
    ...(view.y ? ofCells : []),
    job && ["cancelled", "failed"].includes(job.state) ? "A new map with the same values goes on from here" : "",
  ].filter(Boolean);
  const opened = foldedAxes(cube, view).length ? "the middle one of its runs" : "its run";
  return cube.made
    ? `${parts.map((part) => `${part}. `).join("")}Click a ${view.y ? "cell" : "place"} to open ${opened}.`
    : "";
}

/** @param {Places} places */
export async function openCell(places) {
  const { id, cube, view } = result;
  const own = middleCell(cube, ownView(cube, view), ownPlaces(cube, places));
  if (own === null) return;
  const cell = wholeCell(cube, own);
  const reply = await runOfSweep(id, cell);
  if (!reply) {
    setText(byId("sweep-trouble"), NO_RUN);
    return;
  }
  result.opened = cell;
  close();
  state.cursorStep = null;
  openExperiment(reply);
}

/* Zoom */

/**
 * The range around a place of it, as many times as wide; never beyond the axis.
 * @param {Ends} ends @param {number} factor @param {number} share @param {number} count
 */
function zoomed([from, to], factor, share, count) {
  const width = Math.min(count, Math.max(Math.min(FEWEST_SHOWN, count), Math.round((to - from) * factor)));
  const first = Math.round(from + share * (to - from) - share * width);
  const start = Math.max(0, Math.min(count - width, first));
  return [start, start + width];
}

/** In or out, around a place of the range. @param {number} factor @param {number[]} place */
function zoomBy(factor, [across, up] = [0.5, 0.5]) {
  const { range, view } = result;
  if (!range) return;
  result.range = {
    x: zoomed(range.x, factor, across, countOf(view.x)),
    y: view.y ? zoomed(range.y, factor, up, countOf(view.y)) : range.y,
  };
  drawSoon();
}

export function showAll() {
  if (!result.cube) return;
  result.range = wholeRange();
  drawSoon();
}

/** @param {number[]} [at] */
export const zoomIn = (at) => zoomBy(ZOOM, at);
/** @param {number[]} [at] */
export const zoomOut = (at) => zoomBy(1 / ZOOM, at);

/** Moves the range by some places, as far as the axis goes. @param {"x" | "y"} side @param {number} by */
export function pan(side, by) {
  const [from, to] = result.range[side];
  const count = countOf(result.view[side]);
  const step = Math.max(-from, Math.min(count - to, by));
  result.range = { ...result.range, [side]: [from + step, to + step] };
  if (step) drawSoon();
}
