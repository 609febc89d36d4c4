/**
 * The dialog behind Share link: the link of the run that is shown, with a title and a prompt and without the parts that
 * it hides, the code that shows it in a page of one's own, and its QR code. All follow what is typed there.
 * @typedef {keyof typeof COPIED} CopiedField
 * @typedef {{ size: number, path: string }} QrCode
 * @import { Lesson } from "../core/types.js"
 */

import { copyText } from "../lib/clipboard.js";
import { byId, closest, dialogById, element, findAll, inputById, make, makeButton, setText } from "../lib/dom.js";
import { addressOf, jsonIfOk, postJson } from "../lib/http.js";
import { isOwnHost } from "../lib/own_host.js";
import { constants } from "../core/constants.js";
import { formatCount, formatFingerprint } from "../core/format.js";
import { noticeRaised, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { lessonQuery, runQuery } from "../model/link_codec.js";
import { runName } from "../model/run_words.js";
import { hiddenParts, onlyKnob } from "../core/embedding.js";
import { EMBED_QUERY, hideQuery } from "./embed.js";
import { presentFromDialog } from "../stage/presenting.js";
import { linkWithoutLesson } from "./links.js";

const FRAME = { width: 800, height: 520 };
const QUIET_ZONE = 4;
const CALM = 250;
const NO_FRAMES = "This server allows no frames; its owner can set FRAME_ANCESTORS.";
const NO_SHORT_LINK = "The server cannot make a short link at the moment.";
/** The most characters of a link whose code has 45 modules, which a camera reads from five metres. */
const FROM_AFAR = 154;
const TOO_LONG = "This link is too long for a QR code.";
const NO_CODE = "There is no QR code at the moment. Type on to try again.";
const NO_LINK = "There is no link to this run at the moment. Try again.";
const CLOSED = "This browser does not let the page copy. The text is selected: copy it by hand.";
const ON_THIS_COMPUTER =
  "This address is this computer's: the link opens here alone. Others can follow it after HOST=0.0.0.0 make serve.";
const PROMPT_HINT = "With a prompt, the page asks for a prediction before it shows the next run.";

/** The link of the run that is shown. @type {{ query: string, run: string, name: string, title: string }} */
let shared;
let timer = 0;
/** The title and the prompt that were typed last, and what they are about. */
let typed = { about: "", title: "", prompt: "" };
const about = () => `${state.key} ${state.lesson?.key ?? ""}`;

const dialog = () => dialogById("share-dialog");

async function open() {
  if (!(await readLink())) return;
  byId("share-body").replaceChildren(...parts());
  dialog().showModal();
  write();
  selectAll("share-link");
}

/** Whether there is a link of the run that is shown. */
async function readLink() {
  const query = await linkWithoutLesson();
  if (query === null) {
    noticeRaised.emit(NO_LINK);
    return false;
  }
  const { summary } = state.shown;
  shared = {
    query,
    run: runQuery(state.shown),
    name: formatFingerprint(summary.fingerprint),
    title: runName(state.shown),
  };
  return true;
}

/** A run may come when the dialog is open already. */
async function follow() {
  if (!dialog()?.open) return;
  const { query, run } = shared;
  if (!(await readLink())) dialog().close();
  else if (shared.query !== query || shared.run !== run) {
    setText(byId("share-luck"), luckWords());
    write();
  }
}

const luckWords = () => state.shown.luck?.elsewhere ?? "";

/* The parts of the dialog */

function parts() {
  const { titleLength, promptLength, parts: hideable, singleKnobs, framed } = constants.share;
  const brought = state.lesson && !state.lesson.key ? state.lesson : { title: "", prompt: "" };
  const { title, prompt } = typed.about === about() ? typed : brought;
  return [
    labelled("Link", make("input", { id: "share-link", readonly: true }), copyButton("share-copy", "share-link")),
    make("p", { id: "share-says", class: "hint", role: "status" }),
    make("p", { class: "hint", hidden: !isOwnHost(location.hostname) }, ON_THIS_COMPUTER),
    make("p", { id: "share-luck", class: "hint" }, luckWords()),
    labelled("Title", make("input", { id: "share-title", value: title, maxlength: titleLength })),
    labelled("Prompt", make("textarea", { id: "share-prompt", rows: 3, maxlength: promptLength }, prompt)),
    make("p", { class: "hint" }, PROMPT_HINT),
    make("fieldset", { id: "share-hide" }, make("legend", {}, "Hide"), ...hideable.map(checkbox)),
    labelled("Knobs to turn", make("select", { id: "share-only" }, ...[ALL_KNOBS, ...singleKnobs].map(option))),
    labelled(
      "Code to paste",
      make("textarea", { id: "share-code", rows: 3, readonly: true }),
      copyButton("share-copy-code", "share-code"),
    ),
    make("p", { id: "share-frames", class: "hint", hidden: framed }, NO_FRAMES),
    make("div", { id: "share-qr" }),
    makeButton({ class: "button edged" }, presentFromDialog, "Show on a projector"),
    make(
      "a",
      { class: "button edged", href: addressOf("class"), target: "_blank", hidden: !constants.classes },
      "Predict with a class ↗",
    ),
  ];
}

/** @param {string} text @param {HTMLElement} field @param {...Node} beside */
function labelled(text, field, ...beside) {
  const label = make("label", { for: field.id }, text);
  return make("div", { class: "share-row" }, label, make("div", { class: "row" }, field, ...beside));
}

/** @param {string} id @param {CopiedField} of */
const copyButton = (id, of) => makeButton({ id, class: "button edged" }, () => copy(of), "Copy");

/** @param {[name: string, text: string]} pair */
function checkbox([name, text]) {
  const box = make("input", { type: "checkbox", value: name, checked: hiddenParts().includes(name) });
  return make("label", {}, box, text);
}

/** @type {[name: string, text: string]} */
const ALL_KNOBS = ["", "All"];

/** @param {[name: string, text: string]} pair */
const option = ([name, text]) => make("option", { value: name, selected: name === onlyKnob() }, text);

/* The link, its frame and its code */

function write() {
  typed = { about: about(), ...typedWords() };
  const link = addressWith(shared.run);
  inputById("share-link").value = link;
  inputById("share-code").value = frameCode(addressWith(EMBED_QUERY));
  setText(byId("share-says"), "");
  clearTimeout(timer);
  timer = setTimeout(() => drawCode(link), CALM);
}

/** @param {string} end */
function addressWith(end) {
  const hidden = /** @type {HTMLInputElement[]} */ (findAll(byId("share-hide"), ":checked")).map(({ value }) => value);
  const rest = `${lessonQuery(lesson())}${hideQuery(hidden, inputById("share-only").value)}${end}`;
  return `${location.origin}${location.pathname}?${shared.query}${rest}`;
}

const typedWords = () => ({
  title: inputById("share-title").value.trim(),
  prompt: inputById("share-prompt").value.trim(),
});

/** A typed title or prompt stands in place of the chapter that is shown. */
function lesson() {
  const own = typedWords();
  if (own.title || own.prompt) return /** @type {Lesson} */ (own);
  return state.lesson && state.lesson.key ? state.lesson : null;
}

/** @type {Record<string, string>} */
const MARKUP = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };
/** @param {string} text */
const escaped = (text) => text.replace(/[&"<>]/g, (letter) => MARKUP[letter]);

/** @param {string} address */
function frameCode(address) {
  const title = escaped(inputById("share-title").value.trim() || `NNBench: ${shared.title}`);
  const { width, height } = FRAME;
  return `<iframe src="${escaped(address)}" width="${width}" height="${height}" title="${title}"></iframe>`;
}

/** @param {string} link */
async function drawCode(link) {
  const box = byId("share-qr");
  const isShort = link.length <= constants.share.qrLength;
  const code = isShort && (await jsonIfOk(await postJson("qr", { text: link })));
  if (inputById("share-link").value !== link) return;
  const drawn = code ? [drawing(code), enlarging(box)] : [make("p", { class: "hint" }, isShort ? NO_CODE : TOO_LONG)];
  box.replaceChildren(...drawn, ...(link.length > FROM_AFAR ? [shortening()] : []));
}

/** A short link has a code that is read from the last row. */
const shortening = () => makeButton({ id: "share-shorten", class: "button edged" }, shorten, "Short link");

async function shorten() {
  const field = inputById("share-link");
  const link = field.value;
  const reply = await jsonIfOk(await postJson("shorten", { query: new URL(link).search.slice(1) }));
  if (field.value !== link) return;
  const { name, days, refused = NO_SHORT_LINK } = reply ?? {};
  if (name) {
    field.value = `${location.origin}${location.pathname}l/${name}`;
    drawCode(field.value);
  }
  setText(byId("share-says"), name ? `This server keeps the short link for ${formatCount(days)} days.` : refused);
}

/** @param {QrCode} qrCode */
function drawing({ size, path }) {
  const whole = size + 2 * QUIET_ZONE;
  return element(
    "svg",
    { viewBox: `${-QUIET_ZONE} ${-QUIET_ZONE} ${whole} ${whole}`, role: "img", "aria-label": "QR code of the link" },
    element("path", { d: path, "shape-rendering": "crispEdges" }),
  );
}

/** A class reads the code from the wall. @param {HTMLElement} box */
const enlarging = (box) =>
  makeButton({ id: "share-qr-large", class: "button edged" }, () => box.requestFullscreen(), "Full screen");

/* Copying */

/** @param {string} id */
function selectAll(id) {
  byId(id).focus();
  inputById(id).select();
}

/** @param {CopiedField} id */
async function copy(id) {
  const copied = await copyText(inputById(id).value);
  if (!copied) selectAll(id);
  setText(byId("share-says"), copied ? COPIED[id]() : CLOSED);
}

const COPIED = {
  "share-link": () => `Link copied. Whoever opens it gets run ${shared.name}, or is told where theirs differs.`,
  "share-code": () => "The code is on the clipboard.",
};

/**
 * Enter copies the link; in a text of several lines, and on a button, it does what it does everywhere.
 * @param {KeyboardEvent} event
 */
function onKey(event) {
  if (event.key !== "Enter" || closest(event.target, "textarea:not([readonly]), button")) return;
  event.preventDefault();
  copy(closest(event.target, "#share-code") ? "share-code" : "share-link");
}

export function installShareDialog() {
  runSettled.on(follow);
  document.addEventListener("click", ({ target }) => closest(target, "#share, #share-phone") && state.shown && open());
  document.addEventListener("input", ({ target }) => {
    if (closest(target, "#share-body") && !(/** @type {HTMLInputElement} */ (target).readOnly)) write();
  });
  document.addEventListener("keydown", (event) => closest(event.target, "#share-body") && onKey(event));
}
