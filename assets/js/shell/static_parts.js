/**
 * The page comes as HTML with the document, and Dash mounts the controls alone. They are put into their places as soon
 * as they are there, before they are painted, and the page goes to where Dash hears what happens on it.
 */

import { byId } from "../lib/dom.js";

const HELD = "[data-holds]";

function putTogether() {
  const parts = byId("static-parts");
  const held = new Map([...document.querySelectorAll(HELD)].map((holder) => [holder.dataset.holds, holder]));
  parts.querySelectorAll("[data-place]").forEach((place) => place.replaceWith(held.get(place.dataset.place)));
  byId("page").append(...parts.childNodes);
  parts.remove();
}

export function installStaticParts() {
  const root = byId("react-entry-point");
  new MutationObserver((_, observer) => {
    if (!root.querySelector(HELD)) return;
    observer.disconnect();
    putTogether();
  }).observe(root, { childList: true, subtree: true });
}
