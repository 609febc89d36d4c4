/** The menu of experiments tells of another choice only; the current one chosen again is heard here, and is reset. */

import { closest } from "../lib/dom.js";
import { state } from "../core/state.js";
import { chooseExperiment } from "../net/requests.js";

/** @param {Event} event */
function resetIfCurrent({ target }) {
  const option = closest(target, "[role=option]");
  const control = option && closest(option, "[data-holds]");
  if (!control || control.dataset.holds !== "experiment") return;
  if (option.getAttribute("aria-selected") === "true" && state.base) chooseExperiment(state.key);
}

export function installExperimentMenu() {
  document.addEventListener("click", resetIfCurrent, true);
}
