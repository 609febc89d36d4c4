/** The page's start: it draws its cards, and asks for its run. */

import { first, openedLink } from "../core/first_experiment.js";
import { knobsOf } from "../core/knobs.js";
import { state } from "../core/state.js";
import { openExperiment, reopen, requestAction } from "../net/requests.js";
import { restoreSession } from "../model/session.js";
import { claimTab } from "../model/tab_storage.js";
import { showFrame } from "../network/frame.js";
import { showKnobs } from "../controls/knob_controls.js";
import { followLink, openedQuery, openLinked, reopenLesson } from "../links/links.js";

/**
 * The experiment that a reload remembers may be of a bench from Python that has ended since; its key is its own.
 * @param {string} before
 */
const isOffered = (before) => before === first.key || ![before, first.key].some((name) => name.startsWith("own-"));

/** The page is awake: go on with this tab's experiment, or with the first one. */
export function start() {
  state.key = first.key;
  showFrame(first.frame);
  state.knobs = knobsOf(first.experiment);
  state.tab = claimTab((tab) => {
    state.tab = tab;
    reopen();
  });
  const link = openedQuery();
  if (link) follow(link);
  else goOn();
}

/** @param {string} link */
async function follow(link) {
  if (!showOpened() && !(await followLink(link))) goOn();
}

/** The page may have come with what the link of its address leads to: then its controls show that already. */
function showOpened() {
  if (!openedLink) return false;
  state.experiment = first.experiment;
  showKnobs(first);
  openLinked(openedLink);
  return true;
}

async function goOn() {
  const before = restoreSession(isOffered);
  if (before) {
    state.experiment = before.experiment;
    await reopenLesson();
    openExperiment(before);
    return;
  }
  if (!showOpened()) requestAction("choose");
}
