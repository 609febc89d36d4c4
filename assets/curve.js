/* What lies over the server's curve: earlier runs as grey ghosts, the level bars that the sentence speaks of, and the labels at the
   right end. They are drawn here because only the browser remembers which runs came before. */
(function (nnbench) {
  "use strict";

  const DOTS = "dots";
  const LOWER = "lower";
  const LABEL_GAP = 17;
  const WIDTHS = [1, 1, 1, 1.25, 1.5];

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function margins() {
    return { l: parseFloat(css("--plot-l")) || 52, r: parseFloat(css("--plot-r")) || 128, t: 8, b: 28 };
  }

  /* The server's figure with ghosts behind it, and apart from it what is drawn beside Plotly's drawing. */
  function dress(answer, ghosts, base) {
    const { data, layout: plain } = answer.loss, named = (name) => (part) => part.name === name;
    const shades = [css("--ghost-3"), css("--ghost-3"), css("--ghost-3"), css("--ghost-2"), css("--ghost-1")];
    const behind = ghosts.map((run, k) => ghostLine(run, k + 5 - ghosts.length, shades)).filter((_, k) => !nnbench.runs.inked(ghosts[k]));
    const { xaxis } = plain, crowded = window.innerWidth < 900 && xaxis.tickvals.length > 5;
    const layout = Object.assign({}, plain, {
      margin: margins(),
      xaxis: crowded ? Object.assign({}, xaxis, { tickvals: xaxis.tickvals.filter((_, k) => k % 2 === 0) }) : xaxis,
      annotations: plain.annotations.filter((words) => words.name !== LOWER),
    });
    // Plotly keeps the dots to answer the hand that hovers over them.
    const hovered = (trace) => (trace.name === DOTS ? Object.assign({}, trace, { mode: "none" }) : trace);
    return {
      data: behind.concat(data.filter((trace) => trace.name !== LOWER).map(hovered)), layout, bars: levelBars(answer, base),
      dots: data.find(named(DOTS)), lower: data.find(named(LOWER)), count: plain.annotations.find(named(LOWER)),
    };
  }

  function ghostLine(run, place, shades) {
    return {
      x: run.ghost.x, y: run.ghost.y, type: "scatter", mode: "lines", hoverinfo: "skip",
      line: { width: WIDTHS[place], color: shades[place] },
    };
  }

  /* The settled losses that the sentence compares, where both can be drawn. */
  function levelBars(answer, base) {
    const { settled: now, samples } = answer.summary, was = base && base.summary.settled;
    return now > 0 && was > 0 ? { was, now, samples } : null;
  }

  /* Names at the right end, pushed apart to a line's height; an earlier run's name is a button that goes back to it. */
  function label(box, answer, ghosts, goBack, forget) {
    let layer = box.querySelector(".ghost-labels");
    if (!layer) {
      layer = box.appendChild(document.createElement("div"));
      layer.className = "ghost-labels";
    }
    const m = margins(), height = box.clientHeight - m.t - m.b, [low, high] = answer.limits;
    const at = (v) => m.t + height * Math.min(1, Math.max(0, (high - Math.log10(v > 0 ? v : 1e-320)) / (high - low)));
    const short = (text) => (window.innerWidth < 900 ? text.replace(/^start, .*/, "start") : text);
    const names = ghosts.filter((run) => run.ghost.end !== null).map((run, k) => ({
      y: at(run.ghost.end), text: short(run.label), run, latest: k === ghosts.length - 1,
    }));
    if (answer.summary.settled !== null) names.push({ y: at(answer.summary.settled), text: short(answer.said.label), run: null });
    const others = nnbench.beside.flatMap((named) => named());
    names.push(...others.map(({ loss, text, kind }) => ({ y: at(loss), text, kind, run: null })));
    // The count of what lies below the axis has the last line.
    const counted = answer.loss.data.some((trace) => trace.name === LOWER);
    pushApart(names, m.t, m.t + height - (counted ? 2 : 1) * LABEL_GAP);
    layer.style.left = `calc(100% - ${m.r - 8}px)`;
    layer.replaceChildren(...names.map((name) => labelElement(name, goBack, forget)));
  }

  function labelElement(name, goBack, forget) {
    const row = document.createElement("span");
    row.className = `ghost-label ${name.run ? (name.latest ? "latest" : "") : name.kind || "now"}`;
    row.style.top = `${name.y.toFixed(1)}px`;
    row.title = name.text;
    if (!name.run) {
      row.textContent = name.text;
      return row;
    }
    const back = document.createElement("button");
    back.textContent = name.text;
    back.setAttribute("aria-label", `Go back to the run ${name.run.label}`);
    back.addEventListener("click", () => goBack(name.run));
    const drop = document.createElement("button");
    drop.className = "drop";
    drop.textContent = "×";
    drop.setAttribute("aria-label", `Forget the run ${name.run.label}`);
    drop.addEventListener("click", () => forget(name.run));
    row.append(back, drop);
    return row;
  }

  function pushApart(names, top, bottom) {
    names.sort((a, b) => a.y - b.y);
    for (let round = 0; round < 100; round++) {
      for (let k = 1; k < names.length; k++) {
        const lack = LABEL_GAP - (names[k].y - names[k - 1].y);
        if (lack > 0) {
          names[k].y += lack / 2;
          names[k - 1].y -= lack / 2;
        }
      }
    }
    const over = names.length ? names[names.length - 1].y - bottom : 0;
    if (over > 0) names.forEach((name) => (name.y -= over));
    names.forEach((name, k) => (name.y = Math.max(name.y, k ? names[k - 1].y + LABEL_GAP : top)));
  }

  /* The curve, and what is drawn beside it. */
  function drawCurve(answer, ghosts, base) {
    drawn = [answer, ghosts, base];
    const figure = dress(answer, ghosts, base);
    drawBeside(figure, answer);
    draw("loss", { data: figure.data, layout: figure.layout });
  }

  let beside = null;

  /* Until Plotly has started the low-pass line is drawn here too. What is drawn here follows the size of the picture, which type that
     comes late may change. */
  function drawBeside(figure, answer) {
    const picture = document.getElementById("loss-picture");
    if (!beside) new ResizeObserver(() => drawBeside(...beside)).observe(picture);
    beside = [figure, answer];
    nnbench.ink.under(picture, figure);
    nnbench.ink.over(picture, figure);
    if (!window.Plotly.react && answer.controls.filter !== "raw") nnbench.ink.early(picture, answer.ghost);
  }

  let drawn = null;

  /* The curve that stands there, once more: other parts paint something else under it, and write something else beside it. */
  function redraw() {
    const { bench, history } = nnbench;
    if (!drawn) return;
    drawCurve(...drawn);
    label(document.getElementById("loss-picture").parentElement, bench.shown, bench.ghosts, history.goBack, history.forget);
  }

  /* What lies under the curve, and the names beside it, once more; the curve itself stays. */
  function repaint() {
    const { bench, history } = nnbench, picture = document.getElementById("loss-picture");
    if (!drawn) return;
    nnbench.ink.under(picture, beside[0]);
    label(picture.parentElement, bench.shown, bench.ghosts, history.goBack, history.forget);
  }

  const latest = {};

  /* Draws straight into the graph that Dash has mounted: the way through Dash's own update would cost as much again. A graph that has
     not drawn yet gets its figure from Dash. */
  function draw(id, figure) {
    const graph = document.getElementById(id).querySelector(".js-plotly-plot");
    latest[id] = figure;
    if (!graph) nnbench.set(id, { figure });
    else {
      keepLatest(id, graph);
      window.Plotly.react(graph, figure.data, figure.layout);
    }
  }

  /* What Dash draws late, such as the figure that the page came with, gives way to the latest. */
  function keepLatest(id, graph) {
    if (graph.dataset.kept) return;
    graph.dataset.kept = "yes";
    graph.on("plotly_afterplot", () => {
      if (graph.data !== latest[id].data) window.Plotly.react(graph, latest[id].data, latest[id].layout);
    });
  }

  Object.assign(nnbench, { drawCurve, draw, label, redraw, repaint });
})((window.nnbench = window.nnbench || {}));
