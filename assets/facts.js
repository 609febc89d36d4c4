/* The dialog of one's own facts: a row for each, typed, pasted or read from a file (`pasting.js`). What stands in the table is learned when
   it is used; until then it waits there, also while the dialog is closed. */
(function (nnbench) {
  "use strict";

  const MOST_SHOWN = 100;
  const MOST_COLUMNS = 16;
  const FIRST_ROWS = 4;
  const NUMBER = /^[+\-−]?(\d+[.,]?\d*|[.,]\d+)(e[+\-−]?\d+)?$/i;
  const byId = (id) => document.getElementById(id);
  const fill = (text) => (text ?? "").trim();
  const facts = { rows: [], inputs: 1, outputs: 1, of: null };

  function open() {
    const { experiment, shown } = nnbench.bench, { inputs: table } = experiment, { name } = shown.frame;
    if (facts.of !== name) {
      facts.of = name;
      if (table.kind) take(table.inputs.map((row, k) => [...row, ...table.targets[k]].map(String)), table.inputs[0].length, table.targets[0].length);
      else clear();
      nnbench.set("facts-shuffled", { checked: Boolean(table.shuffled) });
    }
    tell("");
    byId("facts").showModal();
    // On a telephone a field in hand would bring up the keyboard at once.
    if (window.innerWidth >= 900) cellAt(0, 0).focus();
  }

  function clear() {
    const { strip, target } = nnbench.bench.shown.frame;
    take(Array.from({ length: FIRST_ROWS }, () => []), strip.widths[0], target.formulas.length);
    tell("");
  }

  function take(rows, inputs, outputs) {
    Object.assign(facts, { rows, inputs, outputs });
    draw();
  }

  function draw() {
    const { rows, inputs, outputs } = facts, names = [...name("v", inputs), ...name("y", outputs)];
    const head = nnbench.make("tr", {}, nnbench.make("td"), ...names.map((text, k) => nnbench.make("th", { scope: "col", class: k === inputs ? "first-output" : "" }, text)));
    const lines = rows.slice(0, MOST_SHOWN).map((row, r) => nnbench.make("tr", {}, nnbench.make("th", { scope: "row" }, String(r + 1)), ...names.map((text, c) => cell(row, r, c, text))));
    byId("facts-rows").replaceChildren(nnbench.make("thead", {}, head), nnbench.make("tbody", {}, ...lines));
    const more = rows.length - lines.length;
    byId("facts-more").textContent = more > 0 ? `and ${more.toLocaleString("en")} more rows` : "";
  }

  const name = (letter, count) => Array.from({ length: count }, (_, k) => nnbench.subscript(letter, k));

  function cell(row, r, c, text) {
    const field = nnbench.make("input", {
      value: row[c] ?? "", inputmode: "text", "aria-label": `Row ${r + 1}, ${text}`, "aria-describedby": "facts-error",
      on: { input: ({ target }) => { row[c] = target.value; target.removeAttribute("aria-invalid"); } },
    });
    return nnbench.make("td", { class: c === facts.inputs ? "first-output" : "" }, field);
  }

  const cellAt = (r, c) => byId("facts-rows").querySelectorAll(`tbody tr:nth-child(${r + 1}) input`)[c];

  function addRow() {
    facts.rows.push([]);
    draw();
    const last = cellAt(facts.rows.length - 1, 0);
    if (last) last.focus();
  }

  /* One column more at the end of the inputs or of the outputs, or one less. */
  function widen(part, by) {
    if (facts[part] + by < 1 || facts[part] + by > MOST_COLUMNS) return;
    const at = part === "inputs" ? facts.inputs : facts.inputs + facts.outputs;
    facts.rows.forEach((row) => {
      while (row.length < facts.inputs + facts.outputs) row.push("");
      if (by > 0) row.splice(at, 0, "");
      else row.splice(at - 1, 1);
    });
    facts[part] += by;
    draw();
  }

  /* The first cell without a number in a row that has some, or null. */
  function wrong() {
    const width = facts.inputs + facts.outputs;
    for (let r = 0; r < facts.rows.length; r++) {
      if (!facts.rows[r].some(fill)) continue;
      for (let c = 0; c < width; c++) if (!NUMBER.test(fill(facts.rows[r][c]))) return { r, c, text: fill(facts.rows[r][c]) };
    }
    return null;
  }

  function use() {
    const found = wrong();
    tell("");
    if (!found) {
      nnbench.change("table", 0, { text: asText(), shuffled: byId("facts-shuffled").checked });
      return;
    }
    const { r, c, text } = found, field = cellAt(r, c);
    tell(`Row ${r + 1}: ${text ? `“${text}” is not a number` : "a number is missing"}.`);
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  function asText() {
    const names = [...Array.from({ length: facts.inputs }, (_, k) => `v${k}`), ...Array.from({ length: facts.outputs }, (_, k) => `y${k}`)];
    const lines = facts.rows.filter((row) => row.some(fill)).map((row) => names.map((_, c) => fill(row[c])).join(";"));
    return [names.join(";"), ...lines].join("\n");
  }

  function tell(sentence, good = false) {
    nnbench.set("facts-error", { children: sentence, className: good ? "hint" : "error" });
  }

  document.addEventListener("click", ({ target }) => {
    const acts = {
      "facts-add": addRow, "facts-clear": clear, "facts-use": use, "facts-more-inputs": () => widen("inputs", 1), "facts-less-inputs": () => widen("inputs", -1),
      "facts-more-outputs": () => widen("outputs", 1), "facts-less-outputs": () => widen("outputs", -1),
    };
    if (acts[target.id]) acts[target.id]();
  });

  const close = () => byId("facts").open && byId("facts").close();

  nnbench.facts = { open, close, take, tell };
})((window.nnbench = window.nnbench || {}));
