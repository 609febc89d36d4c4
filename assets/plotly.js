/* Plotly is most of what the page loads, and takes half a second to start, in which nothing else can happen. It comes with the other
   files, and starts when the first answer has been shown: until then ink draws the curve. Dash's graphs wait for this promise. */
(function (nnbench) {
  "use strict";

  let begin;
  window.Plotly = new Promise((ready) => (begin = ready)).then(run);

  function run() {
    const script = document.createElement("script");
    script.src = document.getElementById("plotly").href;
    return new Promise((loaded, failed) => {
      script.addEventListener("load", () => loaded());
      script.addEventListener("error", failed);
      document.head.append(script);
    });
  }

  /* Once what stands there has been painted; further calls change nothing. */
  const startPlotly = () => requestAnimationFrame(() => setTimeout(begin));

  Object.assign(nnbench, { startPlotly });
})((window.nnbench = window.nnbench || {}));
