/* The bench in the browser: what the knobs say now, and what a hand can do with them.

   A hand turns something -> `turn` notes it and asks through the gate -> the wire posts it, and the server's answer comes to `accept`,
   which shows it. While a knob is held nothing is remembered; when it is let go, the run before becomes a ghost, and there is one step
   to undo. */
(function (nnbench) {
  "use strict";

  const SEEDS = 2 ** 32;
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
    pins: [],
    past: [],
    future: [],
    restored: null,
    held: false,
    view: "trained",
    axes: [0, 1],
    step: null,
    own: null,
    keptAt: null,
    controls: {},
  };

  const gate = new nnbench.Gate(
    (slot, request) => nnbench.post(slot, request),
    () => nnbench.waiting(true),
    () => nnbench.lostServer(),
  );

  /* ── asking ── */

  function asked(act, more) {
    return () => Object.assign({
      tab: bench.tab, act, key: bench.key, knobs: Object.assign({}, bench.knobs), experiment: null, cell: null, change: null,
      before: bench.base && bench.base.summary,
      view: {
        theme: nnbench.theme(), limits: bench.held || (act === "turn" && stands()) ? bench.shown && bench.shown.limits : null, maps: nnbench.due("maps"),
        frame: bench.shown ? bench.shown.frame.name : "", axes: bench.axes, step: bench.step, own: bench.own,
      },
    }, more);
  }

  /* Whether what is asked for is the run that stands there, only drawn in another way: then its axes stay, and what it is compared with. */
  const stands = () => bench.base && nnbench.history.sameRun(bench.base.summary, bench.shown.summary)
    && ["alpha", "samples", "seed"].every((name) => bench.knobs[name] === bench.experiment[name]);

  const ask = () => gate.turn(asked("turn"));

  function open({ key, experiment }) {
    bench.key = key;
    bench.knobs = knobsOf(experiment, bench.knobs.filter);
    gate.act(asked("open", { experiment }));
  }

  function knobsOf(experiment, filter) {
    const { alpha, samples, seed } = experiment;
    return { alpha, samples, seed, filter: filter || experiment.filter };
  }

  /* ── what a hand can do ── */

  const hands = {
    "alpha-slider": (p) => changed("position", p) && turn({ alpha: { position: p } }),
    "alpha-field": (text) => changed("alpha", text) && typed("alpha", text),
    "samples-slider": (n) => changed("samplesAt", n) && turn({ samples: n }),
    "samples-field": (text) => changed("samples", text) && typed("samples", text),
    "seed-field": (text) => changed("seed", text) && typed("seed", text),
    "next-seed": () => turn({ seed: (seedNow() + 1) % SEEDS }),
    target: (name) => changed("ideal", name) && change("target", 0, name),
    inputs: (name) => changed("inputs", name) && change("inputs", 0, name),
    "open-facts": () => nnbench.facts.open(),
    "weights-field": (text) => changed("weightSeed", text) && change("weight seed", 0, text),
    "next-weights": () => change("weight seed", 0, ((bench.shown.frame.drawn.seed ?? -1) + 1) % SEEDS),
    scheme: (name) => changed("scheme", name) && change("scheme", 0, name),
    filter: (name) => changed("filter", name) && turn({ filter: name }),
    experiment: (key) => changed("key", key) && key !== bench.key && choose(key),
    randomize: () => gate.act(asked("randomize")),
    keep: () => gate.act(() => {
      bench.keptAt = nnbench.cursor.place.step;
      return asked("keep")();
    }),
    undo: () => nnbench.history.undo(),
    redo: () => nnbench.history.redo(),
    cancel: () => bench.base && turn(knobsOf(bench.base.experiment, bench.knobs.filter)),
    theme: () => switchTheme(),
    "theme-phone": () => switchTheme(),
    help: () => byId("help-sheet").showModal(),
    "help-phone": () => byId("help-sheet").showModal(),
    "weights-view": (view) => nnbench.showWeights(view),
  };

  /* Dash calls back for what the page itself has written; only what differs from that is a hand's doing. */
  function changed(name, value) {
    if (value === null || value === undefined || String(bench.controls[name]) === String(value)) return false;
    bench.controls[name] = value;
    return true;
  }

  /* Text that says what is shown asks for nothing: 0.252 stands for all the digits of the α that a slider gave. */
  function typed(name, text) {
    if (bench.shown && text === String(bench.shown.controls[name])) nnbench.clearRefusals();
    else turn({ [name]: text });
  }

  function turn(knobs) {
    Object.assign(bench.knobs, knobs);
    ask();
  }

  /* A change of the network, the target, the facts or the first weights: a row of the server's table, a layer, a value. */
  function change(what, at, value) {
    nnbench.changing = { what, at };
    gate.act(asked("change", { change: { do: what, at, value } }));
  }

  function choose(key) {
    gate.act(() => {
      bench.key = key;
      return asked("choose")();
    });
  }

  const seedNow = () => (typeof bench.knobs.seed === "number" ? bench.knobs.seed : bench.experiment.seed);

  function switchTheme() {
    const next = nnbench.theme() === "dark" ? "light" : "dark";
    set("mantine-provider", { forceColorScheme: next });
    document.documentElement.setAttribute("data-mantine-color-scheme", next);
    try {
      localStorage.setItem("mantine-color-scheme-value", next);
    } catch (refused) { /* a browser that keeps nothing still changes the theme */ }
    ask();
  }

  /* The server has forgotten this tab: it gets the experiment again, weights and all. */
  function reopen() {
    if (bench.experiment) gate.act(asked("open", { experiment: bench.experiment }));
    else gate.act(asked("choose"));
  }

  /* ── the doors that Dash uses ── */

  const clicks = {};

  function turnedBy(...values) {
    const { triggered, inputs_list: list } = window.dash_clientside.callback_context;
    const turned = new Set(triggered.map((change) => change.prop_id.split(".")[0]));
    list.forEach(({ id, property }, index) => {
      const value = values[index];
      if (!bench.tab || !turned.has(id) || value === undefined || value === null || nnbench.isEcho(id, value)) return;
      // Quick clicks may come as one: their count tells how many they were.
      const times = property === "n_clicks" ? value - (clicks[id] || 0) : 1;
      if (property === "n_clicks") clicks[id] = value;
      for (let time = 0; time < times; time++) hands[id](value);
    });
  }

  /* What a reload remembers may be of a bench from Python that has ended since; its key is its own. */
  const offered = (before, key) => before === key || ![before, key].some((name) => name.startsWith("own-"));

  /* The page is awake: go on with this tab's experiment, or with the first one. */
  function start(first, key, frame) {
    bench.key = key;
    nnbench.showFrame(frame);
    bench.knobs = knobsOf(JSON.parse(first));
    bench.tab = nnbench.tab.wake((name) => {
      bench.tab = name;
      reopen();
    });
    const link = nnbench.links.brought();
    if (link) nnbench.links.follow(link).then((led) => led || goOn(key));
    else goOn(key);
  }

  function goOn(key) {
    const before = nnbench.history.wake((name) => offered(name, key));
    if (before) {
      bench.experiment = before.experiment;
      open(before);
    } else gate.act(asked("choose"));
  }

  Object.assign(nnbench, { bench, gate, hands, set, asked, ask, open, knobsOf, turn, change, reopen });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    nnbench: { turn: turnedBy, edit: (...values) => nnbench.editing.submitted(...values), point: (click) => nnbench.pointing.clicked(click), start },
  });
})((window.nnbench = window.nnbench || {}));
