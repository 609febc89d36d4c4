/* The bench in the browser: what the knobs say now, which run is shown, and which runs came before.

   A hand turns something -> `turn` notes it and asks through the gate -> the server's answer comes to `accept`, which shows it.
   While a knob is held nothing is remembered; when it is let go, the run before becomes a ghost, and there is one step to undo. */
(function (nnbench) {
  "use strict";

  const MOST_GHOSTS = 5;
  const SEEDS = 2 ** 32;
  const NOTHING = () => window.dash_clientside.no_update;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const byId = (id) => document.getElementById(id);

  const bench = {
    tab: null,
    key: null,
    experiment: null,
    knobs: null,
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
    written: {},
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
      view: { theme: theme(), limits: bench.held && bench.shown ? bench.shown.limits : null, maps: due("maps") },
    }, more);
  }

  const theme = () => (document.documentElement.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light");

  /* While a knob is held the curve comes with every answer; weights and maps take a share of the time at most. */
  const SHARE = 4;
  const pace = { maps: { cost: 25, ended: 0 }, weights: { cost: 10, ended: 0 } };
  const due = (part) => !bench.held || performance.now() - pace[part].ended > SHARE * pace[part].cost;

  function paced(part, id, figure) {
    pace[part].cost = nnbench.draw(id, figure);
    pace[part].ended = performance.now();
  }

  const ask = () => gate.turn(asked("turn"));

  function open(snapshot) {
    bench.key = snapshot.key;
    bench.knobs = knobsOf(snapshot.experiment, bench.knobs.filter);
    gate.act(asked("open", { experiment: snapshot.experiment }));
  }

  function knobsOf(experiment, filter) {
    const { alpha, samples, seed, ideal } = experiment;
    // A table of facts travels with its experiment; the knob only says that there is one.
    const inputs = typeof experiment.inputs === "string" ? experiment.inputs : "table";
    return { alpha, samples, seed, ideal, inputs, filter: filter || experiment.filter };
  }

  /* ── what a hand can do ── */

  const hands = {
    "alpha-slider": (p) => changed("position", p) && turn({ alpha: { position: p } }),
    "alpha-field": (text) => changed("alpha", text) && typed("alpha", text),
    "samples-slider": (n) => changed("samplesAt", n) && turn({ samples: n }),
    "samples-field": (text) => changed("samples", text) && typed("samples", text),
    "seed-field": (text) => changed("seed", text) && typed("seed", text),
    "next-seed": () => turn({ seed: (seedNow() + 1) % SEEDS }),
    target: (name) => changed("ideal", name) && turn({ ideal: name }),
    inputs: (name) => changed("inputs", name) && turn({ inputs: name }),
    filter: (name) => changed("filter", name) && turn({ filter: name }),
    experiment: (key) => changed("key", key) && key !== bench.key && choose(key),
    randomize: () => gate.act(asked("randomize")),
    keep: () => gate.act(asked("keep")),
    undo: () => travel(bench.past, bench.future),
    redo: () => travel(bench.future, bench.past),
    cancel: () => bench.base && turn(knobsOf(bench.base.experiment, bench.knobs.filter)),
    theme: () => switchTheme(),
    "theme-phone": () => switchTheme(),
    help: () => byId("help-sheet").showModal(),
    "help-phone": () => byId("help-sheet").showModal(),
    "weights-view": (view) => showWeights(view),
  };

  /* Dash calls back for what the page itself has written; only what differs from that is a hand's doing. */
  function changed(name, value) {
    if (value === null || value === undefined || String(bench.controls[name]) === String(value)) return false;
    bench.controls[name] = value;
    return true;
  }

  /* Text that says what is shown asks for nothing: 0.252 stands for all the digits of the α that a slider gave. */
  function typed(name, text) {
    if (bench.shown && text === String(bench.shown.controls[name])) clearRefusals();
    else turn({ [name]: text });
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

  const seedNow = () => (typeof bench.knobs.seed === "number" ? bench.knobs.seed : bench.shown.experiment.seed);

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
    const whole = Object.assign({}, experiment, { weights: bench.experiment.weights });
    return { key, experiment: whole, summary, ghost, label: said.label, change: said.change, said, ghosts: bench.ghosts };
  }

  function travel(from, to) {
    if (!from.length || !bench.base) return;
    const there = from.pop();
    to.push(bench.restored || bench.base);
    bench.restored = there;
    open(there);
  }

  /* A change is finished: the run before it becomes a ghost and a step to undo. */
  function commit() {
    const before = bench.base;
    const restored = bench.restored;
    if (restored) {
      bench.ghosts = restored.ghosts;
      bench.before = before;
    } else if (before && !sameRun(before.summary, bench.shown.summary)) {
      bench.past.push(before);
      bench.future = [];
      bench.ghosts = before.key === bench.shown.key ? bench.ghosts.concat([before]).slice(-MOST_GHOSTS) : [];
      bench.before = before;
    }
    bench.base = Object.assign(snapshot(), restored && { label: restored.label, change: restored.change });
    bench.restored = null;
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

  /* A reload of this tab goes on where it was. */
  function remember() {
    const { key, experiment } = bench.base;
    nnbench.tab.remember({ key, experiment });
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
    if (bench.restored) answer.said.label = bench.restored.label;
    const compared = settled && same ? bench.before : bench.base;
    if (settled) commit();
    requestAnimationFrame(() => requestAnimationFrame(() => showRest(answer)));
    byId("sentence").setAttribute("aria-busy", String(!settled));
    nnbench.draw("loss", nnbench.dress(answer, bench.ghosts, answer.key === (compared && compared.key) ? compared : null));
    return spoken(answer);
  }

  /* Text with marks, as Dash's own components. */
  const pieces = (marked) => marked.map(([text, mark]) => (mark
    ? { namespace: "dash_html_components", type: "B", props: { children: text, className: mark } }
    : text));

  function spoken({ said }) {
    return [pieces(said.sentence), said.proof, said.alpha, said.max, said.last, said.potential];
  }

  function showRest(answer) {
    if (bench.shown !== answer) return;
    const picture = byId("loss-picture");
    picture.setAttribute("aria-label", answer.said.aria);
    nnbench.label(picture.parentElement, answer, bench.ghosts, goBack, forget);
    showControls(answer.controls);
    if (answer.strip) showStrip(answer.strip);
    if (due("weights")) showWeights(bench.view);
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
    write("experiment-group", { children: controls.group });
    write("network-hint", { children: controls.hint });
    bench.controls.ideal = controls.ideal;
    write("target", { data: controls.ideals, value: controls.ideal });
    write("target-formulas", { children: controls.formulas });
    const thumb = document.querySelector("#alpha-slider [role=slider]");
    if (thumb) thumb.setAttribute("aria-valuetext", controls.alpha);
  }

  /* What stands there already costs nothing. */
  function write(id, props) {
    const signature = JSON.stringify(props);
    if (bench.written[id] === signature) return;
    bench.written[id] = signature;
    set(id, props);
  }

  function put(id, name, value) {
    const there = byId(id), noted = String(bench.controls[name]);
    const typing = id.endsWith("-field") && document.activeElement === there && there.value !== noted;
    if (typing || noted === String(value)) return;
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
    paced("weights", "weights", { data: figure.data.slice(), layout: figure.layout });
    nnbench.layCells(byId("weight-cells"), weights, view, edit);
    write("weights-key", { children: weights.key });
  }

  function showResponse(response) {
    paced("maps", "response", response.figure);
    write("response-key", { children: response.key });
    write("response-says", { children: pieces(response.says) });
    byId("response").closest(".maps").dataset.rows = response.rows;
  }

  /* Only what is slower than a blink is announced; the earlier curve stays until the new one is whole. */
  function waiting(on) {
    if (document.body.classList.contains("retraining") === on) return;
    document.body.classList.toggle("retraining", on);
    set("retraining", { hidden: !on });
    set("cancel", { hidden: !on });
    if (on) showProgress();
  }

  /* How far a long run is, five times a second. */
  async function showProgress() {
    while (document.body.classList.contains("retraining")) {
      const far = await fetch(here(`progress?tab=${bench.tab}`)).then((r) => r.json(), () => ({ done: 0 }));
      const all = Number(String(bench.knobs.samples).replace(/[, ]/g, ""));
      if (far.done && far.done <= all && document.body.classList.contains("retraining")) {
        const at = `step ${far.done.toLocaleString("en")} of ${all.toLocaleString("en")}`;
        set("proof", { children: `Retraining, ${at}. The earlier curve stays until the new one is whole.` });
        byId("retraining").style.setProperty("--done", `${(100 * far.done) / all}%`);
        byId("retraining").classList.add("known");
      }
      await new Promise((later) => setTimeout(later, 200));
    }
    byId("retraining").classList.remove("known");
  }

  /* An address beside this page, whatever the sub-path. */
  const here = (path) => JSON.parse(byId("_dash-config").textContent).requests_pathname_prefix + path;

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

  function edit(place, name, button) {
    const { left, bottom } = button.getBoundingClientRect(), root = document.documentElement.style;
    root.setProperty("--edit-x", `${left}px`);
    root.setProperty("--edit-y", `${bottom - 8}px`);
    cell = place;
    const { cells, exact } = bench.shown.weights;
    const block = cells.findIndex((b) => b.layer === place.layer && b.name === place.name);
    set("edit-label", { children: `${name}, in the checkpoint` });
    set("edit-field", { value: exact[block][place.row * cells[block].columns + place.column] });
    set("edit-error", { children: "" });
    byId("edit").showModal();
  }

  function editSet(setClicks, zeroClicks, submits, text) {
    const by = window.dash_clientside.callback_context.triggered_id;
    if (cell && by) gate.act(asked("edit", { cell: Object.assign({}, cell, { text: by === "edit-zero" ? "0" : String(text) }) }));
  }

  /* ── what goes wrong ── */

  function refuse({ field, sentence }) {
    if (field === "note") {
      note(sentence);
      return;
    }
    const still = bench.base ? ` Still showing ${stillShowing(field)}.` : "";
    set(`${field}-error`, { children: sentence + (stillShowing(field) ? still : "") });
    const box = byId(`${field}-field`);
    if (box) box.setAttribute("aria-invalid", "true");
    bench.refused = field;
    bench.restored = null;
    if (bench.base) bench.knobs = knobsOf(bench.base.experiment, bench.knobs.filter);
  }

  function stillShowing(field) {
    const { alpha, samples, seed } = bench.shown ? bench.shown.controls : {};
    return { alpha, samples: samples && samples.toLocaleString("en"), seed }[field];
  }

  function clearRefusals() {
    set("note", { hidden: true });
    if (cell) {
      cell = null;
      byId("edit").close();
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

  /* No answer will come: the server is gone, or it said why, and whether to come again. */
  function failed(serial, refusal) {
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
    bench.restored = null;
    if (bench.base) bench.knobs = knobsOf(bench.base.experiment, bench.knobs.filter);
    if (gate.idle) waiting(false);
  }

  function lostServer() {
    gate.rest();
    if (document.body.classList.contains("lost")) return;
    note("Connection lost. Your knobs are kept here; retrying.");
    document.body.classList.add("lost");
    const again = () => fetch(here("healthz"), { cache: "no-store" }).then((r) => r.ok || Promise.reject(), () => Promise.reject()).then(() => {
      document.body.classList.remove("lost");
      set("note", { hidden: true });
      gate.wake();
    }, () => setTimeout(again, 2000));
    again();
  }

  /* ── the doors that Dash uses ── */

  const clicks = {};

  function turnedBy(...values) {
    const { triggered, inputs_list: list } = window.dash_clientside.callback_context;
    const turned = new Set(triggered.map((change) => change.prop_id.split(".")[0]));
    list.forEach(({ id, property }, index) => {
      const value = values[index];
      if (!bench.tab || !turned.has(id) || value === undefined || value === null) return;
      // Quick clicks may come as one: their count tells how many they were.
      const times = property === "n_clicks" ? value - (clicks[id] || 0) : 1;
      if (property === "n_clicks") clicks[id] = value;
      for (let time = 0; time < times; time++) hands[id](value);
    });
  }

  /* What a reload remembers may be of a bench from Python that has ended since; its key is its own. */
  const offered = (before, key) => before === key || ![before, key].some((name) => name.startsWith("own-"));

  /* The page is awake: go on with this tab's experiment, or with the first one. */
  function start(first, key) {
    bench.key = key;
    bench.knobs = knobsOf(JSON.parse(first));
    bench.tab = nnbench.tab.wake((name) => {
      bench.tab = name;
      reopen();
    });
    const before = nnbench.tab.remembered();
    if (before && offered(before.key, key)) {
      bench.experiment = before.experiment;
      open(before);
    } else gate.act(asked("choose"));
  }

  Object.assign(nnbench, { bench, gate, hands, turn, ask, edit, failed, clearRefusals });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    nnbench: { accept, turn: turnedBy, edit: editSet, start },
  });
})((window.nnbench = window.nnbench || {}));
