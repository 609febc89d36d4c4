/**
 * Plotly is most of what a page could load, and takes half a second to start, in which nothing else can happen. The
 * page draws without it, and loads it when it is first needed: where somebody points at the curve, whose dots answer
 * the pointer from then on, and for a landscape. Dash's graphs wait for its promise.
 */

import { byId, closest } from "../lib/dom.js";
import { drawLatest } from "./dash.js";
import { state } from "./state.js";

/** So long a pointer stays where it needs Plotly, or else it only passes, in milliseconds. */
const STAY = 150;

/** After so many milliseconds a load that has failed is tried again. */
const AGAIN = 3000;

let begun = false;
let loaded = () => {};

export const isPlotlyLoaded = () => Boolean(window.Plotly.react);

/** Loads Plotly unless that has begun, and tries again as long as it cannot be had; resolves when it is there. */
export async function loadPlotly() {
  if (!begun) addScript();
  await window.Plotly;
}

function addScript(times = 0) {
  begun = true;
  const script = document.importNode(byId("plotly").content.firstElementChild, true);
  if (times) script.src += `?${times}`;
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

/** A pointer that stays, and a finger at once; never while a knob is held, for Plotly stops everything as it starts. */
function onPointer({ target, pointerType, type }) {
  const picture = closest(target, ".needs-plotly");
  if (!picture || begun) return;
  const isFinger = pointerType === "touch" && type === "pointerdown";
  const load = () => !state.held && picture.matches(":hover") && loadPlotly();
  if (isFinger) loadPlotly();
  else setTimeout(load, STAY);
}

export function installPlotly() {
  window.Plotly = new Promise((resolve) => (loaded = resolve));
  for (const type of ["pointerover", "pointerdown"]) document.addEventListener(type, onPointer);
}
