/**
 * The zoom: a window of two knobs in the dialog of larger maps, whose runs are made as one looks. A newer window ends
 * the requests of an older one, and none is sent while a knob is held.
 * @import { Places } from "../cube/types.js"
 * @import { Window } from "./types.js"
 * @import { ZoomPicture } from "./zoom_picture.js"
 */

import { encodeBase64 } from "../lib/arrays.js";
import { copyText } from "../lib/clipboard.js";
import { buttonById, byId, make, makeButton, setText } from "../lib/dom.js";
import { pause } from "../lib/http.js";
import { redrawWith } from "../lib/redraw.js";
import { saveSvg } from "../lib/svg_file.js";
import { capitalized, formatCount, formatKnob } from "../core/format.js";
import { placeWord } from "../core/knobs.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { turnKnobs } from "../net/requests.js";
import { runName } from "../model/run_words.js";
import { axesWords, axisTitle } from "../cube/axis_words.js";
import { drawMarks, drawPicture } from "../cube/map_figure.js";
import { pictureSvg } from "../cube/picture_file.js";
import { linkOfBench } from "./sweep_requests.js";
import {
  emptyPicture,
  pixelEnds,
  isFine,
  knobsAtPixel,
  mapOf,
  PIXELS,
  pixelText,
  seenThrough,
  takeLines,
} from "./zoom_picture.js";
import { timesAsDeep, moved, plainSide, scaled, sideShare, sideText, windowQuery } from "./zoom_window.js";

/** Milliseconds without another window before runs are asked for. */
const CALM = 60;
const PACE = 100;
const MOST_WAYS_BACK = 100;
const ENDS = "Doubles end here: nothing lies between these values. Zoom out.";
const NO_ANSWER = "The server does not answer, or the bench shows another run. Move the window to ask again.";
const LEGEND =
  "Green runs do not diverge, the greener the lower they end. Orange ones diverge, the paler the earlier. " +
  "Click a run to open it.";

/** The zoom that is open, or the latest one. */
export const zoom = {
  home: /** @type {?Window} */ (null),
  wanted: /** @type {Window} */ (/** @type {unknown} */ (null)),
  picture: /** @type {ZoomPicture} */ (/** @type {unknown} */ (null)),
  ways: /** @type {Window[]} */ ([]),
  at: /** @type {?Places} */ (null),
  made: 0,
  says: "",
  timer: 0,
  restedAt: 0,
  frame: 0,
  asked: new AbortController(),
};
let close = () => {};

const isOpen = () => byId("zoom-map") !== null;

/**
 * The zoom as elements; `back` leads to all maps, and `done` closes the dialog.
 * @param {Window} home @param {() => void} back @param {() => void} done
 */
export function zoomView(home, back, done) {
  close = done;
  Object.assign(zoom, { home, at: null, ways: [], says: "" });
  zoom.wanted = home;
  const { summary } = state.shown;
  zoom.picture = emptyPicture(home, { samples: summary.samples, one: placeWord(summary) });
  /** @param {string} name @param {string} text @param {() => void} click @param {string} kind */
  const button = (name, text, click, kind = "button") => makeButton({ id: `zoom-${name}`, class: kind }, click, text);
  const names = [home.x.name, home.y.name];
  return make(
    "section",
    { class: "sweep-result", "aria-labelledby": "zoom-name" },
    make(
      "div",
      { class: "sec" },
      button("leave", "All maps", back, "button edged"),
      make("h3", { id: "zoom-name", class: "title", tabindex: -1 }, `${axesWords(names)} of ${runName(state.shown)}`),
      make("span", { id: "zoom-progress", class: "hint" }),
    ),
    make("p", { id: "zoom-trouble", class: "error", role: "status" }),
    make("div", {
      id: "zoom-map",
      class: "run-map sweep-map zoom-map",
      tabindex: 0,
      role: "application",
      "aria-label": "Map of runs. Arrow keys go through it, plus and minus zoom, Enter opens the run in the middle.",
      "aria-describedby": "zoom-says",
    }),
    make("p", { id: "zoom-window", class: "hint" }),
    make("p", { id: "zoom-says", class: "hint", "aria-live": "polite" }, LEGEND),
    make("p", { id: "zoom-border", role: "status" }),
    make(
      "div",
      { class: "acts" },
      button("in", "Zoom in", () => zoomBy(0.5)),
      button("out", "Zoom out", () => zoomBy(2)),
      button("before", "Back", goBack),
      button("all", "Whole window", () => lookThrough(zoom.home)),
      make("span", { class: "files" }, button("link", "Copy link", copyLink), button("svg", "SVG", savePicture)),
    ),
  );
}

/** Begins once the elements are on the page. */
export function drawZoom() {
  redrawWith(byId("zoom-map"), drawSoon);
  drawSoon();
  askSoon();
}

/** Ends what is asked for; the window stays for when the dialog is opened again. */
export function leaveZoom() {
  clearTimeout(zoom.timer);
  zoom.asked.abort();
}

/** The window that is shown, for when the dialog is opened again; null for none. */
export const openedWindow = () => zoom.home && zoom.wanted;

/* The window */

/** Another window: it is drawn in the next frame, and asked for when there is none newer. @param {?Window} window */
export function lookThrough(window) {
  if (!window) {
    setText(byId("zoom-trouble"), ENDS);
    return;
  }
  zoom.wanted = window;
  zoom.asked.abort();
  drawSoon();
  askSoon();
}

/** @param {number} factor @param {number[]} [place] */
export const zoomBy = (factor, place) => lookThrough(scaled(zoom.wanted, factor, place));
/** @param {number[]} by */
export const moveBy = (by) => lookThrough(moved(zoom.wanted, by));

export function goBack() {
  const before = zoom.ways.findLast((window) => window !== zoom.wanted);
  zoom.ways = before ? zoom.ways.slice(0, zoom.ways.indexOf(before)) : [];
  lookThrough(before ?? zoom.home);
}

/* Drawing */

function drawSoon() {
  if (zoom.frame) return;
  zoom.frame = requestAnimationFrame(() => {
    zoom.frame = 0;
    draw();
  });
}

function draw() {
  const box = byId("zoom-map");
  if (!box?.clientWidth) return;
  const { home, wanted } = zoom;
  if (zoom.picture.window !== wanted) {
    Object.assign(zoom, { picture: seenThrough(zoom.picture, wanted), at: null, made: 0 });
    setText(byId("zoom-border"), "");
    setText(byId("zoom-says"), LEGEND);
  }
  drawPicture(box, mapOf(zoom.picture, marks()));
  const depth = home ? timesAsDeep(home, wanted) : 1;
  const sides = [wanted.x, wanted.y].map((side) => sideText(side, axisTitle(side.name))).join("; ");
  const deep = depth > 1.5 ? ` This is ${formatKnob(depth, 2)} times as deep as the first window.` : "";
  setText(byId("zoom-window"), `${capitalized(sides)}.${deep}`);
  buttonById("zoom-before").disabled = !zoom.ways.some((window) => window !== wanted);
}

function marks() {
  const { picture, at } = zoom;
  const { x, y } = picture.window;
  const knobs = /** @type {Record<string, number>} */ (/** @type {unknown} */ (state.shown.summary));
  const own = Object.fromEntries([x, y].map((side) => [side.name, sideShare(side, knobs[side.name]) * PIXELS - 0.5]));
  return [{ places: own, name: "now", strong: true }, ...(at ? [{ places: at }] : [])];
}

/** Marks a pixel, and says its run. @param {?Places} places */
export function markPixel(places) {
  if (!places && !zoom.at) return;
  zoom.at = places;
  drawMarks(byId("zoom-map"), mapOf(zoom.picture, marks()));
  setText(byId("zoom-says"), places ? pixelText(zoom.picture, places) : LEGEND);
}

/* The runs */

function askSoon() {
  clearTimeout(zoom.timer);
  zoom.timer = setTimeout(askForRuns, CALM);
}

async function askForRuns() {
  zoom.asked.abort();
  zoom.asked = new AbortController();
  const { wanted, asked } = zoom;
  if (zoom.ways.at(-1) !== wanted) zoom.ways = [...zoom.ways, wanted].slice(-MOST_WAYS_BACK);
  setText(byId("zoom-trouble"), "");
  const isAsked = (await askFor(wanted, true, asked.signal)) && (await askFor(wanted, false, asked.signal));
  if (isAsked && isFine(zoom.picture)) await askForBorder(asked.signal);
}

/**
 * Asks for the lines of the coarse or of the fine picture; whether all have come.
 * @param {Window} window @param {boolean} coarse @param {AbortSignal} signal
 */
async function askFor({ x, y }, coarse, signal) {
  for (let first = 0, pixels = 1; first < pixels;) {
    // A coarse picture has few runs; fine lines wait for those that this browser may have made.
    while (!signal.aborted && (state.held || (!coarse && performance.now() < zoom.restedAt))) await pause(PACE / 4);
    const question = { x: plainSide(x), y: plainSide(y), coarse, first };
    const reply = await requestAnalysis("zoom", question, {}, { patient: true, signal });
    if (signal.aborted || !isOpen()) return false;
    if (!reply || reply.none) {
      setText(byId("zoom-trouble"), reply?.none ?? NO_ANSWER);
      return false;
    }
    pixels = reply.pixels;
    zoom.restedAt = performance.now() + 1000 * reply.rest;
    // The window is drawn before its runs come; a page out of sight has no frames.
    if (zoom.picture.window !== zoom.wanted) zoom.picture = seenThrough(zoom.picture, zoom.wanted);
    first += takeLines(zoom.picture, reply, first);
    const runs = pixels * pixels;
    zoom.made = first * pixels;
    setText(
      byId("zoom-progress"),
      `${zoom.made < runs ? `${formatCount(zoom.made)} of ` : ""}${formatCount(runs)} runs`,
    );
    if (reply.says) setText(byId("zoom-border"), reply.says);
    drawSoon();
  }
  return true;
}

/** @param {AbortSignal} signal */
async function askForBorder(signal) {
  const reply = await requestAnalysis("zoom_border", { ends: encodeBase64(pixelEnds(zoom.picture)) }, {}, { signal });
  if (reply && !signal.aborted && isOpen()) setText(byId("zoom-border"), reply.says);
}

/** Turns both knobs to those of a pixel. @param {Places} places */
export function openPixel(places) {
  const knobs = knobsAtPixel(zoom.picture, places);
  if (!knobs) {
    setText(byId("zoom-says"), pixelText(zoom.picture, places));
    return;
  }
  close();
  turnKnobs(knobs);
}

/* Out of the page */

/** The link opens this window in any browser. */
async function copyLink() {
  const bench = await linkOfBench();
  if (!bench) return;
  const link = `${location.origin}${location.pathname}${bench}&${windowQuery(zoom.wanted)}`;
  setText(byId("zoom-says"), (await copyText(link)) ? "Link copied. Whoever opens it sees this window." : link);
}

function savePicture() {
  const [title, line, says] = ["zoom-name", "zoom-window", "zoom-border"].map((id) => byId(id).textContent);
  const { x, y } = zoom.wanted;
  saveSvg(pictureSvg(byId("zoom-map"), { title, line, says }), `zoom-${state.key}-${x.name}-${y.name}`, "svg");
}
