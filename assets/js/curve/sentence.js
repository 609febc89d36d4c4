/** The sentence about the last change, its proof, and the readouts. */

import { byId, setMarkedText, setText } from "../lib/dom.js";
import { formatFingerprint, formatNumber } from "../core/format.js";
import { runShown } from "../core/signals.js";

function show({ said, summary }, { settled }) {
  const title = `${summary.title} · NNBench`;
  if (document.title !== title) document.title = title;
  byId("sentence").setAttribute("aria-busy", String(!settled));
  setMarkedText(byId("sentence"), said.sentence);
  setText(byId("proof"), said.proof);
  setText(byId("read-max"), said.max);
  setText(byId("read-last"), said.last);
  setText(byId("read-potential"), said.potential);
  setText(byId("read-run"), formatFingerprint(summary.fingerprint));
  setText(byId("read-final"), `final ${summary.settled === null ? "∞" : formatNumber(summary.settled)}`);
}

export function installSentence() {
  runShown.on(show);
}
