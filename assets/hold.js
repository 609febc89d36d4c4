/* Holding a knob: from the pointer's or the arrow's way down to its way up the run follows, and nothing is remembered yet. */
(function (nnbench) {
  "use strict";

  const SLIDERS = "#alpha-slider, #samples-slider";
  const STEPPING = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
  const FIELDS = { "alpha-field": "alpha", "samples-field": "samples", "seed-field": "seed" };
  const type = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;

  const onSlider = (event) => event.target.closest && event.target.closest(SLIDERS);

  function hold(on) {
    const { bench } = nnbench;
    if (bench.held === on) return;
    bench.held = on;
    document.body.classList.toggle("dragging", on);
    if (!on && bench.shown) nnbench.ask();
  }

  /* Escape in a field puts back what is shown. React hears of it as if it had been typed. */
  function putBack(event) {
    const { bench } = nnbench, name = FIELDS[event.target.id];
    if (event.key !== "Escape" || !name || !bench.shown) return;
    bench.controls[name] = bench.shown.controls[name];
    type.call(event.target, bench.shown.controls[name]);
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    nnbench.clearRefusals();
  }

  window.addEventListener("pointerdown", (event) => onSlider(event) && hold(true), true);
  window.addEventListener("pointerup", () => hold(false), true);
  window.addEventListener("pointercancel", () => hold(false), true);
  window.addEventListener("keydown", (event) => onSlider(event) && STEPPING.includes(event.key) && hold(true), true);
  window.addEventListener("keyup", () => hold(false), true);
  window.addEventListener("blur", () => hold(false));
  window.addEventListener("keydown", putBack);
  window.addEventListener("resize", () => nnbench.bench.shown && nnbench.gate.idle && nnbench.ask());
})((window.nnbench = window.nnbench || {}));
