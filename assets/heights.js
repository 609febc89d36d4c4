/* What the landscape looks like: a Plotly heat map of one measure, and over it the hatch of what diverged, the ring of the current run
   and the cell that a hand or the keyboard is at. Colours keep their scale while a map fills, and from one checkpoint to the next. */
(function (nnbench) {
  "use strict";

  const PACE = 120;
  const STEP = 0.5;
  const TICK = 26;
  const byId = (id) => document.getElementById(id);

  const potential = (loss) => -Math.log(loss);

  /* The value of a cell that is known and did not diverge, what it is called, and whether little is good. */
  const MEASURES = {
    settled_potential: { value: (map, k) => potential(map.settled[k]), says: "Settled potential, −ln of the settled loss,", word: "settled potential" },
    last_potential: { value: (map, k) => potential(map.last[k]), says: "Learning potential, −ln of the last loss,", word: "last-loss potential" },
    steps: { value: (map, k) => (map.steps[k] < 0 ? Infinity : map.steps[k]), says: "Steps until the mean of a tenth of the samples was down to the loss,", word: "steps", fewer: true },
  };

  const measure = () => byId("landscape-measure").value;
  const word = (name) => nnbench.landscape.KNOBS[name].word;

  function caption(map) {
    byId("landscape-hint").textContent = `${MEASURES[measure()].says} for each ${word(map.x)} and ${word(map.y)}. Click a cell to turn both knobs to it.`;
  }

  const ranges = new Map();

  /* From the least to the greatest that was ever seen of this experiment, in halves. */
  function rangeOf(values) {
    const name = `${nnbench.bench.key} ${measure()}`, finite = values.filter(Number.isFinite);
    const [low, high] = ranges.get(name) || [Infinity, -Infinity];
    const range = [Math.min(low, Math.floor(Math.min(...finite) / STEP) * STEP), Math.max(high, Math.ceil(Math.max(...finite) / STEP) * STEP)];
    if (finite.length) ranges.set(name, range);
    return ranges.get(name) || [0, 1];
  }

  function figureOf(map) {
    const { value, fewer } = MEASURES[measure()], drawn = new Float64Array(map.size).fill(NaN);
    for (let k = 0; k < map.size; k++) if (map.known[k] && map.diverged[k] < 0) drawn[k] = value(map, k);
    const [zmin, zmax] = rangeOf(Array.from(drawn)), { data, layout, config } = map.figure;
    const z = nnbench.rowsOf(drawn.map((height) => (Number.isNaN(height) ? NaN : Math.min(zmax, Math.max(zmin, height)))), map.width);
    const margin = window.innerWidth < 900 ? Object.assign({}, layout.margin, { l: 44, r: 52 }) : layout.margin;
    const xaxis = spaced(layout.xaxis, placesOf(map).across);
    return { data: [Object.assign({}, data[0], { z, zmin, zmax, reversescale: Boolean(fewer) })], layout: Object.assign({}, layout, { margin, xaxis }), config };
  }

  /* A tick too near to the one before it keeps its mark and not its word. */
  const spaced = (axis, across) => Object.assign({}, axis, {
    ticktext: axis.ticktext.map((text, k) => (k && (axis.tickvals[k] - axis.tickvals[k - 1]) * across < TICK ? "" : text)),
  });

  let waiting = null;
  let drawnAt = -PACE;

  /* Drawn in sight only, a few times a second, and never under a hand that holds a knob. */
  function soon(map) {
    if (waiting) return;
    waiting = setTimeout(async () => {
      await window.Plotly;
      waiting = null;
      if (map === nnbench.landscape.map && map.figure && nnbench.landscape.inSight && !nnbench.bench.held) draw(map);
    }, Math.max(0, drawnAt + PACE - performance.now()));
  }

  function draw(map) {
    const box = byId("landscape-map"), graph = box.querySelector(".graph") || box.appendChild(nnbench.make("div", { class: "graph" }));
    const { data, layout, config } = figureOf(map);
    window.Plotly.react(graph, data, layout, Object.assign({ responsive: true }, config));
    marks(map);
    nnbench.wander.tell();
    drawnAt = performance.now();
  }

  /* ── the marks over the map ── */

  /* Where the map's cells lie in its box. */
  function placesOf(map, box = byId("landscape-map")) {
    const { l, r, t, b } = map.figure.layout.margin, narrow = window.innerWidth < 900, left = narrow ? 44 : l, right = narrow ? 52 : r;
    const across = (box.clientWidth - left - right) / map.width, up = (box.clientHeight - t - b) / map.height;
    return { across, up, left, x: (cell) => left + cell * across, y: (cell) => t + (map.height - 1 - cell) * up };
  }

  function marks(map) {
    const box = byId("landscape-map"), { element } = nnbench;
    const svg = box.querySelector("svg.over-map") || box.appendChild(element("svg", { class: "over-map", "aria-hidden": "true" }));
    const hatch = element("pattern", { id: "hatch", width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      element("path", { d: "M0 0V4", stroke: nnbench.token("--ghost-2"), "stroke-width": 1.5 }));
    svg.replaceChildren(element("defs", {}, hatch), ...hatched(map), element("g", { class: "ring" }), element("g", { class: "at" }));
    ring(map, nnbench.landscape.here());
    at(map, pointed);
  }

  /* Cells side by side that diverged are one rectangle. */
  function hatched(map) {
    const places = placesOf(map), found = [];
    for (let row = 0; row < map.height; row++) {
      for (let from = 0; from < map.width; from++) {
        let to = from;
        while (to < map.width && map.diverged[row * map.width + to] >= 0) to++;
        if (to > from) found.push(nnbench.element("rect", { class: "diverged", x: places.x(from), y: places.y(row), width: (to - from) * places.across, height: places.up, fill: "url(#hatch)" }));
        from = to;
      }
    }
    return found;
  }

  const frame = (places, [x, y], stroke, width) => nnbench.element("rect", {
    x: places.x(x) - 1, y: places.y(y) - 1, width: Math.max(6, places.across) + 2, height: Math.max(6, places.up) + 2, rx: 1, fill: "none", stroke, "stroke-width": width,
  });

  const within = (map, [x, y]) => x > -0.75 && y > -0.75 && x < map.width - 0.25 && y < map.height - 0.25;

  /* The current run's cell, ink over paper, with its name over it. */
  function ring(map, place) {
    const group = document.querySelector("#landscape-map .ring");
    if (!group || !map.figure) return;
    if (!within(map, place)) return group.replaceChildren();
    const places = placesOf(map), low = place[1] > map.height - 3;
    const name = nnbench.element("text", {
      x: places.x(place[0]) + places.across / 2, y: low ? places.y(place[1]) + places.up + 14 : places.y(place[1]) - 5, "text-anchor": "middle", "font-size": 12.5,
      fill: nnbench.token("--ink"), stroke: nnbench.token("--paper"), "stroke-width": 4, "paint-order": "stroke",
    }, "now");
    group.replaceChildren(frame(places, place, nnbench.token("--paper"), 4), frame(places, place, nnbench.token("--ink"), 2), name);
  }

  let pointed = null;

  /* The cell that a hand or the keyboard is at, or none. */
  function at(map, place) {
    pointed = place;
    const group = document.querySelector("#landscape-map .at");
    if (!group || !map.figure) return;
    const places = placesOf(map);
    group.replaceChildren(...(place ? [frame(places, place, nnbench.token("--paper"), 3), frame(places, place, nnbench.token("--ink-2"), 1.5)] : []));
  }

  window.addEventListener("resize", () => {
    const { map } = nnbench.landscape;
    if (map && map.figure) soon(map);
  });

  nnbench.heights = { MEASURES, measure, caption, soon, ring, at, placesOf };
})((window.nnbench = window.nnbench || {}));
