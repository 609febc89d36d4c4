/**
 * Predict, then see: while the switch beside Play is on, or where a lesson asks, the result of the next run is held
 * back until it is predicted, by a word or by a click at a height of the plot, or until somebody wants to see it. Until
 * then the page shows the run before it, and hides what would tell.
 * @import { Guess } from "../model/guesses.js"
 * @import { RunSummary } from "../core/types.js"
 */

import { byId, closest, find, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatNumber } from "../core/format.js";
import {
  earlierRunsShown,
  linkOpened,
  predictionsSwitched,
  runCompleted,
  runShown,
  runWithheld,
  viewChanged,
} from "../core/signals.js";
import { lostWords, sameRun } from "../core/knobs.js";
import { state } from "../core/state.js";
import { showWithheldRun } from "../net/requests.js";
import { countGuess, guessWords, tallyWords } from "../model/guesses.js";
import { finishPage } from "../model/story_progress.js";
import { plotMargins } from "../curve/labels.js";
import { writeSentence } from "../curve/sentence.js";

const OR_HEIGHT = ", or click at its height in the plot";
const READY = "The next run is trained. What is its final loss?";

/** A lesson asks, and the run that it begins with is on its way. */
let beginsSoon = false;
/** Whether the lesson that is open asks about the next run. */
let lessonAsks = false;

/** The summary of the run whose prediction is told. @type {?RunSummary} */
let told = null;

/** The question stands in the lesson that asks, or under the sentence. */
function place() {
  const panel = byId("prediction");
  const home = state.lesson ? byId("lesson-show").parentElement : find(document, ".find");
  if (panel.parentElement === home) return;
  if (state.lesson) byId("lesson-show").before(panel);
  else home?.append(panel);
}

/** @param {boolean} on */
function begin(on) {
  const isOther = state.predicting !== on;
  state.predicting = on;
  document.body.classList.toggle("predicting", on);
  byId("prediction-guesses").hidden = true;
  showPanel(on && !state.lesson?.key ? constants.askedNext : "");
  if (isOther && state.shown) earlierRunsShown.emit();
}

/** The panel with these words; without words there is none. @param {string} words */
function showPanel(words) {
  place();
  byId("prediction").hidden = !words;
  byId("prediction-tally").hidden = true;
  if (words) setText(byId("prediction-words"), words);
  markAsk();
}

/** The part of a lesson that asks stands under a line, where there is something in it. */
export function markAsk() {
  const part = /** @type {HTMLElement} */ (byId("lesson-show").parentElement);
  const parts = /** @type {HTMLElement[]} */ ([...part.children]);
  part.classList.toggle(
    "asks",
    parts.some(({ hidden }) => !hidden),
  );
}

/** The question about the run that is held back. */
function ask() {
  if (!state.predicting) begin(true);
  if (state.held) return;
  const { summary } = state.base;
  const end = summary.settled === null ? lostWords(summary) : `ends at ${formatNumber(summary.settled)}`;
  const known = `The run before it ${end}.`;
  const asked = `Predict the final loss${state.lesson?.key ? " too" : ""}${isPlotSeen() ? OR_HEIGHT : ""}.`;
  showPanel(state.lesson ? `${asked} ${known}` : asked);
  byId("prediction-guesses").hidden = false;
  byId("prediction").scrollIntoView({ block: "nearest" });
  writeSentence([[READY, ""]]);
  setText(byId("proof"), `What is shown is still the run before it. ${known}`);
}

/** The contents of the story may cover the plot. */
const isPlotSeen = () => byId("loss-picture").checkVisibility({ visibilityProperty: true });

/** Shows the run that is held back, and says what was predicted and what became of it. @param {?Guess} guess */
export function reveal(guess = null) {
  const { withheld, base, lesson } = state;
  const hadFocus = byId("prediction").contains(document.activeElement);
  lessonAsks = false;
  begin(false);
  if (withheld) showWithheldRun();
  if (!withheld || guess === null) return;
  if (lesson && lesson.key) finishPage(lesson.key);
  told = withheld.summary;
  const run = { ...base, ...withheld };
  countGuess(guess, base, run);
  showPanel(guessWords(guess, base, run));
  setText(byId("prediction-tally"), tallyWords());
  byId("prediction-tally").hidden = false;
  const onward = byId(lesson?.answer ? "lesson-show" : "predict");
  if (hadFocus) onward.focus({ preventScroll: true });
  if (lesson?.answer) onward.scrollIntoView({ block: "nearest" });
}

export const togglePredictions = () => switchPredictions(!state.asksFirst);

/** Switched off while a guess is awaited, it shows the result. @param {boolean} on */
function switchPredictions(on) {
  state.asksFirst = on;
  byId("predict").setAttribute("aria-pressed", String(on));
  document.body.classList.toggle("asks-first", on);
  if (!on && !lessonAsks) reveal();
  else if (!state.predicting) showPanel(constants.askedNext);
  predictionsSwitched.emit();
}

/** A click in the plot says a loss. @param {MouseEvent} event */
function onPlot({ target, clientY }) {
  const picture = closest(target, "#loss-picture");
  if (!picture || !state.withheld) return;
  const { t, b } = plotMargins();
  const { top, height } = picture.getBoundingClientRect();
  const [low, high] = state.shown.limits;
  const share = (clientY - top - t) / (height - t - b);
  if (share >= 0 && share <= 1) reveal(10 ** (high - share * (high - low)));
}

/** @param {MouseEvent} event */
function onClick(event) {
  if (closest(event.target, "#predict")) togglePredictions();
  else if (closest(event.target, "#prediction-show")) reveal();
  else {
    const button = closest(event.target, "#prediction-guesses button");
    if (button) reveal(/** @type {Guess} */ (button.dataset.guess));
    else onPlot(event);
  }
}

export function installPrediction() {
  document.addEventListener("click", onClick);
  if (new URLSearchParams(location.search).get("predict") === "1") switchPredictions(true);
  linkOpened.on(({ lesson }) => {
    lessonAsks = false;
    begin(false);
    state.withheld = null;
    beginsSoon = Boolean(lesson && lesson.asks);
    if (beginsSoon ? !lesson?.key : state.asksFirst) showPanel(constants.askedNext);
  });
  runCompleted.on(({ summary }) => {
    if (beginsSoon) {
      lessonAsks = true;
      begin(true);
    }
    beginsSoon = false;
    // The outcome of a prediction is said as long as its run is shown.
    if (told && !sameRun(told, summary)) {
      told = null;
      if (!state.predicting) showPanel("");
    }
  });
  runWithheld.on(ask);
  viewChanged.on(() => state.withheld && ask());
  // The knobs were turned back: nothing is held back any more, and a lesson or the switch goes on asking.
  runShown.on(() => {
    if (!state.predicting) return;
    begin(lessonAsks);
    if (!lessonAsks && state.asksFirst) showPanel(constants.askedNext);
  });
}
