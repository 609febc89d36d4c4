/* What comes into the table of facts from outside: pasted from a spreadsheet, dropped, or chosen as a file. The server reads the text, and
   says how it understood it, or which row is wrong. */
(function (nnbench) {
  "use strict";

  const MOST_CHARACTERS = 1_000_000;
  const LATER = "The server did not answer. Try again.";
  const dialog = () => document.getElementById("facts");

  async function read(text) {
    const { facts } = nnbench, count = text.length.toLocaleString("en");
    facts.tell("");
    const told = text.length > MOST_CHARACTERS ? { error: `The text has ${count} characters; at most 1,000,000 (1 MB) are read.` } : await ask(text);
    if (told.error) {
      facts.tell(told.error);
      return;
    }
    facts.take(told.rows.map((row) => row.map(String)), told.inputs.length, told.outputs.length);
    facts.tell(understood(told), true);
  }

  async function ask(text) {
    const body = JSON.stringify({ text }), headers = { "Content-Type": "application/json" };
    const response = await fetch(nnbench.here("facts"), { method: "POST", headers, body }).catch(() => null);
    return (response && (await response.json().catch(() => null))) || { error: LATER };
  }

  /* 4 rows: a, b in, c out. */
  function understood({ rows, inputs, outputs, guessed }) {
    const count = `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}`;
    if (guessed) return `${count}. No name said which columns are expected: the last one is.`;
    return `${count}: ${inputs.join(", ")} in, ${outputs.join(", ")} out.`;
  }

  async function choose() {
    const field = nnbench.make("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", on: { change: async () => read(await field.files[0].text()) } });
    field.click();
  }

  document.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text"), inside = event.target.closest && event.target.closest("#facts");
    if (!inside || !/[\t\n;,]|\S +\S/.test(text.trim())) return;
    event.preventDefault();
    read(text);
  });
  document.addEventListener("dragover", (event) => dialog() && dialog().open && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!dialog() || !dialog().open) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    read(file ? await file.text() : event.dataTransfer.getData("text"));
  });
  document.addEventListener("click", ({ target }) => target.id === "facts-file" && choose());
})((window.nnbench = window.nnbench || {}));
