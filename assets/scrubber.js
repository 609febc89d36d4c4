/* The scrubber under the curve: its track, its readout, play, and the line that runs from the plot to the thumb. */
(function (nnbench) {
  "use strict";

  const WHOLE_RUN = 6000;
  const CALM_STEPS = 4;
  const FAR_RIGHT = 0.8;
  const LONG = 1000;
  const byId = (id) => document.getElementById(id);
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  let parts = null;

  /* The range, the line and the readout, made when the first run comes. */
  function made() {
    const { make } = nnbench, range = make("input", { type: "range", min: 0, step: 1, "aria-label": "Step", class: "slide" });
    range.addEventListener("input", () => nnbench.cursor.go(Number(range.value), !calm()));
    ["change", "pointerup", "keyup"].forEach((kind) => range.addEventListener(kind, () => nnbench.cursor.rest()));
    range.addEventListener("pointerdown", pause);
    byId("scrubber").append(range);
    const words = make("span"), ring = make("i"), grip = make("b", { on: { pointerdown: (event) => drag(event, grip) } });
    const line = make("div", { class: "cursor", "aria-hidden": "true" }, words, ring, grip);
    byId("loss-picture").parentElement.append(line);
    const step = make("b"), total = make("span");
    byId("step-read").append(step, total);
    byId("play").addEventListener("click", toggle);
    byId("step-back").addEventListener("click", () => jump(-1));
    byId("step-on").addEventListener("click", () => jump(1));
    return { range, line, words, ring, step, total };
  }

  function show({ step, last, loss }, { summary: { samples }, limits: [low, high] }) {
    parts = parts || made();
    const { range, line, words, ring } = parts, share = step / samples;
    const said = loss === null ? "" : `loss ${nnbench.number(loss)}`;
    range.max = samples;
    range.value = step;
    range.setAttribute("aria-valuetext", `${step.toLocaleString("en")} of ${samples.toLocaleString("en")}${said && `, ${said}`}`);
    line.style.setProperty("--k", share);
    line.classList.toggle("flip", share > FAR_RIGHT);
    words.textContent = said;
    ring.hidden = loss === null;
    if (loss !== null) ring.style.setProperty("--y", Math.min(1, Math.max(0, (high - Math.log10(Math.max(loss, 1e-320))) / (high - low))));
    parts.step.textContent = step.toLocaleString("en");
    parts.total.textContent = ` / ${samples.toLocaleString("en")}`;
    byId("step-read").classList.toggle("long", samples >= LONG);
    byId("step-back").disabled = step === 0;
    byId("step-on").disabled = step === last;
  }

  function jump(steps) {
    pause();
    nnbench.cursor.by(steps);
  }

  /* The line itself can be taken in hand. */
  function drag(event, grip) {
    pause();
    grip.setPointerCapture(event.pointerId);
    const { left, width } = parts.range.getBoundingClientRect(), thumb = parseFloat(getComputedStyle(parts.range).getPropertyValue("--w")) || 12;
    const follow = ({ clientX }) => nnbench.cursor.go(((clientX - left - thumb / 2) / (width - thumb)) * Number(parts.range.max), true);
    const drop = () => {
      grip.removeEventListener("pointermove", follow);
      nnbench.cursor.rest();
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", drop, { once: true });
  }

  /* ── play: the whole run in six seconds, from where the cursor stands ── */

  let playing = null;

  const toggle = () => (playing ? pause() : play());

  function play() {
    const { place } = nnbench.cursor, samples = nnbench.bench.shown.summary.samples;
    const from = place.step === place.last ? 0 : place.step, begun = performance.now(), mine = {};
    playing = mine;
    mark("Pause", "pause");
    const frame = (now) => {
      if (playing !== mine) return;
      const passed = calm() ? Math.floor(((now - begun) * CALM_STEPS) / 1000) * (1000 / CALM_STEPS) : now - begun;
      nnbench.cursor.go(from + (samples * Math.max(0, passed)) / WHOLE_RUN, true);
      if (nnbench.cursor.place.step < nnbench.cursor.place.last) requestAnimationFrame(frame);
      else pause();
    };
    requestAnimationFrame(frame);
  }

  function pause() {
    if (!playing) return;
    playing = null;
    mark("Play", "play");
    nnbench.cursor.rest();
  }

  function mark(name, picture) {
    const button = byId("play");
    button.setAttribute("aria-label", name);
    button.title = name;
    button.querySelector(".icon").className = `icon icon-${picture}`;
  }

  nnbench.scrubber = { show, toggle, pause, jump, get playing() { return playing !== null; } };
})((window.nnbench = window.nnbench || {}));
