/* What matters: one strip for each knob and each layer, run when somebody asks. A cell's colour says how the settled loss answers when
   that one thing is changed: violet lower, orange higher, paper the same. While the strips are open they follow the run. */
(function (nnbench) {
  "use strict";

  const TENFOLD = Math.log(10);
  const byId = (id) => document.getElementById(id);
  const { make } = nnbench;
  let open = false;

  const stripsOf = ({ summary }, filling) => nnbench.known("matters", nnbench.named(summary, ["alpha", "samples", "seed"]), filling);

  async function fill(answer, go) {
    if (!open) return;
    const there = stripsOf(answer, true);
    there.strips = there.strips || [];
    show(answer);
    while (go() && !there.whole) {
      const at = there.strips.findIndex((strip) => strip.cells.length < strip.count), strip = at < 0 ? there.strips.length : at;
      const told = await nnbench.aside("matters", { strip, from: at < 0 ? 0 : there.strips[at].cells.length });
      if (!told) return;
      if (at < 0 && strip < told.strips) there.strips.push({ title: told.title, count: told.count, cells: told.cells });
      else if (at >= 0) there.strips[at].cells.push(...told.cells);
      there.whole = there.strips.length === told.strips && there.strips.every(({ cells, count }) => cells.length >= count);
      if (nnbench.bench.shown === answer) show(answer);
    }
  }

  function show(answer) {
    const { strips = [] } = stripsOf(answer), { settled } = answer.summary, box = byId("matters-strips");
    const focused = box.contains(document.activeElement) && document.activeElement.dataset.at;
    box.replaceChildren(scale(settled), ...strips.filter(({ count }) => count).map((strip, k) => rowOf(strip, k, settled)));
    const there = focused && box.querySelector(`[data-at="${focused}"]`);
    if (there) there.focus({ preventScroll: true });
  }

  function scale(settled) {
    const words = settled === null ? "The current run diverges, so nothing can be compared with it." : `compared with ${nnbench.number(settled)}, where the current run settles`;
    return make("p", { class: "key" }, make("span", {}, "10 times lower"), make("i", { class: "ramp" }), make("span", {}, "10 times higher"), make("span", { class: "hint" }, words));
  }

  function rowOf({ title, count, cells }, k, settled) {
    const still = count - cells.length, box = make("div", { class: "cells", role: "group", "aria-label": title, on: { keydown: byKey } });
    const present = cells.findIndex((cell) => cell && cell.now), stop = Math.max(0, present);
    box.append(...cells.map((cell, at) => cellOf(cell, settled, at === stop, `${k}-${at}`)), ...Array.from({ length: still }, () => make("span", { class: "cell to-run" })));
    return make("div", { class: "strip-row" }, make("h3", {}, title), box, make("p", { class: "hint" }, still ? "still to run" : inWords(cells, settled)));
  }

  /* e-fold → −1 … 1: ten times lower to ten times higher. */
  const shade = (cell, settled) => (cell.settled === null || !(settled > 0) ? 0 : Math.max(-1, Math.min(1, Math.log((cell.settled || 1e-300) / settled) / TENFOLD)));

  function cellOf(cell, settled, stop, at) {
    if (!cell) return make("span", { class: "cell none", title: "too long to be tried ahead" });
    const words = said(cell, settled), gone = cell.settled === null;
    return make("button", {
      type: "button", class: ["cell tint", cell.now && "now", gone && "gone"].filter(Boolean).join(" "), tabindex: stop ? "0" : "-1", title: words,
      "aria-label": words, "aria-disabled": cell.turn && !cell.now ? null : "true", "data-at": at, style: { "--t": shade(cell, settled).toFixed(3) },
      on: { click: () => cell.turn && !cell.now && turnTo(cell.turn) },
    });
  }

  function said({ says, settled: there, now }, settled) {
    const begin = says[0].toUpperCase() + says.slice(1);
    if (there === null) return `${begin}: diverges`;
    return `${begin}: settles at ${nnbench.number(there)}${now ? ", the current run" : settled === null ? "" : `, ${ratio(there, settled)}`}`;
  }

  function ratio(there, settled) {
    const [low, high] = [there, settled].sort((a, b) => a - b);
    if (low === high || high / low < 1.05) return "almost the same";
    return `${low > 0 ? `${nnbench.number(high / low, 2)} times ` : ""}${there < settled ? "lower" : "higher"}`;
  }

  /* The cell whose answer is the largest, in words. */
  function inWords(cells, settled) {
    const others = cells.filter((cell) => cell && !cell.now), gone = others.filter((cell) => cell.settled === null).length;
    const sound = others.filter((cell) => cell.settled !== null);
    const tail = gone ? `${gone} diverge${gone === 1 ? "s" : ""}` : "";
    if (!sound.length || settled === null) return tail;
    const most = sound.reduce((a, b) => (Math.abs(shade(b, settled)) > Math.abs(shade(a, settled)) ? b : a));
    const ends = sound.map((cell) => cell.settled), low = Math.min(...ends), high = Math.max(...ends);
    return [`${nnbench.number(low)} to ${nnbench.number(high)}`, `most: ${most.says}`, tail].filter(Boolean).join("; ");
  }

  function turnTo({ change, ...knobs }) {
    if (change) nnbench.change(change[0], 0, change[1]);
    else nnbench.turn(knobs);
  }

  function byKey(event) {
    const cells = [...event.currentTarget.querySelectorAll("button")], at = cells.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: cells.length - 1 }[event.key];
    if (to === undefined || !cells[to]) return;
    event.preventDefault();
    event.stopPropagation();
    cells[to].focus();
  }

  function toggle() {
    open = !open;
    const button = byId("matters");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Close" : "Try them";
    byId("matters-strips").hidden = !open;
    nnbench.askAgain();
  }

  document.addEventListener("click", (event) => event.target.closest && event.target.closest("#matters") && toggle());
  nnbench.beforehand(4, fill);
})((window.nnbench = window.nnbench || {}));
