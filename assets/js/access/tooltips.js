/**
 * The meaning of a number or a control, in the words of the page's glossary: shown where the pointer rests, where the
 * keyboard stops, and where a finger taps on a word or rests on a button.
 * @typedef {{ owner: HTMLElement, says: string, higher: string }} Term
 */

import { byId, closest, find, make } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { state } from "../core/state.js";

const DELAY = 400;
const APART = 6;
const EDGE = 8;

/** @type {?HTMLElement} */
let shown = null;
/** @type {?HTMLElement} */
let awaited = null;
let timer = 0;
let byKeyboard = false;

/**
 * The term that an element shows, with the element that stands for the whole of it; null for none. The element's own
 * words about the run that is shown come first.
 * @param {?EventTarget} target
 */
function termAt(target) {
  for (const term of constants.glossary) {
    const owner = closest(target, term.selector);
    if (owner) return { ...term, owner, says: [ownWords(owner), term.says].filter(Boolean).join(" ") };
  }
  return null;
}

/** The hint of an experiment may tell what is to be predicted. @param {HTMLElement} owner */
const ownWords = (owner) => (state.predicting && owner.id === "picker" ? "" : owner.dataset.says);

const box = () => byId("tooltip") || find(document, ".foot").appendChild(makeBox());
const makeBox = () => make("div", { id: "tooltip", class: "tooltip", role: "tooltip", popover: "manual" });

/** @param {Term} term */
function show(term) {
  hide();
  if (!term.owner.isConnected || state.held) return;
  const higher = term.higher ? [make("br"), make("b", {}, "Higher: "), term.higher] : [];
  box().replaceChildren(term.says, ...higher);
  box().showPopover();
  place(term.owner.getBoundingClientRect());
  shown = term.owner;
  describe(document.activeElement, true);
}

/** Under its element, or over it where there is no room. @param {DOMRect} dOMRect */
function place({ left, top, bottom }) {
  const { width, height } = box().getBoundingClientRect();
  const fits = bottom + APART + height < window.innerHeight;
  box().style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
  box().style.top = `${fits ? bottom + APART : Math.max(EDGE, top - APART - height)}px`;
}

/**
 * A control that has the focus is described by its tooltip, besides by what describes it anyway.
 * @param {?Element} control @param {boolean} on
 */
function describe(control, on) {
  if (!control || !shown || !shown.contains(control)) return;
  const others = (control.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== "tooltip");
  control.setAttribute("aria-describedby", [...others, ...(on ? ["tooltip"] : [])].join(" "));
}

function hide() {
  clearTimeout(timer);
  awaited = null;
  if (!shown) return;
  describe(document.activeElement, false);
  shown = null;
  box().hidePopover();
}

/** @param {?Term} term */
function showSoon(term) {
  if (term && (term.owner === shown || term.owner === awaited)) return;
  hide();
  if (!term) return;
  awaited = term.owner;
  timer = setTimeout(show, DELAY, term);
}

/** @param {FocusEvent} event */
function onFocus({ target }) {
  if (byKeyboard) showSoon(termAt(target));
}

/** @param {KeyboardEvent} event */
function onKey({ key }) {
  byKeyboard = key === "Tab";
  hide();
}

/** A finger on a word; on a control it does what the control does. @param {PointerEvent} event */
function onTap({ target, pointerType }) {
  const term = pointerType === "touch" && !closest(target, "button, input, select") && termAt(target);
  if (term) show(term);
}

/** A finger that rests on a control. @param {PointerEvent} event */
function onLongPress(event) {
  const term = event.pointerType === "touch" && termAt(event.target);
  if (!term) return;
  event.preventDefault();
  show(term);
}

export function installTooltips() {
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "touch") showSoon(termAt(target));
  });
  document.addEventListener("focusin", onFocus);
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", hide, true);
  document.addEventListener("click", onTap);
  document.addEventListener("contextmenu", onLongPress);
  window.addEventListener("scroll", hide, true);
}
