/**
 * Why the run failed: one sentence in place of the proof, the field at fault marked, and a button for each remedy. The
 * server has tried each before it offers it.
 */

import { byId, make } from "../lib/dom.js";
import { runKey } from "../core/knobs.js";
import { runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { changeExperiment, turnKnobs } from "../net/requests.js";
import { isWithinLuck } from "../model/luck.js";
import { remembered, speculate } from "../net/speculation.js";

const RANK = 0.7;
const LONGEST = 28;

/** What is known of why a run failed: { cause }. */
export const causeOf = ({ summary }, filling) => remembered("failure", runKey(summary, []), filling);

async function fill(response, go) {
  const known = causeOf(response, true);
  if (!("cause" in known)) {
    const reply = await requestAnalysis("failure", {});
    if (!reply) return;
    known.cause = reply.cause;
  }
  // Where the sentence speaks of luck, its proof has the room, and a remedy would be luck too.
  if (go()) show(isWithinLuck(response) ? null : known.cause);
}

function show(cause) {
  byId("why").hidden = !cause;
  document.body.dataset.fault = cause ? cause.reason : "";
  if (!cause) return;
  // Where there is no room for all of it, its tooltip has the rest.
  byId("why").dataset.says = cause.sentence;
  const at = cause.sentence.indexOf(":");
  const [begin, rest] = at < 0 ? [cause.sentence, ""] : [cause.sentence.slice(0, at), cause.sentence.slice(at)];
  const buttons = [...cause.remedies.map(remedyButton), ...(cause.reason === "target" ? earlierTarget() : [])];
  byId("why").replaceChildren(make("span", {}, make("b", { class: "bad" }, begin), rest), ...buttons);
}

const button = (text, click) => make("button", { type: "button", class: "button remedy", on: { click } }, text);

const remedyButton = ({ text, turn, change }) =>
  button(text, () => (turn ? turnKnobs(turn) : changeExperiment(...change)));

/** The last target of this experiment with which a run had a final loss. */
function earlierTarget() {
  const { ideal } = state.shown.summary;
  const run = state.past.findLast(
    ({ key, summary }) => key === state.key && summary.settled !== null && summary.ideal !== ideal,
  );
  if (!run || run.experiment.inputs.kind) return [];
  const named = state.shown.frame.ideals.find(({ value }) => value === run.summary.ideal);
  const text = named ? named.label : run.summary.ideal;
  const brief = text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text;
  return [button(`Back to ${brief}`, () => changeExperiment("target", 0, run.experiment.ideal))];
}

export function installFailure() {
  runShown.on(() => show(null));
  speculate(RANK, fill);
}
