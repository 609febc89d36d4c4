/**
 * Plotly is most of what a page could load, and takes half a second to start, in which nothing else can happen. The
 * page draws without it, and loads it when it is first needed: where somebody points at the curve, whose dots answer
 * the pointer from then on. Dash's graphs wait for its promise.
 */

import { byId, closest } from "../lib/dom.js";
import { drawLatest, globals } from "./dash.js";
import { state } from "./state.js";

/** @import { Globals } from "./dash.js" */

/** A pointer that stays where it needs Plotly for this time, in milliseconds, does not only pass. */
const STAY = 150;

/** A load that has failed is tried again after this time, in milliseconds. */
const AGAIN = 3000;

let begun = false;
/** @type {(value?: unknown) => void} */
let loaded = () => {};

export const isPlotlyLoaded = () => Boolean(globals.Plotly.react);

/** Loads Plotly unless that has begun, and tries again as long as it cannot be had; resolves when it is there. */
export async function loadPlotly() {
  if (!begun) addScript();
  await globals.Plotly;
}

function addScript(times = 0) {
  begun = true;
  const { content } = /** @type {HTMLTemplateElement} */ (byId("plotly"));
  const script = document.importNode(/** @type {HTMLScriptElement} */ (content.firstElementChild), true);
  if (times) script.src += `?${times}`;
  /** @param {number} wait */
  const again = (wait) => {
    script.remove();
    setTimeout(addScript, wait, times + 1);
  };
  script.addEventListener("load", () => {
    // Where a page is left while this script comes, Chromium and WebKit keep it as one that has come, but empty: the
    // next page that asks for its address gets no error, and no Plotly. Under another address it is loaded anew.
    if (!isPlotlyLoaded()) return again(times ? AGAIN : 0);
    loaded();
    drawLatest();
  });
  script.addEventListener("error", () => again(AGAIN));
  document.head.append(script);
}

/**
 * A pointer that stays, and a finger at once; never while a knob is held, for Plotly stops everything as it starts.
 * @param {PointerEvent} event
 */
function onPointer({ target, pointerType, type }) {
  const picture = closest(target, ".needs-plotly");
  if (!picture || begun) return;
  const isFinger = pointerType === "touch" && type === "pointerdown";
  const load = () => !state.held && picture.matches(":hover") && loadPlotly();
  if (isFinger) loadPlotly();
  else setTimeout(load, STAY);
}

export function installPlotly() {
  globals.Plotly = /** @type {Globals["Plotly"]} */ (
    /** @type {unknown} */ (new Promise((resolve) => (loaded = resolve)))
  );
  document.addEventListener("pointerover", onPointer);
  document.addEventListener("pointerdown", onPointer);
}
