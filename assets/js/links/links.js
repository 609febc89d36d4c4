/**
 * The address bar holds the experiment that is shown, so that an address is a link at any moment. The server writes it
 * and reads it. A shared link also says what its run gave: when the run has settled here, the two are compared.
 * @import { OpenedLink, RunResponse, RunSummary } from "../core/types.js"
 */

import { byId, closest } from "../lib/dom.js";
import { classCode, jsonIfOk, postJson, taskOfAddress } from "../lib/http.js";
import { openedLink } from "../core/first_experiment.js";
import { knobsOf, sameRun } from "../core/knobs.js";
import {
  answersChosen,
  linkOpened,
  measureChosen,
  questionChosen,
  runSettled,
  runShown,
  predictionsSwitched,
  testLookedAt,
  unitKept,
  viewChanged,
} from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";
import { openExperiment } from "../net/requests.js";
import { compareWithLink, lessonQuery } from "../model/link_codec.js";
import { isOwnAddress, storeAddress } from "../model/tab_storage.js";
import { measureQuery } from "../model/measure.js";
import { answersQuery } from "../output/answer_choice.js";
import { askQuery } from "../stage/ask.js";
import { isPresenting, PRESENT_QUERY } from "../stage/presenting.js";
import { linkedView } from "../stage/stage_view.js";
import { looksQuery } from "../tables/split_bar.js";
import { hiddenParts, isEmbedded, onlyKnob } from "../core/embedding.js";
import { EMBED_QUERY, hideQuery } from "./embed.js";

const CALM = 250;
/** The parameters of a lesson in an address. */
const LESSONS = ["lesson", "title", "prompt"];

/** The query that the document was asked for with. */
const ADDRESS = location.search;

/** The query of the run that is shown, once the server has written it. @type {?{ text: string, serial: number }} */
let query = null;
/** The server's response to the link that is being opened. @type {?OpenedLink} */
let opening = null;
/** The summary of the run that the line is about. @type {?RunSummary} */
let about = null;
let timer = 0;

/** A bench of somebody's own has no link. */
export const isShared = () => byId("share") !== null;

/** The query that this tab was opened with, or null; what the page has written itself before a reload is no news. */
export function openedQuery() {
  const { search } = location;
  return isShared() && search.length > 1 && !isOwnAddress(search) ? search : null;
}

/** The number of links that were followed or given up. */
let followed = 0;

/**
 * Opens a link, if no other one is followed until its reply has come; false when the server did not say where it leads.
 * @param {string} link
 */
export async function followLink(link) {
  const mine = ++followed;
  const reply = await replyTo(link);
  if (reply && mine === followed) openLinked(reply);
  return reply !== null || mine !== followed;
}

/** The reply about a link; nobody asks for that of the address which the page has come with. @param {string} link */
async function replyTo(link) {
  return link === ADDRESS && openedLink ? openedLink : jsonIfOk(await postJson("link", { query: link }));
}

/** Opens what a link leads to: { key, experiment, said, run, lesson }. @param {OpenedLink} reply */
export function openLinked(reply) {
  opening = reply;
  linkOpened.emit(reply);
  // A reload before the link of its run has come goes on with the same page of the story.
  if (isShared() && reply.lesson?.key) writeAddress(lessonQuery(reply.lesson).slice(1));
  openFrom(reply);
}

/** Before a reload goes on at an address that the page has written itself, the lesson that it names is opened again. */
export async function reopenLesson() {
  const { search } = location;
  if (!isShared() || !LESSONS.some((name) => new URLSearchParams(search).has(name))) return;
  const reply = await replyTo(search);
  if (reply && reply.lesson) linkOpened.emit(reply);
}

/**
 * An experiment from elsewhere comes with its filter, and is shown at its last step; a step back leaves the filter that
 * is chosen. A lesson's run is compared with none: the reader turned nothing, and an earlier one may tell the answer.
 * @param {OpenedLink} reply
 */
export function openFrom(reply) {
  state.cursorStep = null;
  state.knobs = knobsOf(reply.experiment);
  openExperiment(reply, reply.lesson ? { before: null } : {});
}

/**
 * Until another run than the one that the page comes with is there, nothing is shown in its place: then its words and
 * its curve are, and what is drawn later follows (`webapp/page/index.py` says which page begins so).
 */
function showArrival() {
  const { classList, dataset } = document.documentElement;
  delete dataset.later;
  if (classList.contains("arriving")) classList.replace("arriving", "drawing");
}

/** @param {RunResponse} response */
function settle(response) {
  document.documentElement.classList.remove("drawing");
  if (opening) arrive(opening, response);
  else if (about && !sameRun(about, response.summary)) showLine(null);
  if (!isShared()) return;
  if (query && query.serial !== response.serial) query = null;
  clearTimeout(timer);
  timer = setTimeout(currentQuery, CALM);
}

/**
 * A lesson is no report of a run: what its link gives is told only where it differs.
 * @param {OpenedLink} openedLink @param {RunResponse} response
 */
function arrive({ said, run, lesson }, response) {
  opening = null;
  const { sentence, agrees } = run ? compareWithLink(run, response) : { sentence: "", agrees: true };
  const told = agrees && lesson ? "" : sentence;
  if (told || said) showLine([told, said].filter(Boolean).join(" "), agrees && !said);
}

/** One line above the sentence, until another run is shown. @param {?string} sentence @param {boolean} good */
function showLine(sentence, good = true) {
  about = sentence ? state.shown.summary : null;
  byId("link-notice-text").textContent = sentence || "";
  byId("link-notice").dataset.good = String(good);
  byId("link-notice").hidden = !sentence;
}

/** The query of the run that is shown, written into the address bar; null when the page has moved on meanwhile. */
export async function currentQuery() {
  const { serial } = state.shown;
  clearTimeout(timer);
  if (query?.serial !== serial) {
    const reply = await requestAnalysis("address", {});
    if (!reply) return null;
    // A filter names no run, so the reply may be about what was shown before it was turned.
    if (state.shown.serial !== serial) return currentQuery();
    query = { text: reply.query, serial };
  }
  writeLink();
  return query.text + lessonQuery(state.lesson) + viewQuery();
}

/** The query without a lesson. */
export const linkWithoutLesson = async () =>
  (await currentQuery()) === null || !query ? null : query.text + viewQuery();

/** The view of the stage, the unit that is kept on it, whether turns of knobs ask first, and looks at test rows. */
function viewQuery() {
  const { keptUnit, asksFirst } = state;
  const unit = keptUnit ? `&unit=${keptUnit.join(".")}` : "";
  const asks = asksFirst ? "&predict=1" : "";
  return `&view=${linkedView()}${answersQuery()}${measureQuery()}${unit}${asks}${askQuery()}${looksQuery()}`;
}

/**
 * The address bar keeps what it said of hidden parts and of a frame, without which the link is returned.
 * @param {string} shown
 */
function writeAddress(shown) {
  const link = `${location.pathname}?${shown}${hideQuery(hiddenParts(), onlyKnob())}`;
  const task = taskOfAddress();
  const inClass = task ? `&task=${task.lesson}.${task.step}` : classCode() && `&class=${classCode()}`;
  const way = isEmbedded() ? EMBED_QUERY : isPresenting() ? PRESENT_QUERY : "";
  history.replaceState({ nnbench: true }, "", link + way + inClass);
  storeAddress(location.search);
  return link;
}

/** The links beside the address bar lead out of the frame. */
function writeLink() {
  if (!query) return;
  const link = writeAddress(`${query.text}${lessonQuery(state.lesson)}${viewQuery()}`);
  byId("printed-link").textContent = `${location.origin}${link}`;
  byId("embed-open").setAttribute("href", link);
}

/**
 * The address that the page has written before names no lesson that is dismissed, though the link of a new run comes
 * later. A page of it that is still on its way is given up.
 */
export function dropLesson() {
  followed += 1;
  const { pathname, search } = location;
  /** @param {string} part */
  const isOfLesson = (part) => LESSONS.includes(part.split("=")[0]);
  if (!query && isOwnAddress(search)) {
    const rest = search
      .slice(1)
      .split("&")
      .filter((part) => !isOfLesson(part));
    history.replaceState({ nnbench: true }, "", `${pathname}?${rest.join("&")}`);
    storeAddress(location.search);
  }
  writeLink();
}

/** @type {Record<string, () => void>} */
const BUTTONS = {
  "link-notice-close": () => showLine(null),
};

export function installLinks() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "button");
    if (button && BUTTONS[button.id] && state.shown) BUTTONS[button.id]();
  });
  runShown.on(showArrival);
  runSettled.on(settle);
  for (const changed of [viewChanged, predictionsSwitched, testLookedAt]) changed.on(writeLink);
  unitKept.on(writeLink);
  answersChosen.on(writeLink);
  measureChosen.on(writeLink);
  questionChosen.on(writeLink);
}
