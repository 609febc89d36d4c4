/* Which runs came before: ghosts behind the curve, and one snapshot a change to go back to. */
(function (nnbench) {
  "use strict";

  const MOST_GHOSTS = 5;
  const MOST_STEPS = 100;
  const FIELDS = ["title", "alpha", "samples", "seed", "ideal", "inputs", "network", "checkpoint"];

  const sameRun = (a, b) => FIELDS.every((field) => a[field] === b[field]);

  function snapshot() {
    const { bench } = nnbench, { key, summary, said, ghost } = bench.shown;
    const about = nnbench.runs.about(bench.shown, bench.experiment);
    return { key, experiment: bench.experiment, summary, ghost, label: said.label, change: said.change, said, about, ghosts: bench.ghosts };
  }

  function travel(from, to) {
    const { bench } = nnbench;
    if (!from.length || !bench.base) return;
    const there = from.pop();
    to.push(bench.restored || bench.base);
    bench.restored = there;
    nnbench.open(there);
  }

  /* A change is finished: the run before it becomes a ghost and a step to undo. */
  function commit() {
    const { bench } = nnbench, { base: before, restored } = bench;
    if (restored) {
      bench.ghosts = restored.ghosts;
      bench.before = before;
    } else if (before && !sameRun(before.summary, bench.shown.summary)) {
      bench.past = bench.past.concat([before]).slice(-MOST_STEPS);
      bench.future = [];
      bench.ghosts = before.key === bench.shown.key ? bench.ghosts.concat([before]).slice(-MOST_GHOSTS) : [];
      bench.before = before;
    }
    bench.base = Object.assign(snapshot(), restored && { label: restored.label, change: restored.change });
    bench.restored = null;
    nameUndo();
    save();
  }

  const names = {};

  /* Told to Dash when it is news. */
  function nameUndo() {
    const { past, future, base } = nnbench.bench, next = future[future.length - 1];
    const name = (id, verb, what) => {
      const words = what ? `${verb} ${what}` : verb;
      if (names[id] === words) return;
      names[id] = words;
      nnbench.set(id, { disabled: !what, title: words, "aria-label": words });
    };
    name("undo", "Undo", past.length && base.change);
    name("redo", "Redo", next && next.change);
  }

  function goBack(run) {
    const { bench } = nnbench;
    nnbench.open({ key: bench.key, experiment: run.experiment });
  }

  function forget(run) {
    const { bench } = nnbench;
    bench.ghosts = bench.ghosts.filter((kept) => kept !== run);
    bench.base = Object.assign({}, bench.base, { ghosts: bench.ghosts });
    save();
    nnbench.ask();
  }

  /* ── across a reload ── */

  const save = () => nnbench.tab.remember(() => nnbench.keeping.packed(nnbench.bench));

  /* What this tab knew before it was loaded again, as far as it is still offered: the run to go on with, or null. */
  function wake(offered) {
    const { bench } = nnbench, before = nnbench.keeping.unpacked(nnbench.tab.remembered());
    if (!before || !offered(before.base.key)) return null;
    const still = (runs) => runs.filter(({ key }) => offered(key));
    Object.assign(bench, { past: still(before.past), future: still(before.future), ghosts: before.base.ghosts, restored: before.base });
    bench.pins = before.pins.filter(({ run }) => offered(run.key));
    return before.base;
  }

  const undo = () => travel(nnbench.bench.past, nnbench.bench.future);
  const redo = () => travel(nnbench.bench.future, nnbench.bench.past);

  nnbench.history = { sameRun, commit, goBack, forget, undo, redo, save, wake };
})((window.nnbench = window.nnbench || {}));
