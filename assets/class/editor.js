/** The editor of lessons: steps of two links each, what will be shown of them, and a name to give the lesson with. */

import { formatKnob, parseNumber } from "../js/core/format.js";
import { saveBlob } from "../js/lib/download.js";
import { copyText } from "../js/lib/clipboard.js";
import { byId, make, setText } from "../js/lib/dom.js";
import { button, div, onePress, para } from "./elements.js";
import { fileOf, hasField, isLesson, KINDS, TASK } from "./lesson_file.js";
import { placeOf } from "./place.js";
import { lossAt } from "./positions.js";
import { showQr } from "./qr.js";
import { resultView } from "./result.js";
import { prefix, send } from "./state.js";
import { store, stored } from "./storage.js";
import { say } from "./words.js";

/** @import { Ask, Shown } from "./types.js" */
/** @import { PlainChoice, PlainLesson, PlainStep } from "./lesson_file.js" */

/** @typedef {{ ask: Ask, shown?: Shown, advice: { good: boolean, text: string }[] }} Checked */

const WHEN = ["same", "lower", "higher", "diverges", "right"];
const KEPT = "nnbench-editor";
const KEPT_STEP = "nnbench-editor-step";

/** @returns {PlainStep} */
const newStep = () => ({
  ask: "loss",
  question: say("new_question"),
  prompt: "",
  before: "",
  after: "",
  seed: "links",
});

/** @returns {PlainLesson} */
const newLesson = () => ({ nnbench: "lesson", version: 1, lang: "en", title: say("new_title"), steps: [newStep()] });

/** The index of the step at which a reload of this address left the lesson. @param {PlainLesson} lesson */
function stepBefore({ steps }) {
  const [search, at] = stored(KEPT_STEP) ?? ["", 0];
  return search === location.search && at in steps ? at : 0;
}

/**
 * @param {object} given
 * @param {?PlainLesson} given.lesson A lesson that is to be changed.
 * @param {number} given.people The seats of a class; 0 where there are no classes.
 * @param {[string, string][]} given.story The names and titles of pages of the story that ask something.
 * @param {string} given.instead
 * @param {boolean} given.listens
 * @param {boolean} given.within
 */
function editLessons(given) {
  /** @type {PlainLesson} */
  let lesson = [given.lesson, stored(KEPT)].find(isLesson) ?? newLesson();
  let at = stepBefore(lesson);
  /** @type {?{ name: ?string, steps: Checked[], refused: string[] }} */
  let checked = null;

  const keepStep = () => store(KEPT_STEP, [location.search, at]);
  const place = placeOf(given);
  const step = () => lesson.steps[at];
  /** Every change is stored in the tab, and wants another check. */
  const change = (/** @type {() => void} */ act, redraw = true) => {
    act();
    checked = null;
    store(KEPT, lesson);
    if (location.search) history.replaceState(null, "", location.pathname); // a reload goes on with what was changed
    if (redraw) return draw();
    keepStep();
    setText(byId("size"), sizeWords(lesson));
    setText(/** @type {HTMLElement} */ (document.querySelector("ol [aria-current] span")), rowWords(step(), at));
    return byId("preview").replaceWith(preview());
  };

  /** The name under which the lesson is kept; null where it is refused, or was changed meanwhile. */
  async function check() {
    const file = fileOf(lesson);
    const { status, reply } = await send("lesson", file);
    if (JSON.stringify(file) !== JSON.stringify(fileOf(lesson))) return null;
    checked = reply.steps
      ? reply
      : { name: null, steps: [], refused: [reply.error || say("no_answer_of", { status })] };
    draw();
    return checked?.name ?? null;
  }
  async function copyLink() {
    const name = await check();
    if (!name) return;
    const link = `${place.base || location.origin + prefix}lesson/${name}`;
    const copied = (await copyText(link)) ? say(place.base ? "copied" : "copied_alone") : link;
    await showQr(place.base && link, `${copied} ${place.base ? "" : place.note}`.trim(), say("link_qr"));
  }
  async function openClass() {
    const name = await check();
    if (!name) return;
    const { status, reply } = await send("class", { lesson: name, people: given.people });
    if (reply.code) location.assign(`${prefix}class#${reply.code}.${reply.key}`);
    else setText(byId("told"), reply.error || say("no_answer_of", { status }));
  }
  const save = () => {
    const file = new Blob([JSON.stringify(fileOf(lesson), null, 1)], { type: "application/json" });
    saveBlob(file, `${lesson.title.replace(/[^\w-]+/g, "-") || "lesson"}.json`);
  };
  /** @param {?File} [file] */
  const open = async (file) => {
    try {
      const plain = JSON.parse((await file?.text()) ?? "");
      if (!isLesson(plain)) throw new TypeError(say("no_file"));
      change(() => ([lesson, at] = [plain, 0]));
    } catch {
      draw(); // a new field takes the same file again, once it is mended
      setText(byId("told"), say("no_file"));
    }
  };

  function draw() {
    keepStep();
    byId("page").replaceChildren(head(), stepList(), form(), preview());
  }

  const head = () =>
    make(
      "header",
      { class: "head" },
      make("a", { class: "mark", href: prefix }, "NNBench"),
      make("input", {
        class: "title",
        "aria-label": say("title"),
        value: lesson.title,
        on: { input: ({ target }) => change(() => (lesson.title = target.value), false) },
      }),
      make("span", { class: "note", id: "told", role: "status" }),
      make(
        "label",
        { class: "small" },
        say("open_file"),
        make("input", { type: "file", accept: ".json", on: { change: ({ target }) => open(target.files?.[0]) } }),
      ),
      small(say("save_file"), save),
      small(say("copy_link"), copyLink),
      ...(given.people ? [small(say("open_class"), onePress(openClass), "black")] : []),
    );

  const stepList = () =>
    make(
      "section",
      { "aria-label": say("steps") },
      make("h2", {}, say("steps")),
      make("ol", {}, ...lesson.steps.map((one, k) => stepRow(one, k))),
      small(say("add_step"), () => change(() => (at = lesson.steps.push(newStep()) - 1))),
      menu(say("add_story"), [["", say("add_story")], ...given.story], addPage),
      ...(step().ask === TASK
        ? []
        : [small(say("add_twin"), () => change(() => (at = lesson.steps.push(twinOf(step())) - 1)))]),
      small(say("remove_step"), () => change(remove)),
      make("p", { class: "note", id: "size" }, sizeWords(lesson)),
    );
  /** @param {PlainStep} one @param {number} k */
  const stepRow = (one, k) => {
    const choose = () => {
      at = k;
      draw();
    };
    const words = [make("span", {}, rowWords(one, k)), make("small", {}, say(`kind_${one.ask}`))];
    return make(
      "li",
      {},
      make("button", { type: "button", "aria-current": k === at ? "true" : null, on: { click: choose } }, ...words),
    );
  };
  /** @param {string} key A page of the story, which becomes a step. */
  async function addPage(key) {
    const response = await fetch(`${prefix}lesson/story.${key}.json`).catch(() => null);
    const page = response?.ok ? await response.json() : null;
    if (page) return change(() => (at = lesson.steps.push(...page.steps) - 1));
    draw(); // a new menu takes the same page again
    return setText(byId("told"), say("no_answer"));
  }
  const remove = () => {
    lesson.steps.splice(at, 1);
    if (!lesson.steps.length) lesson.steps.push(newStep());
    at = Math.min(at, lesson.steps.length - 1);
  };

  const kinds = () =>
    options(
      "ask",
      say("answer_kind"),
      KINDS.map((kind) => [kind, say(`kind_${kind}`)]),
    );
  const seeds = () =>
    options("seed", say("seed"), [
      ["links", say("seed_links")],
      ["class", say("seed_class")],
    ]);
  const form = () => {
    const has = (/** @type {string} */ name) => hasField(step(), name);
    const isTask = step().ask === TASK;
    return make(
      "main",
      {},
      make("h1", {}, say("step_of", { k: at + 1 })),
      text("before", say("before_link")),
      ...(has("after") ? [text("after", say("after_link"))] : []),
      ...(isTask ? [para("note", say("task_in_file"))] : [kinds()]),
      text("question", say("question")),
      text("prompt", say("prompt")),
      ...(has("choices") ? [choices()] : []),
      ...(has("knobs") ? [knobs()] : []),
      ...(isTask ? [] : [seeds()]),
      ...(has("axis") ? [axis()] : []),
      text("answer", say("own_answer")),
    );
  };
  /** @param {"before" | "after" | "question" | "prompt" | "answer"} name @param {string} label */
  const text = (name, label) =>
    field(label, step()[name] ?? "", (typed) => change(() => (step()[name] = typed), false));
  /** @param {"ask" | "seed"} name @param {string} label @param {string[][]} rows */
  const options = (name, label, rows) => {
    const buttons = rows.map(([value, words]) => {
      const isOn = String((step()[name] ?? "links") === value);
      return button(words, () => change(() => (step()[name] = value)), null, { "aria-pressed": isOn });
    });
    return group(label, div("segment", ...buttons));
  };
  const knobs = () =>
    field(say("knobs"), (step().knobs ?? []).join(", "), (typed) =>
      change(() => (step().knobs = typed.split(/[\s,]+/).filter(Boolean)), false),
    );
  const axis = () => {
    const ends = step().axis ?? [null, null];
    const found = checked?.steps[at]?.ask.axis;
    const set = (/** @type {0 | 1} */ end, /** @type {string} */ typed) => {
      ends[end] = numberOf(typed);
      step().axis = ends.every((one) => one === null) ? undefined : ends;
    };
    const inputs = /** @type {const} */ ([0, 1]).map((end) =>
      make("input", {
        "aria-label": say(end ? "axis_to" : "axis_from"),
        inputmode: "decimal",
        placeholder: found ? formatKnob(lossAt(found[end])) : "",
        value: ends[end] ?? "",
        on: { input: ({ target }) => change(() => set(end, target.value), false) },
      }),
    );
    const hint = make("span", { class: "note" }, say("axis_hint"));
    return group(say("axis"), div("ends", inputs[0], say("axis_between"), inputs[1], hint));
  };
  const choices = () => {
    const rows = (step().choices ??= [
      { text: "", when: "same" },
      { text: "", when: "higher" },
    ]);
    const add = () => change(() => rows.push({ text: "", when: "lower" }));
    return div("field", say("choices"), ...rows.map(choiceRow), small(say("add_choice"), add));
  };
  /** @param {PlainChoice} choice @param {number} k */
  const choiceRow = (choice, k) => {
    const all = step().choices ?? [];
    const isJudged = all.some((one) => one.right);
    const chosen = choice.right ? "right" : isJudged ? "wrong" : choice.when;
    const rows = [...WHEN, ...(isJudged ? ["wrong"] : [])].map((name) => [name, say(`when_${name}`)]);
    const choose = menu(say("holds_when"), rows, (when) => change(() => setWhen(all, choice, when)), chosen);
    const isFar = chosen === "lower" || chosen === "higher";
    return div(
      "choice",
      field(say("choice_text"), choice.text, (typed) => change(() => (choice.text = typed), false)),
      choose,
      ...(isFar
        ? [field(say("by"), choice.by ?? 1, (typed) => change(() => (choice.by = numberOf(typed) ?? 1), false))]
        : []),
      small("×", () => change(() => step().choices?.splice(k, 1))),
    );
  };

  const preview = () => {
    const one = checked?.steps[at];
    const advice = (one?.advice ?? []).map(({ good, text: words }) =>
      make("li", { class: good ? "" : "bad" }, `${good ? "✓" : "!"} ${words}`),
    );
    return make(
      "section",
      { class: "preview", id: "preview", "aria-label": say("will_be_shown") },
      make("h2", {}, say("will_be_shown")),
      ...(checked?.refused ?? []).map((sentence) => make("p", { class: "bad", role: "alert" }, sentence)),
      ...(one?.shown ? resultView(one.ask, one.shown, [null]) : []),
      ...(advice.length ? [make("h2", {}, say("good_question")), make("ul", {}, ...advice)] : []),
      ...(checked?.name
        ? [make("a", { class: "small", href: `${prefix}lesson/${checked.name}`, target: "_blank" }, say("take_alone"))]
        : []),
      ...(checked ? [] : [para("note", say("not_checked")), small(say("check"), check)]),
    );
  };

  draw();
}

/**
 * A field with its name above it.
 * @param {string} name
 * @param {string | number} value
 * @param {(text: string) => void} set
 */
const field = (name, value, set) =>
  make("label", { class: "field" }, name, make("input", { value, on: { input: ({ target }) => set(target.value) } }));

/** Controls with their name above them. @param {string} label @param {...Node} controls */
const group = (label, ...controls) =>
  make("div", { class: "field", role: "group", "aria-label": label }, label, ...controls);

/** @param {string} label @param {string[][]} rows @param {(value: string) => void} act @param {string} [chosen] */
const menu = (label, rows, act, chosen) => {
  const options = rows.map(([value, words]) => make("option", { value, selected: value === chosen }, words));
  return make("select", { "aria-label": label, on: { change: ({ target }) => act(target.value) } }, ...options);
};

/** @param {string} words @param {(event: MouseEvent) => void} act @param {string} [kind] */
const small = (words, act, kind = "") => button(words, act, `small ${kind}`);

/** A typed number; what is none as it was typed, and null for nothing. @param {string} typed */
const numberOf = (typed) => (typed.trim() ? parseNumber(typed) || typed : null);

/**
 * Either the author says which one choice is right, or the runs decide about each.
 * @param {PlainChoice[]} all @param {PlainChoice} choice @param {string} when
 */
function setWhen(all, choice, when) {
  for (const one of when === "wrong" ? [choice] : all) delete one.right;
  delete choice.when;
  delete choice.by;
  if (when === "right") choice.right = true;
  else if (when !== "wrong") choice.when = when;
}

/** The same step with a data seed that the class draws. @param {PlainStep} step @returns {PlainStep} */
const twinOf = (step) => ({ ...structuredClone(step), seed: "class" });

/** A step in the list. @param {PlainStep} step @param {number} k */
const rowWords = ({ question }, k) => `${k + 1} ${question}`;

/** @param {PlainLesson} lesson */
const sizeWords = (lesson) =>
  say("size", { n: lesson.steps.length, size: (new Blob([JSON.stringify(fileOf(lesson))]).size / 1024).toFixed(1) });

editLessons(JSON.parse(byId("state").textContent));
