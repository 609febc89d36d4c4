/** Parts that open and close: dialogs, the telephone's menu, and the tabs of its knob tray. */

import { byId, closest, find, findAll } from "../lib/dom.js";

/** @param {string} selector @param {(element: HTMLElement) => unknown} act */
const forEach = (selector, act) => findAll(document, selector).forEach(act);
const foldMenus = () => forEach("details.folded[open]", (menu) => menu.removeAttribute("open"));

/**
 * Closes boxes that were opened beside a button, but for the one that has the focus.
 * @param {?EventTarget} focused
 */
const closeBoxes = (focused) =>
  forEach("[popover=auto]:popover-open", (box) => box.contains(/** @type {?Node} */ (focused)) || box.hidePopover());

let width = window.innerWidth;

/** Where the window has another width their buttons have moved; a keyboard on the screen makes it lower alone. */
function onResize() {
  if (window.innerWidth !== width) closeBoxes(null);
  width = window.innerWidth;
}

/** Folded, the tray of a telephone leaves more of the page in sight. */
function foldKnobs() {
  const folded = /** @type {HTMLElement} */ (byId("knob-grip").parentElement).classList.toggle("folded");
  byId("knob-grip").setAttribute("aria-expanded", String(!folded));
}

/** A backdrop has the events of its dialog. @param {MouseEvent} event */
function isOnBackdrop({ target, clientX, clientY }) {
  if (!(target instanceof HTMLDialogElement)) return false;
  const { left, right, top, bottom } = target.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** Whether the pointer was pressed on a backdrop: text that is selected in a field may end there. */
let isPressedOnBackdrop = false;

/** A click on a dialog's backdrop closes it; one outside the open menu folds it. @param {MouseEvent} event */
function onClick(event) {
  if (isPressedOnBackdrop && isOnBackdrop(event)) /** @type {HTMLDialogElement} */ (event.target).close();
  if (!closest(event.target, "summary")) foldMenus();
  if (closest(event.target, "#knob-grip")) foldKnobs();
  const tab = closest(event.target, "#knob-tabs a");
  if (!tab) return;
  event.preventDefault();
  showKnob(find(document, tab.getAttribute("href") ?? ""));
}

/** Brings the block of a knob into sight in the tray; at a desk all are in sight. @param {HTMLElement} block */
export const showKnob = (block) => block.parentElement?.scrollTo({ left: block.offsetLeft });

/** The tab of the knob in view is the current one. @param {Event} event */
function onScroll({ target: rail }) {
  if (!(rail instanceof HTMLElement) || !rail.classList.contains("rail") || !rail.clientWidth) return;
  const shown = rail.children[Math.round(rail.scrollLeft / rail.clientWidth)];
  if (shown instanceof HTMLDetailsElement) shown.open = true;
  /** @param {Element} tab */
  const isCurrent = (tab) => tab.getAttribute("href") === `#${shown.id}`;
  forEach("#knob-tabs a", (tab) => tab.setAttribute("aria-current", String(isCurrent(tab))));
}

/** The page mounts after this has run, so everything listens on the document. */
export function installDialogs() {
  document.addEventListener("pointerdown", (event) => (isPressedOnBackdrop = isOnBackdrop(event)));
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && foldMenus());
  document.addEventListener("scroll", onScroll, true);
  document.addEventListener("focusin", ({ target }) => closeBoxes(target));
  window.addEventListener("resize", onResize);
}
