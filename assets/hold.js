/* Holding a knob: from the pointer's or the arrow's way down to its way up the run follows, and nothing is remembered yet. */
(function (nnbench) {
  "use strict";

  const SLIDERS = "#alpha-slider, #samples-slider";
  const STEPPING = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
  const FIELDS = { "alpha-field": "alpha", "samples-field": "samples", "seed-field": "seed", "weights-field": "weightSeed" };
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
    bench.controls[name] = { ...bench.shown.controls, weightSeed: nnbench.weightSeedOf(bench.shown.frame) }[name];
    type.call(event.target, bench.controls[name]);
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    nnbench.clearRefusals();
  }

  /* Where the pointer stands on each track, in the slider's own steps. */
  const VALUES = {
    "alpha-slider": (share) => Number((Math.round(share * 1000) / 1000).toFixed(3)),
    "samples-slider": (share) => 1 + Math.round(share * 999),
  };
  let grasped = null;

  /* What the hand has said in this hold: the slider says the last of it once more, and may be late. */
  const said = new Set();
  const isEcho = (id, value) => said.has(`${id} ${value}`);

  function grasp(event) {
    said.clear();
    grasped = event.button === 0 && onSlider(event);
    if (!grasped) return;
    hold(true);
    follow(event);
  }

  /* The hand is heard at once. The slider itself tells its value through Dash when it is let go, and that is no news then. It goes by
     whole pixels of a mouse, as mouse events do. */
  function follow({ pointerType, clientX }) {
    if (!grasped || !nnbench.bench.held) return;
    const { left, width } = grasped.querySelector(".mantine-Slider-trackContainer").getBoundingClientRect();
    const x = pointerType === "mouse" ? Math.floor(clientX) : clientX, value = VALUES[grasped.id](Math.min(1, Math.max(0, (x - left) / width)));
    said.add(`${grasped.id} ${value}`);
    nnbench.hands[grasped.id](value);
  }

  window.addEventListener("pointerdown", grasp, true);
  window.addEventListener("pointermove", follow, true);
  window.addEventListener("pointerup", () => hold(false), true);
  window.addEventListener("pointercancel", () => hold(false), true);
  window.addEventListener("keydown", (event) => {
    if (!onSlider(event) || !STEPPING.includes(event.key)) return;
    said.clear();
    hold(true);
  }, true);
  window.addEventListener("keyup", () => hold(false), true);
  window.addEventListener("blur", () => hold(false));
  window.addEventListener("keydown", putBack);
  window.addEventListener("resize", () => nnbench.bench.shown && nnbench.gate.idle && nnbench.ask());

  nnbench.isEcho = isEcho;
})((window.nnbench = window.nnbench || {}));
