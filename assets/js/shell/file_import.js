/**
 * A file comes in: dropped anywhere on the page, or chosen. It goes to the server as it is, which validates it; what it
 * holds is opened like a link and can be undone, and what is refused changes nothing.
 */

import { byId, make } from "../lib/dom.js";
import { addressOf, jsonOf } from "../lib/http.js";
import { noticeRaised } from "../core/signals.js";
import { openFrom } from "./links.js";

const NO_RESPONSE = "The server did not answer. Try again.";
const TOO_LARGE = "The file is larger than BODY_KB allows. It was not opened.";
const PAYLOAD_TOO_LARGE = 413;
const HEADERS = { "Content-Type": "application/octet-stream" };

const isShared = () => byId("share") !== null;
const isCovered = () => document.querySelector("dialog[open]") !== null;
const holdsFile = ({ dataTransfer }) => dataTransfer && [...dataTransfer.types].includes("Files");
const isWelcome = (event) => holdsFile(event) && !isCovered() && isShared();

async function open(file) {
  const response = await fetch(addressOf("import"), { method: "POST", headers: HEADERS, body: file }).catch(() => null);
  const reply = await jsonOf(response);
  if (response && response.status === PAYLOAD_TOO_LARGE) noticeRaised.emit(TOO_LARGE);
  else if (!reply) noticeRaised.emit(NO_RESPONSE);
  else if (reply.experiment) openFrom(reply);
  else noticeRaised.emit(reply.refused || reply.error);
}

export function chooseFile() {
  const field = make("input", { type: "file", accept: ".json,application/json", "aria-label": "File to open" });
  field.addEventListener("change", () => field.files[0] && open(field.files[0]));
  field.click();
}

const showDropping = (on) => document.body.classList.toggle("dropping", on);

export function installFileImport() {
  document.addEventListener("dragover", (event) => {
    if (!isWelcome(event)) return;
    event.preventDefault();
    showDropping(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || showDropping(false));
  document.addEventListener("drop", (event) => {
    showDropping(false);
    if (!isWelcome(event)) return;
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  });
}
