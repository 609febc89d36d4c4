/**
 * The dialog behind Larger…: a new map and those that there are, or one that is opened. A link with sweep= opens it
 * too, in any browser.
 * @import { SweepAxis } from "../core/types.js"
 */

import { byId, closest, dialogById } from "../lib/dom.js";
import { runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { storedSweep, storeSweep } from "../model/tab_storage.js";
import { drawPlan, planForm, writePlan } from "./plan_form.js";
import { stopListing, sweepList } from "./sweep_list.js";
import { drawResult, leaveResult, sweepResult } from "./sweep_result.js";

const ID = /^[A-Za-z0-9_-]{22}$/;

/** The sweep that the address named when the page was opened, until it is shown. @type {?string} */
let linked = null;

const dialog = () => dialogById("sweeps-dialog");
const close = () => dialog().open && dialog().close();

function showAll() {
  storeSweep("");
  leaveResult();
  stopListing();
  byId("sweeps-body").replaceChildren(planForm(showOne), sweepList(showOne));
  drawPlan();
}

/** @param {string} id */
function showOne(id) {
  storeSweep(id);
  leaveResult();
  stopListing();
  byId("sweeps-body").replaceChildren(sweepResult(id, showAll, close));
  drawResult();
  byId("sweep-name").focus();
}

/** @param {string} id */
function open(id) {
  if (!dialog().open) dialog().showModal();
  if (id) showOne(id);
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
}

export function installSweepsDialog() {
  const id = new URLSearchParams(location.search).get("sweep");
  if (id && ID.test(id)) linked = id;
  runSettled.on(openLinked);
  document.addEventListener("click", ({ target }) => {
    if (closest(target, "#landscape-larger") && state.shown) open(storedSweep());
  });
  byId("sweeps-dialog").addEventListener("close", () => {
    leaveResult();
    stopListing();
  });
}
