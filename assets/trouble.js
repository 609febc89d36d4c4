/* What goes wrong, in words: values that were refused, requests that were not answered, a server that is gone. The last good run stays. */
(function (nnbench) {
  "use strict";

  const RETRY = 2000;
  const byId = (id) => document.getElementById(id);

  function refuse({ field, sentence }) {
    const { bench } = nnbench;
    if (field === "note") {
      note(sentence);
      return;
    }
    const shown = bench.base && stillShowing(field);
    unmark(field);
    nnbench.set(`${field}-error`, { children: shown ? `${sentence} Still showing ${shown}.` : sentence });
    bench.refused = field;
    boxesOf(field).forEach((box) => box.setAttribute("aria-invalid", "true"));
    backToBase();
  }

  /* The field that was refused: a knob's own, the layer's whose width or function was typed, or the formulas of the target that were. */
  function boxesOf(field) {
    const { what, at } = nnbench.changing || {};
    const where = { network: `.layer[data-at="${at}"] input[data-hand|="${{ width: "width", function: "formula" }[what]}"]`, target: "#target-formulas input" };
    return [...document.querySelectorAll(where[field] || `#${field}-field`)].filter((box) => field !== "target" || box.value !== box.defaultValue);
  }

  function stillShowing(field) {
    const { alpha, samples, seed } = nnbench.bench.shown ? nnbench.bench.shown.controls : {};
    return { alpha, samples: samples && samples.toLocaleString("en"), seed }[field];
  }

  function backToBase() {
    const { bench } = nnbench;
    bench.restored = null;
    if (!bench.base) return;
    bench.key = bench.base.key;
    bench.knobs = nnbench.knobsOf(bench.base.experiment, bench.knobs.filter);
  }

  function clearRefusals() {
    nnbench.set("note", { hidden: true });
    nnbench.editing.close();
    nnbench.facts.close();
    unmark();
  }

  /* What was refused and is no longer in question stands again as it is; another try at the same field keeps its text. */
  const STANDING = { network: () => nnbench.strip.again(), target: () => nnbench.target.again() };

  function unmark(next) {
    const { bench } = nnbench, { refused } = bench;
    if (!refused) return;
    nnbench.set(`${refused}-error`, { children: "" });
    document.querySelectorAll("[aria-invalid=true]").forEach((box) => box.removeAttribute("aria-invalid"));
    bench.refused = null;
    if (refused !== next && STANDING[refused]) STANDING[refused]();
  }

  /* While the dialog of facts covers the page, it says it too. */
  function note(text) {
    if (byId("facts").open) nnbench.facts.tell(text);
    nnbench.set("note-text", { children: text });
    nnbench.set("note", { hidden: false });
  }

  /* No answer will come: the server is gone, or it said why, and whether to come again. */
  function failed(serial, refusal) {
    const { gate } = nnbench;
    gate.failed(serial, !refusal || refusal.again);
    if (!refusal) {
      lostServer();
      return;
    }
    note(refusal.sentence);
    if (refusal.again) {
      gate.rest();
      setTimeout(() => gate.wake(), 1000 * refusal.again);
      return;
    }
    backToBase();
    if (gate.idle) nnbench.waiting(false);
  }

  function lostServer() {
    nnbench.gate.rest();
    if (document.body.classList.contains("lost")) return;
    note("Connection lost. Your knobs are kept here; retrying.");
    document.body.classList.add("lost");
    const again = () => fetch(nnbench.here("healthz"), { cache: "no-store" }).then((r) => r.ok || Promise.reject(), () => Promise.reject()).then(() => {
      document.body.classList.remove("lost");
      nnbench.set("note", { hidden: true });
      nnbench.gate.wake();
    }, () => setTimeout(again, RETRY));
    again();
  }

  Object.assign(nnbench, { refuse, clearRefusals, note, failed, lostServer });
})((window.nnbench = window.nnbench || {}));
