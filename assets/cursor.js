/* The cursor: which step of the run all views at the right show. It moves over the tape at once; the server answers with the exact
   weights of the step where it is, its maps and its probe, one question at a time and the newest next. At the end it stays at the end. */
(function (nnbench) {
  "use strict";

  /* While it moves, maps and probe take a share of the time at most. */
  const SHARE = 2;

  const cursor = { place: null, weights: null, of: 0, moving: false };
  let drawing = null;
  let asking = false;
  let stale = false;
  let seen = null;

  /* A run has been drawn: the cursor stands where its answer says. */
  function placed(answer) {
    cursor.place = answer.place;
    seen = null;
    weigh(nnbench.decode(answer.weights.trained), answer.place.step);
    nnbench.scrubber.show(cursor.place, answer);
  }

  function weigh(weights, step) {
    cursor.weights = weights;
    cursor.of = step;
  }

  /* To a step, clipped to the run; `moving` while a hand or play goes on. */
  function go(step, moving = false) {
    const { bench, tape } = nnbench;
    if (!bench.shown || !cursor.place) return;
    const { last } = cursor.place, samples = bench.shown.summary.samples;
    const to = Math.max(0, Math.min(last, Math.round(step)));
    bench.step = to === last ? null : to;
    cursor.place = { step: to, last, sample: Math.min(to, last, samples - 1), loss: tape.now() ? tape.lossAt(to) : null };
    cursor.moving = moving;
    if (tape.now()) weigh(tape.weightsAt(tape.keptBefore(to)), tape.keptBefore(to));
    drawn();
    look();
  }

  const by = (steps) => cursor.place && go(cursor.place.step + steps);

  /* Everything that needs no server, once a frame. */
  function drawn() {
    drawing = drawing || requestAnimationFrame(() => {
      drawing = null;
      nnbench.scrubber.show(cursor.place, nnbench.bench.shown);
      nnbench.showWeights(nnbench.bench.view, cursor.moving);
      if (!cursor.moving) keepNamed(cursor.place.step);
    });
  }

  let named = null;

  /* What Keep trained weights would keep. */
  function keepNamed(step) {
    if (named === step) return;
    named = step;
    nnbench.set("keep-tooltip", { label: `Make step ${step.toLocaleString("en")} the new start of every run` });
  }

  /* Asks what is at the cursor; while an answer is awaited, what is asked next is the newest. */
  async function look() {
    stale = true;
    if (asking) return;
    asking = true;
    while (stale && !nnbench.bench.held) {
      stale = false;
      const begun = performance.now(), { step, own, axes } = nnbench.bench;
      const told = await nnbench.aside("step", { step, own, axes });
      if (told && "done" in told) stale = true;
      else if (told) show(told);
      if (cursor.moving) await new Promise((later) => setTimeout(later, SHARE * Math.min(100, performance.now() - begun)));
    }
    asking = false;
  }

  /* An answer about a step; where the cursor is still there, its numbers are the exact ones. */
  function show(told) {
    seen = told;
    if (told.place.step === cursor.place.step) {
      cursor.place = told.place;
      weigh(nnbench.decode(told.weights), told.place.step);
      drawn();
    }
    nnbench.showResponse(nnbench.bench.shown.frame, told.response, cursor.moving);
    nnbench.probe.show(told.probe);
  }

  /* The hand has let go: what was painted in haste is drawn. */
  function rest() {
    if (!cursor.moving) return;
    cursor.moving = false;
    drawn();
    if (seen && seen.place.step === cursor.place.step) nnbench.showResponse(nnbench.bench.shown.frame, seen.response);
  }

  /* The scale of all colours: the greatest weight of the whole run, once it is known. */
  const scale = () => (nnbench.tape.now() ? Math.max(nnbench.tape.now().scale, nnbench.bench.shown.weights.scale) : nnbench.bench.shown.weights.scale);

  /* The tape has come: every path can be drawn, on the scale of the whole run. */
  const taped = () => drawn();

  nnbench.cursor = Object.assign(cursor, { placed, go, by, look, rest, scale, taped });
})((window.nnbench = window.nnbench || {}));
