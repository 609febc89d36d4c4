/** The sentence about the last change, its proof, and the readouts. */

import { byId, setMarkedText, setText } from "../lib/dom.js";
import { formatFinal, formatFingerprint } from "../core/format.js";
import { luckJudged, runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { isAwaited, judgedWords } from "../model/luck.js";

/** @import { RunResponse } from "../core/types.js" */

/** @param {RunResponse} response @param {{ settled: boolean }} about */
function show(response, { settled }) {
  const { said, summary } = response;
  const title = `${summary.title}${response.frame.edited ? ", edited" : ""} · NNBench`;
  if (document.title !== title) document.title = title;
  byId("sentence").setAttribute("aria-busy", String(!settled || isAwaited(response)));
  showWords(response);
  setText(byId("read-max"), said.max);
  setText(byId("read-last"), said.last);
  setText(byId("read-potential"), said.potential);
  setText(byId("read-held-out"), response.held ? response.held.final : "");
  /** @type {HTMLElement} */ (byId("read-held-out").parentElement).hidden = !response.held;
  setText(byId("read-run"), formatFingerprint(summary.fingerprint));
  setText(byId("read-final"), summary.diverged_at === null ? `final ${formatFinal(summary)}` : formatFinal(summary));
}

/** @param {RunResponse} response */
function showWords(response) {
  const { sentence, proof } = judgedWords(response);
  setMarkedText(byId("sentence"), sentence);
  setText(byId("proof"), proof);
}

export function installSentence() {
  runShown.on(show);
  luckJudged.on((response) => {
    if (state.withheld) return;
    showWords(response);
    byId("sentence").setAttribute("aria-busy", "false");
  });
}
