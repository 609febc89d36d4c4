/** The filter beside the curve where it stands small: buttons that do what the filter's control does. */

import { closest, findAll } from "../lib/dom.js";
import { runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { turnKnobs } from "../net/requests.js";

const BUTTONS = ".small-filter button";

function mark() {
  for (const button of findAll(document, BUTTONS)) {
    button.setAttribute("aria-pressed", String(button.dataset.filter === state.knobs.filter));
  }
}

export function installSmallFilter() {
  runShown.on(mark);
  document.addEventListener("click", ({ target }) => {
    const button = closest(target, BUTTONS);
    if (button) turnKnobs({ filter: button.dataset.filter });
  });
}
