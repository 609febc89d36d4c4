/* Runs side by side: the current one over those that were pinned. What equals the current run is grey, what differs is bold, the lowest
   settled loss is underlined. A pin's line sample switches its curve on in the plot. */
(function (nnbench) {
  "use strict";

  const DASHES = { A: [], B: [6, 3], C: [2, 2], D: [8, 2, 2, 2] };
  const LETTERS = Object.keys(DASHES);
  const NOW = "Now";
  const FULL = "Four runs are pinned already. Take one out of the table first.";
  const SPARK = { width: 120, height: 26 };
  const byId = (id) => document.getElementById(id);
  const { make, element, number } = nnbench;

  /* ── what the table says of a run ── */

  /* Words that only the frame and the whole experiment know, kept with the run. */
  function about({ frame, summary }, { layers }) {
    const said = { affinity: ({ outputs }) => `affinity ${outputs}`, map: (layer) => layer.function, identity: () => "identity" };
    const network = layers && layers.length ? layers.map((layer) => said[layer.kind](layer)).join(", ") : "its own";
    const drawn = summary.inputs === "normal" || summary.inputs === "table" ? "" : `, ${summary.inputs} inputs`;
    return { network: `${frame.response.inputs}, ${network}`, target: frame.target.formulas.join(", ") + drawn };
  }

  const settledOf = ({ summary }) => (summary.settled === null ? "∞" : number(summary.settled));

  /* A column: its head, what it says of a run, whether it is text, and whether it is compared with the current run. */
  const COLUMNS = [
    { head: "α", says: ({ summary }) => number(summary.alpha), compared: ({ summary }) => summary.alpha },
    { head: "Samples", says: ({ summary }) => summary.samples.toLocaleString("en"), compared: ({ summary }) => summary.samples },
    { head: "Data seed", says: ({ summary }) => String(summary.seed), compared: ({ summary }) => summary.seed },
    { head: "Checkpoint", says: ({ summary }) => nnbench.grouped(summary.checkpoint), compared: ({ summary }) => summary.checkpoint },
    { head: "Network", says: ({ about }) => about.network, compared: ({ about, summary }) => about.network + summary.network, text: true },
    { head: "Target", says: ({ about }) => about.target, compared: ({ about, summary }) => about.target + summary.ideal + summary.inputs, text: true },
    { head: "Settled loss", says: settledOf },
    { head: "Last loss", says: ({ said }) => said.last },
    { head: "Learning potential", says: ({ said }) => said.potential },
    { head: "Max loss", says: ({ said }) => said.max },
    { head: "Fingerprint", says: ({ summary }) => nnbench.grouped(summary.fingerprint), text: true },
  ];

  /* ── the table ── */

  function show() {
    const { base, pins } = nnbench.bench;
    if (!base) return;
    const rows = [{ letter: NOW, run: base }, ...pins], lowest = Math.min(...rows.map(({ run }) => run.summary.settled ?? Infinity));
    const heads = [["Run", true], ["Loss", true], ...COLUMNS.map(({ head, text }) => [head, text])];
    const scale = sparkScale(rows);
    byId("runs-table").replaceChildren(
      make("thead", {}, make("tr", {}, ...heads.map(([head, text]) => make("th", { scope: "col", class: text ? "text" : null }, head)), make("td"))),
      make("tbody", {}, ...rows.map((row) => rowOf(row, base, rows.length > 1 && row.run.summary.settled === lowest, scale))),
    );
    byId("clear-pins").hidden = !pins.length;
    const here = pinned();
    byId("pin").setAttribute("aria-pressed", String(Boolean(here)));
  }

  function rowOf(pin, base, lowest, scale) {
    const now = pin.letter === NOW;
    return make("tr", { class: now ? "now" : null, "data-run": pin.letter },
      make("th", { scope: "row" }, now ? make("span", { class: "who" }, sample([], 2.5), NOW) : sampleButton(pin)),
      make("td", { class: "text" }, spark(pin.run, scale)),
      ...COLUMNS.map((column) => cellOf(column, pin.run, now ? null : base, lowest)),
      make("td", { class: "acts" }, ...(now ? [] : actsOf(pin))));
  }

  function cellOf({ head, says, compared, text }, run, base, lowest) {
    const differs = base && compared && (compared(run) === compared(base) ? "same" : "differs");
    const words = says(run), best = lowest && head === "Settled loss";
    return make("td", { class: [text && "text", differs].filter(Boolean).join(" ") || null, title: text ? words : null }, best ? make("span", { class: "lowest" }, words) : words);
  }

  function sample(dash, width) {
    return element("svg", { viewBox: "0 0 28 10", "aria-hidden": "true" }, element("path", { d: "M0 5H28", "stroke-width": width, "stroke-dasharray": dash.join(" ") }));
  }

  function sampleButton(pin) {
    const { letter, on } = pin;
    return make("button", {
      type: "button", class: "who", "aria-pressed": String(on), title: on ? "Take its curve out of the plot" : "Draw its curve in the plot",
      "aria-label": `Run ${letter}: its curve in the plot`, on: { click: () => change(() => (pin.on = !pin.on), `[data-run="${letter}"] .who`) },
    }, sample(DASHES[letter], 1.75), letter);
  }

  function actsOf(pin) {
    const { letter, run } = pin;
    return [
      make("button", { type: "button", class: "button", "aria-label": `Go back to run ${letter}`, on: { click: () => nnbench.history.goBack(run) } }, "Go back to"),
      make("button", { type: "button", class: "button square", "aria-label": `Take run ${letter} out of the table`, on: { click: () => drop(pin) } }, nnbench.icon("close")),
    ];
  }

  /* All sparks on one scale, from the lowest to the highest loss of any of them. */
  function sparkScale(rows) {
    const losses = rows.flatMap(({ run }) => Array.from(lineOf(run).y)).filter((loss) => loss > 0).map(Math.log);
    const low = losses.reduce((a, b) => Math.min(a, b), Infinity), high = losses.reduce((a, b) => Math.max(a, b), -Infinity);
    return (loss) => 2 + ((SPARK.height - 4) * (high - Math.log(loss))) / (high - low || 1);
  }

  function spark(run, height) {
    const { x, y } = lineOf(run), across = SPARK.width / Math.max(1, run.ghost.samples), every = Math.max(1, Math.floor(x.length / SPARK.width));
    const points = Array.from(x).flatMap((step, k) => (k % every === 0 && y[k] > 0 ? [`${(step * across).toFixed(1)} ${height(y[k]).toFixed(1)}`] : []));
    return element("svg", { class: "spark", viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, "aria-hidden": "true" }, element("path", { d: points.length ? `M${points.join("L")}` : "" }));
  }

  const lines = new WeakMap();

  /* A run's low-pass line as numbers, read once. */
  function lineOf({ ghost }) {
    if (!lines.has(ghost)) lines.set(ghost, { x: nnbench.decode(ghost.x), y: nnbench.decode(ghost.y) });
    return lines.get(ghost);
  }

  /* ── the hand ── */

  const pinned = () => nnbench.bench.pins.find(({ run }) => nnbench.history.sameRun(run.summary, nnbench.bench.base.summary));

  function change(make, focused) {
    make();
    nnbench.history.save();
    show();
    nnbench.redraw();
    const there = focused && document.querySelector(focused);
    if (there) there.focus({ preventScroll: true });
  }

  function toggle() {
    const { bench } = nnbench, here = bench.base && pinned(), free = LETTERS.find((letter) => !bench.pins.some((pin) => pin.letter === letter));
    if (!bench.base) return;
    if (here) drop(here);
    else if (!free) nnbench.note(FULL);
    else change(() => (bench.pins = [...bench.pins, { letter: free, on: false, run: bench.base }].sort((a, b) => a.letter.localeCompare(b.letter))));
  }

  const drop = (pin) => change(() => (nnbench.bench.pins = nnbench.bench.pins.filter((other) => other !== pin)), "#runs");
  const clear = () => change(() => (nnbench.bench.pins = []), "#runs");

  /* ── the plot ── */

  function paint(brush, places) {
    for (const { letter, run } of nnbench.bench.pins.filter(({ on }) => on)) {
      const { x, y } = lineOf(run);
      brush.strokeStyle = nnbench.token("--ink");
      brush.lineWidth = 1.5;
      brush.setLineDash(DASHES[letter]);
      brush.beginPath();
      for (let k = 0; k < x.length; k++) brush.lineTo(places.x(x[k]), places.y(y[k]));
      brush.stroke();
    }
  }

  /* Whether the run is drawn in ink already, so that its ghost would only hide the dashes. */
  const inked = ({ summary }) => nnbench.bench.pins.some(({ on, run }) => on && nnbench.history.sameRun(run.summary, summary));

  const names = () => nnbench.bench.pins.filter(({ on, run }) => on && run.ghost.end !== null).map(({ letter, run }) => ({ loss: run.ghost.end, text: letter, kind: "pinned" }));

  document.addEventListener("click", ({ target }) => {
    if (!target.closest) return;
    if (target.closest("#pin")) toggle();
    if (target.closest("#clear-pins")) clear();
  });
  nnbench.beneath.push(paint);
  nnbench.beside.push(names);
  nnbench.whenSettled(show);
  nnbench.runs = { about, toggle, inked };
})((window.nnbench = window.nnbench || {}));
