/**
 * The control that a page of the story speaks of: it is outlined, its block of knobs is unfolded meanwhile, and it is
 * brought into sight. A rule of style outlines it, since the controls of the network are drawn anew with each run.
 */

import { find, closest } from "../lib/dom.js";
import { runSettled } from "../core/signals.js";
import { showKnob } from "../controls/dialogs.js";

/** The chain fades out at its end over that many pixels. */
const FADE = 28;

const sheet = new CSSStyleSheet();
/** The selector of a control that may be drawn by the next run only. */
let awaited = "";
/** The block that was folded before a page spoke of it. @type {?HTMLDetailsElement} */
let unfolded = null;

/** The selector comes from the table of chapters, never from a link; "" for none. @param {string} selector */
export function outlineControl(selector) {
  sheet.replaceSync(selector ? ruleOf(selector) : "");
  if (unfolded) unfolded.open = false;
  unfolded = null;
  bringIntoSight(selector);
  awaited = selector;
}

/** The outline of the focus stays apart from it. @param {string} selector */
const ruleOf = (selector) => `
  @media screen {
    ${selector} {
      outline: 2px solid var(--ink);
      outline-offset: 4px;
      border-radius: var(--radius);
      scroll-margin: 8px;
    }
    ${selector}:focus-visible {
      outline-width: 4px;
    }
  }`;

/** Within the column of knobs or the chain of layers: the page itself stays where it is. @param {string} selector */
function bringIntoSight(selector) {
  const control = selector ? find(document, selector) : null;
  const [block, chain] = [closest(control, ".knob"), closest(control, ".chain")];
  if (control && block) unfold(block, control);
  if (control && chain) scrollAlong(chain, control);
}

/** @param {HTMLElement} block @param {HTMLElement} control */
function unfold(block, control) {
  if (block instanceof HTMLDetailsElement && !block.open) {
    block.open = true;
    unfolded = block;
  }
  showKnob(block);
  control.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** @param {HTMLElement} chain @param {HTMLElement} control */
function scrollAlong(chain, control) {
  const past = control.getBoundingClientRect().right + FADE - chain.getBoundingClientRect().right;
  if (past > 0) chain.scrollLeft += past;
}

export function installSpokenControl() {
  unfolded = document.querySelector("details[data-unfolded]");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  runSettled.on(() => {
    bringIntoSight(awaited);
    awaited = "";
  });
}
