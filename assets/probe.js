/* The probe: one vector forward through every layer, and the slope of its loss back. Its columns are made anew only for another network;
   their numbers follow the cursor. An input of one's own is typed in the first column. */
(function (nnbench) {
  "use strict";

  const READABLE = 12;
  const FEW = 4;
  const HEIGHT = 176;
  const LARGEST = 1e6;
  const make = (...parts) => nnbench.make(...parts);
  const byId = (id) => document.getElementById(id);

  let told = null;
  let shown = null;
  let visible = false;

  /* What the server tells of the vector at the cursor; drawn when somebody can see it. */
  function show(probe) {
    if (nnbench.bench.own && probe.sample !== null) nnbench.bench.own = null;
    told = probe;
    if (visible) draw();
  }

  function draw() {
    if (shown === told || !told) return;
    shown = told;
    what(told);
    const vectors = columnsOf(told), box = byId("probe-flow");
    const signature = JSON.stringify([vectors.map(({ head, says, values }) => [head, says, values.length]), told.sample === null, !!told.loss]);
    if (box.dataset.signature !== signature) {
      box.dataset.signature = signature;
      box.style.setProperty("--columns", vectors.length);
      box.replaceChildren(...rows(vectors));
    }
    fill(box, vectors);
    nnbench.update.show(told);
  }

  /* The columns, their arrays read; the target is the last of them. */
  function columnsOf({ columns, target }) {
    const read = columns.map(({ head, says, values, slopes }) => ({ head, says, values: nnbench.decode(values), slopes: slopes && nnbench.decode(slopes) }));
    return target ? [...read, { head: "Target", says: "t", values: nnbench.decode(target), slopes: null }] : read;
  }

  /* ── sample or own input ── */

  function what({ sample }) {
    const box = byId("probe-what"), { own } = nnbench.bench, k = nnbench.cursor.place.sample.toLocaleString("en");
    if (!box.children.length) box.append(choice("sample", () => ownInput(null)), choice("own", () => ownInput(probed())));
    const [first, second] = box.querySelectorAll("label");
    first.textContent = sample === null ? `Sample ${k}` : `Sample ${sample.toLocaleString("en")}`;
    second.textContent = "Own input";
    box.querySelector(`input[value=${own ? "own" : "sample"}]`).checked = true;
  }

  function choice(value, act) {
    const input = make("input", { type: "radio", name: "probe-what", value, id: `probe-${value}`, on: { change: act } });
    return make("div", {}, input, make("label", { for: `probe-${value}` }));
  }

  /* The vector that is probed now, as plain numbers. */
  const probed = () => Array.from(nnbench.decode(told.columns[0].values));

  /* Probes this input; null goes back to the samples. */
  function ownInput(vector) {
    nnbench.bench.own = vector;
    nnbench.cursor.look();
  }

  function typed(at, field) {
    const value = Number(field.value.trim().replace("−", "-") || NaN), good = Math.abs(value) <= LARGEST;
    field.toggleAttribute("aria-invalid", !good);
    if (!good) {
      byId("probe-says").textContent = "An input is a number from −1,000,000 to 1,000,000, such as 0.39.";
      return;
    }
    const vector = probed();
    vector[at] = value;
    ownInput(vector);
  }

  /* ── columns ── */

  function rows(vectors) {
    const head = vectors.flatMap(({ head: name, says }, k) => [...(k ? [make("span")] : []), make("span", { class: "name" }, make("b", {}, name), says)]);
    const forward = vectors.flatMap((vector, k) => [...(k ? [sign(vectors, k)] : []), column(vector, k, "values")]);
    const first = [make("span"), ...head, side("Forward", "value"), ...forward];
    return told.loss ? [...first, side("Backward", "slope of loss"), ...backward(vectors)] : first;
  }

  function backward(vectors) {
    const told = vectors.slice(0, -1).flatMap((vector, k) => [...(k ? [arrow("←")] : []), column(vector, k, "slopes")]);
    return [...told, arrow("←"), make("span", { class: "loss" }, make("b"), "loss")];
  }

  const side = (name, words) => make("span", { class: "side" }, make("b", {}, name), words);
  const arrow = (text) => make("span", { class: "arrow", "aria-hidden": "true" }, text);
  const sign = (vectors, k) => arrow(vectors[k].head === "Target" ? "−" : "→");

  function column({ values }, k, part) {
    const typable = part === "values" && k === 0 && nnbench.bench.own, many = values.length > READABLE;
    const cells = Array.from(values, (_, at) => (typable ? ownField(at) : make("span", { class: "cell tint tint-text" }, ...(many ? [] : [make("span")]))));
    const style = { "--cell": values.length <= FEW ? "32px" : many ? `${Math.max(3, HEIGHT / values.length)}px` : "22px" };
    return make("div", { class: many ? "vector many" : "vector", role: typable ? "group" : "img", style, "data-part": part, "data-column": k }, ...cells);
  }

  const ownField = (at) => make("input", { class: "cell", inputmode: "decimal", "aria-label": `Input ${nnbench.subscript("v", at)}`, on: { change: (event) => typed(at, event.target) } });

  function fill(box, vectors) {
    const scales = { values: greatest(vectors.map(({ values }) => values)), slopes: greatest(vectors.map(({ slopes }) => slopes || [])) };
    box.querySelectorAll(".vector").forEach((vector) => {
      const { part, column: k } = vector.dataset, { head } = vectors[k], numbers = vectors[k][part];
      write(vector, numbers, scales[part], part === "values" ? nnbench.twoDecimals : nnbench.slope);
      const texts = Array.from(numbers, part === "values" ? nnbench.twoDecimals : nnbench.slope).join(", ");
      vector.setAttribute("aria-label", part === "values" ? `${head}: ${texts}` : `Slope of the loss at ${head}: ${texts}`);
    });
    const loss = box.querySelector(".loss b");
    if (loss) loss.textContent = told.loss;
  }

  const greatest = (arrays) => Math.max(1e-12, ...arrays.map((numbers) => numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0)));

  /* Numbers into cells: the colour, and the text where there is room for one. */
  function write(vector, numbers, scale, written) {
    Array.from(vector.children).forEach((cell, at) => {
      const text = written(numbers[at]);
      if (cell.tagName === "INPUT") {
        if (document.activeElement !== cell || Number(cell.value) !== numbers[at]) cell.value = Number(numbers[at].toPrecision(6));
        return;
      }
      cell.style.setProperty("--t", Number.isFinite(numbers[at]) ? (numbers[at] / scale).toFixed(3) : 0);
      if (cell.firstChild) cell.firstChild.textContent = text;
      else cell.title = text;
    });
  }

  document.addEventListener("DOMContentLoaded", () => watch());

  /* The section comes with Dash's layout; until then there is nothing to see. */
  function watch() {
    const section = byId("at-probe");
    if (!section) {
      requestAnimationFrame(watch);
      return;
    }
    new IntersectionObserver(([entry]) => {
      visible = entry.isIntersecting;
      if (visible) draw();
    }, { rootMargin: "200px" }).observe(section);
  }

  nnbench.probe = { show, ownInput, probed, greatest };
})((window.nnbench = window.nnbench || {}));
