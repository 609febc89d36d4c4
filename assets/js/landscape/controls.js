/** The landscape's menus, its progress and the button that stops it. */

import { byId, closest, find, inputById, setText } from "../lib/dom.js";
import { followSight } from "../lib/in_sight.js";
import { formatCount, parseNumber } from "../core/format.js";
import { mapProgressed, measureChosen, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { chooseMeasure, LOSS, RIGHT, scoreName, showsScores } from "../model/measure.js";
import { chooseMap, fillAfterPause, isFilling, landscape, setInSight, toggleFilling } from "./model.js";
import { sayCell } from "./pointer.js";
import { chosenMeasure, drawMapSoon } from "./view.js";

const TOLD_FROM = 2;
/** The measure that the menu shows at first. */
const FIRST_MEASURE = "settled_potential";

const chosen = () => ({
  x: inputById("landscape-x").value,
  y: inputById("landscape-y").value,
  measure: chosenMeasure(),
});

/** The map that the menus say; none where both knobs are one, or where the loss is none. */
function choose() {
  const { x, y, measure } = chosen();
  const counted = measure === "steps";
  const reaching = counted ? typedLoss() : null;
  if (x !== y && !(counted && reaching === null)) chooseMap({ x, y, reaching, scored: measure === RIGHT });
}

/** The menu offers scores where rows have some, and follows the measure of the page. */
function followMeasure() {
  const menu = inputById("landscape-measure");
  const option = /** @type {HTMLOptionElement} */ (find(menu, `[value=${RIGHT}]`));
  option.hidden = option.disabled = !scoreName();
  option.textContent = scoreName() || "Right";
  if (showsScores() !== (menu.value === RIGHT)) {
    menu.value = showsScores() ? RIGHT : FIRST_MEASURE;
    onChoice(menu.id);
  }
}

function typedLoss() {
  const field = inputById("landscape-loss");
  const loss = parseNumber(field.value);
  const good = loss > 0 && Number.isFinite(loss);
  if (good) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
  landscape.refusal = good ? "" : "The loss is a number above 0, such as 0.1.";
  sayCell();
  return good ? loss : null;
}

/** Two different knobs: the other one gives way. @param {string} changed */
function onChoice(changed) {
  const { map } = landscape;
  const { x, y, measure } = chosen();
  /** @type {[string, "x" | "y"]} */
  const [other, axis] = changed === "landscape-x" ? ["landscape-y", "x"] : ["landscape-x", "y"];
  if (x === y && map) inputById(other).value = map[axis];
  const field = closest(byId("landscape-loss"), "span");
  if (field) field.hidden = measure !== "steps";
  byId("landscape").dataset.measure = measure;
  if (!state.shown) return;
  choose();
  drawMapSoon();
}

function showProgress() {
  const { map } = landscape;
  if (!map) return;
  const { made, size } = map.cube;
  const rest = size - made;
  const left = made ? ((map.spent / made) * rest) / 1000 : 0;
  const time = isFilling() && left > TOLD_FROM ? `, ${Math.ceil(left)} s left` : "";
  const idle = !made && !isFilling() && !map.stopped;
  const done = idle ? "" : `${formatCount(made)} of `;
  byId("landscape-progress").textContent = `${done}${formatCount(size)} runs${time}`;
  byId("landscape").style.setProperty("--done", `${(100 * made) / size}%`);
  byId("landscape-stop").hidden = !rest || idle;
  // While it is pressed its text stays: WebKit tells of no click on text that was replaced.
  setText(byId("landscape-stop"), map.stopped ? "Continue" : "Cancel");
  byId("landscape").dataset.state = rest ? (map.stopped ? "stopped" : idle ? "idle" : "filling") : "whole";
  for (const name of ["csv", "npz"]) {
    /** @type {HTMLButtonElement} */
    const button = find(document, `#landscape-files [name=${name}]`);
    button.disabled = rest > 0;
  }
  sayCell();
}

let isWatched = false;

function watch() {
  if (isWatched) return;
  isWatched = true;
  followSight(byId("landscape-map"), (isSeen) => {
    setInSight(isSeen);
    // Its finding follows each turn of a knob, which has a sentence of its own.
    byId("landscape-says").ariaLive = isSeen ? "polite" : "off";
  });
}

export function installLandscapeControls() {
  mapProgressed.on(showProgress);
  measureChosen.on(followMeasure);
  runSettled.on(() => {
    watch();
    followMeasure();
    fillAfterPause(choose);
  });
  document.addEventListener("click", ({ target }) => closest(target, "#landscape-stop") && toggleFilling());
  document.addEventListener("change", ({ target }) => {
    /** @type {?HTMLInputElement} */
    const field = closest(target, "#landscape-x, #landscape-y, #landscape-measure, #landscape-loss");
    if (!field) return;
    if (field.id === "landscape-measure") chooseMeasure(field.value === RIGHT ? RIGHT : LOSS);
    onChoice(field.id);
  });
}
