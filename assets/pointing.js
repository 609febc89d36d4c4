/* Pointing at what is drawn: a click on a dot of the curve goes to its step and probes its sample; a click or a drag on a response map
   probes that point. */
(function (nnbench) {
  "use strict";

  /* Dash tells which dot was clicked. */
  function clicked(click) {
    const [dot] = click ? click.points : [];
    if (!dot || !nnbench.bench.shown) return;
    nnbench.scrubber.pause();
    nnbench.bench.own = null;
    nnbench.cursor.go(dot.x);
  }

  /* The shares of the way across and up at which a pointer stands in one of the maps; null beside them. */
  function placeAt(box, { clientX, clientY }, { data, layout }) {
    const { left, top } = box.getBoundingClientRect(), { l, r, t, b } = layout.margin;
    const x = (clientX - left - l) / (box.clientWidth - l - r), y = 1 - (clientY - top - t) / (box.clientHeight - t - b);
    const within = (share, [low, high]) => (share - low) / (high - low), inside = (share) => share >= 0 && share <= 1;
    const places = data.map((trace) => [within(x, domainOf(layout, "x", trace.xaxis)), within(y, domainOf(layout, "y", trace.yaxis))]);
    return places.find(([u, v]) => inside(u) && inside(v)) || null;
  }

  const domainOf = (layout, letter, axis = letter) => layout[`${letter}axis${axis.slice(1)}`].domain || [0, 1];

  /* The vector at that place: what is no axis stays as it is probed. */
  function vectorAt([u, v]) {
    const { inputs, figure } = nnbench.bench.shown.frame.response, [low, high] = figure.layout.xaxis.range;
    const vector = nnbench.probe.probed(), [across, up] = nnbench.maps.axes();
    const along = (share) => Number((low + (high - low) * share).toPrecision(4));
    vector[inputs === 1 ? 0 : across] = along(u);
    if (inputs > 1) vector[up] = along(v);
    return vector;
  }

  function point(event) {
    const box = event.target.closest && event.target.closest(".maps"), { shown } = nnbench.bench;
    if (!box || !shown || event.button) return;
    const { figure } = shown.frame.response, place = placeAt(box, event, figure);
    if (!place) return;
    nnbench.scrubber.pause();
    nnbench.probe.ownInput(vectorAt(place));
    const follow = (moved) => {
      const next = placeAt(box, moved, figure);
      if (next) nnbench.probe.ownInput(vectorAt(next));
    };
    window.addEventListener("pointermove", follow);
    ["pointerup", "pointercancel"].forEach((kind) => window.addEventListener(kind, () => window.removeEventListener("pointermove", follow), { once: true }));
  }

  window.addEventListener("pointerdown", point, true);

  nnbench.pointing = { clicked };
})((window.nnbench = window.nnbench || {}));
