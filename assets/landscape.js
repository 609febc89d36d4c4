/* The landscape: which map is wanted, and how it fills. From the current run outwards the server is asked for line after line; the
   knobs come first, so while one is held nothing is asked for. Another checkpoint or target makes another map, and an answer for an
   older one finds no place. */
(function (nnbench) {
  "use strict";

  const SEEDS = 2 ** 32;
  const COUNT = 32;
  const FIRST = 0.1;
  const CELL = 0.015;
  const TOLD_FROM = 2;
  const PACE = 30;
  const REST = 150;
  const byId = (id) => document.getElementById(id);

  const seedsAround = (seed) => Math.min(seed - (seed % COUNT), SEEDS - COUNT);

  /* How many values a knob has, what number its values follow from, where a run lies among them, and what names a run but for it. */
  const KNOBS = {
    alpha: { cells: 61, from: () => 0, at: (run) => (run.position - FIRST) / CELL, field: "alpha", word: "α", everywhere: true },
    samples: { cells: COUNT, from: (run) => Math.max(1000, run.samples), at: (run, from) => (run.samples * COUNT) / from - 1, field: "samples", word: "samples" },
    seed: { cells: COUNT, from: (run) => seedsAround(run.seed), at: (run, from) => run.seed - from, field: "seed", word: "data seed" },
    weight_seed: { cells: COUNT, from: (run) => seedsAround(run.weightSeed ?? 0), at: (run, from) => (run.weightSeed ?? NaN) - from, field: "checkpoint", word: "weight seed" },
  };
  const FIELDS = ["title", "alpha", "samples", "seed", "ideal", "inputs", "network", "checkpoint"];
  /* A line has one value of the knob that stands first here: its runs share their facts, or are one run. */
  const LINES = ["seed", "weight_seed", "alpha", "samples"];

  const chosen = () => ({ x: byId("landscape-x").value, y: byId("landscape-y").value, measure: byId("landscape-measure").value });

  let map = null;
  let filling = false;
  let inSight = false;
  let refused = "";
  let restedAt = 0;

  function runShown() {
    const { summary, controls, frame } = nnbench.bench.shown;
    return { position: controls.position, samples: summary.samples, seed: summary.seed, weightSeed: frame.drawn.seed };
  }

  /* What all runs of a map have in common. */
  function nameOf(x, y) {
    const { key, shown } = nnbench.bench, turned = [KNOBS[x].field, KNOBS[y].field];
    const same = FIELDS.filter((field) => !turned.includes(field)).map((field) => shown.summary[field]);
    return JSON.stringify([key, x, y, turned.includes("checkpoint") && shown.frame.drawn.scheme, ...same]);
  }

  /* Where the current run lies, counted in cells; no number where a knob has left the map. */
  const here = (of = map) => [of.x, of.y].map((name, k) => KNOBS[name].at(runShown(), of.from[k]));
  const inside = (place, name) => KNOBS[name].everywhere || Number.isNaN(place) || (place > -0.5 && place < KNOBS[name].cells - 0.5);

  function begin(x, y, reaching) {
    const run = runShown(), from = [x, y].map((name) => KNOBS[name].from(run)), by = LINES.find((name) => name === x || name === y);
    const width = KNOBS[x].cells, height = KNOBS[y].cells, size = width * height, along = by === x ? y : x;
    const made = {
      name: nameOf(x, y), x, y, from, reaching, by, along, width, height, size, done: 0, stopped: false, theme: null, says: "", spent: 0,
      known: new Uint8Array(size), settled: new Float64Array(size).fill(NaN), last: new Float64Array(size).fill(NaN),
      diverged: new Int32Array(size).fill(-1), steps: new Int32Array(size).fill(-1),
    };
    const at = here(made), [line, place] = by === x ? at : [at[1], at[0]];
    const places = nearest(KNOBS[along].cells, place);
    made.todo = nearest(KNOBS[by].cells, line).map((number) => ({ line: number, places }));
    return made;
  }

  const nearest = (count, place) => Array.from({ length: count }, (_, k) => k).sort((a, b) => Math.abs(a - (place || 0)) - Math.abs(b - (place || 0)) || a - b);

  /* The map that belongs to the run that is shown: the one that stands, or a new one. */
  function survey() {
    const { x, y, measure } = chosen(), reaching = measure === "steps" ? lossAsked() : null;
    if (x === y || (measure === "steps" && reaching === null)) return;
    const known = map && map.name === nameOf(x, y) && (reaching === null || map.reaching === reaching);
    if (!known || !here().every((place, k) => inside(place, [x, y][k]))) map = begin(x, y, reaching);
    nnbench.heights.caption(map, measure);
    // In the next frame its place is known; now the browser would have to lay out the whole page for it.
    requestAnimationFrame(() => nnbench.heights.ring(map, here()));
    fill();
  }

  function lossAsked() {
    const field = byId("landscape-loss"), loss = Number(field.value.replace("−", "-").trim() || NaN), good = loss > 0 && Number.isFinite(loss);
    if (good) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    refused = good ? "" : "The loss is a number above 0, such as 0.1.";
    nnbench.wander.tell();
    return good ? loss : null;
  }

  const rested = () => performance.now() >= restedAt;
  const wanted = () => map && inSight && rested() && !map.stopped && !nnbench.bench.held && nnbench.gate.idle && (map.todo.length || map.theme !== nnbench.theme());

  const planOf = ({ x, y, from, reaching }) => ({ x, y, from, reaching });

  async function fill() {
    if (filling) return;
    filling = true;
    while (wanted()) await Promise.all([ask(map), new Promise((done) => setTimeout(done, PACE))]);
    filling = false;
    if (map) progress();
  }

  async function ask(mine) {
    const about = nnbench.bench.shown.summary, { places } = mine.todo[0] || { places: [] }, begun = performance.now();
    const lines = mine.todo.filter((one) => one.places === places).map(({ line }) => line), shade = nnbench.theme();
    progress();
    const answer = await nnbench.aside("landscape", { plan: planOf(mine), by: mine.by, lines, along: places, theme: shade });
    if (mine !== map) return;
    if (answer) land(mine, lines, places, answer, shade, performance.now() - begun);
    else if (nnbench.history.sameRun(about, nnbench.bench.shown.summary)) mine.stopped = true;
  }

  /* The cells of an answer find their places; what it left of its lines is asked for next. */
  function land(mine, lines, places, answer, shade, time) {
    Object.assign(mine, { figure: answer.figure, values: answer.values, theme: shade, says: answer.says });
    const { lines: high, along: wide } = answer;
    if (answer.says) mine.stopped = true;
    if (high) {
      const found = Object.fromEntries(["settled", "last", "diverged", "steps"].map((name) => [name, nnbench.decode(answer[name])]));
      for (let k = 0; k < high * wide; k++) put(mine, lines[Math.floor(k / wide)], places[k % wide], found, k);
      mine.spent += time;
      const rest = places.slice(wide), asked = new Set(lines.slice(0, high));
      mine.todo = [...(rest.length ? lines.slice(0, high).map((line) => ({ line, places: rest })) : []), ...mine.todo.filter((one) => one.places !== places || !asked.has(one.line))];
    }
    progress();
    nnbench.heights.soon(mine);
  }

  function put(mine, line, place, found, k) {
    const cell = mine.by === mine.y ? line * mine.width + place : place * mine.width + line;
    for (const name in found) mine[name][cell] = found[name][k];
    mine.done += 1 - mine.known[cell];
    mine.known[cell] = 1;
  }

  function progress() {
    const stop = byId("landscape-stop"), rest = map.size - map.done, left = map.done ? ((map.spent / map.done) * rest) / 1000 : 0;
    const running = wanted() && map.todo.length, time = running && left > TOLD_FROM ? `, ${Math.ceil(left)} s left` : "";
    byId("landscape-progress").textContent = `${map.done.toLocaleString("en")} of ${map.size.toLocaleString("en")} runs${time}`;
    byId("landscape").style.setProperty("--done", `${(100 * map.done) / map.size}%`);
    stop.hidden = !rest;
    stop.textContent = map.stopped ? "Continue" : "Cancel";
    byId("landscape").dataset.state = rest ? (map.stopped ? "stopped" : "filling") : "whole";
    document.querySelectorAll("#landscape-files [name=csv], #landscape-files [name=npz]").forEach((button) => (button.disabled = rest > 0));
    nnbench.wander.tell();
  }

  function stopOrGoOn() {
    if (!map) return;
    map.stopped = !map.stopped;
    progress();
    fill();
  }

  /* Two different knobs: the other one gives way. */
  function choose(changed) {
    const { x, y } = chosen(), other = byId(changed === "landscape-x" ? "landscape-y" : "landscape-x");
    if (x === y) other.value = map && changed === "landscape-x" ? map.x : map ? map.y : other.value;
    byId("landscape-loss").closest("span").hidden = chosen().measure !== "steps";
    if (!nnbench.bench.shown) return;
    survey();
    if (map && map.figure) nnbench.heights.soon(map);
  }

  let watching = null;

  function watch() {
    watching = new IntersectionObserver(([entry]) => {
      inSight = entry.isIntersecting;
      if (inSight && map && !nnbench.bench.held) nnbench.heights.soon(map);
      fill();
    });
    watching.observe(byId("landscape-map"));
  }

  /* Who turns one knob after another is not slowed down by a map: it begins, or goes on, when the hand has rested. */
  nnbench.whenSettled(() => {
    if (!watching) watch();
    restedAt = performance.now() + REST;
    survey();
    setTimeout(fill, REST + 5);
  });
  document.addEventListener("click", (event) => event.target.id === "landscape-stop" && stopOrGoOn());
  document.addEventListener("change", ({ target }) => target.id && /^landscape-(x|y|measure|loss)$/.test(target.id) && choose(target.id));

  nnbench.landscape = {
    KNOBS, here, planOf,
    get map() { return map; },
    get inSight() { return inSight; },
    /* What there is to say of the whole map: why a loss was refused, or why nothing is run. */
    get says() { return refused || (map ? map.says : ""); },
  };
})((window.nnbench = window.nnbench || {}));
