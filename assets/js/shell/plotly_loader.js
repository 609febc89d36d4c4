/**
 * Plotly is most of what the page loads, and takes half a second to start, in which nothing else can happen. It comes
 * with the other files, and starts when the first response has been shown and the controls are there: until then the
 * curve is drawn without it. Dash's graphs wait for this promise.
 */

import { byId } from "../lib/dom.js";
import { controlsMounted, requestEnded } from "../core/signals.js";

function load() {
  const script = document.createElement("script");
  script.src = byId("plotly").href;
  return new Promise((loaded, failed) => {
    script.addEventListener("load", () => loaded());
    script.addEventListener("error", failed);
    document.head.append(script);
  });
}

export function installPlotlyLoader() {
  const first = (signal) => new Promise((heard) => signal.on(heard));
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  window.Plotly = Promise.all([requestEnded, controlsMounted].map(first)).then(painted).then(load);
}
