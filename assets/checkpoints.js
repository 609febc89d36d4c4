/* The history of checkpoints: what each run could have started from, newest first, with what made it. They live in this browser as
   experiments; going back opens one as any experiment is opened. */
(function (nnbench) {
  "use strict";

  const MOST = 24;
  const KEY = "nnbench-checkpoints";
  const MADE = { choose: "as the catalogue has it", open: "opened", edit: "a weight edited" };
  const make = (...parts) => nnbench.make(...parts);

  let kept = null;
  let popover = null;

  /* Newest first; a browser that keeps nothing begins anew after a reload. */
  function all() {
    if (kept) return kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY)) || [];
    } catch (refused) {
      kept = [];
    }
    return kept;
  }

  /* As many as there is room for. */
  function keep(rows) {
    for (kept = rows.slice(0, MOST); kept.length; kept.pop()) {
      try {
        sessionStorage.setItem(KEY, JSON.stringify(kept));
        return;
      } catch (refused) { /* the oldest goes, and the rest is tried again */ }
    }
  }

  /* A run has come to rest: its checkpoint is noted, once. */
  function note(answer) {
    const { key, frame: { strip: { chip } }, summary } = answer, same = (row) => row.name === nameOf(answer);
    if (!all().some(same)) keep([{ name: nameOf(answer), key, chip, made: madeBy(answer), title: summary.title, experiment: nnbench.bench.experiment }, ...all()]);
    if (popover && popover.matches(":popover-open")) fill();
  }

  const nameOf = ({ key, summary: { network, checkpoint } }) => `${key} ${network} ${checkpoint}`;

  /* trained, step 189; drawn, seed 7; identity added. */
  function madeBy({ act, said, frame: { drawn } }) {
    if (act === "keep") return `trained, step ${nnbench.bench.keptAt.toLocaleString("en")}`;
    if (act === "randomize") return `drawn, seed ${drawn.seed}`;
    if (act === "change") return said.label;
    return MADE[act] || said.label;
  }

  /* With the knobs as they are now; where the layers are the same, the target and the facts too. */
  function goBack(row) {
    const { bench } = nnbench, now = bench.experiment, alike = row.key === bench.key && JSON.stringify(row.experiment.layers) === JSON.stringify(now.layers);
    const { alpha, samples, seed, filter } = now, experiment = alike ? Object.assign({}, now, { weights: row.experiment.weights }) : Object.assign({}, row.experiment, { alpha, samples, seed, filter });
    popover.hidePopover();
    nnbench.open({ key: row.key, experiment });
  }

  function fill() {
    const here = nnbench.bench.shown && nameOf(nnbench.bench.shown);
    popover.replaceChildren(make("h2", { class: "title" }, "Checkpoints"), make("ol", {}, ...all().map((row) => line(row, row.name === here))));
  }

  function line(row, here) {
    const cells = make("span", { class: "cells", "aria-hidden": "true" }, ...row.chip.cells.map((share) => make("i", { class: "tint", style: { "--t": share } })));
    const chip = make("span", { class: "chip" }, cells, make("span", {}, row.chip.digits));
    const back = here ? make("span", { class: "here" }, "now") : make("button", { class: "button", type: "button", "aria-label": `Go back to ${row.chip.digits}, ${row.made}`, on: { click: () => goBack(row) } }, "Go back to");
    return make("li", {}, chip, make("span", { class: "made" }, row.made, make("small", {}, row.title)), back);
  }

  function open(button) {
    popover = popover || document.querySelector(".page").appendChild(make("div", { id: "checkpoint-history", class: "menu history", role: "dialog", popover: "auto", "aria-label": "Checkpoints" }));
    fill();
    popover.showPopover();
    const { left, right, bottom } = button.getBoundingClientRect(), { width } = popover.getBoundingClientRect();
    popover.style.left = `${Math.max(8, Math.min(left, right - width, window.innerWidth - width - 8))}px`;
    popover.style.top = `${bottom + 4}px`;
    (popover.querySelector("button") || popover).focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("#checkpoints");
    if (button) open(button);
  });
  nnbench.whenSettled(note);
})((window.nnbench = window.nnbench || {}));
