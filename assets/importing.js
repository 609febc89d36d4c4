/* A file comes in: dropped anywhere on the page, or chosen. It goes to the server as it is, which judges it; what it holds is opened like
   a link and can be undone, and what is refused changes nothing. */
(function (nnbench) {
  "use strict";

  const NO_ANSWER = "The server did not answer. Try again.";
  const TOO_LARGE = "The file is larger than BODY_KB allows. It was not opened.";
  const shared = () => document.getElementById("share") !== null;
  const busy = () => document.querySelector("dialog[open]") !== null;
  const holdsFile = ({ dataTransfer }) => dataTransfer && [...dataTransfer.types].includes("Files");

  async function take(file) {
    const headers = { "Content-Type": "application/octet-stream" };
    const response = await fetch(nnbench.here("import"), { method: "POST", headers, body: file }).catch(() => null);
    const told = response && (await response.json().catch(() => null));
    if (response && response.status === 413) nnbench.note(TOO_LARGE);
    else if (!told) nnbench.note(NO_ANSWER);
    else if (told.experiment) nnbench.links.bring(told);
    else nnbench.note(told.refused || told.error);
  }

  function choose() {
    const field = nnbench.make("input", { type: "file", accept: ".json,application/json", "aria-label": "File to open" });
    field.addEventListener("change", () => field.files[0] && take(field.files[0]));
    field.click();
  }

  const show = (on) => document.body.classList.toggle("dropping", on);

  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event) || busy() || !shared()) return;
    event.preventDefault();
    show(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || show(false));
  document.addEventListener("drop", (event) => {
    show(false);
    if (!holdsFile(event) || busy() || !shared()) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });

  nnbench.importing = { choose, take };
})((window.nnbench = window.nnbench || {}));
