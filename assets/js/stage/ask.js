/** Questions about the run that is shown, under one button; the answer stays for the next runs until it is closed. */

import { byId } from "../lib/dom.js";
import { openMenu } from "../lib/menu.js";
import { questionChosen } from "../core/signals.js";
import { state } from "../core/state.js";
import { whichQuery, whichQuestion } from "../output/which_question.js";
import { decidedQuestion } from "../step/decided_strip.js";
import { showView } from "./stage_view.js";

const QUESTIONS = [
  { name: "decided", text: "When was it decided?", keys: "d", toggle: decidedQuestion.toggle },
  { name: "which", text: "Which sample did it?", keys: "w", toggle: whichQuestion.toggle },
];

/** The part of a link that says which question is asked. */
export const askQuery = () => (state.question ? `&ask=${state.question}${whichQuery()}` : "");

/** @param {HTMLElement} button */
function open(button) {
  const row = (/** @type {(typeof QUESTIONS)[number]} */ { name, text, keys, toggle }) => ({
    text: state.question === name ? `Close: ${text}` : text,
    keys,
    act: toggle,
  });
  openMenu(button, QUESTIONS.map(row));
}

const mark = () => byId("ask").setAttribute("aria-pressed", String(Boolean(state.question)));

/** The samples are answered on the output. */
function follow() {
  mark();
  if (whichQuestion.isAsked()) showView("output");
}

export function installAsk() {
  const asked = new URLSearchParams(location.search).get("ask");
  state.question = QUESTIONS.find(({ name }) => name === asked)?.name ?? "";
  mark();
  byId("ask").addEventListener("click", ({ currentTarget }) => open(/** @type {HTMLElement} */ (currentTarget)));
  questionChosen.on(follow);
}
