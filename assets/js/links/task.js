/**
 * A task of a lesson, in a bench whose address names it: a line above the sentence says what is asked and allowed, what
 * is missing or that it is done, and copies the answer. The server judges the run that is shown, as the marking does.
 */

import { addressOf, jsonIfOk, postJson, retryAfter, taskOfAddress } from "../lib/http.js";
import { runAnswer } from "../lib/answer_text.js";
import { copyText } from "../lib/clipboard.js";
import { runSettled, runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { showHandIn } from "./hand_in_box.js";
import { linkWithoutLesson } from "./links.js";

const JUDGING = "This run is being judged.";
const NO_ANSWER = "The server does not answer. Turn a knob to try again.";
const NO_TASK = "There is no such task on this server, or no longer.";
const COPIED = "Your answer is on the clipboard. Paste it where your teacher collects answers.";

/** @typedef {{ name: string, question: string, prompt: string, asked: string, allowed: string }} Asked */
/** @typedef {{ ask: Asked, done: boolean, said: string[], code: string, query: string }} Judged */

/** The latest response, and the number of the run that it is about. @type {?Judged} */
let judged = null;
let serial = -1;
let told = JUDGING;

/** Asks for the judgement of the run that is shown. */
async function look() {
  const own = state.shown.serial;
  const query = await linkWithoutLesson();
  const { lesson, step } = /** @type {{ lesson: string, step: number }} */ (taskOfAddress());
  const body = { link: `?${query}` };
  const response = query === null ? null : await postJson(`lesson/${lesson}/${step}/task`, body);
  /** @type {?Judged} */
  const reply = await jsonIfOk(response);
  if (state.shown.serial !== own) return;
  const seconds = retryAfter(response);
  if (seconds !== null) {
    setTimeout(() => state.shown.serial === own && look(), seconds * 1000);
    return;
  }
  if (reply) [judged, serial] = [reply, own];
  told = reply ? words(reply) : response?.status === 404 ? NO_TASK : NO_ANSWER;
  show();
}

/** @param {Judged} reply */
function words({ done, said, code }) {
  return done ? `The task is done: run ${code.slice(0, 4)} ${code.slice(4)}.` : said.join(" ");
}

async function copy() {
  if (!judged) return;
  const link = `${location.origin}${addressOf("")}?${judged.query}`;
  const text = runAnswer(judged.ask.name, judged.code, link);
  const own = serial;
  const isCopied = await copyText(text);
  if (state.shown.serial !== own) return;
  told = isCopied ? COPIED : text;
  show();
}

function show() {
  const step = taskOfAddress()?.step;
  const ask = judged?.ask;
  const more = ask ? `${ask.prompt} Asked is ${ask.asked}. You may turn ${ask.allowed}.`.trim() : "";
  const isOpen = judged !== null && judged.code !== "" && serial === state.shown?.serial;
  showHandIn({ kind: `Task ${step}`, words: ask?.question ?? "", more, told, label: "Copy my answer", isOpen }, copy);
}

export function installTask() {
  if (!taskOfAddress()) {
    const isCut = new URLSearchParams(location.search).has("task");
    if (isCut) showHandIn({ kind: "Task", words: "", told: NO_TASK, label: "", isOpen: false }, copy);
    return;
  }
  runShown.on(() => {
    told = JUDGING;
    show();
  });
  runSettled.on(look);
}
