/* Which runs came before: ghosts behind the curve, and one snapshot a change to go back to. */
(function (nnbench) {
  "use strict";

  const MOST_GHOSTS = 5;
  const FIELDS = ["title", "alpha", "samples", "seed", "ideal", "inputs", "network", "checkpoint"];

  const sameRun = (a, b) => FIELDS.every((field) => a[field] === b[field]);

  function snapshot() {
    const { bench } = nnbench, { key, summary, said, ghost } = bench.shown;
    return { key, experiment: bench.experiment, summary, ghost, label: said.label, change: said.change, said, ghosts: bench.ghosts };
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
      bench.past.push(before);
      bench.future = [];
      bench.ghosts = before.key === bench.shown.key ? bench.ghosts.concat([before]).slice(-MOST_GHOSTS) : [];
      bench.before = before;
    }
    bench.base = Object.assign(snapshot(), restored && { label: restored.label, change: restored.change });
    bench.restored = null;
    nameUndo();
    nnbench.tab.remember({ key: bench.base.key, experiment: bench.base.experiment });
  }

  function nameUndo() {
    const { past, future, base } = nnbench.bench, next = future[future.length - 1];
    const name = (id, verb, what) => {
      const words = what ? `${verb} ${what}` : verb;
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
    nnbench.ask();
  }

  const undo = () => travel(nnbench.bench.past, nnbench.bench.future);
  const redo = () => travel(nnbench.bench.future, nnbench.bench.past);

  nnbench.history = { sameRun, commit, goBack, forget, undo, redo };
})((window.nnbench = window.nnbench || {}));
