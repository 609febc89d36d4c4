/** A lesson without a room: each question, then what happened, then the next. Answers stay in the tab. */

import { choiceControl } from "./choice.js";
import { huntView, isHunt } from "./hunt.js";
import { benchLink, bigButton, foot, heading, pageFrame } from "./page.js";
import { questionView } from "./question.js";
import { resultView } from "./result.js";
import { choiceAnswer } from "../js/lib/answer_text.js";
import { copyText } from "../js/lib/clipboard.js";
import { make, setText } from "../js/lib/dom.js";
import { para } from "./elements.js";
import { prefix } from "./state.js";
import { store, stored } from "./storage.js";
import { say } from "./words.js";

/** @import { Ask, Given, HuntAsk, Shown, TaskAsk, Value } from "./types.js" */

/** @typedef {{ name: string, title: string, asks: (Ask | HuntAsk | TaskAsk)[] }} LessonAlone */
/** @typedef {{ at: number, given: (?Given)[], isShown: boolean }} Progress */

/** @param {LessonAlone} lesson */
export function takeAlone(lesson) {
  const key = `nnbench-lesson-${lesson.name}`;
  /** @type {Progress} */
  const progress = stored(key) ?? { at: 0, given: [], isShown: false };
  const put = pageFrame(lesson.title);

  /** @param {Partial<Progress>} change */
  const go = (change) => {
    Object.assign(progress, change);
    store(key, progress);
    show();
  };
  const next = () => go({ at: progress.at + 1, isShown: false });
  const onward = (kind = "") => bigButton(say(progress.at + 1 < lesson.asks.length ? "next" : "end"), next, kind);
  /** @param {Given} given */
  const send = (given) => go({ given: Object.assign([...progress.given], { [progress.at]: given }), isShown: true });

  function show() {
    const { at, isShown, given } = progress;
    if (at >= lesson.asks.length) {
      const again = bigButton(say("again"), () => go({ at: 0, given: [], isShown: false }), "outlined");
      return put("", [heading(say("over")), foot(again, benchLink(say("open_bench"), ""))]);
    }
    const ask = lesson.asks[at];
    const place = say("question_of", { k: at + 1, n: lesson.asks.length });
    if (isHunt(ask)) {
      const bench = benchLink(say("open_bench"), ask.link, "outlined");
      return put(place, huntView(ask, "hunt_alone", bench, onward()));
    }
    if (ask.kind === "task") return put(place, taskView(ask, `${lesson.name}.${at + 1}`, onward("outlined")));
    return isShown ? reveal(ask, at) : put(place, questionView(ask, given[at] ?? null, send).parts);
  }

  /** @param {Ask} ask @param {number} at */
  async function reveal(ask, at) {
    const place = `${say("question_of", { k: at + 1, n: lesson.asks.length })} · ${say("happened")}`;
    put(place, [heading(say("making"))]);
    const given = progress.given[at] ?? null;
    const address = `${prefix}lesson/${lesson.name}/${at + 1}.json${given ? `?mine=${String(given[0])}` : ""}`;
    const response = await fetch(address).catch(() => null);
    if (progress.at !== at || !progress.isShown) return;
    if (!response?.ok) return put(place, [heading(say("no_answer")), foot(bigButton(say("try_again"), show))]);
    /** @type {Shown} */
    const shown = await response.json();
    const turn = benchLink(say("turn_yourself"), shown.link, "outlined");
    put(place, [...resultView(ask, shown, [given]), foot(turn, onward())]);
  }

  show();
}

/**
 * A task: of the bench, or a choice and its reason, whose truth the marking tells.
 * @param {TaskAsk} ask @param {string} address The task in addresses of the bench. @param {Node} onward
 */
function taskView(ask, address, onward) {
  const words = [heading(ask.question), para("prompt", ask.prompt)];
  if (!ask.choices) {
    const bench = benchLink(say("open_task"), `${ask.link}&task=${address}`);
    return [...words, para("", say("task_alone")), foot(bench, onward)];
  }
  /** @type {(?number)[]} */
  const chosen = [null, null];
  const state = make("p", { class: "note", role: "status" });
  const copy = bigButton(say("copy_answer"), async () => {
    const text = choiceAnswer(ask.name, Number(chosen[0]), chosen[1]);
    setText(state, (await copyText(text)) ? say("copied_answer") : text);
  });
  const update = (/** @type {number} */ part) => (/** @type {?Value} */ value) => {
    chosen[part] = /** @type {?number} */ (value);
    copy.disabled = chosen[0] === null || (ask.reasons.length > 0 && chosen[1] === null);
    setText(state, "");
  };
  const why = () => [make("h2", {}, say("why")), choiceControl(ask.reasons, say("why"), "reason", null, update(1))];
  return [
    ...words,
    choiceControl(ask.choices, ask.question, "choice", null, update(0)),
    ...(ask.reasons.length ? why() : []),
    foot(onward, copy),
    state,
  ];
}
