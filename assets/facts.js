/* The dialog of one's own facts: a row for each, typed, pasted from a spreadsheet or dropped as a file. The server reads what was pasted;
   what stands in the table is learned when it is used. */
(function (nnbench) {
  "use strict";

  const MOST_SHOWN = 100;
  const MOST_COLUMNS = 16;
  const FIRST_ROWS = 4;
  const byId = (id) => document.getElementById(id);
  const facts = { rows: [], inputs: 1, outputs: 1 };

  function open() {
    const { experiment, shown } = nnbench.bench, table = experiment.inputs, { widths } = shown.frame.strip;
    if (table.kind) take(table.inputs.map((row, k) => [...row, ...table.targets[k]].map(String)), table.inputs[0].length, table.targets[0].length);
    else take(Array.from({ length: FIRST_ROWS }, () => []), widths[0], shown.frame.target.formulas.length);
    nnbench.set("facts-shuffled", { checked: Boolean(table.shuffled) });
    tell("");
    byId("facts").showModal();
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
      value: row[c] ?? "", inputmode: "text", "aria-label": `Row ${r + 1}, ${text}`, on: { input: (event) => (row[c] = event.target.value) },
    });
    return nnbench.make("td", { class: c === facts.inputs ? "first-output" : "" }, field);
  }

  function addRow() {
    facts.rows.push([]);
    draw();
    const fields = byId("facts-rows").querySelectorAll("tbody tr:last-child input");
    fields[0].focus();
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

  const filled = () => facts.rows.filter((row) => row.some((text) => text && text.trim()));

  function asText() {
    const names = [...Array.from({ length: facts.inputs }, (_, k) => `v${k}`), ...Array.from({ length: facts.outputs }, (_, k) => `y${k}`)];
    const lines = filled().map((row) => names.map((_, c) => (row[c] ?? "").trim()).join(";"));
    return [names.join(";"), ...lines].join("\n");
  }

  function use() {
    nnbench.change("table", 0, { text: asText(), shuffled: byId("facts-shuffled").checked });
  }

  async function read(text) {
    tell("");
    const body = JSON.stringify({ text }), headers = { "Content-Type": "application/json" };
    const told = await fetch(nnbench.here("facts"), { method: "POST", headers, body }).then((r) => r.json(), () => ({ error: "The server did not answer. Try again." }));
    if (told.error) tell(told.error);
    else {
      take(told.rows.map((row) => row.map(String)), told.inputs.length, told.outputs.length);
      tell(told.guessed ? `No name said which columns are expected: the last one is. ${told.rows.length.toLocaleString("en")} rows.` : `${told.rows.length.toLocaleString("en")} rows read.`, true);
    }
  }

  function tell(sentence, good = false) {
    nnbench.set("facts-error", { children: sentence, className: good ? "hint" : "error" });
  }

  document.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text"), dialog = event.target.closest && event.target.closest("#facts");
    if (!dialog || !/[\t\n;,]|\S +\S/.test(text.trim())) return;
    event.preventDefault();
    read(text);
  });
  document.addEventListener("dragover", (event) => byId("facts") && byId("facts").open && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!byId("facts") || !byId("facts").open) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    read(file ? await file.text() : event.dataTransfer.getData("text"));
  });
  document.addEventListener("click", ({ target }) => {
    const acts = {
      "facts-add": addRow, "facts-use": use, "facts-more-inputs": () => widen("inputs", 1), "facts-less-inputs": () => widen("inputs", -1),
      "facts-more-outputs": () => widen("outputs", 1), "facts-less-outputs": () => widen("outputs", -1),
    };
    if (acts[target.id]) acts[target.id]();
  });

  const close = () => byId("facts").open && byId("facts").close();

  nnbench.facts = { open, close };
})((window.nnbench = window.nnbench || {}));
