/* The maps: the frame's figure has the target, a run brings the outputs, and what they miss is taken here. Over the squares lie the
   latest samples and a ring around the last one: a dozen traces of Plotly's for them would cost as much as the maps themselves. */
(function (nnbench) {
  "use strict";

  const COLUMNS = 3;
  const LINE_POINTS = 2;

  /* The figure of the frame, with a run's outputs in it. */
  function answered({ figure, inputs, rows }, { output, highest }) {
    const given = nnbench.decode(output), each = given.length / rows, data = figure.data.slice();
    for (let row = 0; row < rows; row++) {
      const out = given.subarray(row * each, (row + 1) * each);
      if (inputs === 1) {
        data[LINE_POINTS * row + 1] = Object.assign({}, data[LINE_POINTS * row + 1], { y: out });
        continue;
      }
      const first = COLUMNS * row, side = Math.sqrt(each), target = targetOf(data[first]);
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
  function mark(box, { figure, inputs }, marks) {
    const svg = box.querySelector(".marks") || box.appendChild(nnbench.element("svg", { class: "marks", "aria-hidden": "true" }));
    const { l, r, t, b } = figure.layout.margin, width = box.clientWidth - l - r, height = box.clientHeight - t - b;
    const places = inputs === 1 ? [] : figure.data.map((trace) => [figure.layout[`xaxis${trace.xaxis.slice(1)}`], figure.layout[`yaxis${trace.yaxis.slice(1)}`]]);
    svg.replaceChildren(...places.flatMap(([x, y], k) => {
      const within = ([low, high], share) => low + (high - low) * share;
      const at = ([u, v], name, radius) => nnbench.element("circle", {
        class: name, r: radius, cx: (l + width * within(x.domain, u)).toFixed(1), cy: (t + height * (1 - within(y.domain, v))).toFixed(1),
      });
      const last = marks[marks.length - 1], samples = k % COLUMNS === 0 ? marks.map((point) => at(point, "sample", 1.75)) : [];
      return [...samples.filter((_, i) => inside(marks[i])), ...(inside(last) ? [at(last, "around", 4.5), at(last, "ring", 4.5)] : [])];
    }));
  }

  const inside = ([u, v]) => u >= 0 && u <= 1 && v >= 0 && v <= 1;

  nnbench.maps = { answered, mark };
})((window.nnbench = window.nnbench || {}));
