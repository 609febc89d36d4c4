/**
 * A lesson in the place of the right column, until it is dismissed: a chapter of the notebook's story, or what a link
 * brought. It is text and nothing else. A chapter's answer waits behind a button, and it outlines what it speaks of.
 * @import { Lesson, RunResponse } from "../core/types.js"
 */

import { buttonById, byId, closest, find, findAll, make, setMarkedText, setText } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { linkOpened, noticeRaised, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { finishPage, leaveStoryAt, storyProgress } from "../model/story_progress.js";
import { storeBeforeStory, storedBeforeStory } from "../model/tab_storage.js";
import { returnTo } from "../model/undo.js";
import { openPlan } from "../sweeps/sweeps_dialog.js";
import { isEmbedded } from "../core/embedding.js";
import { dropLesson, followLink } from "../links/links.js";
import { markAsk, reveal } from "./prediction.js";
import { outlineControl } from "./spoken_control.js";
import { linkedView, showView } from "../stage/stage_view.js";

const NOT_OPENED = "This page of the story could not be opened. Try again in a moment.";

/** The lesson that is shown. */
const openLesson = () => /** @type {Lesson} */ (state.lesson);

const root = document.documentElement;

/** The lines of the contents, which are made when they are first wanted. */
function entries() {
  const list = byId("lesson-pages");
  if (!list.hasChildNodes()) list.append(...chapters().map(entry));
  return findAll(list, "[data-lesson]");
}

/** The pages of the story; the first of a part has its title. */
const chapters = () =>
  Object.entries(constants.story).flatMap(([part, pages]) =>
    pages.map(([key, title], k) => ({ key, title, part: k === 0 ? part : "" })),
  );

/**
 * A line, under the title of its part where that begins.
 * @param {ReturnType<typeof chapters>[0]} chapter @param {number} at
 */
function entry({ part, key, title }, at) {
  const done = make("span", { class: "icon icon-tick", role: "img", hidden: true, "aria-label": "done" });
  const place = make("span", { class: "hint" }, String(at + 1));
  const button = make("button", { type: "button", "data-lesson": key }, place, make("span", {}, title), done);
  return make("li", {}, ...(part ? [make("h3", {}, part)] : []), button);
}

/* The page */

/** @param {?Lesson} lesson */
function show(lesson) {
  state.lesson = lesson;
  byId("lesson").hidden = !lesson;
  if (!lesson) delete root.dataset.lesson;
  outlineControl(lesson ? lesson.control : "");
  if (!lesson?.key) storeBeforeStory(null);
  if (!lesson) return;
  setText(byId("lesson-kind"), lesson.key ? "Story" : "Lesson");
  showTexts(lesson);
  showTurns(lesson);
  hideAnswer(lesson);
  showContents(false);
  if (lesson.view) showView(lesson.view, { remembered: false });
  if (lesson.key) leaveStoryAt(lesson.key);
}

/** @param {Lesson} lesson */
function showTexts({ title, prompt, task, plan, question, back }) {
  byId("lesson-title").textContent = title;
  byId("lesson-title").hidden = !title;
  byId("lesson-prompt").textContent = prompt;
  setMarkedText(byId("lesson-task"), task);
  byId("lesson-task").hidden = !task.length;
  byId("lesson-plan").hidden = !plan.length;
  byId("lesson-elsewhere").hidden = !isEmbedded() || !task.length;
  byId("lesson-how").hidden = back !== null || !task.some(([, mark]) => mark === "type");
  byId("lesson-question").textContent = question;
  /** @type {HTMLElement} */ (byId("lesson-question").parentElement).hidden = !question;
  byId("lesson-page").scrollTop = 0;
}

/** @param {Lesson} lesson */
function showTurns({ key, back, next, place }) {
  byId("lesson-contents").hidden = !key;
  byId("lesson-back").hidden = !key;
  byId("lesson-next").hidden = !key;
  buttonById("lesson-back").disabled = !back;
  buttonById("lesson-next").disabled = !next;
  byId("lesson-place").textContent = place;
}

/** A lesson that a link brought has no answer, so it has no button either. @param {Lesson} lesson */
function hideAnswer({ answer }) {
  byId("lesson-answer").hidden = true;
  offerAnswer(Boolean(answer));
}

/** The answer takes the place of its button, and its focus: who presses a key there goes on from the answer. */
function showAnswer() {
  const { key, answer } = openLesson();
  if (key) finishPage(key);
  if (state.predicting) reveal();
  byId("lesson-answer").textContent = answer;
  byId("lesson-answer").hidden = false;
  byId("lesson-answer").focus();
  offerAnswer(false);
}

/** @param {boolean} on */
function offerAnswer(on) {
  byId("lesson-show").hidden = !on;
  byId("lesson-show").parentElement?.classList.toggle("with-answer", on);
  markAsk();
}

/** A chapter is about one experiment, and goes with it. @param {RunResponse} runResponse */
function settle({ key }) {
  const { lesson } = state;
  if (lesson && lesson.row && lesson.row !== key) show(null);
}

/** The bench is put back as it was before the story. */
function dismiss() {
  const before = storedBeforeStory();
  reveal();
  show(null);
  dropLesson();
  if (before) showView(before.view, { remembered: false });
  const run = before && state.past.findLast(({ summary }) => summary.fingerprint === before.run);
  if (run) returnTo(run);
  const story = [byId("story"), find(document, ".folded summary")].find((button) => button?.checkVisibility());
  if (story) story.focus();
}

/* The story */

/** Opens a page of the story; the focus goes to its heading. @param {?string} key */
async function openPage(key) {
  if (!(await followLink(`?lesson=${key}`))) noticeRaised.emit(NOT_OPENED);
  else if (state.lesson?.key === key) byId("lesson-title").focus();
}

/** The story goes on at the page that is open, or where it was left. */
function openStory() {
  endFirstVisit();
  const keys = chapters().map(({ key }) => key);
  const { at } = storyProgress();
  if (state.lesson && state.lesson.key) {
    showPage();
    return;
  }
  storeBeforeStory({ run: state.base.summary.fingerprint, view: linkedView() });
  openPage(at !== null && keys.includes(at) ? at : keys[0]);
}

/** @param {boolean} on */
function showContents(on) {
  byId("lesson-class").hidden = !constants.classes;
  byId("lesson").classList.toggle("leaves-pictures", !on);
  root.dataset.lesson = on ? "contents" : "page";
  byId("lesson-list").hidden = !on;
  byId("lesson-page").hidden = on;
  byId("lesson-contents").setAttribute("aria-expanded", String(on));
}

function showPage() {
  showContents(false);
  byId("lesson-title").focus();
}

/** The list with what is done, at the page that is open. */
function openContents() {
  const { done } = storyProgress();
  const { key } = openLesson();
  const lines = entries();
  for (const line of lines) {
    if (line.dataset.lesson === key) line.setAttribute("aria-current", "page");
    else line.removeAttribute("aria-current");
    find(line, ".icon").hidden = !done.includes(line.dataset.lesson ?? "");
  }
  const at = lines.findIndex((line) => line.dataset.lesson === key);
  setText(byId("lesson-begin"), at || done.length ? `Back to page ${at + 1}` : "Begin");
  showContents(true);
  lines[at].focus();
}

const endFirstVisit = () => root.removeAttribute("data-first-visit");

/** @type {Record<string, () => unknown>} */
const BUTTONS = {
  "lesson-show": showAnswer,
  "lesson-plan": () => openPlan(openLesson().plan),
  "lesson-back": () => openPage(openLesson().back),
  "lesson-next": () => openPage(openLesson().next),
  "lesson-contents": () => (byId("lesson-list").hidden ? openContents() : showPage()),
  "lesson-begin": showPage,
  "lesson-close": dismiss,
};

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = closest(target, "button");
  if (!button || !state.shown) return;
  const { id, dataset } = button;
  if (id === "story" || id === "story-phone" || dataset.begins === "story") openStory();
  else if (dataset.begins) endFirstVisit();
  else if (!state.lesson) return;
  else if (BUTTONS[id]) BUTTONS[id]();
  else if (dataset.lesson) openPage(dataset.lesson);
}

export function installLesson() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" && closest(target, "#lesson")) dismiss();
  });
  linkOpened.on(({ lesson }) => show(lesson));
  runSettled.on(settle);
}
