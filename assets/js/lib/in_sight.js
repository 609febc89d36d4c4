/**
 * The parts of the page that are in sight. Others need not be drawn as long as they change many times a second. A part
 * is told to be in sight until the browser has said otherwise; a part under the knobs of a telephone is not.
 */

import { find } from "./dom.js";
import { isNarrow } from "./theme.js";

const TRAY = ".page > .bench > .knobs";

/**
 * Whether each part is in sight, and the function to call when it comes there.
 * @type {Map<Element, { isSeen: boolean, come: () => void }>}
 */
const parts = new Map();
/** @type {IntersectionObserver} */
let observer;

/** @param {Element} part @param {() => void} come Called when it comes into sight. */
export function watchSight(part, come) {
  if (parts.has(part)) return;
  if (!observer) {
    observe();
    // A window tells of its new size before the knobs have theirs.
    const tray = document.querySelector(TRAY);
    if (tray) new ResizeObserver(observe).observe(tray);
  }
  parts.set(part, { isSeen: true, come });
  observer.observe(part);
}

/** @param {Element} part */
export const isInSight = (part) => parts.get(part)?.isSeen ?? true;

function observe() {
  if (observer) observer.disconnect();
  observer = new IntersectionObserver(note, { rootMargin: ["0px", "0px", `${-trayHeight()}px`].join(" ") });
  for (const part of parts.keys()) observer.observe(part);
}

/**
 * Says whether a part is in sight now, and after each change. A busy browser tells of several changes at once.
 * @param {Element} part @param {(isSeen: boolean) => void} follow @param {IntersectionObserverInit} [options]
 */
export function followSight(part, follow, options) {
  new IntersectionObserver((changes) => follow(changes[changes.length - 1].isIntersecting), options).observe(part);
}

/** The height of the window that the knobs cover. */
function trayHeight() {
  const tray = isNarrow() ? find(document, TRAY) : null;
  return tray && getComputedStyle(tray).position === "fixed" ? tray.offsetHeight : 0;
}

/** @param {IntersectionObserverEntry[]} entries */
function note(entries) {
  for (const { target, isIntersecting } of entries) {
    const part = parts.get(target);
    if (!part) continue;
    const hasCome = isIntersecting && !part.isSeen;
    part.isSeen = isIntersecting;
    if (hasCome) part.come();
  }
}
