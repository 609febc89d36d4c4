/**
 * The dialog behind Larger…: a new map and those that there are, or one that is opened. A link with sweep= opens it
 * too, in any browser.
 * @import { SweepAxis } from "../core/types.js"
 * @import { Window } from "./types.js"
 */

import { byId, closest, dialogById } from "../lib/dom.js";
import { noticeRaised, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { storedSweep, storeSweep } from "../model/tab_storage.js";
import { drawPlan, followBench, planForm, writePlan } from "./plan_form.js";
import { stopListing, sweepList } from "./sweep_list.js";
import { drawResult, leaveResult, sweepResult } from "./sweep_result.js";
import { drawZoom, leaveZoom, openedWindow, zoomView } from "./zoom_view.js";
import { readWindow } from "./zoom_window.js";

const ID = /^[A-Za-z0-9_-]{22}$/;
const NO_MAP = "The link names a larger map that cannot be read. Was all of the link copied?";

/** The sweep that the address named when the page was opened, until it is shown. @type {?string} */
let linked = null;
/** The window of a zoom that it named. @type {?Window} */
let linkedWindow = null;
/** Whether it named one of these that cannot be read. */
let isCut = false;
/** Whether the dialog shows a zoom, also when it is opened again. */
let isZoom = false;

const dialog = () => dialogById("sweeps-dialog");
const close = () => dialog().open && dialog().close();

/** Ends what the dialog asks the server for. */
function leaveAll() {
  leaveResult();
  leaveZoom();
  stopListing();
}

function showAll() {
  storeSweep("");
  isZoom = false;
  leaveAll();
  byId("sweeps-body").replaceChildren(planForm(showOne, showZoom), sweepList(showOne));
  drawPlan();
  byId("sweep-new").focus();
}

/** @param {Window} window */
function showZoom(window) {
  storeSweep("");
  isZoom = true;
  leaveAll();
  byId("sweeps-body").replaceChildren(zoomView(window, showAll, close));
  drawZoom();
  byId("zoom-name").focus();
}

/** @param {string} id */
function showOne(id) {
  storeSweep(id);
  isZoom = false;
  leaveAll();
  // One that was started as the dialog was closed is read when it is opened again.
  if (!dialog().open) return;
  byId("sweeps-body").replaceChildren(sweepResult(id, showAll, close));
  drawResult();
  byId("sweep-name").focus();
}

/** @param {string} id */
function open(id) {
  if (!dialog().open) dialog().showModal();
  const window = isZoom && openedWindow();
  if (id) showOne(id);
  else if (window) showZoom(window);
  else showAll();
}

/**
 * Opens the dialog at the form with this plan, which nobody has started yet: rows of knobs with their ranges.
 * @param {SweepAxis[]} rows
 */
export function openPlan(rows) {
  writePlan(rows);
  open("");
}

function openLinked() {
  const id = linked;
  linked = null;
  if (id && dialog()) open(id);
  else if (linkedWindow && dialog()) {
    dialog().showModal();
    showZoom(linkedWindow);
  }
  linkedWindow = null;
  if (isCut) noticeRaised.emit(NO_MAP);
  isCut = false;
}

export function installSweepsDialog() {
  const address = new URLSearchParams(location.search);
  const [id, window] = [address.get("sweep"), address.get("zoom")];
  linkedWindow = readWindow(window);
  if (id && ID.test(id)) linked = id;
  isCut = (id !== null && !linked) || (window !== null && !linkedWindow);
  runSettled.on(() => {
    if (dialog().open) followBench();
    openLinked();
  });
  document.addEventListener("click", ({ target }) => {
    if (closest(target, "#landscape-larger") && state.shown) open(storedSweep());
  });
  byId("sweeps-dialog").addEventListener("close", leaveAll);
}
