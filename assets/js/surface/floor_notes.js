/**
 * The floor that the network can reach, in words beside the surface: how much of it the run learned, and a button to
 * load it.
 * @import { Floor } from "../core/types.js"
 */

import { byId, closest, make, makeButton } from "../lib/dom.js";
import { formatNumber, roundedUp } from "../core/format.js";
import { floorChanged, runShown } from "../core/signals.js";
import { hasFloor, isFloorWanted, loadFloorWeights, shownFloor, toggleFloor } from "../model/floor.js";

/** Empty where nobody asks. */
export function floorNotes() {
  return make("div", { class: "floor-notes", role: "status" }, ...partsOf(shownFloor()));
}

/** @param {ReturnType<typeof shownFloor>} known */
function partsOf(known) {
  if (!known) return [];
  const { floor, none, done, pieces } = known;
  if (none) return [make("p", {}, none)];
  if (!floor) return [make("p", { class: "measuring" }, pieces ? `measuring, ${done} of ${pieces}` : "measuring")];
  const { sentence, details, confidence } = floor;
  const words = [details, confidence].filter(Boolean).join(" ");
  const front = make("p", { class: "front", ...(words ? { "data-says": words } : {}) }, sentence);
  return [front, ...witness(floor), ...(floor.below ? [make("p", { class: "remark" }, floor.below)] : [])];
}

/** The weights that reach the floor, where any can change. @param {Floor} floor */
function witness({ loss, measured_on: samples, weights }) {
  if (!weights) return [];
  const reached = formatNumber(roundedUp(/** @type {number} */ (loss)));
  const text = `A network of this shape reaches ${reached} on ${samples}: `;
  return [make("p", {}, text, makeButton({ class: "linked" }, loadFloorWeights, "load its weights"))];
}

function show() {
  byId("floor").setAttribute("aria-pressed", String(isFloorWanted()));
  document.querySelectorAll(".floor-notes").forEach((notes) => notes.replaceWith(floorNotes()));
}

export function installFloorNotes() {
  floorChanged.on(show);
  runShown.on((response) => (byId("floor").hidden = !hasFloor(response)));
  document.addEventListener("click", ({ target }) => closest(target, "#floor") && toggleFloor());
}
