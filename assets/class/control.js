/** The page of a teacher: a class is opened, and then led. The key stays in this browser, and off the address bar. */

import { copyText } from "../js/lib/clipboard.js";
import { byId, findAll, make, refill, setText } from "../js/lib/dom.js";
import { saveBlob } from "../js/lib/download.js";
import { button, div, para } from "./elements.js";
import { nameIn } from "./lesson_file.js";
import { controlView, headWords, numbersView } from "./control_view.js";
import { placeOf } from "./place.js";
import { qrOf, showQr } from "./qr.js";
import { follow, isLater, prefix, send } from "./state.js";
import { store, stored } from "./storage.js";
import { showWall } from "./wall_view.js";
import { say, sayIn } from "./words.js";

/** @import { ClassState } from "./state.js" */
/** @typedef {{ code: string, key: string }} Led */

const KEPT = "nnbench-class";
const KEY = "X-Class-Key";
const given = JSON.parse(byId("state").textContent);
const base = `${location.origin}${prefix}`;
const place = { ...placeOf(given), hours: given.hours, qr: null };
const placeNote = () => (place.note ? [para(place.base ? "quiet" : "bad", place.note)] : []);

/** Milliseconds until a class that could not be opened is asked for again. */
const OPENS_AGAIN = 10_000;

/** A moment as this browser writes it. @param {number} seconds Since the epoch. */
const timeOf = (seconds) =>
  new Date(1000 * seconds).toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit" });

/** The class that the address names, or that this tab has led before. @returns {Led | null} */
function ledHere() {
  const named = /^#([A-Z]{6})\.([\w-]{22})$/.exec(location.hash);
  const led = named ? { code: named[1], key: named[2] } : stored(KEPT);
  history.replaceState(null, "", location.pathname + location.search);
  return led;
}

/** Another class that this browser leads stays. @param {string} key */
function forget(key) {
  for (const where of /** @type {const} */ (["sessionStorage", "localStorage"]))
    if (stored(KEPT, where)?.key === key) store(KEPT, null, where);
}

/** @param {...Node} parts */
const header = (...parts) =>
  make("header", { class: "desk-head" }, make("a", { class: "mark", href: prefix }, "NNBench"), ...parts);

/* Opening */

function showStart() {
  const course = (/** @type {string} */ name, /** @type {boolean} */ ofPapers) => {
    const pages = given.story.filter((/** @type {any} */ page) => page.is_paper === ofPapers);
    const boxes = pages.map((/** @type {any} */ { key, title, ask, ticked }) =>
      make(
        "label",
        {},
        make("input", { type: "checkbox", value: key, checked: ticked }),
        make("span", {}, title),
        make("small", {}, say(`kind_${ask}`)),
      ),
    );
    return make("fieldset", {}, make("legend", {}, say(name)), ...boxes);
  };
  const own = make("input", { id: "own-lesson", autocomplete: "off", spellcheck: "false" });
  const people = make("input", {
    id: "people",
    type: "number",
    min: 1,
    max: given.people,
    value: Math.min(30, given.people),
    required: true,
  });
  const says = make("p", { class: "bad", role: "alert" });
  const go = make("button", { class: "go" }, say("open_class"));
  const last = stored(KEPT, "localStorage");
  const form = make(
    "form",
    { class: "start", on: { submit: (event) => (event.preventDefault(), press()) } },
    make("h1", {}, say("open_heading")),
    para("quiet", say("open_words")),
    ...placeNote(),
    ...(last
      ? [
          para(
            "",
            button(say("go_on", { code: last.code }), () => lead(last), "small"),
          ),
        ]
      : []),
    course("story", false),
    course("papers", true),
    make("label", { class: "field", for: "own-lesson" }, say("own_lesson")),
    own,
    para("", make("a", { href: `${prefix}lesson` }, say("make_lesson"))),
    make("label", { class: "field", for: "people" }, say("how_many_people", { n: given.people })),
    people,
    says,
    go,
  );

  let again = 0;

  /** Opens the class, or stops waiting for it. */
  function press() {
    if (!again) return open();
    clearTimeout(again);
    says.replaceChildren();
    return waitsFor(0);
  }

  /** @param {number} timer The timer of the next question; 0 waits for nothing. */
  function waitsFor(timer) {
    again = timer;
    setText(go, say(timer ? "waits_stop" : "open_class"));
  }

  /** A second press meanwhile would open another class, and lose the key of the first. */
  async function open() {
    go.disabled = true;
    const ticked = findAll(form, ":checked").map((box) => /** @type {HTMLInputElement} */ (box).value);
    const lesson = nameIn(own.value) || `story.${ticked.join(".")}`;
    const { status, reply } = await send("class", { lesson, people: Number(people.value) });
    go.disabled = false;
    if (!form.isConnected) return;
    if (status === 201) return lead(reply, true);
    const waits = isLater(status);
    setText(says, [reply.error || say("away"), ...(waits ? waitWords(reply) : [])].join(" "));
    if (!again) go.scrollIntoView({ block: "nearest" }); // the sentence has moved it down
    waitsFor(waits ? setTimeout(() => form.isConnected && open(), OPENS_AGAIN) : 0);
  }
  byId("page").replaceChildren(header(), make("main", { class: "start-box" }, form));
}

/**
 * That the page asks again, and where all classes are taken, when the first of them makes room.
 * @param {{ until?: number, ends?: boolean }} reply
 */
const waitWords = ({ until, ends }) => [
  ...(until ? [say(ends ? "waits_end" : "waits_way", { time: timeOf(until) })] : []),
  say("waits_here"),
];

/* Leading */

/** @param {Led} led @param {boolean} [isNew] */
function lead({ code, key }, isNew = false) {
  store(KEPT, { code, key });
  const headers = { [KEY]: key };
  const wall = make("div", { class: "wall-box small-wall", "aria-hidden": "true" });
  // Enter that is held presses the button of each phase that it brings.
  const keydown = (/** @type {KeyboardEvent} */ event) =>
    event.repeat && event.key === "Enter" && event.preventDefault();
  const control = make("section", { class: "control", on: { keydown } });
  const says = make("p", { class: "says", role: "status" }, isNew ? say("keep_address") : "");
  const address = `${place.base || base}class#${code}.${key}`;
  const ends = make("span", { class: "quiet wide" });
  /** @type {ClassState | null} */
  let latest = null;
  let within = 0;
  /** The phase that the latest refusal has told. */
  let told = 0;
  let busy = false;
  let drawnFrame = "";

  const acts = { go, ask_within, renew, sums, end };
  const draw = () => {
    if (!latest) return;
    const { lang } = latest;
    if (wall.clientHeight) sayIn(given.wall_words[lang], () => latest && showWall(wall, latest, place));
    // Counts change all the time, and a button that is pressed must stay where it is.
    const asks = within === latest.n;
    const frame = JSON.stringify({ ...latest, in: 0, got: 0, asks });
    const numbers = control.querySelector(".numbers");
    if (numbers && frame === drawnFrame && latest.teacher)
      numbers.replaceWith(numbersView(latest, latest.teacher, asks));
    else refill(control, [...controlView(latest, asks, acts), says, ...placeNote()], () => ".go");
    drawnFrame = frame;
  };
  const follower = follow(
    code,
    {
      show(state) {
        if (!latest) store(KEPT, { code, key }, "localStorage"); // the key is right
        else if (state.n !== latest.n && state.n !== told) says.replaceChildren();
        latest = state;
        ends.textContent = say("ends", { time: timeOf(state.ends) });
        draw();
      },
      ended: (sentence) => leave(sentence || say("ended_teacher")),
      lost(away) {
        if (away || says.textContent === say("away")) says.replaceChildren(away ? say("away") : "");
      },
    },
    headers,
  );

  /** @param {string} to @param {number} [step] */
  async function go(to, step) {
    if (busy || !latest) return;
    busy = true;
    const { status, reply } = await send(`class/${code}/go`, { n: latest.n, to, ...(step ? { step } : {}) }, headers);
    busy = false;
    if (status === 200) follower.take(reply);
    else refuse(reply);
  }

  /**
   * Says why nothing was done, until the class goes on from the phase that the refusal tells.
   * @param {{ error: string, n?: number }} reply @param {string} [words]
   */
  function refuse({ error, n = 0 }, words = error || say("away")) {
    told = n;
    says.replaceChildren(words);
    follower.look();
  }

  function ask_within() {
    within = latest?.n ?? 0;
    draw();
  }

  async function renew() {
    if (busy || !latest?.teacher || !confirm(say("sure_new_code"))) return;
    busy = true;
    const { opened, refusal } = await giveWay(latest, latest.teacher);
    busy = false;
    if (refusal) refuse(refusal, say("not_renewed", { why: refusal.error || say("no_answer") }));
    if (!opened) return;
    follower.stop();
    lead(opened, true);
  }

  /**
   * Opens a new class at this step and deletes this one. Where the server refuses either, the new one is deleted, and
   * there is the refusal alone.
   * @param {ClassState} state @param {{ name: string, people: number }} teacher
   * @returns {Promise<{ opened?: Led, refusal?: { error: string, n?: number } }>}
   */
  async function giveWay({ n, step }, { name, people }) {
    const opened = await send("class", { lesson: name, people });
    if (opened.status !== 201) return { refusal: opened.reply };
    const act = (/** @type {{ n: number, to: string, step?: number }} */ body) =>
      send(`class/${opened.reply.code}/go`, body, { [KEY]: opened.reply.key });
    let last = step ? await act({ n: 1, to: "step", step }) : { status: 200, reply: { n: 1 } };
    const reached = last.reply.n ?? 1;
    if (last.status === 200) last = await send(`class/${code}/go`, { n, to: "end" }, headers);
    if (last.status !== 200) {
      await act({ n: reached, to: "end" });
      return { refusal: last.reply };
    }
    return { opened: opened.reply };
  }

  async function sums() {
    const response = await fetch(`${base}class/${code}/sums.csv`, { headers }).catch(() => null);
    if (response?.ok) saveBlob(await response.blob(), `class-${code}.csv`);
    else says.replaceChildren(say("away"));
  }

  async function end() {
    if (!latest || !confirm(say("sure_end"))) return;
    const { status, reply } = await send(`class/${code}/go`, { n: latest.n, to: "end" }, headers);
    if (status === 200) leave(say("ended_teacher"));
    else refuse(reply);
  }

  /** @param {string} words */
  function leave(words) {
    follower.stop();
    forget(key);
    byId("page").replaceChildren(
      header(),
      make(
        "main",
        { class: "start-box" },
        make("h1", {}, words),
        make("a", { class: "go", href: `${base}class` }, say("open_another")),
      ),
    );
  }

  async function copy() {
    says.replaceChildren((await copyText(address)) ? say("copied") : address);
  }

  const byPhone = () => showQr(place.base && address, place.base ? say("phone_words") : place.note, say("phone"));

  const view = make(
    "section",
    { class: "view" },
    para("quiet", say("what_the_wall_shows")),
    wall,
    para("quiet", say("may_be_seen")),
  );
  const bar = [
    ...headWords(code),
    ends,
    button(say("copy_key"), copy, "small bare"),
    button(say("phone"), byPhone, "small bare wide"),
    make("a", { class: "small", href: `${base}wall/${code}`, target: "_blank" }, say("open_wall")),
  ];
  byId("page").replaceChildren(div("desk", header(...bar), view, control));
  addEventListener("resize", draw);
  qrOf(place.base && `${place.base}j/${code}`).then((qr) => {
    place.qr = qr;
    draw();
  });
}

// The address of a class may be given to this page, too.
addEventListener("hashchange", () => location.reload());
const led = ledHere();
if (led) lead(led);
else showStart();
