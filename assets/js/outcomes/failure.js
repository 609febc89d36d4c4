/**
 * Why the run failed: one sentence in place of the proof, the field at fault marked, and a button for each remedy. The
 * server has tried each before it offers it. Where α is too large, the steps that raised their own sample's loss are
 * red.
 */

import { decode } from "../lib/arrays.js";
import { measureBox } from "../lib/box_size.js";
import { byId, closest, element, find, make, makeButton } from "../lib/dom.js";
import { runKey } from "../core/knobs.js";
import { curveNotesChanged, floorChanged, runShown, runWithheld } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { changeExperiment, turnKnobs } from "../net/requests.js";
import { shownFloor } from "../model/floor.js";
import { addHint, knowledge } from "../net/hints.js";
import { addNotes } from "../curve/canvas.js";

/** @import { Cause, Margin, PlotPlaces, Remedy, RunResponse } from "../core/types.js" */

/** The height of a line of words, and their distance below the sentence. */
const [LINE, BELOW] = [17, 3];
const LONGEST = 28;
const RED_RADIUS = 2.2;
/** @param {number} across */
const halfCircle = (across) => `a${RED_RADIUS} ${RED_RADIUS} 0 1 0 ${across} 0`;
const RED_CIRCLE = halfCircle(2 * RED_RADIUS) + halfCircle(-2 * RED_RADIUS);
const [BESIDE_THE_AXES, WORDS_DEPTH, WORDS_WIDTH] = [8, 76, 320];
/** The cause that is shown. @type {?Cause} */
let shownCause = null;

/** The server's reply about why a run failed. @type {import("../net/hints.js").Knowledge<{ cause?: ?Cause }>} */
const causes = knowledge("failure", ({ summary }) => runKey(summary, []));

export const causeOf = causes.of;

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  const known = causes.toFill(response);
  if (!("cause" in known)) {
    const reply = await requestAnalysis("failure", {});
    if (!reply) return;
    known.cause = reply.cause;
  }
  if (go()) show(known.cause ?? null);
}

/** @param {?Cause} cause */
function show(cause) {
  if (cause !== shownCause) {
    shownCause = cause;
    curveNotesChanged.emit();
  }
  byId("why").hidden = !cause;
  closest(byId("why"), ".say")?.classList.toggle("of-failure", Boolean(cause));
  document.body.dataset.fault = cause ? cause.reason : "";
  if (!cause) return;
  // Where there is no room for all of it, its tooltip has the rest.
  byId("why").dataset.says = cause.sentence;
  const at = cause.sentence.indexOf(":");
  const [begin, rest] = at < 0 ? [cause.sentence, ""] : [cause.sentence.slice(0, at), cause.sentence.slice(at)];
  const buttons = [...cause.remedies.map(remedyButton), ...(cause.reason === "target" ? earlierTarget() : [])];
  // Too few steps and luck are no fault of the run.
  const mark = ["steps", "luck"].includes(cause.reason) ? {} : { class: "bad" };
  const beside = buttons.length ? [make("div", {}, ...buttons)] : [];
  byId("why").replaceChildren(make("span", {}, make("b", mark, begin), rest), ...beside);
  fitCause();
}

/**
 * The cause has the lines that are left below the sentence and beside the line about other data seeds. Beside words
 * that these are too short for, buttons stand below one another.
 */
export function fitCause() {
  const [sentence, why] = [byId("sentence"), byId("why")];
  if (why.hidden) return;
  const room =
    parseFloat(getComputedStyle(/** @type {Element} */ (sentence.closest(".say"))).minHeight) -
    measureBox(sentence).height -
    BELOW;
  const left = Math.max(1, Math.floor(room / LINE) - (byId("elsewhere").hidden ? 0 : 1));
  why.style.setProperty("--lines", String(left));
  why.classList.toggle("low", left === 1);
  why.classList.remove("stacked");
  const { scrollHeight, clientHeight } = find(why, "span");
  why.classList.toggle("stacked", left > 2 && scrollHeight > clientHeight + 1);
}

/** @param {string} text @param {() => unknown} click */
const button = (text, click) => makeButton({ class: "button remedy" }, click, text);

/** @param {Remedy} remedy */
const remedyButton = ({ text, turn, change }) =>
  button(text, () => (turn ? turnKnobs(turn) : change && changeExperiment(...change)));

/** The last target of this experiment with which a run had a final loss. */
function earlierTarget() {
  const { ideal } = state.shown.summary;
  const run = state.past.findLast(
    ({ key, summary }) => key === state.key && summary.settled !== null && summary.ideal !== ideal,
  );
  if (!run || typeof run.experiment.inputs !== "string") return [];
  const named = state.shown.frame.ideals.find(({ value }) => value === run.summary.ideal);
  const text = named ? named.label : run.summary.ideal;
  const brief = text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text;
  return [button(`Back to ${brief}`, () => changeExperiment("target", 0, run.experiment.ideal))];
}

/**
 * Red dots on the losses of the steps that raised their own sample's loss, and their meaning in words.
 * @param {PlotPlaces} places
 * @param {Margin} margin
 */
function redDots({ x, dotY, width }, { l, t, r }) {
  const worse = shownCause && shownCause.worse;
  if (!worse) return [];
  const losses = decode(worse.losses);
  /** @param {number} step @param {number} k */
  const dot = (step, k) => `M${(x(step) - RED_RADIUS).toFixed(1)} ${dotY(losses[k]).toFixed(1)}${RED_CIRCLE}`;
  const d = Array.from(decode(worse.steps), dot).join("");
  const place = { x: width - r - BESIDE_THE_AXES, y: t + WORDS_DEPTH, "text-anchor": "end" };
  const words = () =>
    element("text", { class: "plot-mark red", ...place }, "red dots: steps that raised their own sample’s loss");
  return [element("path", { class: "plot-mark red", d }), ...(width - l - r > WORDS_WIDTH ? [words()] : [])];
}

/** Where no other cause holds, the floor may say that it is the network's shape. */
function showShape() {
  const { cause = null } = shownFloor() || {};
  if (cause && !shownCause) show(cause);
  else if (!cause && shownCause && shownCause.reason === "shape") show(causeOf(state.shown).cause || null);
}

export function installFailure() {
  floorChanged.on(showShape);
  addNotes(redDots);
  runShown.on(({ failed }) => {
    // On a phone the cause that is looked for has room at once, so that nothing jumps when it is there.
    closest(byId("why"), ".say")?.classList.toggle("failed", failed);
    show(null);
  });
  // A mark at a field that was turned would speak of the run that is held back.
  runWithheld.on(() => (document.body.dataset.fault = ""));
  new ResizeObserver(fitCause).observe(byId("sentence"));
  addHint("failure", fill);
}
