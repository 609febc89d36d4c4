/* Wandering over the landscape: by mouse, by finger or with the arrow keys. The cell says what it is and shows its run's curve; a
   click, or Enter, turns both knobs to it, which is one change. */
(function (nnbench) {
  "use strict";

  const REST = 60;
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 8], PageDown: [0, -8] };
  const byId = (id) => document.getElementById(id);
  const ready = () => nnbench.landscape.map && nnbench.landscape.map.figure;
  const mapOf = (target) => target.closest && target.closest("#landscape-map");

  let at = null;
  let resting = null;

  function cellUnder(event) {
    const { map } = nnbench.landscape, box = byId("landscape-map").getBoundingClientRect(), places = nnbench.heights.placesOf(map);
    const x = Math.floor((event.clientX - box.left - places.left) / places.across);
    const y = map.height - 1 - Math.floor((event.clientY - box.top - places.y(map.height - 1)) / places.up);
    return x >= 0 && y >= 0 && x < map.width && y < map.height ? [x, y] : null;
  }

  function goTo(cell) {
    const { map } = nnbench.landscape;
    if (cell && at && cell[0] === at[0] && cell[1] === at[1]) return;
    at = cell;
    nnbench.heights.at(map, cell);
    clearTimeout(resting);
    tell();
    if (!cell) nnbench.glimpse.hide();
    else resting = setTimeout(() => glimpse(knobsAt(map, cell)), REST);
  }

  /* Says the cell in words; it may have been run, or become another, since it was last said. */
  function tell() {
    const { map, says: whole } = nnbench.landscape, says = byId("landscape-says"), words = at && map.figure ? nameOf(map, at) : whole;
    if (says.textContent !== words) says.textContent = words;
  }

  function glimpse({ weight_seed: weightSeed = null, ...knobs }) {
    if (!nnbench.bench.held) nnbench.glimpse.show(knobs, weightSeed);
  }

  /* The two knobs as this cell has them. */
  function knobsAt(map, [x, y]) {
    const values = { [map.x]: map.values[map.x][x], [map.y]: map.values[map.y][y] };
    return "alpha" in values ? Object.assign(values, { alpha: { position: values.alpha } }) : values;
  }

  function nameOf(map, [x, y]) {
    const said = [[map.x, x], [map.y, y]].map(([name, k]) => {
      const value = map.values[name][k];
      return `${nnbench.landscape.KNOBS[name].word} ${name === "alpha" ? nnbench.number(nnbench.alphaAt(value)) : value.toLocaleString("en")}`;
    });
    return `${said.join(", ")}: ${heightOf(map, y * map.width + x)}.`;
  }

  function heightOf(map, cell) {
    const { value, word } = nnbench.heights.MEASURES[nnbench.heights.measure()];
    if (!map.known[cell]) return "still to run";
    if (map.diverged[cell] >= 0) return `diverged at step ${map.diverged[cell].toLocaleString("en")}`;
    const height = value(map, cell);
    if (word !== "steps") return `${word} ${height === Infinity ? "∞" : height.toFixed(2).replace("-", "−")}, settled loss ${nnbench.number(map.settled[cell])}`;
    return height === Infinity ? `never down to ${map.reaching}` : `down to ${map.reaching} after ${height.toLocaleString("en")} steps`;
  }

  function turnTo(cell) {
    const { bench } = nnbench, { weight_seed: weightSeed, ...knobs } = knobsAt(nnbench.landscape.map, cell);
    nnbench.glimpse.hide();
    clearTimeout(resting);
    if (weightSeed === undefined || weightSeed === bench.shown.frame.drawn.seed) return nnbench.turn(knobs);
    Object.assign(bench.knobs, knobs);
    return nnbench.change("weight seed", 0, weightSeed);
  }

  function pressed(event) {
    if (!mapOf(event.target) || !ready() || event.ctrlKey || event.metaKey || event.altKey) return;
    const { map } = nnbench.landscape, move = MOVES[event.key], from = at || current(map);
    if (move) goTo([clipped(from[0] + move[0], map.width), clipped(from[1] + move[1], map.height)]);
    else if (event.key === "Home") goTo(current(map));
    else if (event.key === "Enter" || event.key === " ") turnTo(from);
    else if (event.key === "Escape") goTo(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const clipped = (cell, count) => Math.min(count - 1, Math.max(0, cell));
  const current = (map) => nnbench.landscape.here().map((place, k) => clipped(Math.round(place) || 0, [map.width, map.height][k]));

  document.addEventListener("keydown", pressed, true);
  document.addEventListener("pointermove", (event) => {
    if (!ready() || event.pointerType === "touch") return;
    if (mapOf(event.target)) goTo(cellUnder(event));
    else if (at && document.activeElement !== byId("landscape-map")) goTo(null);
  });
  document.addEventListener("click", (event) => {
    const cell = mapOf(event.target) && ready() && cellUnder(event);
    if (cell) turnTo(cell);
  });
  document.addEventListener("focusin", ({ target }) => target.id === "landscape-map" && ready() && target.matches(":focus-visible") && goTo(current(nnbench.landscape.map)));
  document.addEventListener("focusout", ({ target }) => target.id === "landscape-map" && ready() && goTo(null));

  nnbench.wander = { tell };
})((window.nnbench = window.nnbench || {}));
