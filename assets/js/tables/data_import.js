/**
 * What comes into the data dialog from outside: pasted from a spreadsheet, dropped, or chosen as a file. The server
 * reads the text, and says how it understood it, or which row is wrong.
 */

import { byId, closest, make } from "../lib/dom.js";
import { jsonOf, postJson } from "../lib/http.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { fillDataDialog, isDataDialogOpen, sayInDataDialog } from "./data_dialog.js";

const NO_RESPONSE = "The server did not answer. Try again.";
const ACCEPTED = ".csv,.tsv,.txt,text/csv,text/plain";
const TABULAR = /[\t\n;,]|\S +\S/;
const isOpen = () => byId("facts") && isDataDialogOpen();

async function read(text) {
  const most = constants.mostCharacters;
  sayInDataDialog("");
  const tooLong = () => ({
    error: `The text has ${formatCount(text.length)} characters; at most ${formatCount(most)} (1 MB) are read.`,
  });
  const reply = text.length > most ? tooLong() : await parse(text);
  if (reply.error) {
    sayInDataDialog(reply.error);
    return;
  }
  fillDataDialog(
    reply.rows.map((row) => row.map(String)),
    reply.inputs.length,
    reply.outputs.length,
  );
  sayInDataDialog(summaryOf(reply), true);
}

const parse = async (text) => (await jsonOf(await postJson("facts", { text }))) || { error: NO_RESPONSE };

/** 4 rows: a, b in, c out. */
function summaryOf({ rows, inputs, outputs, guessed }) {
  const count = `${formatCount(rows.length)} row${rows.length === 1 ? "" : "s"}`;
  if (guessed) return `${count}. No name said which columns are expected: the last one is.`;
  return `${count}: ${inputs.join(", ")} in, ${outputs.join(", ")} out.`;
}

function chooseFile() {
  const field = make("input", { type: "file", accept: ACCEPTED });
  field.addEventListener("change", async () => read(await field.files[0].text()));
  field.click();
}

function onPaste(event) {
  const text = event.clipboardData.getData("text");
  if (!closest(event.target, "#facts") || !TABULAR.test(text.trim())) return;
  event.preventDefault();
  read(text);
}

async function onDrop(event) {
  if (!isOpen()) return;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  read(file ? await file.text() : event.dataTransfer.getData("text"));
}

export function installDataImport() {
  document.addEventListener("paste", onPaste);
  document.addEventListener("dragover", (event) => isOpen() && event.preventDefault());
  document.addEventListener("drop", onDrop);
  document.addEventListener("click", ({ target }) => target.id === "facts-file" && chooseFile());
}
