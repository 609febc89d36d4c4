/**
 * A file comes in: dropped anywhere on the page, or chosen. A table goes into the data dialog, which opens to show it.
 * Everything else goes to the server as it is, which validates it; the experiment that it holds is opened like a link
 * and can be undone, and what is refused changes nothing.
 * @import { OpenedLink } from "../core/types.js"
 */

import { byId, closest, make } from "../lib/dom.js";
import { ask, jsonOf } from "../lib/http.js";
import { textOf } from "../lib/text_file.js";
import { noticeRaised } from "../core/signals.js";
import { closeDataDialog, isDataDialogOpen } from "../tables/data_dialog.js";
import { importTable } from "../tables/data_import.js";
import { openFrom } from "./links.js";

const NO_RESPONSE = "The server did not answer. Try again.";
const TOO_LARGE = "The file is larger than BODY_KB allows. It was not opened.";
const UNREADABLE = "This cannot be read as a file. Nothing was opened.";
const PAYLOAD_TOO_LARGE = 413;
const HEADERS = { "Content-Type": "application/octet-stream" };
const TABLES = ".csv,.tsv,.txt,text/csv,text/plain";
const ACCEPTED = `.json,application/json,${TABLES}`;
const TABLE_NAME = /\.(csv|tsv|txt)$/i;
const TABLE_TYPE = /^text\/(csv|plain|tab-separated-values)/;
/** A JSON, or a PDF, which is text. */
const NO_TABLE = /^\s*(\{|\[\s*[{[]|%PDF)/;

const isShared = () => byId("share") !== null;
const isDialogOpen = () => document.querySelector("dialog[open]") !== null;
/** @param {Event} event */
const isOverDialog = ({ target }) => closest(target, "#facts") !== null;
/** @param {DragEvent} event */
const holdsFile = ({ dataTransfer }) => dataTransfer && [...dataTransfer.types].includes("Files");
/** A dialog covers the page: what it says is of the run that it was opened for. @param {DragEvent} event */
const isFileWelcome = (event) => holdsFile(event) && (isDataDialogOpen() || (isShared() && !isDialogOpen()));
/** @param {DragEvent} event */
const isTextWelcome = (event) => !holdsFile(event) && isOverDialog(event) && !closest(event.target, "input");

/**
 * A file that is dropped while the data dialog is open is data, unless it begins as no table does; elsewhere its name
 * or its kind says so.
 * @param {File} file
 */
async function open(file) {
  const start = await file
    .slice(0, 64)
    .text()
    .catch(() => null);
  if (start === null) noticeRaised.emit(UNREADABLE);
  else if (isTable(file, start)) importTable(await textOf(file));
  else openExperimentFile(file);
}

/** @param {File} file @param {string} start */
const isTable = ({ name, type }, start) =>
  !NO_TABLE.test(start) && (isDataDialogOpen() || TABLE_NAME.test(name) || TABLE_TYPE.test(type));

/** @param {File} file */
async function openExperimentFile(file) {
  const response = await ask("import", { method: "POST", headers: HEADERS, body: file }).catch(() => null);
  const reply = await jsonOf(response);
  if (response && response.status === PAYLOAD_TOO_LARGE) noticeRaised.emit(TOO_LARGE);
  else if (!reply) noticeRaised.emit(NO_RESPONSE);
  else if (reply.experiment) show(reply);
  else noticeRaised.emit(reply.refused || reply.error);
}

/** @param {OpenedLink} reply */
function show(reply) {
  closeDataDialog();
  openFrom(reply);
}

export function chooseFile(accept = ACCEPTED) {
  const field = make("input", { type: "file", accept, "aria-label": "File to open" });
  field.addEventListener("change", () => field.files?.[0] && open(field.files[0]));
  field.click();
}

/** @param {boolean} on */
const showDropping = (on) => document.body.classList.toggle("dropping", on);

/** @param {DragEvent} event */
function onDrop(event) {
  const { dataTransfer } = event;
  showDropping(false);
  if (!dataTransfer) return;
  if (isFileWelcome(event)) {
    event.preventDefault();
    open(dataTransfer.files[0]);
  } else if (isTextWelcome(event)) {
    event.preventDefault();
    importTable(dataTransfer.getData("text"));
  }
}

export function installFileImport() {
  document.addEventListener("dragover", (event) => {
    const isWelcome = isFileWelcome(event) || isTextWelcome(event);
    if (!isWelcome && !holdsFile(event)) return;
    // A browser would leave the page for a file that nobody takes.
    event.preventDefault();
    if (isWelcome) showDropping(!isDataDialogOpen());
    else if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || showDropping(false));
  document.addEventListener("drop", onDrop);
  document.addEventListener("click", ({ target }) => closest(target, "#facts-file") && chooseFile(TABLES));
}
