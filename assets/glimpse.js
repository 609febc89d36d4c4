/* A glimpse: the curve of the run that a click would turn to, drawn while the hand rests there. Nothing is turned. */
(function (nnbench) {
  "use strict";

  let wanted = 0;

  /* The curve under these knobs, in place of the one glimpsed before; `weightSeed` draws other first weights for it. */
  async function show(knobs, weightSeed = null) {
    const mine = ++wanted, answer = await nnbench.aside("glimpse", { weight_seed: weightSeed }, knobs);
    if (mine === wanted && answer && answer.line) nnbench.ink.glimpse(document.getElementById("loss-picture"), answer.line);
  }

  function hide() {
    wanted++;
    nnbench.ink.glimpse(document.getElementById("loss-picture"), null);
  }

  nnbench.glimpse = { show, hide };
})((window.nnbench = window.nnbench || {}));
