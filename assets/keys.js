/* The keys, listed under "?". They are off while somebody types, and can be switched off altogether. */
(function (nnbench) {
  "use strict";

  const STEP = 0.005;
  const BIG_STEP = 0.05;
  const FILTERS = ["raw", "low pass", "both"];

  const jumpTo = (id) => {
    const target = document.getElementById(id);
    target.scrollIntoView({ block: "nearest" });
    target.focus();
  };

  const KEYS = {
    "[": () => slide(-STEP),
    "]": () => slide(STEP),
    "{": () => slide(-BIG_STEP),
    "}": () => slide(BIG_STEP),
    n: () => nnbench.hands["next-seed"](),
    f: () => nnbench.turn({ filter: FILTERS[(FILTERS.indexOf(nnbench.bench.knobs.filter) + 1) % FILTERS.length] }),
    s: () => nnbench.fan.toggle(),
    p: () => nnbench.runs.toggle(),
    u: () => nnbench.hands.undo(),
    U: () => nnbench.hands.redo(),
    1: () => jumpTo("at-weights"),
    2: () => jumpTo("at-response"),
    3: () => jumpTo("landscape"),
    4: () => jumpTo("at-probe"),
    5: () => jumpTo("runs"),
    "?": () => nnbench.hands.help(),
  };

  /* What moves the cursor also moves within sliders and lists, and presses buttons: there it is theirs. */
  const CURSOR = {
    ArrowLeft: (far) => nnbench.scrubber.jump(far ? -10 : -1),
    ArrowRight: (far) => nnbench.scrubber.jump(far ? 10 : 1),
    Home: () => nnbench.scrubber.jump(-Infinity),
    End: () => nnbench.scrubber.jump(Infinity),
    " ": () => nnbench.scrubber.toggle(),
  };
  const THEIRS = "[role=slider], [role=radiogroup], [role=menu], select, .chain, .flow, .update";
  const PRESSED = "button, a, summary, input:not([type=range])";

  const taken = ({ key, target }) => target.closest && target.closest(key === " " ? `${THEIRS}, ${PRESSED}` : THEIRS);

  function slide(by) {
    const { knobs, controls } = nnbench.bench;
    const at = by + (typeof knobs.alpha === "object" ? knobs.alpha.position : controls.position);
    nnbench.turn({ alpha: { position: Math.min(1, Math.max(0, at)) } });
  }

  function typing(target) {
    const fields = "input:not([type=radio], [type=checkbox], [type=range]), select, textarea, [contenteditable], dialog, [role=listbox], [role=menu]";
    return target.closest && target.closest(fields);
  }

  function allowed() {
    const box = document.getElementById("keys-on");
    return !box || box.checked !== false;
  }

  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key] || (CURSOR[event.key] && !taken(event) && CURSOR[event.key]);
    if (!act || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !allowed() || !nnbench.bench.shown) return;
    event.preventDefault();
    act(event.shiftKey);
  });
})((window.nnbench = window.nnbench || {}));
