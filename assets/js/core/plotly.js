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
  const again = () => {
    script.remove();
    setTimeout(addScript, AGAIN, times + 1);
  };
  script.addEventListener("load", () => {
    // WebKit may take a script that an earlier page has stopped loading for one that has come, and keep it so under its
    // address: there is no error then, and no Plotly.
    if (!isPlotlyLoaded()) return again();
    loaded();
    drawLatest();
  });
  script.addEventListener("error", again);
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
