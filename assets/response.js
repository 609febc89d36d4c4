/* The maps: the frame's figure has the target, a run brings the outputs, and what they miss is taken here. Over the squares lie the
   latest samples and a ring around what is probed: a dozen traces of Plotly's for them would cost as much as the maps themselves. While
   the cursor moves, a canvas paints the squares. */
(function (nnbench) {
  "use strict";

  const COLUMNS = 3;
  const TARGET = 0;
  const ERROR = 2;
  const LINE_POINTS = 2;

  /* The figure of the frame, with a run's outputs in it. */
  function answered({ figure, inputs, rows }, { output, target: told, highest }) {
    const given = nnbench.decode(output), each = given.length / rows, data = figure.data.slice(), plane = told && nnbench.decode(told);
    for (let row = 0; row < rows; row++) {
      const out = given.subarray(row * each, (row + 1) * each);
      if (inputs === 1) {
        data[LINE_POINTS * row + 1] = Object.assign({}, data[LINE_POINTS * row + 1], { y: out });
        continue;
      }
      const first = COLUMNS * row, side = Math.sqrt(each);
      const target = plane ? plane.subarray(row * each, (row + 1) * each) : targetOf(data[first]);
      if (plane) data[first] = Object.assign({}, data[first], { z: nnbench.rowsOf(target, side) });
      const missed = out.map((value, k) => value - target[k]);
      data[first + 1] = Object.assign({}, data[first + 1], { z: nnbench.rowsOf(out, side) });
      data[first + 2] = Object.assign({}, data[first + 2], { z: nnbench.rowsOf(missed, side) });
    }
    const yaxis = Object.assign({}, figure.layout.yaxis, { range: [-highest, highest] });
    return { data, layout: inputs === 1 ? Object.assign({}, figure.layout, { yaxis }) : figure.layout };
  }

  const targets = new WeakMap();

  function targetOf(trace) {
    if (!targets.has(trace)) targets.set(trace, nnbench.decode(trace.z));
    return targets.get(trace);
  }

  /* The squares of a figure with a run's outputs in it, painted where Plotly has them; the targets stay as they are. */
  function painted(box, { data, layout }, still) {
    const side = data[0].x.length || nnbench.decode(data[0].x).length, width = box.clientWidth, height = box.clientHeight, { l, r, t, b } = layout.margin;
    const parts = data.filter((trace, k) => k % COLUMNS !== 0 || !still).map((trace) => {
      const [x, y] = [layout[`xaxis${trace.xaxis.slice(1)}`].domain, layout[`yaxis${trace.yaxis.slice(1)}`].domain];
      const across = width - l - r, down = height - t - b;
      return { numbers: flat(trace.z), left: l + across * x[0], top: t + down * (1 - y[1]), width: across * (x[1] - x[0]), height: down * (y[1] - y[0]) };
    });
    nnbench.ramp.squares(box, parts, side, data[0].zmax, data[0].colorscale);
  }

  const flat = (rows) => rows.flatMap((row) => Array.from(row));

  /* Samples on the targets, and the ring on every square. Where the target is known at the facts only, target and error are drawn there,
     each fact in the colour of what is wanted or missed. */
  function mark(box, { figure, inputs }, { marks, ring, facts }) {
    const svg = box.querySelector(".marks") || box.appendChild(nnbench.element("svg", { class: "marks", "aria-hidden": "true" }));
    const { l, r, t, b } = figure.layout.margin, width = box.clientWidth - l - r, height = box.clientHeight - t - b;
    const squares = inputs === 1 ? [] : figure.data.map((trace) => [figure.layout[`xaxis${trace.xaxis.slice(1)}`], figure.layout[`yaxis${trace.yaxis.slice(1)}`]]);
    const within = ([low, high], share) => low + (high - low) * share;
    svg.replaceChildren(...squares.flatMap(([x, y], k) => {
      const across = (share) => (l + width * within(x.domain, share)).toFixed(1), up = (share) => (t + height * (1 - within(y.domain, share))).toFixed(1);
      const at = ([u, v], name, radius) => nnbench.element("circle", { class: name, r: radius, cx: across(u), cy: up(v) });
      const frame = () => nnbench.element("path", { class: "frame", d: `M${across(0)} ${up(0)}H${across(1)}V${up(1)}H${across(0)}Z` });
      const known = facts && { [TARGET]: facts.wanted, [ERROR]: facts.missed }[k % COLUMNS], row = Math.floor(k / COLUMNS);
      const dots = known || k % COLUMNS === TARGET ? marks.map((point, i) => inside(point) && dot(at, point, known && known[i][row])) : [];
      return [...(known ? [frame()] : []), ...dots.filter(Boolean), ...(ring && inside(ring) ? [at(ring, "around", 4.5), at(ring, "ring", 4.5)] : [])];
    }));
  }

  function dot(at, point, share) {
    if (share === undefined || share === null) return at(point, "sample", 1.75);
    const made = at(point, "sample soft tint", 3.5);
    made.style.setProperty("--t", share);
    return made;
  }

  let across = [0, 1];

  /* The two inputs that the maps are drawn over. */
  const axes = () => across;

  /* Which two of many inputs are drawn; the rest stay at the last sample. */
  function axesOf({ inputs }, { axes: drawn }, chosen) {
    across = drawn;
    const box = document.getElementById("response-axes");
    box.hidden = inputs <= 2;
    if (box.hidden) return;
    const select = (k, word) => nnbench.make("label", {}, `${word} `, nnbench.make("select", { class: "mini", on: { change: (event) => chosen(k, Number(event.target.value)) } },
      ...Array.from({ length: inputs }, (_, i) => nnbench.make("option", { value: i, selected: i === drawn[k] }, nnbench.subscript("v", i)))));
    box.replaceChildren(select(0, "Across"), select(1, "up"), nnbench.make("span", {}, "the rest as probed"));
  }

  const inside = ([u, v]) => u >= 0 && u <= 1 && v >= 0 && v <= 1;

  nnbench.maps = { answered, painted, mark, axes, axesOf };
})((window.nnbench = window.nnbench || {}));
