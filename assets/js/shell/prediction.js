/**
 * Predict, then see: where a lesson asks, the result of the next run is held back until it is predicted, by a word or
 * by a click at a height of the plot, or until somebody wants to see it. Until then the page shows the run before it.
 */

import { byId, closest, setText } from "../lib/dom.js";
import { formatNumber } from "../core/format.js";
import { linkOpened, runCompleted, runShown, runWithheld } from "../core/signals.js";
import { state } from "../core/state.js";
import { showWithheldRun } from "../net/requests.js";
import { plotMargins } from "../curve/labels.js";

const ASKED_NEXT = "Change something, and predict the final loss before the page shows it.";
const HEIGHT = "click at its height in the plot";
const READY = "The next run is trained. What is its final loss?";

/** A lesson asks, and the run that it begins with is on its way. */
let beginsSoon = false;

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
  setText(byId("prediction-words"), `Predict the final loss, or ${HEIGHT}. ${known}`);
  byId("prediction-guesses").hidden = false;
  setText(byId("sentence"), READY);
  setText(byId("proof"), `What is shown is still the run before it. ${known}`);
}

/** Shows the run that is held back, and says what was predicted and what became of it. */
export function reveal(guess = "") {
  const { withheld, base } = state;
  begin(false);
  showWithheldRun();
  if (!withheld || !guess) return;
  byId("prediction").hidden = false;
  setText(byId("prediction-words"), `You predicted ${guess}; ${outcome(base.summary, withheld.summary)}.`);
}

function outcome(before, now) {
  if (now.settled === null) return `it diverges at step ${now.diverged_at}`;
  if (before.settled === null) return `it ends at ${formatNumber(now.settled)}, where the run before it diverges`;
  const [was, is] = [before.settled, now.settled].map((loss) => formatNumber(loss));
  if (was === is) return `it stayed at ${is}`;
  return `it ${now.settled < before.settled ? "fell" : "rose"} from ${was} to ${is}`;
}

const GUESSES = { higher: "higher", same: "about the same", lower: "lower", diverges: "that it diverges" };

/** A click in the plot says a loss. */
function onPlot({ target, clientY }) {
  const picture = closest(target, "#loss-picture");
  if (!picture || !state.withheld) return;
  const { t, b } = plotMargins();
  const { top, height } = picture.getBoundingClientRect();
  const [low, high] = state.shown.limits;
  const share = (clientY - top - t) / (height - t - b);
  if (share >= 0 && share <= 1) reveal(formatNumber(10 ** (high - share * (high - low)), 2));
}

function onClick(event) {
  const button = closest(event.target, "#prediction-guesses button");
  if (button) reveal(GUESSES[button.dataset.guess]);
  else onPlot(event);
}

export function installPrediction() {
  document.addEventListener("click", onClick);
  linkOpened.on(({ lesson }) => {
    begin(false);
    state.withheld = null;
    beginsSoon = Boolean(lesson && lesson.asks);
  });
  runCompleted.on(() => {
    if (beginsSoon) begin(true);
    beginsSoon = false;
  });
  runWithheld.on(ask);
  // The knobs were turned back: nothing is held back any more, and the lesson goes on asking.
  runShown.on(() => state.predicting && begin(true));
}
