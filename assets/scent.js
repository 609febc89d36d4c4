/* The scent of α: along its slider the settled loss at each position, and on its track the mark past which one sample overshoots. The
   line belongs to the checkpoint and the samples, so it stays while α is turned, and the current run goes along it. */
(function (nnbench) {
  "use strict";

  const MOST = 300;
  const HEIGHT = 40;
  const TOP = 4;
  const BOTTOM = 34;
  const RIGHT = 0.5;
  const TOO_LONG = "runs this long are not tried ahead";
  const byId = (id) => document.getElementById(id);
  const { number } = nnbench;

  const lineOf = ({ summary }, filling) => nnbench.known("scent", nnbench.named(summary, ["samples", "seed"]), filling);
  const markOf = ({ summary }, filling) => nnbench.known("overshoot", nnbench.named({ ...summary, samples: Math.min(MOST, summary.samples) }, ["samples", "seed"]), filling);

  /* ── asking ── */

  async function fillMark(answer, go) {
    const mark = markOf(answer, true);
    for (let from = mark.next === undefined ? 0 : mark.next; from !== null && go();) {
      const told = await nnbench.aside("overshoot", { from });
      if (!told) return;
      mark.sharpest = Math.max(mark.sharpest || 0, told.sharpest || 0);
      mark.mean = told.mean;
      mark.next = from = told.next;
    }
    if (nnbench.bench.shown === answer) show(answer);
  }

  async function fillLine(answer, go) {
    const line = lineOf(answer, true);
    line.positions = line.positions || [];
    line.settled = line.settled || [];
    for (let from = line.next === undefined ? 0 : line.next; from !== null && go();) {
      const told = await nnbench.aside("scent", { from });
      if (!told) return;
      line.positions.push(...told.positions);
      line.settled.push(...told.settled);
      line.next = from = told.next;
      if (nnbench.bench.shown === answer) show(answer);
    }
  }

  /* ── showing ── */

  function show(answer) {
    const line = lineOf(answer), mark = markOf(answer);
    showLine(answer, line);
    showMark(mark);
    say(answer, mark);
  }

  /* The lowest stands at the bottom, the highest at the top, on a log scale. */
  function heights({ settled }, now) {
    const sound = [...settled, now].filter((loss) => loss > 0).map(Math.log);
    const low = Math.min(...sound), span = Math.max(...sound) - low || 1;
    return (loss) => BOTTOM - (BOTTOM - TOP) * Math.max(0, (loss > 0 ? Math.log(loss) - low : 0) / span);
  }

  function showLine(answer, line) {
    const box = byId("scent"), whole = line.next === null, { positions = [], settled = [] } = line;
    const height = heights({ settled }, answer.summary.settled);
    const caption = nnbench.make("span", { class: high(positions, settled, height) ? "caption low" : "caption" }, whole && !settled.length ? TOO_LONG : "settled loss at each α");
    box.classList.toggle("waiting", !whole);
    box.replaceChildren(nnbench.element("svg", { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      nnbench.element("path", { class: "line", d: path(positions, settled, height) }),
      nnbench.element("path", { class: "gone", d: gone(positions, settled) })), caption, ...(whole && settled.length ? here(answer, height) : []));
    if (whole) box.setAttribute("aria-label", inWords(answer, positions, settled));
  }

  /* Whether the line is mostly high at the right, where its caption stands. */
  function high(positions, settled, height) {
    const there = settled.filter((loss, k) => loss !== null && positions[k] > RIGHT).map(height);
    return there.filter((y) => y < HEIGHT / 2).length > there.length / 2;
  }

  function path(positions, settled, height) {
    let pen = "M";
    return positions.map((position, k) => {
      if (settled[k] === null) pen = "M";
      const point = settled[k] === null ? "" : `${pen}${(100 * position).toFixed(1)} ${height(settled[k]).toFixed(2)}`;
      if (point) pen = "L";
      return point;
    }).join("");
  }

  /* Where the run diverges. */
  const gone = (positions, settled) => positions.map((position, k) => (settled[k] === null ? `M${100 * position - 0.5} 1.5H${Math.min(100, 100 * position + 0.5)}` : "")).join("");

  /* The current run, on the line, with a stem down to the thumb. */
  function here({ controls, summary }, height) {
    if (summary.settled === null) return [];
    const left = `${100 * controls.position}%`, top = `${(100 * height(summary.settled)) / HEIGHT}%`;
    return ["stem", "now"].map((name) => nnbench.make("i", { class: name, style: { left, top } }));
  }

  function inWords({ summary }, positions, settled) {
    const sound = settled.flatMap((loss, k) => (loss === null ? [] : [{ loss, alpha: nnbench.alphaAt(positions[k]) }]));
    if (!settled.length) return `Settled loss at each α: ${TOO_LONG}`;
    if (!sound.length) return "Settled loss at each α: every run diverges";
    const best = sound.reduce((a, b) => (b.loss < a.loss ? b : a)), [first, last] = [sound[0], sound[sound.length - 1]];
    const tail = sound.length < settled.length ? `; ${settled.length - sound.length} of ${settled.length} diverge` : "";
    return `Settled loss along this slider, for seed ${summary.seed}: ${number(first.loss)} at the left, lowest ${number(best.loss)} at α ${number(best.alpha)}, ${number(last.loss)} at α ${number(last.alpha)}${tail}`;
  }

  function showMark({ sharpest }) {
    const track = byId("alpha-track"), limit = 2 / sharpest, marked = limit > 0 && limit < 0.5;
    const before = track.querySelectorAll(".zone, .limit");
    before.forEach((part) => part.remove());
    if (!marked) return;
    const left = `${100 * nnbench.positionOf(limit)}%`;
    track.prepend(nnbench.make("i", { class: "zone", style: { left } }), nnbench.make("i", { class: "limit", style: { left } }));
  }

  function say({ summary, controls }, mark) {
    const state = byId("alpha-state"), thumb = document.querySelector("#alpha-slider [role=slider]"), { words, past } = judged(summary.alpha, mark);
    state.dataset.past = past;
    if (state.textContent !== words) state.textContent = words;
    if (thumb) thumb.setAttribute("aria-valuetext", words ? `${controls.alpha}, ${past === "no" ? "below" : "past"} the overshoot mark` : controls.alpha);
  }

  function judged(alpha, { sharpest, mean }) {
    if (!(sharpest > 0)) return { words: "", past: "no" };
    const limit = 2 / sharpest, average = 2 / mean;
    if (mean > 0 && alpha > average) return { words: `Past ${number(average)}: the average itself is unstable`, past: "far" };
    if (alpha > limit) return { words: `Past ${number(limit)}: one sample can overshoot`, past: "yes" };
    return { words: `Below ${number(limit)}, where one sample can overshoot`, past: "no" };
  }

  nnbench.beforehand(0, fillMark);
  nnbench.beforehand(1, fillLine);
  nnbench.whenPassing(show);
})((window.nnbench = window.nnbench || {}));
