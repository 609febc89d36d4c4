/** The key of the colours: the numbers at their two ends. */

import { byId, find, make, setText } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { stepsBefore } from "../core/knobs.js";
import { state } from "../core/state.js";

/**
 * The numbers at the low and the high end, or why there are none.
 * @param {string} id @param {string} low @param {string} high @param {string} none
 */
export function showColourKey(id, low, high, none) {
  const box = byId(id);
  const ends = box.querySelectorAll(":scope > span:not(.said)");
  if (none) setText(box, none);
  else if (ends.length) [low, high].forEach((text, k) => setText(ends[k], text));
  else box.replaceChildren(make("span", {}, low), make("i", { class: "ramp" }), make("span", {}, high));
}

/**
 * The view's name says whose weights are shown; beside the colours stands what is drawn of the run. The words have one
 * line, so that nothing moves when they come; what else there is to say stands in the tooltip.
 * @param {number} step @param {string} words @param {string} hint
 */
export function nameShownStep(step, words, hint) {
  const label = find(document, "#weights-view input[value=trained] + label");
  setText(find(label, "span") || label, `Step ${formatCount(stepsBefore(step, state.shown.summary))}`);
  const box = byId("weights-key");
  setText(box.querySelector(".said") || box.appendChild(make("span", { class: "said" })), words);
  box.dataset.says = hint;
}
