/* The bench in the browser: what the knobs say now, which run is shown, and which runs came before.

   A hand turns something -> `turn` notes it and asks through the gate -> the server's answer comes to `accept`, which shows it.
   While a knob is held nothing is remembered; when it is let go, the run before becomes a ghost, and there is one step to undo. */
(function (nnbench) {
  "use strict";

  const MOST_GHOSTS = 5;
  const FIRST = "tanh-signs";
  const NOTHING = () => window.dash_clientside.no_update;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const byId = (id) => document.getElementById(id);

  const bench = {
    tab: null,
    key: FIRST,
    experiment: null,
    knobs: { alpha: 0.1, samples: 100, seed: 3, ideal: "identity", inputs: "normal", filter: "both" },
    shown: null,
    base: null,
    before: null,
    ghosts: [],
    past: [],
    future: [],
    restored: null,
    held: false,
    view: "trained",
    controls: {},
    drawn: { weights: null, maps: null },
  };

  const gate = new nnbench.Gate(
    (slot, request) => set(`request-${slot}`, { data: request }),
    () => waiting(true),
    lostServer,
  );

  /* ── asking ── */

  function asked(act, more) {
    return () => Object.assign({
      tab: bench.tab, act, key: bench.key, knobs: Object.assign({}, bench.knobs), experiment: null, cell: null,
      before: bench.base && bench.base.summary,
      view: { theme: theme(), limits: bench.held && bench.shown ? bench.shown.limits : null, maps: mapsDue() },
    }, more);
  }

  const theme = () => (document.documentElement.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light");

  /* While a knob is held the maps come with every third request or so; the curve comes with each. */
  function mapsDue() {
    const now = performance.now();
    if (bench.held && now - (bench.mapsAsked || 0) < 100) return false;
    bench.mapsAsked = now;
    return true;
  }

  const ask = () => gate.turn(asked("turn"));

  function open(snapshot) {
    bench.key = snapshot.key;
    bench.knobs = knobsOf(snapshot.experiment, bench.knobs.filter);
    gate.act(asked("open", { experiment: snapshot.experiment }));
  }

  function knobsOf(experiment, filter) {
    const { alpha, samples, seed, ideal, inputs } = experiment;
    return { alpha, samples, seed, ideal, inputs, filter: filter || experiment.filter };
  }

  /* ── what a hand can do ── */

  const hands = {
    "alpha-slider": (p) => changed("position", p) && turn({ alpha: { position: p } }),
    "alpha-field": (text) => changed("alpha", text) && turn({ alpha: text }),
    "samples-slider": (n) => changed("samplesAt", n) && turn({ samples: n }),
    "samples-field": (text) => changed("samples", text) && turn({ samples: text }),
    "seed-field": (text) => changed("seed", text) && turn({ seed: text }),
    "next-seed": () => turn({ seed: (shownKnobs().seed + 1) % 4294967296 }),
    target: (name) => changed("ideal", name) && turn({ ideal: name }),
    inputs: (name) => changed("inputs", name) && turn({ inputs: name }),
    filter: (name) => changed("filter", name) && turn({ filter: name }),
    experiment: (key) => key && key !== bench.key && choose(key),
    randomize: () => gate.act(asked("randomize")),
    keep: () => gate.act(asked("keep")),
    undo: () => travel(bench.past, bench.future),
    redo: () => travel(bench.future, bench.past),
    cancel: () => turn(knobsOf(bench.base.experiment, bench.knobs.filter)),
    theme: () => switchTheme(),
    "theme-phone": () => switchTheme(),
    help: () => set("help-sheet", { opened: true }),
    "help-phone": () => set("help-sheet", { opened: true }),
    "weights-view": (view) => showWeights(view),
  };

  /* Dash calls back for what the page itself has written; only what differs from that is a hand's doing. */
  function changed(name, value) {
    if (value === null || value === undefined || String(bench.controls[name]) === String(value)) return false;
    bench.controls[name] = value;
    return true;
  }

  function turn(knobs) {
    Object.assign(bench.knobs, knobs);
    ask();
  }

  function choose(key) {
    gate.act(() => {
      bench.key = key;
      return asked("choose")();
    });
  }

  function shownKnobs() {
    return Object.assign({}, bench.shown.experiment, typeof bench.knobs.seed === "number" ? { seed: bench.knobs.seed } : {});
  }

  function switchTheme() {
    const next = theme() === "dark" ? "light" : "dark";
    set("mantine-provider", { forceColorScheme: next });
    document.documentElement.setAttribute("data-mantine-color-scheme", next);
    try {
      localStorage.setItem("mantine-color-scheme-value", next);
    } catch (refused) { /* a browser that keeps nothing still changes the theme */ }
    ask();
  }

  /* ── history: one snapshot a change ── */

  function snapshot() {
    const { key, experiment, summary, said, ghost } = bench.shown;
    return { key, experiment: Object.assign({}, experiment, { weights: bench.experiment.weights }), summary, ghost, label: said.label, change: said.change, said, ghosts: bench.ghosts };
  }

  function travel(from, to) {
    if (!from.length || !bench.base) return;
    const there = from.pop();
    to.push(bench.base);
    bench.restored = there;
    open(there);
  }

  /* A change is finished: the run before it becomes a ghost and a step to undo. */
  function commit() {
    const before = bench.base;
    if (bench.restored) {
      bench.ghosts = bench.restored.ghosts;
      bench.restored = null;
    } else if (before && !sameRun(before.summary, bench.shown.summary)) {
      bench.past.push(before);
      bench.future = [];
      bench.ghosts = before.key === bench.shown.key ? bench.ghosts.concat([before]).slice(-MOST_GHOSTS) : [];
      bench.before = before;
    }
    bench.base = snapshot();
    nameUndo();
    remember();
  }

  function sameRun(a, b) {
    return ["title", "alpha", "samples", "seed", "ideal", "inputs", "checkpoint"].every((field) => a[field] === b[field]);
  }

  function nameUndo() {
    const last = bench.past[bench.past.length - 1], next = bench.future[bench.future.length - 1];
    const name = (id, verb, what) => {
      const words = what ? `${verb} ${what}` : verb;
      set(id, { disabled: !what, title: words, "aria-label": words });
    };
    name("undo", "Undo", last && bench.base.change);
    name("redo", "Redo", next && next.change);
  }

  function remember() {
    const { key, experiment } = bench.base;
    set("history", { data: { key, experiment } });
  }

  /* ── showing ── */

  function accept() {
    const answers = window.dash_clientside.callback_context.triggered.map((t) => t.value).filter(Boolean);
    answers.sort((a, b) => a.serial - b.serial);
    let result = null;
    for (const answer of answers) {
      gate.answered(answer.serial);
      if (bench.shown && answer.serial < bench.shown.serial) continue;
      if (answer.loss) result = show(answer);
      else if (answer.refused) refuse(answer.refused);
      else if (answer.lost) reopen();
      else if (answer.note) note(answer.note);
    }
    gate.pump();
    if (gate.idle) waiting(false);
    return result || NOTHING();
  }

  /* The curve and the words now, the rest in the next frame. */
  function show(answer) {
    const weights = answer.experiment.weights || (bench.experiment && bench.experiment.weights);
    bench.shown = answer;
    bench.key = answer.key;
    bench.experiment = Object.assign({}, answer.experiment, { weights });
    clearRefusals();
    const settled = !bench.held && gate.idle;
    if (settled) bench.knobs = knobsOf(bench.experiment);
    const same = bench.base && sameRun(bench.base.summary, answer.summary) && !bench.restored;
    if (same) answer.said = bench.base.said;
    const compared = settled && same ? bench.before : bench.base;
    if (settled) commit();
    requestAnimationFrame(() => requestAnimationFrame(() => showRest(answer)));
    byId("sentence").setAttribute("aria-busy", String(!settled));
    return spoken(answer, nnbench.dress(answer, bench.ghosts, answer.key === (compared && compared.key) ? compared : null));
  }

  function spoken(answer, figure) {
    const { said } = answer;
    const pieces = said.sentence.map(([text, mark]) => (mark
      ? { namespace: "dash_html_components", type: "B", props: { children: text, className: mark } }
      : text));
    return [pieces, said.proof, said.alpha, said.max, said.last, said.potential, figure];
  }

  function showRest(answer) {
    if (bench.shown !== answer) return;
    const box = byId("loss");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", answer.said.aria);
    nnbench.label(box.parentElement, answer, bench.ghosts, goBack, forget);
    showControls(answer.controls);
    if (answer.strip) showStrip(answer.strip);
    showWeights(bench.view);
    if (answer.response) showResponse(answer.response);
  }

  /* Knobs follow the run, but never under the hand that holds one. */
  function showControls(controls) {
    const samplesAt = Math.min(1000, controls.samples);
    put("alpha-field", "alpha", controls.alpha);
    put("samples-field", "samples", String(controls.samples));
    put("seed-field", "seed", String(controls.seed));
    if (!bench.held) {
      put("alpha-slider", "position", controls.position);
      put("samples-slider", "samplesAt", samplesAt);
    }
    put("inputs", "inputs", controls.inputs);
    put("filter", "filter", controls.filter);
    put("experiment", "key", bench.key);
    set("experiment-group", { children: controls.group });
    set("network-hint", { children: controls.hint });
    const signature = JSON.stringify([controls.ideals, controls.ideal]);
    if (bench.drawn.target !== signature) {
      bench.drawn.target = signature;
      bench.controls.ideal = controls.ideal;
      set("target", { data: controls.ideals, value: controls.ideal });
      set("target-formulas", { children: controls.formulas });
    }
    const thumb = document.querySelector("#alpha-slider [role=slider]");
    if (thumb) thumb.setAttribute("aria-valuetext", controls.alpha);
  }

  function put(id, name, value) {
    if (String(bench.controls[name]) === String(value) || document.activeElement === byId(id)) return;
    bench.controls[name] = value;
    set(id, { value });
  }

  function showStrip(strip) {
    set("network", { children: strip.line });
    set("chip", { children: strip.chip });
    requestAnimationFrame(nnbench.drawPictures);
  }

  function showWeights(view) {
    bench.view = view;
    if (!bench.shown) return;
    const { weights } = bench.shown, figure = weights.figure;
    figure.data.forEach((trace, k) => (trace.z = weights.views[view].z[k]));
    set("weights", { figure: { data: figure.data.slice(), layout: figure.layout } });
    nnbench.layCells(byId("weight-cells"), weights, view, edit);
    set("weights-key", { children: weights.key });
  }

  function showResponse(response) {
    set("response", { figure: response.figure });
    set("response-key", { children: response.key });
    set("response-says", { children: response.says.map(([text, mark]) => (mark ? { namespace: "dash_html_components", type: "B", props: { children: text } } : text)) });
    byId("response").closest(".maps").dataset.rows = response.rows;
  }

  /* Only what is slower than a blink is announced; the earlier curve stays until the new one is whole. */
  function waiting(on) {
    if (document.body.classList.contains("retraining") === on) return;
    document.body.classList.toggle("retraining", on);
    set("retraining", { hidden: !on });
    set("cancel", { hidden: !on });
  }

  /* ── ghosts ── */

  function goBack(run) {
    bench.knobs = knobsOf(run.experiment, bench.knobs.filter);
    gate.act(asked("open", { experiment: run.experiment }));
  }

  function forget(run) {
    bench.ghosts = bench.ghosts.filter((kept) => kept !== run);
    bench.base = Object.assign({}, bench.base, { ghosts: bench.ghosts });
    ask();
  }

  /* ── one checkpoint weight ── */

  let cell = null;

  function edit(place, name) {
    cell = place;
    const M = bench.shown.weights.views.checkpoint.text, block = bench.shown.weights.cells.findIndex((b) => b.layer === place.layer && b.name === place.name);
    const columns = bench.shown.weights.cells[block].columns;
    set("edit-label", { children: `${name}, in the checkpoint` });
    set("edit-field", { value: M[block][place.row * columns + place.column] });
    set("edit-error", { children: "" });
    set("edit", { opened: true });
  }

  function editSet(setClicks, zeroClicks, submits, text) {
    const by = window.dash_clientside.callback_context.triggered_id;
    if (!cell || !by) return NOTHING();
    const place = Object.assign({}, cell, { text: by === "edit-zero" ? "0" : String(text) });
    gate.act(asked("edit", { cell: place }));
    return place;
  }

  /* ── what goes wrong ── */

  function refuse({ field, sentence }) {
    const still = bench.base ? ` Still showing ${stillShowing(field)}.` : "";
    set(`${field}-error`, { children: sentence + (stillShowing(field) ? still : "") });
    const box = byId(`${field}-field`);
    if (box) box.setAttribute("aria-invalid", "true");
    bench.refused = field;
    if (bench.base) bench.knobs[field] = bench.base.experiment[field];
  }

  function stillShowing(field) {
    const { alpha, samples, seed } = bench.shown ? bench.shown.controls : {};
    return { alpha, samples: samples && samples.toLocaleString("en"), seed }[field];
  }

  function clearRefusals() {
    set("note", { hidden: true });
    if (cell) {
      cell = null;
      set("edit", { opened: false });
    }
    if (!bench.refused) return;
    set(`${bench.refused}-error`, { children: "" });
    const box = byId(`${bench.refused}-field`);
    if (box) box.removeAttribute("aria-invalid");
    bench.refused = null;
  }

  function note(text) {
    set("note-text", { children: text });
    set("note", { hidden: false });
  }

  /* The server has forgotten this tab: it gets the experiment again, weights and all. */
  function reopen() {
    if (bench.experiment) gate.act(asked("open", { experiment: bench.experiment }));
    else gate.act(asked("choose"));
  }

  function lostServer() {
    note("Connection lost. Your knobs are kept here; retrying.");
    document.body.classList.add("lost");
    const base = document.querySelector("base");
    const health = new URL("healthz", base ? base.href : location.href.replace(/[?#].*$/, ""));
    const again = () => fetch(health, { cache: "no-store" }).then((r) => r.ok || Promise.reject(), () => Promise.reject()).then(() => {
      document.body.classList.remove("lost");
      set("note", { hidden: true });
      gate.pump();
    }, () => setTimeout(again, 2000));
    again();
  }

  /* ── holding a knob ── */

  const held = (event) => event.target.closest && event.target.closest("#alpha-slider, #samples-slider");
  const STEPPING = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];

  function hold(on) {
    if (bench.held === on) return;
    bench.held = on;
    document.body.classList.toggle("dragging", on);
    if (!on && bench.shown) ask();
  }

  window.addEventListener("pointerdown", (event) => held(event) && hold(true), true);
  window.addEventListener("pointerup", () => hold(false), true);
  window.addEventListener("pointercancel", () => hold(false), true);
  window.addEventListener("keydown", (event) => held(event) && STEPPING.includes(event.key) && hold(true), true);
  window.addEventListener("keyup", () => hold(false), true);
  window.addEventListener("blur", () => hold(false));
  window.addEventListener("resize", () => bench.shown && gate.idle && ask());

  /* ── the doors that Dash uses ── */

  function turnedBy(...values) {
    const { triggered_id: by, inputs_list: list } = window.dash_clientside.callback_context;
    const index = list.findIndex((input) => input.id === by);
    if (index < 0 || !bench.tab) return NOTHING();
    const value = values[index];
    if (value !== undefined && value !== null) hands[by](value);
    return NOTHING();
  }

  function start(tab, history) {
    bench.tab = tab || Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
    if (!tab) set("tab", { data: bench.tab });
    if (bench.shown || bench.begun) return NOTHING();
    bench.begun = true;
    if (history && history.experiment) {
      bench.experiment = history.experiment;
      open(history);
    } else gate.act(asked("choose"));
    return NOTHING();
  }

  Object.assign(nnbench, { bench, gate, hands, turn, ask, edit });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    nnbench: { accept, turn: turnedBy, edit: editSet, start },
  });
})((window.nnbench = window.nnbench || {}));
