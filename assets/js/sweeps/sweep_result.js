/**
 * The page of a sweep that is opened: it is read piece by piece, and drawn coarse first and fine later. A cell opens
 * its run on the bench.
 */

import { byId, element, make, setText } from "../lib/dom.js";
import { redrawWith } from "../lib/redraw.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { state } from "../core/state.js";
import { openExperiment } from "../net/requests.js";
import { storeSweep } from "../model/tab_storage.js";
import { emptyCube, fillCube, foldedAxes, middleCell, placesOfCell } from "./loss_cube.js";
import { drawMarks, drawPicture } from "./map_figure.js";
import { isFiltered, LEFT, LUCK, measureOf, MEDIAN } from "./map_measures.js";
import { countOf, result, wholeRange } from "./opened_sweep.js";
import { noFilter } from "./run_filter.js";
import { copyLink, printPicture, saveNumbers, savePicture } from "./sweep_files.js";
import { followSweep, leaveSweep, runOfSweep } from "./sweep_requests.js";
import { lowestCell } from "./sweep_totals.js";
import { axesWords, cellText, findingText, isSeed, progressText } from "./sweep_words.js";
import { drawChoices, showLeft } from "./view_choices.js";

const { files, mostOfFile, mostOfMap } = constants.sweeps;
const PACE = 80;
const NO_RUN = "The server does not answer. Try again.";
const ZOOM = 0.6;
const FEWEST_SHOWN = 4;
const LUCK_SCALE = "At 100 % of luck, seeds alone make the ranks of runs vary as much as over the whole map";
const PRINTS = "The figure alone goes to the browser's dialog for printing, which can save it as a PDF.";
/** Files of numbers: what each is called, and where a filter leaves some of the runs. */
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
  clearTimeout(timer);
}

/** The page of a sweep as elements; `back` leads to all sweeps, and `done` closes the dialog. */
export function sweepResult(id, back, done) {
  if (result.id !== id) Object.assign(result, { id, cube: null, job: null, at: null, opened: null, lowest: null });
  close = done;
  const button = (name, text, click, more = {}) =>
    make("button", { id: `sweep-${name}`, type: "button", class: "button", on: { click }, ...more }, text);
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
      button("cancel", "Cancel", cancel, { class: "button edged", hidden: true }),
    ),
    make("p", { id: "sweep-trouble", class: "error", role: "status" }),
    make("div", { id: "sweep-choices", class: "sweep-choices" }),
    make(
      "div",
      {
        id: "sweep-map",
        class: "sweep-map",
        tabindex: 0,
        role: "application",
        "aria-label": "Map of runs. Arrow keys go from cell to cell, Enter opens the run, plus and minus zoom.",
        "aria-describedby": "sweep-says",
      },
      make("canvas"),
      element("svg", { "aria-hidden": "true" }),
    ),
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
  leave = followSweep(id, result.cube ? result.next : 0, {
    take: (reply) => take(id, reply),
    trouble: sayTrouble,
    gone: (sentence) => {
      sayTrouble(sentence);
      storeSweep("");
    },
  });
}

const sayTrouble = (sentence) => byId("sweep-trouble") && setText(byId("sweep-trouble"), sentence);

/** More runs have come; whether there is a use for still more. */
function take(id, reply) {
  if (id !== result.id || !byId("sweep-map")) return false;
  if (reply.axes && !result.cube) {
    const size = reply.axes.reduce((product, [, values]) => product * values.length, 1);
    if (size > mostOfMap) {
      setText(byId("sweep-trouble"), tooLarge(size));
      return false;
    }
    begin(reply);
  }
  reply.pieces.forEach((piece) => fillCube(result.cube, piece));
  Object.assign(result, { next: reply.next, job: reply.job });
  setText(byId("sweep-trouble"), reply.job.says || reply.says || "");
  showProgress();
  showLeft();
  drawSoon();
  return true;
}

const tooLarge = (size) =>
  `A page draws at most ${formatCount(mostOfMap)} runs, and this sweep has ${formatCount(size)}. ` +
  "Programs can read it piece by piece.";

function begin({ axes, title }) {
  const cube = emptyCube(
    axes,
    constants.sweeps.axes.map(({ name }) => name),
  );
  const [x, y = ""] = [...cube.names].sort((a, b) => Number(isSeed(a)) - Number(isSeed(b)));
  const middle = (name) => Math.floor((cube.values[name].length - 1) / 2);
  const at = Object.fromEntries(cube.names.map((name) => [name, isSeed(name) ? null : middle(name)]));
  Object.assign(result, { cube, title, view: { x, y, at, measure: MEDIAN }, filter: noFilter() });
  result.range = wholeRange();
  showCube();
}

function showCube() {
  setText(byId("sweep-name"), `${axesWords(result.cube.names)} of ${result.title}`);
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
  const { cube } = result;
  const box = byId("sweep-map");
  if (!cube || !box || !box.clientWidth) return;
  const begun = performance.now();
  result.lowest = lowestCell(cube);
  drawPicture(box, pictureOf());
  sayCell();
  if (isEnded()) setText(byId("sweep-finding"), finding(cube));
  for (const kind of ["svg", "print"]) byId(`sweep-${kind}`).disabled = cube.made === 0;
  const spent = performance.now() - begun;
  drawnAt = performance.now() + Math.max(PACE, 3 * spent);
}

/** Whether no more runs will come. */
const isEnded = () => {
  const { cube, job } = result;
  return cube.made === cube.size || (cube.made > 0 && job !== null && job.state !== "wanted");
};

/** What the runs show that have come and are left; it is read of all of them, so it is read once. */
function finding(cube) {
  const read = [cube.made, ...cube.left].join(" ");
  if (cube.read !== read) Object.assign(cube, { read, finding: findingText(cube) });
  return cube.finding;
}

function pictureOf() {
  const { cube, view, range } = result;
  return { cube, view, range, marks: marks() };
}

function marks() {
  const { cube, view, at, opened, lowest } = result;
  const isShown = (places) =>
    cube.names.every((name) => name === view.x || name === view.y || [null, places[name]].includes(view.at[name]));
  const found = [];
  const isSingle = foldedAxes(cube, view).length === 0;
  if (lowest && lowest.ties === 1 && isSingle) found.push({ places: placesOfCell(cube, lowest.cell), name: "lowest" });
  if (opened !== null) found.push({ places: placesOfCell(cube, opened), name: "opened", strong: true });
  return [...found.filter(({ places }) => isShown(places)), ...(at ? [{ places: { ...view.at, ...at } }] : [])];
}

function showProgress() {
  const { job } = result;
  const share = (100 * job.made) / job.runs;
  setText(byId("sweep-progress"), progressText(job));
  byId("sweep-progress").parentElement.style.setProperty("--done", `${share}%`);
  byId("sweep-cancel").hidden = job.state !== "wanted";
  byId("sweep-map").dataset.state = job.state;
  showFiles();
}

/** Which files there are, and which runs they have. */
function showFiles() {
  const { job, cube } = result;
  if (!job) return;
  const isFile = job.state === "done" && job.runs <= mostOfFile;
  for (const kind of files) {
    const [ofAll, ofFiltered] = FILES[kind];
    const button = byId(`sweep-${kind}`);
    button.disabled = !isFile;
    button.title = job.runs > mostOfFile ? `A file has at most ${formatCount(mostOfFile)} runs.` : "";
    setText(button, cube && isFiltered(cube) ? ofFiltered : ofAll);
  }
}

async function cancel() {
  setText(byId("sweep-trouble"), await leaveSweep(result.id));
}

/* Going over it */

export function goTo(places) {
  const { at, view } = result;
  const isSame = at && places && at[view.x] === places[view.x] && at[view.y] === places[view.y];
  if (isSame || (!at && !places)) return;
  result.at = places;
  drawMarks(byId("sweep-map"), pictureOf());
  sayCell();
}

function sayCell() {
  const { cube, view, at } = result;
  if (at) setText(byId("sweep-says"), cellText(cube, view, at));
  else if (!byId("sweep-says").textContent.startsWith("Link")) setText(byId("sweep-says"), legend());
}

function legend() {
  const { cube, job, view } = result;
  const measure = measureOf(cube, view);
  const diverged = measure !== LEFT && cube.lost ? "Hatched cells diverged" : "";
  const parts = [
    cube.made < cube.size ? "Paler cells are still to run and have the colour of the nearest run" : "",
    measure === LUCK ? LUCK_SCALE : diverged,
    isFiltered(cube) && view.y ? "Dotted places have no run left" : "",
    job && job.state === "cancelled" ? "A new map with the same values goes on from here" : "",
  ].filter(Boolean);
  return cube.made ? `${parts.map((part) => `${part}. `).join("")}Click a cell to open its run.` : "";
}

export async function openCell(places) {
  const { id, cube, view } = result;
  const cell = middleCell(cube, view, places);
  if (cell === null) return;
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

/** The range around a place of it, as many times as wide; never beyond the axis. */
function zoomed([from, to], factor, share, count) {
  const width = Math.min(count, Math.max(Math.min(FEWEST_SHOWN, count), Math.round((to - from) * factor)));
  const first = Math.round(from + share * (to - from) - share * width);
  const start = Math.max(0, Math.min(count - width, first));
  return [start, start + width];
}

/** In or out, around a place of the range. */
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

export const zoomIn = (at) => zoomBy(ZOOM, at);
export const zoomOut = (at) => zoomBy(1 / ZOOM, at);

/** Moves the range by so many places, as far as the axis goes. */
export function pan(side, by) {
  const [from, to] = result.range[side];
  const count = countOf(result.view[side]);
  const step = Math.max(-from, Math.min(count - to, by));
  result.range = { ...result.range, [side]: [from + step, to + step] };
  if (step) drawSoon();
}
