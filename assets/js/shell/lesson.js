/**
 * The text of a lesson, above the sentence until it is dismissed: a chapter of the notebook's story, or what a link
 * brought. It is text and nothing else. A chapter's answer waits behind a button.
 */

import { byId, closest } from "../lib/dom.js";
import { linkOpened, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { followLink, writeLink } from "./links.js";
import { reveal } from "./prediction.js";

function show(lesson) {
  state.lesson = lesson;
  byId("lesson").hidden = !lesson;
  if (!lesson) return;
  byId("lesson-title").textContent = lesson.title;
  byId("lesson-prompt").textContent = lesson.prompt;
  byId("lesson-place").textContent = lesson.place;
  byId("lesson-back").hidden = !lesson.back;
  byId("lesson-next").hidden = !lesson.next;
  hideAnswer();
}

/** What a link brought has no answer, so it has no button either. */
function hideAnswer() {
  byId("lesson-answer").hidden = true;
  byId("lesson-show").hidden = !state.lesson.answer;
}

/** The answer takes the place of its button, and its focus: who presses a key there goes on from the answer. */
function showAnswer() {
  reveal();
  byId("lesson-answer").textContent = state.lesson.answer;
  byId("lesson-answer").hidden = false;
  byId("lesson-answer").focus();
  byId("lesson-show").hidden = true;
}

/** A chapter is about one experiment, and goes with it. */
function settle({ key }) {
  const { lesson } = state;
  if (lesson && lesson.row && lesson.row !== key) show(null);
}

function dismiss() {
  reveal();
  show(null);
  writeLink();
}

const BUTTONS = {
  "lesson-show": showAnswer,
  "lesson-back": () => followLink(`?lesson=${state.lesson.back}`),
  "lesson-next": () => followLink(`?lesson=${state.lesson.next}`),
  "lesson-close": dismiss,
};

export function installLesson() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "button");
    if (button && BUTTONS[button.id] && state.lesson) BUTTONS[button.id]();
  });
  linkOpened.on(({ lesson }) => show(lesson));
  runSettled.on(settle);
}
