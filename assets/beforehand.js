/* What is tried beforehand: where a knob leads, before it is turned. Once a run has come to rest its parts ask, one after another, and
   each stops as soon as a knob is held or another run is shown. What has been learned of a run is remembered, so that going back to it
   asks for nothing. Parts that follow a hand while it turns say so with `whenPassing`; what they paint under the curve, and write
   beside it, stands in two lists. */
(function (nnbench) {
  "use strict";

  const MOST_REMEMBERED = 48;
  const parts = [];
  const passers = [];
  const remembered = new Map();
  let turn = 0;

  /* fill(answer, go) asks, as long as go() is true; parts of lower rank come first. */
  function beforehand(rank, fill) {
    parts.push({ rank, fill });
    parts.sort((a, b) => a.rank - b.rank);
  }

  async function settled(answer) {
    const mine = ++turn, { bench } = nnbench, go = () => mine === turn && !bench.held && bench.shown === answer;
    for (const { fill } of parts) {
      if (go()) await fill(answer, go);
    }
  }

  /* Somebody wants more of the run that is shown than was asked for when it came to rest. */
  function askAgain() {
    const { bench, gate } = nnbench;
    if (bench.shown && !bench.held && gate.idle) settled(bench.shown);
  }

  const whenPassing = (listener) => passers.push(listener);
  const passing = (answer) => passers.forEach((listener) => listener(answer));

  /* A run's name made of these fields of its summary, and of the experiment. */
  const named = (summary, fields) => JSON.stringify(["title", "ideal", "inputs", "network", "checkpoint", ...fields].map((field) => summary[field]));

  /* What is known under that name; nothing yet is an empty object, which is remembered when it is going to be filled. */
  function known(part, name, filling = false) {
    const key = `${part} ${name}`, there = remembered.get(key) || {};
    if (!filling) return there;
    remembered.delete(key);
    remembered.set(key, there);
    if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value);
    return there;
  }

  nnbench.whenSettled(settled);
  Object.assign(nnbench, { beforehand, askAgain, whenPassing, passing, named, known, beneath: [], beside: [] });
})((window.nnbench = window.nnbench || {}));
