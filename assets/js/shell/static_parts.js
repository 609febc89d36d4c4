/**
 * The page comes as HTML with the document, and Dash mounts the controls alone. They are put into their places as soon
 * as they are there, before they are painted, and the page goes to where Dash hears what happens on it.
 */

import { byId, findAll, focusedIn } from "../lib/dom.js";
import { tellMounted } from "../core/dash.js";
import { controlsMounted } from "../core/signals.js";
import { leaveStandIns } from "./live_stand_ins.js";

const HELD = "[data-holds]";

function putTogether() {
  const parts = byId("static-parts");
  const focusControl = leaveStandIns();
  const held = new Map(findAll(document, HELD).map((holder) => [holder.dataset.holds, holder]));
  findAll(parts, "[data-place]").forEach((place) => {
    place.replaceWith(/** @type {HTMLElement} */ (held.get(place.dataset.place)));
  });
  moveInto(byId("page"), [...parts.childNodes]);
  parts.remove();
  hideUntilDrawn(tellMounted().map((id) => held.get(id)));
  focusControl();
  controlsMounted.emit();
}

/**
 * A control that was told something else than it came with is not seen with that.
 * @param {(HTMLElement | undefined)[]} holders
 */
function hideUntilDrawn(holders) {
  const told = holders.filter((holder) => holder !== undefined);
  told.forEach((holder) => holder.classList.add("told"));
  requestAnimationFrame(() => setTimeout(() => told.forEach((holder) => holder.classList.remove("told"))));
}

/**
 * An element that was moved keeps the focus and where it was scrolled to, where the browser can move it at all.
 * @param {HTMLElement} page @param {ChildNode[]} nodes
 */
function moveInto(page, nodes) {
  const focused = focusedIn(document.documentElement);
  nodes.forEach((node) => (page.moveBefore ? page.moveBefore(node, null) : page.append(node)));
  if (focused !== document.activeElement) focused?.focus({ preventScroll: true });
}

export function installStaticParts() {
  const root = byId("react-entry-point");
  new MutationObserver((_, observer) => {
    if (!root.querySelector(HELD)) return;
    observer.disconnect();
    putTogether();
  }).observe(root, { childList: true, subtree: true });
}
