/* The fan: the band between the 10th and the 90th percentile of 32 seeds' curves, and their median, under the same knobs. It is painted
   under the curve, switched on by its button, and gone while the knobs it belongs to are being turned. */
(function (nnbench) {
  "use strict";

  const SEEDS = 32;
  const byId = (id) => document.getElementById(id);
  let on = false;

  const firstOf = ({ summary }) => SEEDS * Math.floor(summary.seed / SEEDS);
  const bandOf = (answer, filling) => nnbench.known("fan", nnbench.named({ ...answer.summary, first: firstOf(answer) }, ["alpha", "samples", "first"]), filling);

  async function fill(answer, go) {
    if (!on) return;
    const band = bandOf(answer, true);
    if (!("steps" in band)) {
      const told = await nnbench.aside("fan", { first: firstOf(answer) });
      if (!told) return;
      Object.keys(told).forEach((name) => (band[name] = told[name] && nnbench.decode(told[name])));
    }
    if (band.steps === null && go()) nnbench.note(`32 runs of ${answer.summary.samples.toLocaleString("en")} samples would take too long. Fewer samples have a fan.`);
    if (go()) nnbench.repaint();
  }

  /* The band of the run that is shown, once it is known. */
  function shown() {
    const { bench } = nnbench, band = on && bench.shown && bandOf(bench.shown);
    return band && band.steps ? band : null;
  }

  function paint(brush, places) {
    const band = shown();
    if (!band) return;
    const { steps, low, middle, high } = band, last = steps.length - 1, line = (losses, k) => brush.lineTo(places.x(steps[k]), places.y(losses[k]));
    brush.fillStyle = nnbench.token("--now-soft");
    brush.beginPath();
    for (let k = 0; k <= last; k++) line(low, k);
    for (let k = last; k >= 0; k--) line(high, k);
    brush.fill();
    brush.strokeStyle = nnbench.token("--now");
    brush.lineWidth = 1.25;
    brush.setLineDash([2, 3]);
    brush.beginPath();
    for (let k = 0; k <= last; k++) line(middle, k);
    brush.stroke();
  }

  function name() {
    const band = shown();
    return band ? [{ loss: band.middle[band.middle.length - 1], text: "median of 32", kind: "median" }] : [];
  }

  function toggle() {
    on = !on;
    byId("fan").setAttribute("aria-pressed", String(on));
    nnbench.repaint();
    nnbench.askAgain();
  }

  document.addEventListener("click", (event) => event.target.closest && event.target.closest("#fan") && toggle());
  nnbench.beneath.push(paint);
  nnbench.beside.push(name);
  nnbench.beforehand(3, fill);
  nnbench.fan = { toggle };
})((window.nnbench = window.nnbench || {}));
