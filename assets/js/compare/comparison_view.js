/**
 * The comparison on the stage: the words, the maps, and the weights in the right column. They are drawn when it is
 * opened, when the pinned run's end has come, and whenever the current run changes.
 * @import { ComparedOutputs } from "./comparison_maps.js"
 * @import { View } from "../core/stage.js"
 * @import { ComparedEnd, Pin, Run } from "../core/types.js"
 */

import { byId, closest, make, setMarkedText, setText } from "../lib/dom.js";
import { onThemeChange } from "../lib/theme.js";
import {
  comparisonChanged,
  comparisonReceived,
  cursorMoved,
  mapsReceived,
  pinRenamed,
  runSettled,
  surfaceMeasured,
} from "../core/signals.js";
import { state } from "../core/state.js";
import {
  COMPARISON_VIEW,
  closeComparison,
  comparedEnd,
  isComparing,
  openComparison,
  swapComparison,
} from "../model/comparison.js";
import { cursor, moveCursor } from "../model/cursor.js";
import { pinName } from "../model/pins.js";
import { pausePlay } from "../step/scrubber.js";
import { pairWith } from "../surface/run_pair.js";
import {
  comparedOutputs,
  outputLines,
  redrawComparedMaps,
  showComparedMaps,
  watchComparedMaps,
} from "./comparison_maps.js";
import { comparedWeights, showComparedWeights, weightsApart } from "./comparison_weights.js";
import { comparisonList, comparisonSentence, stepsSeen } from "./comparison_words.js";

let watched = false;

function show() {
  const { compared: pin, base } = state;
  if (!isComparing() || !pin || !base) return;
  // Until the exact weights of the last step are there, the current run is awaited too.
  const end = cursor.of === cursor.place.last ? comparedEnd() : null;
  const outputs = comparedOutputs(end);
  setMarkedText(byId("compare-sentence"), comparisonSentence(pin, base));
  setText(byId("compare-steps"), stepsSeen(pin, base));
  if (outputs) showComparedMaps(pin, outputs);
  showList(pin, base, end, outputs);
  showComparedWeights(pin, end, pairWith(pin.run), show);
  if (!watched) watchComparedMaps();
  watched = true;
}

/** @param {Pin} pin @param {Run} base @param {?ComparedEnd} end @param {?ComparedOutputs} outputs */
function showList(pin, base, end, outputs) {
  const isThere = end && !end.none && outputs;
  const distances = isThere
    ? {
        outputs: outputLines(pin, end, outputs),
        weights: weightsApart(pin, comparedWeights(end)),
      }
    : null;
  const rows = comparisonList(pin, base, isThere || (end && end.none) ? end : null, distances, pairWith(pin.run));
  /** @param {string} text @param {string} name */
  const curve = (text, name) => make("span", { class: name }, make("i", {}), text);
  byId("compare-list").replaceChildren(
    make("p", { class: "curves" }, curve(pinName(pin), "pinned"), curve("Now", "now")),
    make("dl", {}, ...rows.flatMap(rowElements)),
  );
}

/** @param {[head: string, lines: string[]]} pair */
const rowElements = ([head, lines]) => [make("dt", {}, head), ...lines.map((line) => make("dd", {}, line))];

/** @type {Record<string, () => void>} */
const BUTTONS = { "compare-swap": swapComparison, "compare-close": closeComparison };

/** A button of the table opens the comparison with its run. @param {MouseEvent} event */
function onClick({ target }) {
  const button = closest(target, "button");
  if (!button) return;
  if (BUTTONS[button.id]) BUTTONS[button.id]();
  const { compare } = button.dataset;
  const pin = state.pins.find(({ letter }) => letter === compare);
  if (pin) openComparison(pin);
}

/** Both runs are seen at their last step. */
function goToEnd() {
  pausePlay();
  moveCursor(Infinity);
}

/** @type {View} */
export const comparisonView = {
  name: COMPARISON_VIEW,
  install() {
    document.addEventListener("click", onClick);
    for (const changed of [comparisonChanged, comparisonReceived, pinRenamed, runSettled, mapsReceived]) {
      changed.on(show);
    }
    for (const changed of [cursorMoved, surfaceMeasured]) changed.on(show);
    onThemeChange(() => isComparing() && redrawComparedMaps());
  },
  show() {
    show();
    goToEnd();
  },
  summons: {
    changed: comparisonChanged,
    isWanted: () => Boolean(state.compared),
    renamed: pinRenamed,
    title: () => `Compare with ${pinName(/** @type {Pin} */ (state.compared))}`,
  },
  figures: "#compare-maps",
  finding: () => byId("compare-sentence").textContent,
};
