/**
 * The view on the stage: the loss curve, the output of the network, the surface of two runs, or a comparison while one
 * is open. The styles place them by an attribute of the document, which is there before the first paint. The link says
 * it, and this browser remembers it; a comparison is in neither.
 */

import { byId, closest, find, findAll } from "../lib/dom.js";
import { currentView } from "../lib/theme.js";
import { constants } from "../core/constants.js";
import { comparisonChanged, pinRenamed, unitKept, viewChanged } from "../core/signals.js";
import { state } from "../core/state.js";
import { COMPARISON_VIEW } from "../model/comparison.js";
import { pinName } from "../model/pins.js";
import { SURFACE_VIEW } from "../surface/run_pair.js";
import { isEmbedded } from "./embed.js";

const { views, key: KEY } = constants.stage;
const root = document.documentElement;

/** The view before the comparison. */
let before = "";

/** The view that a link says: while a comparison is on the stage, the one before it. */
export const linkedView = () => (currentView() === COMPARISON_VIEW ? before : currentView());

/** A frame has no room for the surface. */
const framedViews = views.filter((view) => view !== SURFACE_VIEW);

function offeredViews() {
  const own = isEmbedded() ? framedViews : views;
  return state.compared ? [...own, COMPARISON_VIEW] : own;
}

/**
 * A view that a lesson chose is not remembered, and a comparison is not either.
 * @param {string} view @param {{ remembered?: boolean }} fields
 */
export function showView(view, { remembered = true } = {}) {
  if (!offeredViews().includes(view) || view === currentView()) return;
  before = linkedView() ?? "";
  root.dataset.view = view;
  if (remembered && view !== COMPARISON_VIEW) remember(view);
  markTabs();
  viewChanged.emit();
}

/** @param {string} view */
function remember(view) {
  try {
    if (!isEmbedded()) localStorage.setItem(KEY, view);
  } catch {
    // A browser that stores nothing begins with the view that the page begins with.
  }
}

/** A comparison that is opened comes on the stage with a tab of its own; closed, it gives way to the view before. */
function showComparison() {
  const isFirst = nameTab() && currentView() !== COMPARISON_VIEW;
  if (state.compared) showView(COMPARISON_VIEW);
  else if (currentView() === COMPARISON_VIEW) showView(before);
  const tab = find(document, ".views [aria-selected=true]");
  if (isFirst || !state.compared) tab.focus({ preventScroll: true });
  if (isFirst) find(document, ".find").scrollIntoView({ block: "nearest" });
}

/** The tab of the comparison; whether there is one. */
function nameTab() {
  const tab = byId(`view-${COMPARISON_VIEW}`);
  tab.hidden = !state.compared;
  if (state.compared) tab.textContent = `Compare with ${pinName(state.compared)}`;
  return Boolean(state.compared);
}

/** The next view, or the one before it. @param {boolean} back */
export function nextView(back = false) {
  const offered = offeredViews();
  const at = offered.indexOf(currentView() ?? "") + (back ? -1 : 1);
  showView(offered[(at + offered.length) % offered.length]);
}

function markTabs() {
  findAll(document, ".views [role=tab]").forEach((tab) => {
    const isShown = tab.dataset.view === currentView();
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
  });
}

/** Arrows go from tab to tab, as in any list of tabs. @param {KeyboardEvent} event */
function onKey(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by || !closest(event.target, ".views")) return;
  event.preventDefault();
  event.stopPropagation();
  nextView(by < 0);
  find(document, ".views [aria-selected=true]").focus();
}

export function installStageView() {
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, "button[data-view]");
    if (button) showView(button.dataset.view ?? "");
  });
  document.addEventListener("keydown", onKey, true);
  unitKept.on(() => state.keptUnit && showView("output"));
  comparisonChanged.on(showComparison);
  pinRenamed.on(nameTab);
  markTabs();
}
