/* Showing an answer: the curve and the words at once, weights and maps in the next frames, the cards only when they are others. */
(function (nnbench) {
  "use strict";

  const MOST_FRAMES = 8;
  const SHARE = 4;
  const byId = (id) => document.getElementById(id);

  /* While a knob is held the curve comes with every answer; weights, maps and what follows the hand take a share of the time at most. */
  const pace = { maps: { cost: 25, ended: 0 }, weights: { cost: 10, ended: 0 }, passing: { cost: 5, ended: 0 } };
  const due = (part) => !nnbench.bench.held || performance.now() - pace[part].ended > SHARE * pace[part].cost;

  function paced(part, draw) {
    const begun = performance.now();
    draw();
    pace[part].ended = performance.now();
    pace[part].cost = pace[part].ended - begun;
  }

  /* One answer, as it comes from the wire. An older run is never shown after a newer one. */
  function accept(answer) {
    const { bench, gate } = nnbench;
    gate.answered(answer.serial);
    if (!bench.shown || answer.serial > bench.shown.serial) {
      if (answer.loss) show(answer);
      else if (answer.refused) nnbench.refuse(answer.refused);
      else if (answer.lost) nnbench.reopen();
      else if (answer.note) nnbench.note(answer.note);
    }
    gate.pump();
    if (!gate.idle) return;
    waiting(false);
    // An older answer may be the last to come; then the run that is shown has not been settled yet.
    if (bench.shown && !bench.held && bench.shown.serial !== settledSerial) show(bench.shown);
  }

  let settledSerial = null;

  function show(answer) {
    const { bench, gate, history } = nnbench;
    answer.frame = framed(answer.frame);
    bench.shown = answer;
    bench.key = answer.key;
    // What a turned knob leaves as it was does not come again.
    bench.experiment = Object.assign({}, bench.experiment, answer.experiment);
    nnbench.clearRefusals();
    const settled = !bench.held && gate.idle;
    if (settled) bench.knobs = nnbench.knobsOf(bench.experiment);
    const same = bench.base && history.sameRun(bench.base.summary, answer.summary) && !bench.restored;
    if (same) answer.said = bench.base.said;
    if (bench.restored) answer.said.label = bench.restored.label;
    const compared = settled && same ? bench.before : bench.base;
    if (settled) settle(answer);
    nnbench.drawCurve(answer, bench.ghosts, answer.key === (compared && compared.key) ? compared : null);
    nnbench.cursor.placed(answer);
    speak(answer.said, settled);
    restSoon();
  }

  let awaited = null;

  /* However fast answers come, the rest is shown of the latest of them. */
  function restSoon() {
    awaited = awaited || requestAnimationFrame(() => requestAnimationFrame(() => {
      awaited = null;
      showRest(nnbench.bench.shown);
    }));
  }

  function settle(answer) {
    settledSerial = answer.serial;
    nnbench.history.commit();
  }

  const frames = new Map();

  /* What stays while a knob is turned came with this answer or with an earlier one. */
  function framed(frame) {
    if (frame.strip) frames.set(frame.name, frame);
    if (frames.size > MOST_FRAMES) frames.delete(frames.keys().next().value);
    return frames.get(frame.name);
  }

  function speak(said, settled) {
    byId("sentence").setAttribute("aria-busy", String(!settled));
    marked("sentence", said.sentence);
    say("proof", said.proof);
    say("read-alpha", said.alpha);
    say("read-max", said.max);
    say("read-last", said.last);
    say("read-potential", said.potential);
  }

  /* Words go straight to where they stand: through Dash each would cost as much as a drawing. */
  function say(id, text) {
    const there = typeof id === "string" ? byId(id) : id;
    if (there.textContent !== text) there.textContent = text;
  }

  function marked(id, pieces) {
    byId(id).replaceChildren(...pieces.map(([text, mark]) => {
      if (!mark) return text;
      const strong = document.createElement("b");
      strong.className = mark;
      strong.textContent = text;
      return strong;
    }));
  }

  /* Under a hand weights and maps are painted; when it lets go, they are drawn. */
  function showRest(answer) {
    const { bench } = nnbench, picture = byId("loss-picture");
    picture.setAttribute("aria-label", answer.said.aria);
    nnbench.label(picture.parentElement, answer, bench.ghosts, nnbench.history.goBack, nnbench.history.forget);
    showFrame(answer.frame);
    showControls(answer.controls);
    if (due("weights")) showWeights(bench.view, bench.held);
    if (answer.response) paced("maps", () => showMaps(answer, bench.held));
    if (due("passing")) paced("passing", () => nnbench.passing(answer));
    if (answer.serial === settledSerial) nnbench.settled(answer);
  }

  function showMaps({ frame, response, probe }, moving) {
    showResponse(frame, response, moving);
    nnbench.probe.show(probe);
  }

  let standing = null;

  /* The cards, the target and the words about the experiment, when they are others than those that stand there. */
  function showFrame(frame) {
    if (frame.name === standing) return;
    standing = frame.name;
    const { badge, drawn } = frame;
    say("experiment-group", frame.group);
    say("network-hint", frame.hint);
    say("look-for", frame.hint);
    say("badge", badge.text);
    byId("badge").dataset.state = badge.state;
    nnbench.set("target", { data: frame.ideals });
    nnbench.set("inputs", { data: frame.inputs });
    nnbench.target.show(frame.target);
    nnbench.strip.show(frame.strip);
    say("weights-said", drawn.says);
  }

  /* Weights that were kept or edited have no seed. */
  const weightSeedOf = ({ drawn }) => (drawn.seed === null ? "" : String(drawn.seed));

  /* Knobs follow the run, but never under the hand that holds one. */
  function showControls(controls) {
    const { bench } = nnbench;
    put("alpha-field", "alpha", controls.alpha);
    put("samples-field", "samples", String(controls.samples));
    put("seed-field", "seed", String(controls.seed));
    if (!bench.held) {
      put("alpha-slider", "position", controls.position);
      put("samples-slider", "samplesAt", Math.min(1000, controls.samples));
    }
    put("target", "ideal", controls.ideal);
    put("inputs", "inputs", controls.inputs);
    put("filter", "filter", controls.filter);
    put("experiment", "key", bench.key);
    put("weights-field", "weightSeed", weightSeedOf(bench.shown.frame));
    put("scheme", "scheme", bench.shown.frame.drawn.scheme);
    const thumb = document.querySelector("#alpha-slider [role=slider]");
    if (thumb) thumb.setAttribute("aria-valuetext", controls.alpha);
  }

  /* A field shows its value at once; Dash, which takes as long as a curve, hears of it when the knob is let go. */
  function put(id, name, value) {
    const { controls, held } = nnbench.bench, there = byId(id), noted = String(controls[name]), field = id.endsWith("-field");
    if (field && document.activeElement === there && there.value !== noted) return;
    if (field && there.value !== value) there.value = value;
    if (noted === String(value) || (field && held)) return;
    controls[name] = value;
    nnbench.set(id, { value });
  }

  function showWeights(view, moving = false) {
    const { bench } = nnbench;
    bench.view = view;
    if (!bench.shown) return;
    const { weights } = bench.shown.frame, scale = nnbench.cursor.scale();
    paced("weights", () => nnbench.weights.show(bench.shown, view, moving));
    byId("at-weights").classList.toggle("none", Boolean(weights.none));
    key("weights-key", nnbench.number(-scale, 2), nnbench.number(scale, 2), weights.none);
  }

  /* The view's name says whose weights are shown; beside the colours stands what is drawn of the run. */
  function stepNamed(step, words) {
    const label = document.querySelector("#weights-view input[value=trained] + label span") || document.querySelector("#weights-view input[value=trained] + label");
    say(label, `Step ${step.toLocaleString("en")}`);
    const box = byId("weights-key"), said = box.querySelector(".said") || box.appendChild(nnbench.make("span", { class: "said" }));
    say(said, words);
  }

  function showResponse(frame, response, moving = false) {
    const { scale, rows, inputs } = frame.response, box = byId("response").closest(".maps"), figure = nnbench.maps.answered(frame.response, response);
    box.style.setProperty("--rows", inputs === 1 ? 1 : rows);
    box.classList.toggle("moving", moving && inputs > 1);
    if (moving && inputs > 1) nnbench.maps.painted(box, figure, !response.target);
    else nnbench.draw("response", figure);
    nnbench.maps.mark(box, frame.response, response);
    nnbench.maps.axesOf(frame.response, response, chooseAxis);
    key("response-key", nnbench.number(-scale, 1), nnbench.number(scale, 1), "");
    marked("response-says", response.says);
  }

  /* The axis takes the input; the other one, if it had it, takes the axis' own. */
  function chooseAxis(k, input) {
    const { bench } = nnbench, axes = nnbench.maps.axes();
    bench.axes = axes.map((axis, i) => (i === k ? input : axis === input ? axes[k] : axis));
    nnbench.ask();
  }

  /* What the two ends of the colours stand for, or why there are none. */
  function key(id, low, high, none) {
    const box = byId(id), ends = box.querySelectorAll(":scope > span:not(.said)");
    if (none) box.textContent = none;
    else if (ends.length) [low, high].forEach((text, k) => (ends[k].textContent = text));
    else {
      const [from, ramp, to] = ["span", "i", "span"].map((tag) => document.createElement(tag));
      [from.textContent, ramp.className, to.textContent] = [low, "ramp", high];
      box.replaceChildren(from, ramp, to);
    }
  }

  /* Only what is slower than a blink is announced; the earlier curve stays until the new one is whole. */
  function waiting(on) {
    if (document.body.classList.contains("retraining") === on) return;
    document.body.classList.toggle("retraining", on);
    nnbench.set("retraining", { hidden: !on });
    nnbench.set("cancel", { hidden: !on });
    if (on) showProgress();
  }

  /* How far a long run is, five times a second. */
  async function showProgress() {
    const { bench } = nnbench;
    while (document.body.classList.contains("retraining")) {
      const far = await fetch(nnbench.here(`progress?tab=${bench.tab}`)).then((r) => r.json(), () => ({ done: 0 }));
      const all = Number(String(bench.knobs.samples).replace(/[, ]/g, ""));
      if (far.done && far.done <= all && document.body.classList.contains("retraining")) {
        const at = `step ${far.done.toLocaleString("en")} of ${all.toLocaleString("en")}`;
        say("proof", `Retraining, ${at}. The earlier curve stays until the new one is whole.`);
        byId("retraining").style.setProperty("--done", `${(100 * far.done) / all}%`);
        byId("retraining").classList.add("known");
      }
      await new Promise((later) => setTimeout(later, 200));
    }
    byId("retraining").classList.remove("known");
  }

  Object.assign(nnbench, { accept, due, showFrame, showResponse, showWeights, stepNamed, weightSeedOf, waiting });
})((window.nnbench = window.nnbench || {}));
