/**
 * A hunt of a class, in a bench whose address names it: a line above the sentence hands in the run that is shown. The
 * server makes it again on other data seeds.
 */

import { ask, classCode, jsonIfOk, jsonOf, postJson } from "../lib/http.js";
import { formatFinal } from "../core/format.js";
import { runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { showHandIn } from "./hand_in_box.js";
import { linkWithoutLesson } from "./links.js";

const LOOKS = 3000;
const JUDGED = "Judged on 32 data seeds that nobody sees. The last run that you hand in counts.";
const OVER = "The hunt is over. Look at the wall.";
const NO_ANSWER = "The server does not answer. Hand it in again.";

/** The hunt as the class last told it; null before, and where the class asks for something else. */
/** @type {?{ n: number, step: number, question: string, isOpen: boolean }} */
let hunt = null;
let said = JUDGED;

/** Asks whether the hunt is open. */
async function look() {
  setTimeout(look, LOOKS);
  if (document.hidden) return;
  const told = await jsonIfOk(await ask(`class/${classCode()}`).catch(() => null));
  if (told?.ask?.kind === "hunt") {
    const { n, step, ask: asked, phase } = told;
    if (hunt && hunt.step !== step) said = JUDGED;
    hunt = { n, step, question: asked.question, isOpen: phase === "first" };
  } else if (told && hunt) hunt = { ...hunt, isOpen: false };
  show();
}

/** Hands in the run that is shown. */
async function handIn() {
  const final = formatFinal(state.shown.summary);
  const query = await linkWithoutLesson();
  if (!hunt) return;
  const body = { n: hunt.n, value: { link: `?${query}` }, sure: true };
  const reply = query === null ? null : await postJson(`class/${classCode()}/answer`, body);
  const told = await jsonOf(reply);
  said = reply?.ok ? `Handed in ${final}. The last one counts.` : (told?.error ?? NO_ANSWER);
  show();
}

function show() {
  if (!hunt || !state.shown) return;
  const { question, isOpen } = hunt;
  const label = `Hand in ${formatFinal(state.shown.summary)}`;
  showHandIn({ kind: "Hunt", words: question, told: isOpen ? said : OVER, label, isOpen }, handIn);
}

export function installHunt() {
  if (!classCode()) return;
  runSettled.on(show);
  look();
}
