/**
 * A hunt of a class, in a bench whose address names it: a line above the sentence hands in the run that is shown. The
 * server makes it again on other data seeds.
 */

import { ask, classCode, jsonIfOk, jsonOf, postJson } from "../lib/http.js";
import { formatFinal } from "../core/format.js";
import { sameRun } from "../core/knobs.js";
import { runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { showHandIn } from "./hand_in_box.js";
import { linkWithoutLesson } from "./links.js";

const LOOKS = 3000;
const CONFLICT = 409;
const JUDGED = "Judged on 32 data seeds that nobody sees. The last run that you hand in counts.";
const OVER = "The hunt is over. Look at the wall.";
const CLOSED = "The hunt is closed until your teacher asks it again. Look at the wall.";
const NO_ANSWER = "The server does not answer. Hand it in again.";
const TURNED = "Nothing was handed in, since another run came first. Hand in the one that you want.";

/** The hunt as the class last told it, and why it is closed; null before one is asked. */
/** @type {?{ n: number, step: number, question: string, closed: string }} */
let hunt = null;
let said = JUDGED;
/** The sentence about a run that came after the hunt was closed, which stands there while it is. */
let missed = "";

/** Asks whether the hunt is open. */
async function look() {
  setTimeout(look, LOOKS);
  if (document.hidden) return;
  const told = await jsonIfOk(await ask(`class/${classCode()}`).catch(() => null));
  if (told?.ask?.kind === "hunt") {
    const { n, step, ask: asked, phase } = told;
    if (hunt && hunt.step !== step) [said, missed] = [JUDGED, ""];
    hunt = { n, step, question: asked.question, closed: phase === "first" ? "" : OVER };
  } else if (told && hunt) hunt = { ...hunt, closed: told.step < hunt.step ? CLOSED : OVER };
  show();
}

/** Hands in the run that is shown, unless another one is before its link has come. */
async function handIn() {
  if (!hunt) return;
  const { n, step } = hunt;
  const { summary } = state.shown;
  const query = await linkWithoutLesson();
  const isTurned = state.withheld !== null || !sameRun(summary, state.shown.summary);
  const body = { n, value: { link: `?${query}` }, sure: true };
  const reply = query === null || isTurned ? null : await postJson(`class/${classCode()}/answer`, body);
  const told = await jsonOf(reply);
  if (hunt.step !== step) return;
  const refusal = isTurned ? TURNED : (told?.error ?? NO_ANSWER);
  missed = reply?.status === CONFLICT ? refusal : "";
  said = reply?.ok ? `Handed in ${formatFinal(summary)}. The last one counts.` : refusal;
  show();
}

function show() {
  if (!hunt || !state.shown) return;
  const { question, closed } = hunt;
  const label = `Hand in ${formatFinal(state.shown.summary)}`;
  const told = closed ? `${missed} ${closed}`.trim() : said;
  showHandIn({ kind: "Hunt", words: question, told, label, isOpen: !closed }, handIn);
}

export function installHunt() {
  if (!classCode()) return;
  runShown.on(show);
  look();
}
