/** The sentence about the last change, or about the step that the cursor was moved to, its proof, and the readouts. */

import { byId, setMarkedText, setText } from "../lib/dom.js";
import { formatCount, formatFinal, formatFingerprint, formatNumber } from "../core/format.js";
import { lostWords, placeWord } from "../core/knobs.js";
import { cursorMoved, floorChanged, luckJudged, runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { isAwaited, judgedWords } from "../model/luck.js";
import { runName } from "../model/run_words.js";
import { floorShareWords } from "./floor_lines.js";
import { lowPassLine } from "./pinned_curves.js";

/** @import { Ghost, MarkedText, RunResponse } from "../core/types.js" */

const SCORES = ["read-score", "read-held-score"];

/**
 * The step at which the cursor stands since the run came: until it moves, the sentence is about the run.
 * @type {?number}
 */
let stoodAt = null;

/** @param {RunResponse} response @param {{ settled: boolean }} about */
function show(response, { settled }) {
  const { said, summary } = response;
  stoodAt = state.cursorStep;
  const title = `${runName(response)}${response.frame.edited ? ", edited" : ""} · NNBench`;
  if (document.title !== title) document.title = title;
  byId("sentence").setAttribute("aria-busy", String(!settled || isAwaited(response)));
  showWords(response);
  setText(byId("read-max"), said.max);
  setText(byId("read-last"), said.last);
  setText(byId("read-potential"), said.potential);
  setText(byId("read-held-out"), response.held ? response.held.final : "");
  /** @type {HTMLElement} */ (byId("read-held-out").parentElement).hidden = !response.held;
  showScores(said.scores ?? []);
  setText(byId("read-run"), formatFingerprint(summary.fingerprint));
  setText(byId("read-final"), summary.diverged_at === null ? "" : formatFinal(summary));
}

/** Of a table, in place of the held-out loss. @param {[name: string, text: string][]} scores */
function showScores(scores) {
  byId("read-run")
    .closest(".imprint")
    ?.classList.toggle("of-table", scores.length > 0);
  SCORES.forEach((id, k) => {
    const [name, text] = scores[k] ?? ["", ""];
    const box = /** @type {HTMLElement} */ (byId(id).parentElement);
    box.hidden = !text;
    setText(/** @type {Element} */ (box.firstElementChild), name);
    setText(byId(id), text);
  });
}

/** @param {RunResponse} response */
function showWords(response) {
  const { sentence, proof } = judgedWords(response);
  writeSentence(sentence);
  setText(byId("proof"), floorShareWords(response.summary) || proof);
}

/** @param {RunResponse} response */
function showWordsAgain(response) {
  if (!byId("sentence").classList.contains("of-step")) showWords(response);
}

/**
 * The lines below the sentence are about the run and its change, not about a step.
 * @param {MarkedText} sentence @param {boolean} [isOfStep]
 */
export function writeSentence(sentence, isOfStep = false) {
  setMarkedText(byId("sentence"), sentence);
  byId("sentence").classList.toggle("of-step", isOfStep);
}

/** Before the end of the run the sentence is about the step that is shown. */
function showPlace() {
  const { shown, withheld, cursorStep } = state;
  if (withheld || !shown) return;
  if (cursorStep === stoodAt && cursorStep !== null) return;
  stoodAt = null;
  if (cursorStep === null) showWords(shown);
  else writeSentence(placeWords(cursorStep, shown), true);
}

/** @param {number} step @param {RunResponse} response @returns {MarkedText} */
function placeWords(step, { summary, ghost }) {
  const place = placeWord(summary);
  const end = summary.settled === null ? lostWords(summary) : `ends at ${formatFinal(summary)}`;
  return [
    [`At ${place} ${formatCount(step)} the smoothed loss is `, ""],
    [formatNumber(smoothedAt(step, ghost)), "now"],
    [`. The run ${end}.`, ""],
  ];
}

/** The smoothed loss there, on the line that is drawn. @param {number} step @param {Ghost} ghost */
function smoothedAt(step, ghost) {
  const { x, y } = lowPassLine({ ghost });
  const after = x.findIndex((at) => at >= step);
  if (after <= 0) return y[after < 0 ? y.length - 1 : 0];
  const share = (step - x[after - 1]) / (x[after] - x[after - 1]);
  return y[after - 1] + share * (y[after] - y[after - 1]);
}

export function installSentence() {
  runShown.on(show);
  cursorMoved.on(showPlace);
  luckJudged.on((response) => {
    if (state.withheld) return;
    showWordsAgain(response);
    byId("sentence").setAttribute("aria-busy", "false");
  });
  floorChanged.on(() => {
    if (state.shown && !state.withheld) showWordsAgain(state.shown);
  });
}
