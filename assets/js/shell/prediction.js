/**
 * Predict, then see: where a lesson asks, the result of the next run is held back until it is predicted, by a word or
 * by a click at a height of the plot, or until somebody wants to see it. Until then the page shows the run before it.
 * @import { RunSummary } from "../core/types.js"
 */

import { byId, closest, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatNumber } from "../core/format.js";
import { earlierRunsShown, linkOpened, runCompleted, runShown, runWithheld, viewChanged } from "../core/signals.js";
import { haveSameLoss, placeWord, sameRun } from "../core/knobs.js";
import { state } from "../core/state.js";
import { showWithheldRun } from "../net/requests.js";
import { finishPage } from "../model/story_progress.js";
import { plotMargins } from "../curve/labels.js";

const ASKED_NEXT = "Change something, and predict the final loss before the page shows it.";
const OR_HEIGHT = ", or click at its height in the plot";
const READY = "The next run is trained. What is its final loss?";

/** A lesson asks, and the run that it begins with is on its way. */
let beginsSoon = false;

/** The summary of the run whose prediction is told. @type {?RunSummary} */
let told = null;

/** @param {boolean} on */
function begin(on) {
  state.predicting = on;
  document.body.classList.toggle("predicting", on);
  byId("prediction").hidden = !on;
  byId("prediction-guesses").hidden = true;
  if (on) setText(byId("prediction-words"), ASKED_NEXT);
}

/** The question about the run that is held back. */
function ask() {
  if (state.held) return;
  const { settled } = state.base.summary;
  const end = settled === null ? "diverges" : `ends at ${formatNumber(settled)}`;
  const known = `The run before it ${end}.`;
  setText(byId("prediction-words"), `Predict the final loss${isPlotSeen() ? OR_HEIGHT : ""}. ${known}`);
  byId("prediction-guesses").hidden = false;
  byId("prediction").scrollIntoView({ block: "nearest" });
  setText(byId("sentence"), READY);
  setText(byId("proof"), `What is shown is still the run before it. ${known}`);
}

/** A lesson may cover the plot. */
const isPlotSeen = () => byId("loss-picture").checkVisibility({ visibilityProperty: true });

/** Shows the run that is held back, and says what was predicted and what became of it. @param {string} guess */
export function reveal(guess = "") {
  const { withheld, base, lesson, predicting } = state;
  begin(false);
  if (withheld) showWithheldRun();
  else if (predicting) earlierRunsShown.emit();
  if (!withheld || !guess) return;
  if (lesson && lesson.key) finishPage(lesson.key);
  told = withheld.summary;
  byId("prediction").hidden = false;
  setText(byId("prediction-words"), `You predicted ${guess}; ${outcome(base.summary, withheld.summary)}.`);
}

/** @param {RunSummary} before @param {RunSummary} now */
function outcome(before, now) {
  if (now.settled === null) return `it diverges at ${placeWord(now)} ${now.diverged_at}`;
  if (!haveSameLoss(before, now)) return `it ends at ${formatNumber(now.settled)}, which is another kind of loss`;
  if (before.settled === null) return `it ends at ${formatNumber(now.settled)}, where the run before it diverges`;
  const [was, is] = [before.settled, now.settled].map((loss) => formatNumber(loss));
  if (was === is) return `it stayed at ${is}`;
  const [low, high] = [before.settled, now.settled].sort((a, b) => a - b);
  if (high < constants.almostSame * low) return `it is about the same: ${was}, then ${is}`;
  return `it ${now.settled < before.settled ? "fell" : "rose"} from ${was} to ${is}`;
}

/** @type {Record<string, string>} */
const GUESSES = { higher: "higher", same: "about the same", lower: "lower", diverges: "that it diverges" };

/** A click in the plot says a loss. @param {MouseEvent} event */
function onPlot({ target, clientY }) {
  const picture = closest(target, "#loss-picture");
  if (!picture || !state.withheld) return;
  const { t, b } = plotMargins();
  const { top, height } = picture.getBoundingClientRect();
  const [low, high] = state.shown.limits;
  const share = (clientY - top - t) / (height - t - b);
  if (share >= 0 && share <= 1) reveal(formatNumber(10 ** (high - share * (high - low)), 2));
}

/** @param {MouseEvent} event */
function onClick(event) {
  const button = closest(event.target, "#prediction-guesses button");
  if (button) reveal(GUESSES[button.dataset.guess ?? ""]);
  else onPlot(event);
}

export function installPrediction() {
  document.addEventListener("click", onClick);
  linkOpened.on(({ lesson }) => {
    begin(false);
    state.withheld = null;
    beginsSoon = Boolean(lesson && lesson.asks);
  });
  runCompleted.on(({ summary }) => {
    if (beginsSoon) begin(true);
    beginsSoon = false;
    // The outcome of a prediction is said as long as its run is shown.
    if (told && !sameRun(told, summary)) {
      told = null;
      if (!state.predicting) byId("prediction").hidden = true;
    }
  });
  runWithheld.on(ask);
  viewChanged.on(() => state.withheld && ask());
  // The knobs were turned back: nothing is held back any more, and the lesson goes on asking.
  runShown.on(() => state.predicting && begin(true));
}
