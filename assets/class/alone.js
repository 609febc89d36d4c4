/** A lesson without a room: each question, then what happened, then the next. Answers stay in the tab. */

import { constants } from "../js/core/constants.js";
import { byId, make } from "../js/lib/dom.js";
import { questionView } from "./question.js";
import { resultView } from "./result.js";
import { say } from "./words.js";

/** @import { Ask, Given, Shown } from "./types.js" */

/** @typedef {{ name: string, title: string, asks: Ask[] }} LessonAlone */
/** @typedef {{ at: number, given: (?Given)[], isShown: boolean }} Progress */

const prefix = /** @type {{ prefix: string }} */ (/** @type {unknown} */ (constants)).prefix;

/** @param {LessonAlone} lesson */
export function takeAlone(lesson) {
  const key = `nnbench-lesson-${lesson.name}`;
  const progress = stored(key, lesson.asks.length);

  const keep = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify(progress));
    } catch {
      /* a browser that stores nothing begins anew after a reload */
    }
  };
  const go = (/** @type {number} */ at) => {
    Object.assign(progress, { at, isShown: false });
    keep();
    show();
  };
  const send = (/** @type {Given} */ given) => {
    progress.given[progress.at] = given;
    progress.isShown = true;
    keep();
    show();
  };

  function show() {
    const { at, isShown } = progress;
    if (at >= lesson.asks.length) return put("", [...endView(() => go(0))]);
    const ask = lesson.asks[at];
    const place = say("question_of", { k: at + 1, n: lesson.asks.length });
    if (ask.kind === "hunt")
      return put(
        place,
        huntView(ask, () => go(at + 1)),
      );
    if (!isShown) return put(place, questionView(ask, progress.given[at] ?? null, send, ""));
    return reveal(ask, at, `${place} · ${say("happened")}`);
  }

  /** @param {Ask} ask @param {number} at @param {string} place */
  async function reveal(ask, at, place) {
    put(place, [make("h1", { tabindex: -1 }, say("making"))]);
    const given = progress.given[at];
    const mine = given ? `?mine=${String(given[0])}` : "";
    const address = `${prefix}lesson/${lesson.name}/${at + 1}.json${mine}`;
    const response = await fetch(address).catch(() => null);
    if (progress.at !== at || !progress.isShown) return;
    if (!response?.ok) {
      const again = make("button", { type: "button", class: "go", on: { click: show } }, say("try_again"));
      put(place, [make("h1", { tabindex: -1 }, say("no_answer")), make("div", { class: "foot" }, again)]);
      return;
    }
    /** @type {Shown} */
    const shown = await response.json();
    const isLast = at + 1 === lesson.asks.length;
    const foot = make(
      "div",
      { class: "foot two" },
      make("a", { class: "go outlined", href: `${prefix}${shown.link}`, target: "_blank" }, say("turn_yourself")),
      make("button", { type: "button", class: "go", on: { click: () => go(at + 1) } }, say(isLast ? "end" : "next")),
    );
    put(place, [...resultView(ask, shown, [given ?? null]), foot]);
  }

  /** @param {string} place @param {Node[]} parts */
  function put(place, parts) {
    const main = make("main", {}, make("p", { class: "kick" }, place), ...parts);
    byId("page").replaceChildren(header(lesson.title), main);
    main.querySelector("h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  show();
  window.addEventListener("resize", () => {
    if (!progress.isShown) show();
  });
}

/** @param {string} title */
const header = (title) =>
  make("header", { class: "head" }, make("a", { class: "mark", href: prefix }, "NNBench"), make("span", {}, title));

/** @param {() => void} again */
const endView = (again) => [
  make("h1", { tabindex: -1 }, say("over")),
  make(
    "div",
    { class: "foot two" },
    make("button", { type: "button", class: "go outlined", on: { click: again } }, say("again")),
    make("a", { class: "go", href: prefix }, say("open_bench")),
  ),
];

/** @param {Ask} ask @param {() => void} next */
const huntView = (ask, next) => [
  make("h1", { tabindex: -1 }, ask.question),
  make("p", { class: "prompt" }, ask.prompt),
  make("p", {}, say("hunt_alone", { knobs: (ask.knobs ?? []).join(", ") })),
  make(
    "div",
    { class: "foot two" },
    make("a", { class: "go outlined", href: `${prefix}${ask.link}`, target: "_blank" }, say("open_bench")),
    make("button", { type: "button", class: "go", on: { click: next } }, say("next")),
  ),
];

/** What the tab remembers of the lesson. @param {string} key @param {number} count @returns {Progress} */
function stored(key, count) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (kept && kept.given.length <= count) return kept;
  } catch {
    /* nothing is stored, or nothing that can be read */
  }
  return { at: 0, given: [], isShown: false };
}
