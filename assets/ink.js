/* What is drawn beside Plotly's own drawing of the curve, because there it would cost most of the time between a knob and its curve:
   under it a canvas with the run's dots and the triangles of what lies below the axis; over it the level bars that the sentence speaks
   of, with an arrow between them, and the count of the triangles. */
(function (nnbench) {
  "use strict";

  const ARROW_FROM = 0.08;
  const HEAD = 4;

  /* Where a step and a loss lie in the picture, in pixels. */
  function placesIn(picture, { margin, xaxis, yaxis }) {
    const { clientWidth: width, clientHeight: height } = picture, [low, high] = yaxis.range;
    const across = (width - margin.l - margin.r) / xaxis.range[1], down = (height - margin.t - margin.b) / (high - low);
    return { width, height, x: (step) => margin.l + step * across, y: (loss) => margin.t + (high - Math.log10(loss)) * down };
  }

  function under(picture, { dots, lower, layout }) {
    const canvas = picture.querySelector(".under") || picture.insertBefore(document.createElement("canvas"), picture.firstChild);
    const places = placesIn(picture, layout), brush = nnbench.ramp.brushOn(canvas, places);
    canvas.className = "under";
    within(brush, places, layout.margin, nnbench.beneath);
    if (dots) paint(brush, dots, places, dot);
    if (lower) paint(brush, lower, places, triangle);
  }

  /* Other parts' lines, cut where the plot ends. */
  function within(brush, places, { l, r, t, b }, painters) {
    brush.save();
    brush.beginPath();
    brush.rect(l, t, places.width - l - r, places.height - t - b);
    brush.clip();
    painters.forEach((painter) => painter(brush, places));
    brush.restore();
  }

  function paint(brush, { x, y, marker }, places, shape) {
    const steps = nnbench.decode(x), losses = nnbench.decode(y);
    brush.save();
    brush.globalAlpha = marker.opacity;
    brush.fillStyle = marker.color;
    brush.beginPath();
    for (let k = 0; k < steps.length; k++) shape(brush, places.x(steps[k]), places.y(losses[k]), marker.size / 2);
    brush.fill();
    brush.restore();
  }

  function dot(brush, x, y, radius) {
    brush.moveTo(x + radius, y);
    brush.arc(x, y, radius, 0, 2 * Math.PI);
  }

  function triangle(brush, x, y, radius) {
    brush.moveTo(x - radius, y - radius / 2);
    brush.lineTo(x + radius, y - radius / 2);
    brush.lineTo(x, y + radius);
    brush.closePath();
  }

  let placed = null;

  function over(picture, { bars, count, layout }) {
    placed = layout;
    const svg = picture.querySelector(".over") || picture.appendChild(nnbench.element("svg", { class: "over", "aria-hidden": "true" }));
    const places = placesIn(picture, layout);
    svg.replaceChildren(...(bars ? levels(bars, places) : []), ...(count ? [counted(count, places, layout.margin)] : []));
  }

  /* Two bars over the last tenth, and an arrow from the earlier to the current settled loss. */
  function levels({ was, now, samples }, places) {
    const from = places.x(samples - Math.max(1, Math.floor(samples / 10))), to = places.x(samples);
    const bar = (loss, name) => nnbench.element("path", { class: name, d: `M${from} ${places.y(loss)}H${to}` });
    const bars = [bar(was, "halo"), bar(was, "level"), bar(now, "halo"), bar(now, "level")];
    if (Math.abs(Math.log10(was / now)) < ARROW_FROM) return bars;
    const x = (from + to) / 2, end = places.y(now), back = now < was ? -HEAD : HEAD;
    const arrow = `M${x} ${places.y(was)}V${end}M${x - HEAD} ${end + back}L${x} ${end}L${x + HEAD} ${end + back}`;
    return [...bars, nnbench.element("path", { class: "level", d: arrow })];
  }

  function counted({ text, font }, { width, height }, margin) {
    const words = nnbench.element("text", { class: "count", x: width - margin.r + 8, y: height - margin.b - 2 });
    words.style.fill = font.color;
    words.textContent = text;
    return words;
  }

  /* Another run's line over the plot until the next drawing, or none. */
  const glimpse = (picture, line) => lay(picture, line, "glimpse");

  /* The run's own line, as long as Plotly draws none. */
  const early = (picture, line) => lay(picture, line, "early");

  function lay(picture, line, name) {
    const svg = picture.querySelector(".over"), before = svg.querySelector(`.${name}`);
    if (before) before.remove();
    if (!line) return;
    const { x, y } = placesIn(picture, placed), [low, high] = placed.yaxis.range, [, last] = placed.xaxis.range;
    const steps = nnbench.decode(line.x), losses = nnbench.decode(line.y);
    const inside = (loss) => Math.min(10 ** high, Math.max(10 ** low, loss));
    const points = Array.from(steps).flatMap((step, k) => (step <= last ? [`${x(step).toFixed(1)} ${y(inside(losses[k])).toFixed(1)}`] : []));
    svg.append(nnbench.element("path", { class: name, d: `M${points.join("L")}` }));
  }

  nnbench.ink = { under, over, glimpse, early };
})((window.nnbench = window.nnbench || {}));
