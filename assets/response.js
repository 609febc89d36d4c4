/* The maps: the frame's figure has the target, a run brings the outputs, and what they miss is taken here. Over the squares lie the
   latest samples and a ring around the last one: a dozen traces of Plotly's for them would cost as much as the maps themselves. */
(function (nnbench) {
  "use strict";

  const COLUMNS = 3;
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

  /* Samples on the targets, and the ring on every square. */
  function mark(box, { figure, inputs }, { marks, wanted }) {
    const svg = box.querySelector(".marks") || box.appendChild(nnbench.element("svg", { class: "marks", "aria-hidden": "true" }));
    const { l, r, t, b } = figure.layout.margin, width = box.clientWidth - l - r, height = box.clientHeight - t - b;
    const places = inputs === 1 ? [] : figure.data.map((trace) => [figure.layout[`xaxis${trace.xaxis.slice(1)}`], figure.layout[`yaxis${trace.yaxis.slice(1)}`]]);
    svg.replaceChildren(...places.flatMap(([x, y], k) => {
      const within = ([low, high], share) => low + (high - low) * share;
      const at = ([u, v], name, radius) => nnbench.element("circle", {
        class: name, r: radius, cx: (l + width * within(x.domain, u)).toFixed(1), cy: (t + height * (1 - within(y.domain, v))).toFixed(1),
      });
      const last = marks[marks.length - 1], samples = k % COLUMNS === 0 ? marks.map((point, i) => dot(at, point, wanted && wanted[i][k / COLUMNS])) : [];
      const ringed = inside(last) && !(wanted && k % COLUMNS === ERROR);
      return [...samples.filter((_, i) => inside(marks[i])), ...(ringed ? [at(last, "around", 4.5), at(last, "ring", 4.5)] : [])];
    }));
  }

  /* A sample; where the target is known at the samples only, it has the colour of what is wanted there. */
  function dot(at, point, wanted) {
    if (wanted === null || wanted === undefined) return at(point, "sample", 1.75);
    const made = at(point, "sample soft tint", 3.5);
    made.style.setProperty("--t", wanted);
    return made;
  }

  /* Which two of many inputs are drawn; the rest stay at the last sample. */
  function axesOf({ inputs }, { axes }, chosen) {
    const box = document.getElementById("response-axes");
    box.hidden = inputs <= 2;
    if (box.hidden) return;
    const select = (k, word) => nnbench.make("label", {}, `${word} `, nnbench.make("select", { class: "mini", on: { change: (event) => chosen(k, Number(event.target.value)) } },
      ...Array.from({ length: inputs }, (_, i) => nnbench.make("option", { value: i, selected: i === axes[k] }, nnbench.subscript("v", i)))));
    box.replaceChildren(select(0, "Across"), select(1, "up"), nnbench.make("span", {}, "the rest as in the last sample"));
  }

  const inside = ([u, v]) => u >= 0 && u <= 1 && v >= 0 && v <= 1;

  nnbench.maps = { answered, mark, axesOf };
})((window.nnbench = window.nnbench || {}));
