/**
 * The luck of the data seed: a dot for each of the 32 seeds around the current one at its final loss, equal ones
 * stacked. A dot under the pointer shows its curve; a click, or Enter, turns the seed to it.
 */

import { byId, closest, element, find, findAll, focusedIn } from "../lib/dom.js";
import { divergeVerb, divergeWords, formatNumber, formatOrdinal } from "../core/format.js";
import { knobPassing, luckJudged, seedsCompared } from "../core/signals.js";
import { state } from "../core/state.js";
import { noPreview } from "../net/analyses.js";
import { turnKnobs } from "../net/requests.js";
import { addHint } from "../net/hints.js";
import { isNudgedTo } from "../model/luck.js";
import { SEEDS, fillSpread, isWhole, spreadOf } from "../model/seed_spread.js";
import { causeOf } from "./failure.js";
import { hidePreview, showPreview } from "../curve/preview.js";

/** @import { RunResponse, RunSummary } from "../core/types.js" */

const COLUMNS = 30;
/** A higher stack is pressed together. */
const ROWS = 4;

/**
 * @typedef {Map<number, ?number>} Losses The final losses, by seeds; null where a run diverges.
 * @typedef {{ seed: number, loss: ?number, x: number, y: number }} Dot
 */

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  const onPiece = () => state.shown === response && show(response);
  await fillSpread(response.summary, go, { onPiece });
  if (!go()) return;
  show(response);
  if (isWhole(spreadOf(response.summary))) seedsCompared.emit();
}

/* Drawing */

/** @param {RunResponse} response */
function show(response) {
  const known = spreadOf(response.summary);
  const box = byId("seed-dots");
  const whole = isWhole(known);
  // Pale dots are of the run before: nothing is said of them, and where this run has none they go.
  box.classList.toggle("waiting", !whole);
  box.inert = !whole;
  showRank(response);
  if (whole || known.tooLong || !box.firstChild) draw(box, response.summary.seed, whole ? known.settled : new Map());
}

/** @param {RunResponse} response */
function showRank({ summary }) {
  const known = spreadOf(summary);
  const tooLong = known.tooLong ? noPreview() : "";
  const words = isWhole(known) ? rankWords(summary, known.settled, (loss) => isNudgedTo(summary, loss)) : "";
  const rank = byId("seed-rank");
  rank.dataset.says = words && `${words}.`;
  rank.textContent = words || tooLong;
}

/**
 * 5th best of 32 seeds, 3 within luck; or how many diverge, where this one does. `isNudged` says whether a nudge of
 * the first weights may end at a final loss: such seeds are neither better nor worse but by luck.
 * @param {Pick<RunSummary, "settled">} summary
 * @param {Losses} all
 * @param {(loss: ?number) => boolean} isNudged
 */
export function rankWords({ settled }, all, isNudged) {
  const losses = [...all.values()];
  const diverged = losses.filter((loss) => loss === null).length;
  const count = losses.length;
  const empty =
    count < SEEDS ? `${SEEDS - count} ${count === SEEDS - 1 ? "leaves" : "leave"} nothing to learn from` : "";
  const told = (/** @type {string} */ words) => [words, empty].filter(Boolean).join(", ");
  if (count === 1) return `${SEEDS - 1} of ${SEEDS} data seeds leave nothing to learn from`;
  if (settled === null) return told(`${diverged} of ${count} data seeds ${divergence(diverged)}`);
  const better = losses.filter((loss) => loss !== null && loss < settled).length;
  const level = losses.filter((loss) => loss === settled).length - 1;
  if (level === count - 1) return told(`All ${count} data seeds have the same final loss`);
  /** @param {?number} loss */
  const isNear = (loss) => loss !== settled && isNudged(loss);
  const near = losses.filter(isNear).length;
  if (near + level === count - 1) return told(`All ${count} data seeds end within the luck of this run`);
  const place = placeWords(better, count - level);
  const ties = [level && `level with ${level} more`, near && `${near} within luck`];
  const rest = [...ties, diverged && divergeWords(diverged), empty].filter(Boolean);
  return [`${place} of ${count}${rest.length ? " seeds" : ""}`, ...rest].join(", ");
}

/** The finding of the dots: the least and the greatest final loss with their seeds, and the rank of this run. */
export function seedsFinding() {
  const { summary } = state.shown;
  const known = spreadOf(summary);
  if (!isWhole(known)) return known.tooLong ? noPreview() : "The seeds are still to run.";
  const ended = [...known.settled]
    .flatMap(([seed, loss]) => (loss === null ? [] : [{ seed, loss }]))
    .sort((a, b) => a.loss - b.loss || a.seed - b.seed);
  /** @param {{ seed: number, loss: number }} run */
  const end = ({ seed, loss }) => `${formatNumber(loss)} with seed ${seed}`;
  const range = ended.length ? `Final losses go from ${end(ended[0])} to ${end(ended[ended.length - 1])}. ` : "";
  return `${range}${rankWords(summary, known.settled, (loss) => isNudgedTo(summary, loss))}.`;
}

/** Best, 5th best or worst, of `count`. @param {number} better @param {number} count */
function placeWords(better, count) {
  if (!better) return "Best";
  return better + 1 === count ? "Worst" : `${formatOrdinal(better + 1)} best`;
}

const MOST = 0.75;

/**
 * Whether that many seeds diverge because of α, where α is what makes the current run diverge.
 * @param {number} diverged
 */
function divergence(diverged) {
  const { cause } = causeOf(state.shown);
  return divergenceWords(diverged, cause?.reason === "alpha");
}

/** α alone is at fault only where every seed diverges. @param {number} diverged @param {boolean} isOfAlpha */
export function divergenceWords(diverged, isOfAlpha) {
  const words = divergeVerb(diverged);
  if (!isOfAlpha) return words;
  if (diverged === SEEDS) return `${words}: it is α, not the seed`;
  if (diverged >= MOST * SEEDS) return `${words}: it is mostly α`;
  return diverged <= (1 - MOST) * SEEDS ? `${words}: it depends on the seed` : words;
}

/** @type {Dot[]} */
let dots = [];

/** @param {Element} box @param {number} seed @param {Losses} all */
function draw(box, seed, all) {
  const focused = focusedIn(box);
  dots = placed(all, seed);
  const svg = () =>
    element(
      "svg",
      { viewBox: "0 0 100 100", preserveAspectRatio: "none" },
      ...dots.map((dot) => dotElement(dot, seed)),
    );
  box.replaceChildren(...(dots.length ? [svg()] : []));
  if (focused) focusDot(dots.find((dot) => dot.seed === Number(focused.dataset.seed)) || dots[0]);
}

/**
 * From low to high; runs that diverged stand at the right end.
 * @param {Losses} all
 * @param {number} seed
 * @returns {Dot[]}
 */
function placed(all, seed) {
  const logs = [...all.values()].flatMap((loss) => (loss !== null && loss > 0 ? [Math.log(loss)] : []));
  const low = Math.min(...logs);
  const span = Math.max(...logs) - low || 1;
  /** @param {number} loss */
  const share = (loss) => Math.max(0, loss > 0 ? Math.log(loss) - low : 0) / span;
  /** @param {?number} loss */
  const column = (loss) => (loss === null ? COLUMNS + 1 : Math.round(COLUMNS * share(loss)));
  const order = [...all].sort(
    ([a, x], [b, y]) => Number(b === seed) - Number(a === seed) || column(x) - column(y) || a - b,
  );
  /** @type {Record<number, number>} */
  const stacks = {};
  const stacked = order.map(([other, loss]) => {
    const at = column(loss);
    const row = stacks[at] || 0;
    stacks[at] = row + 1;
    return { seed: other, loss, x: 3 + (94 * at) / (COLUMNS + 1), row };
  });
  const step = 75 / (Math.max(ROWS, ...Object.values(stacks)) - 1);
  return stacked.map((dot) => ({ ...dot, y: 80 - step * dot.row })).sort((a, b) => a.x - b.x || a.row - b.row);
}

/**
 * A path of no length with round ends is a dot that stays round however the picture is stretched.
 * @param {Dot} dot
 * @param {number} seed
 */
function dotElement({ seed: other, loss, x, y }, seed) {
  const ends = loss === null ? "diverges" : `ends at ${formatNumber(loss)}`;
  const current = other === seed;
  return element("path", {
    d: `M${x.toFixed(2)} ${y.toFixed(1)}h0`,
    class: ["dot", current && "on", loss === null && "gone"].filter(Boolean).join(" "),
    role: "button",
    tabindex: current ? "0" : "-1",
    "data-seed": other,
    "aria-label": current ? `Seed ${other}, the current one, ${ends}` : `Change the seed to ${other}: it ${ends}`,
  });
}

/* Pointer and keyboard */

/** @param {number} seed */
const turnTo = (seed) => seed !== state.shown.summary.seed && turnKnobs({ seed });

/** @param {Dot} [dot] */
function focusDot(dot) {
  const path = dot && find(byId("seed-dots"), `[data-seed="${dot.seed}"]`);
  if (path) path.focus();
}

/** Dots are small: the pointer takes the one that is nearest. @param {PointerEvent} event */
function nearestDot({ clientX, clientY }) {
  /** @param {Element} path */
  const distance = (path) => {
    const { left, right, top, bottom } = path.getBoundingClientRect();
    return Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
  };
  /** @type {SVGElement[]} */
  const paths = findAll(byId("seed-dots"), ".dot");
  return paths.length ? paths.reduce((a, b) => (distance(b) < distance(a) ? b : a)) : null;
}

/** @type {?SVGElement} */
let hovered = null;

/** @param {?SVGElement} path */
function hover(path) {
  if (path === hovered) return;
  if (hovered) hovered.classList.remove("under");
  hovered = path;
  if (!path) {
    hidePreview();
    show(state.shown);
    return;
  }
  path.classList.add("under");
  const seed = Number(path.dataset.seed);
  byId("seed-rank").textContent = String(path.getAttribute("aria-label"))
    .replace("Change the seed to", "Seed")
    .replace(": it", "");
  if (seed === state.shown.summary.seed || state.held) hidePreview();
  else showPreview({ seed });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  /** @type {?SVGElement} */
  const path = closest(event.target, "#seed-dots .dot");
  if (!path) return;
  const at = dots.findIndex((dot) => dot.seed === Number(path.dataset.seed));
  const last = dots.length - 1;
  /** @type {Record<string, number | undefined>} */
  const places = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: last };
  const to = places[event.key];
  if (event.key === "Enter" || event.key === " ") turnTo(Number(path.dataset.seed));
  else if (to === undefined) return;
  else focusDot(dots[Math.max(0, Math.min(last, to))]);
  event.preventDefault();
  event.stopPropagation();
}

/** @param {?EventTarget} target */
const onDots = (target) => closest(target, "#seed-dots");

/** @param {PointerEvent} event */
function onPointer(event) {
  if (onDots(event.target)) hover(nearestDot(event));
  else if (hovered && !onDots(document.activeElement)) hover(null);
}

export function installSeedDots() {
  document.addEventListener("pointermove", onPointer);
  document.addEventListener("click", ({ target }) => onDots(target) && hovered && turnTo(Number(hovered.dataset.seed)));
  document.addEventListener("focusin", ({ target }) => hover(closest(target, "#seed-dots .dot")));
  document.addEventListener("keydown", onKey, true);
  addHint("seed_spread", fill);
  knobPassing.on(show);
  // A dot that is pointed at has the words.
  luckJudged.on((response) => (hovered && hovered.isConnected) || showRank(response));
}
