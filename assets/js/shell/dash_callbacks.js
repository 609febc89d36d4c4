/**
 * The functions that Dash calls: a control was turned, a dot was clicked, the page is awake.
 */

import { knobsOf } from "../core/knobs.js";
import { state } from "../core/state.js";
import { openExperiment, reopen, requestAction } from "../net/requests.js";
import { restoreSession } from "../model/session.js";
import { claimTab } from "../model/tab_storage.js";
import { showFrame } from "../network/frame.js";
import { goToDot } from "../step/plot_pointer.js";
import { handlers } from "./handlers.js";
import { followLink, openedQuery } from "./links.js";
import { isEcho } from "./slider_drag.js";

function turn(...values) {
  const { triggered, inputs_list: inputs } = window.dash_clientside.callback_context;
  const turned = new Set(triggered.map((change) => change.prop_id.split(".")[0]));
  inputs.forEach(({ id }, index) => {
    const value = values[index];
    if (!state.tab || !turned.has(id) || value === undefined || value === null || isEcho(id, value)) return;
    handlers[id](value);
  });
}

/** What a reload remembers may be of a bench from Python that has ended since; its key is its own. */
const isOffered = (before, key) => before === key || ![before, key].some((name) => name.startsWith("own-"));

/** The page is awake: go on with this tab's experiment, or with the first one. */
function start(first, key, frame) {
  state.key = key;
  showFrame(frame);
  state.knobs = knobsOf(JSON.parse(first));
  state.tab = claimTab((tab) => {
    state.tab = tab;
    reopen();
  });
  const link = openedQuery();
  if (link) followLink(link).then((opened) => opened || goOn(key));
  else goOn(key);
}

function goOn(key) {
  const before = restoreSession((name) => isOffered(name, key));
  if (before) {
    state.experiment = before.experiment;
    openExperiment(before);
  } else requestAction("choose");
}

export function installDashCallbacks() {
  const nnbench = { turn, point: goToDot, start };
  window.dash_clientside = { ...window.dash_clientside, nnbench };
}
