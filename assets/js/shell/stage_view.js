/**
 * Which view is on the stage: the loss curve or the output of the network. The styles place both by an attribute of the
 * document, which is there before the first paint. The link says it, and this browser remembers it.
 */

import { closest } from "../lib/dom.js";
import { currentView } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { unitKept, viewChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { isEmbedded } from "./embed.js";

const { views, key: KEY } = constants.stage;
const root = document.documentElement;

export function showView(view) {
  if (!views.includes(view) || view === currentView()) return;
  root.dataset.view = view;
  try {
    if (!isEmbedded()) localStorage.setItem(KEY, view);
  } catch {
    // A browser that stores nothing begins with the view that the page begins with.
  }
  markTabs();
  viewChanged.emit();
}

/** The next view, or the one before it. */
export function nextView(back = false) {
  const at = views.indexOf(currentView()) + (back ? -1 : 1);
  showView(views[(at + views.length) % views.length]);
}

function markTabs() {
  document.querySelectorAll(".views [role=tab]").forEach((tab) => {
    const isShown = tab.dataset.view === currentView();
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
  });
}

/** Arrows go from tab to tab, as in any list of tabs. */
function onKey(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by || !closest(event.target, ".views")) return;
  event.preventDefault();
  event.stopPropagation();
  nextView(by < 0);
  document.querySelector(".views [aria-selected=true]").focus();
}

export function installStageView() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "button[data-view]");
    if (button) showView(button.dataset.view);
  });
  document.addEventListener("keydown", onKey, true);
  unitKept.on(() => state.keptUnit && showView("output"));
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".views")) return;
    observer.disconnect();
    markTabs();
  }).observe(document.body, { childList: true, subtree: true });
}
