/* The tape: losses and weights of the run that is shown, at every step or at every k-th. It comes once a knob is let go, and lets the
   cursor move without the server. Another run has another tape. */
(function (nnbench) {
  "use strict";

  let tape = null;

  /* Asked for again as long as the server is still recording. */
  async function fetched(answer) {
    if (tape && nnbench.history.sameRun(tape.summary, answer.summary)) return;
    tape = null;
    const { summary } = answer;
    let told = { done: 0 };
    while (told && "done" in told) told = nnbench.bench.held ? null : await nnbench.aside("history", {});
    if (!told) return;
    tape = Object.assign(told, { summary, losses: nnbench.decode(told.losses), weights: nnbench.decode(told.weights) });
    nnbench.cursor.taped();
  }

  /* The tape of the run that is shown, or null. */
  const now = () => (tape && nnbench.history.sameRun(tape.summary, nnbench.bench.shown.summary) ? tape : null);

  /* The last kept step that is not past this one. */
  const keptBefore = (step) => Math.floor(step / tape.every) * tape.every;

  /* The weights at a kept step, without copying. */
  function weightsAt(kept) {
    const row = kept / tape.every;
    return tape.weights.subarray(row * tape.width, (row + 1) * tape.width);
  }

  /* The loss of the sample about to be used at this step; null where the tape does not have it. */
  function lossAt(step) {
    const loss = now() && step % tape.every === 0 ? tape.losses[step / tape.every] : null;
    return Number.isFinite(loss) ? loss : null;
  }

  nnbench.whenSettled(fetched);
  nnbench.tape = { now, keptBefore, weightsAt, lossAt };
})((window.nnbench = window.nnbench || {}));
