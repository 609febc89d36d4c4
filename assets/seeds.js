/* What luck the data seed is: a dot for each of the 32 seeds around the current one, where its run settles, equal ones stacked. A dot
   under the hand shows its curve; a click, or Enter, turns the seed to it. Seeds near the current one are run first. */
(function (nnbench) {
  "use strict";

  const SEEDS = 32;
  const COLUMNS = 30;
  /* A higher stack is pressed together. */
  const ROWS = 4;
  const byId = (id) => document.getElementById(id);
  const { number } = nnbench;

  const firstOf = (seed) => SEEDS * Math.floor(seed / SEEDS);

  function knownOf({ summary }, filling) {
    const first = firstOf(summary.seed), there = nnbench.known("seeds", nnbench.named({ ...summary, first }, ["alpha", "samples", "first"]), filling);
    there.settled = there.settled || new Map();
    return there;
  }

  async function fill(answer, go) {
    const there = knownOf(answer, true), { seed, settled } = answer.summary, first = firstOf(seed);
    there.settled.set(seed, settled);
    while (go()) {
      const wanted = Array.from({ length: SEEDS }, (_, k) => first + k).filter((other) => !there.settled.has(other));
      wanted.sort((a, b) => Math.abs(a - seed) - Math.abs(b - seed));
      if (!wanted.length || there.tooLong) break;
      const told = await nnbench.aside("seeds", { seeds: wanted });
      if (!told) return;
      there.tooLong = !told.settled.length;
      told.settled.forEach((loss, k) => there.settled.set(wanted[k], loss));
      if (nnbench.bench.shown === answer) show(answer);
    }
    if (go()) show(answer);
  }

  /* ── showing ── */

  function show(answer) {
    const there = knownOf(answer), box = byId("seed-dots"), whole = there.settled.size === SEEDS;
    box.classList.toggle("waiting", !whole);
    byId("seed-rank").textContent = whole ? rank(answer.summary, there.settled) : there.tooLong ? "runs this long are not tried ahead" : "";
    if (whole || !box.firstChild) draw(box, answer.summary.seed, whole ? there.settled : new Map());
  }

  function rank({ seed, settled }, all) {
    const sound = [...all.values()].filter((loss) => loss !== null), gone = SEEDS - sound.length;
    const diverged = gone ? `${gone} of ${SEEDS} seeds diverge` : "";
    if (settled === null) return diverged;
    const place = ordinal(1 + sound.filter((loss) => loss < settled).length);
    return `${place} lowest of ${SEEDS} seeds${gone ? `, ${gone} diverge` : ""}`.replace("1st lowest", "Lowest");
  }

  const ordinal = (n) => n + (n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th");

  let dots = [];

  function draw(box, seed, all) {
    const focused = box.contains(document.activeElement) && Number(document.activeElement.dataset.seed);
    dots = placed(all, seed);
    box.replaceChildren(...(dots.length ? [nnbench.element("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" }, ...dots.map((dot) => drawn(dot, seed)))] : []));
    if (focused !== false) focus(dots.find((dot) => dot.seed === focused) || dots[0]);
  }

  /* From low to high; runs that diverged stand at the right end. */
  function placed(all, seed) {
    const sound = [...all.values()].filter((loss) => loss > 0).map(Math.log), low = Math.min(...sound), span = Math.max(...sound) - low || 1;
    const column = (loss) => (loss === null ? COLUMNS + 1 : Math.round((COLUMNS * Math.max(0, loss > 0 ? Math.log(loss) - low : 0)) / span));
    const stacks = {}, order = [...all].sort(([a, x], [b, y]) => (b === seed) - (a === seed) || column(x) - column(y) || a - b);
    const stacked = order.map(([other, loss]) => {
      const at = column(loss), row = stacks[at] || 0;
      stacks[at] = row + 1;
      return { seed: other, loss, x: 3 + (94 * at) / (COLUMNS + 1), row };
    });
    const step = 75 / (Math.max(ROWS, ...Object.values(stacks)) - 1);
    return stacked.map((dot) => ({ ...dot, y: 80 - step * dot.row })).sort((a, b) => a.x - b.x || a.row - b.row);
  }

  /* A path of no length with round ends is a dot that stays round however the picture is stretched. */
  function drawn({ seed: other, loss, x, y }, seed) {
    const said = loss === null ? "diverges" : `settles at ${number(loss)}`;
    return nnbench.element("path", {
      d: `M${x.toFixed(2)} ${y.toFixed(1)}h0`, class: ["dot", other === seed && "on", loss === null && "gone"].filter(Boolean).join(" "),
      role: "button", tabindex: other === seed ? "0" : "-1", "data-seed": other,
      "aria-label": other === seed ? `Seed ${other}, the current one, ${said}` : `Turn the seed to ${other}: it ${said}`,
    });
  }

  /* ── the hand ── */

  const dotOf = (event) => event.target.closest && event.target.closest("#seed-dots .dot");
  const turnTo = (seed) => seed !== nnbench.bench.shown.summary.seed && nnbench.turn({ seed });

  function focus(dot) {
    const path = dot && byId("seed-dots").querySelector(`[data-seed="${dot.seed}"]`);
    if (path) path.focus();
  }

  /* Dots are small: the one that is nearest takes the hand. */
  function nearest({ clientX, clientY }) {
    const reach = (path) => {
      const { left, right, top, bottom } = path.getBoundingClientRect();
      return Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
    };
    const paths = [...byId("seed-dots").querySelectorAll(".dot")];
    return paths.length ? paths.reduce((a, b) => (reach(b) < reach(a) ? b : a)) : null;
  }

  let under = null;

  function hover(path) {
    if (path === under) return;
    if (under) under.classList.remove("under");
    under = path;
    if (!path) return leave();
    path.classList.add("under");
    const { seed } = path.dataset, { bench } = nnbench;
    byId("seed-rank").textContent = path.getAttribute("aria-label").replace("Turn the seed to", "Seed").replace(": it", "");
    if (Number(seed) === bench.shown.summary.seed || bench.held) nnbench.glimpse.hide();
    else nnbench.glimpse.show({ seed: Number(seed) });
  }

  function leave() {
    nnbench.glimpse.hide();
    show(nnbench.bench.shown);
  }

  function byKey(event) {
    const path = dotOf(event);
    if (!path) return;
    const at = dots.findIndex((dot) => dot.seed === Number(path.dataset.seed));
    const to = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: dots.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") turnTo(Number(path.dataset.seed));
    else if (to === undefined) return;
    else focus(dots[Math.max(0, Math.min(dots.length - 1, to))]);
    event.preventDefault();
    event.stopPropagation();
  }

  const onDots = (event) => event.target.closest && event.target.closest("#seed-dots");

  document.addEventListener("pointermove", (event) => (onDots(event) ? hover(nearest(event)) : under && !onDots({ target: document.activeElement }) && hover(null)));
  document.addEventListener("click", (event) => onDots(event) && under && turnTo(Number(under.dataset.seed)));
  document.addEventListener("focusin", (event) => hover(dotOf(event) || null));
  document.addEventListener("keydown", byKey, true);

  nnbench.beforehand(2, fill);
  nnbench.whenPassing(show);
})((window.nnbench = window.nnbench || {}));
