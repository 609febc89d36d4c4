/**
 * Which view is on the stage. The styles place views by attributes of the document, which are there before the
 * first paint. The link says the view, and this browser remembers it; one that does not last is in neither.
 * @import { Summons, View } from "../core/stage.js"
 */

import { byId, closest, find, findAll, setText } from "../lib/dom.js";
import { remember } from "../lib/storage.js";
import { constants } from "../core/constants.js";
import { viewChanged } from "../core/signals.js";
import { currentView, isOnStage, viewRow } from "../core/stage.js";
import { hiddenParts, isEmbedded } from "../core/embedding.js";
import { views } from "./views.js";

const { dataset } = document.documentElement;

/** The lasting view that was shown last. */
let lasting = "";

/** The view that a link says: while one is on the stage that does not last, the one before it. */
export const linkedView = () => (viewRow(currentView()).lasting ? currentView() : lasting);

/** The picture of the view on the stage, where it has one. */
export const stagePicture = () => views.find(({ name }) => isOnStage(name))?.picture?.() ?? null;

/** @param {View} view */
function isOffered({ name, summons }) {
  const row = viewRow(name);
  if (!row.lasting) return Boolean(summons?.isWanted());
  return (row.framed || !isEmbedded()) && !hiddenParts().includes(row.part);
}

/**
 * A view that a lesson chose is not remembered, and one that does not last is not either.
 * @param {string} name @param {{ remembered?: boolean }} fields
 */
export function showView(name, { remembered = true } = {}) {
  const next = views.find((view) => view.name === name && isOffered(view));
  if (!next || isOnStage(name)) return;
  const before = views.find((view) => isOnStage(view.name));
  lasting = linkedView();
  const row = viewRow(name);
  Object.assign(dataset, { view: name, small: row.small.join(" ") });
  if (remembered && row.lasting && !isEmbedded()) remember(localStorage, constants.stage.key, name);
  markTabs();
  before?.hide?.();
  next.show?.();
  viewChanged.emit();
}

/**
 * The view comes on the stage while it is wanted. One that does not last has a tab then, and gives way to the lasting
 * view before it.
 * @param {string} name @param {Summons} summons
 */
function follow(name, summons) {
  const isWanted = summons.isWanted();
  if (viewRow(name).lasting) {
    if (isWanted) showView(name);
    return;
  }
  nameTab(name, summons);
  const isFirst = isWanted && !isOnStage(name);
  if (isWanted) showView(name);
  else if (isOnStage(name)) showView(lasting);
  if (isFirst || !isWanted) find(document, ".views [aria-selected=true]").focus({ preventScroll: true });
  if (isFirst) find(document, ".find").scrollIntoView({ block: "nearest" });
}

/** @param {string} name @param {Summons} summons */
function nameTab(name, { isWanted, title }) {
  const tab = byId(`view-${name}`);
  tab.hidden = !isWanted();
  if (title && isWanted()) setText(tab, title());
}

/** The next view, or the one before it. @param {boolean} back */
export function nextView(back = false) {
  const offered = views.filter(isOffered);
  const at = offered.findIndex((view) => isOnStage(view.name)) + (back ? -1 : 1);
  showView(offered[(at + offered.length) % offered.length].name);
}

function markTabs() {
  findAll(document, ".views [role=tab]").forEach((tab) => {
    const isShown = isOnStage(tab.dataset.view ?? "");
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
  for (const { name, summons } of views) {
    summons?.changed.on(() => follow(name, summons));
    summons?.renamed?.on(() => nameTab(name, summons));
  }
  markTabs();
}
