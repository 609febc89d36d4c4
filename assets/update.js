/* This update: weights − α × (slope × input) = new weights, for one affine layer, with a sentence about what it moved. */
(function (nnbench) {
  "use strict";

  const WITH_NUMBERS = 24;
  const MOST_COLUMNS = 4;
  const MOST_CELLS = 144;
  const make = (...parts) => nnbench.make(...parts);
  const byId = (id) => document.getElementById(id);

  let latest = null;
  let chosen = 0;

  function show(told) {
    latest = told;
    const { update = [], says = "Nobody has said what this input should give, so there is no slope and no update." } = told;
    byId("probe-says").textContent = says;
    layers(update);
    const box = byId("probe-update"), part = update[Math.min(chosen, update.length - 1)];
    box.hidden = !part;
    if (!part) return;
    const signature = `${part.rows} ${part.columns} ${part.frozen}`;
    if (box.dataset.signature !== signature) {
      box.dataset.signature = signature;
      box.replaceChildren(figure(part), sign("−"), sign("", "now"), sign("×"), figure(part), sign("="), figure(part));
    }
    fill(box, part, told);
  }

  /* Which of several affine layers. */
  function layers(update) {
    const box = byId("probe-layer"), names = update.map(({ name }) => name);
    if (box.dataset.names === names.join()) return;
    box.dataset.names = names.join();
    chosen = 0;
    box.replaceChildren(...(names.length > 1 ? [make("select", { class: "mini", "aria-label": "Layer", on: { change: (event) => choose(Number(event.target.value)) } },
      ...names.map((name, at) => make("option", { value: at }, name)))] : []));
  }

  function choose(at) {
    chosen = at;
    show(latest);
  }

  const sign = (text, name = "") => make("span", { class: `sign ${name}` }, text);

  function figure({ rows, columns, frozen }) {
    const count = rows * (columns + 1), numbers = count <= WITH_NUMBERS && columns <= MOST_COLUMNS, caption = make("figcaption");
    if (count > MOST_CELLS) return make("figure", {}, make("div", { class: "matrix painted", role: "img", style: { "--rows": rows, "--columns": columns + 1 } }), caption);
    const cell = (place) => make("span", { class: frozen.includes(place) ? "cell tint tint-text frozen" : "cell tint tint-text" }, ...(numbers ? [make("span")] : []));
    const cells = Array.from({ length: rows }, (_, row) => [
      ...Array.from({ length: columns }, (__, column) => cell(row * columns + column)), make("span"), cell(rows * columns + row),
    ]).flat();
    return make("figure", {}, make("div", { class: numbers ? "matrix" : "matrix many", role: "img", style: { "--rows": rows, "--columns": columns } }, ...cells), caption);
  }

  function fill(box, { name, rows, columns, before, slopes, after }, { step, sample, alpha }) {
    const arrays = [before, slopes, after].map(nnbench.decode), scale = nnbench.cursor.scale(), next = sample === null ? "weights after it" : `weights at ${(step + 1).toLocaleString("en")}`;
    const words = [`weights at ${step.toLocaleString("en")}`, "slope × input", next];
    const scales = [scale, nnbench.probe.greatest([arrays[1]]), scale];
    box.querySelectorAll("figure").forEach((drawn, k) => {
      drawn.lastChild.textContent = words[k];
      const matrix = drawn.firstChild;
      const text = k === 1 ? nnbench.slope : nnbench.twoDecimals;
      matrix.setAttribute("aria-label", `${name}, ${words[k]}${arrays[k].length <= WITH_NUMBERS ? `: ${Array.from(arrays[k], text).join(", ")}` : ""}`);
      if (matrix.classList.contains("painted")) painted(matrix, arrays[k], rows, columns, scales[k]);
      else written(matrix, arrays[k], rows, columns, scales[k], text);
    });
    box.querySelector(".now").textContent = alpha;
  }

  /* Cells stand row by row, the bias at the end of each; the numbers have all biases at the end. */
  function written(matrix, numbers, rows, columns, scale, textOf) {
    [...matrix.querySelectorAll(".cell")].forEach((cell, k) => {
      const row = Math.floor(k / (columns + 1)), column = k % (columns + 1);
      const value = numbers[column < columns ? row * columns + column : rows * columns + row], text = textOf(value);
      cell.style.setProperty("--t", Number.isFinite(value) ? (value / scale).toFixed(3) : 0);
      if (cell.firstChild) cell.firstChild.textContent = text;
      else cell.title = text;
    });
  }

  function painted(matrix, numbers, rows, columns, scale) {
    const wide = columns / (columns + 1.2), blocks = [{ rows, columns, box: [0, 0, wide, 1] }, { rows, columns: 1, box: [(columns + 0.2) / (columns + 1.2), 0, 1 / (columns + 1.2), 1] }];
    nnbench.ramp.cells(matrix, blocks, [numbers.subarray(0, rows * columns), numbers.subarray(rows * columns)], scale, nnbench.bench.shown.frame.weights.figure.data[0].colorscale);
  }

  nnbench.update = { show };
})((window.nnbench = window.nnbench || {}));
