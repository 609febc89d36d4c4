/**
 * The bench in somebody else's page: one line under it says what is shown and leads to the whole bench. The parts that
 * a link hides are written into links again.
 * @import { Frame, LayerSpec, RunSummary } from "../core/types.js"
 */

import { byId, findAll, setText } from "../lib/dom.js";
import { isSessionKeptHere } from "../lib/http.js";
import { isEmbedded, onlyKnob } from "../core/embedding.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { foldWords } from "../core/knobs.js";
import { runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { runName, spokenFunction } from "../model/run_words.js";

export const EMBED_QUERY = "&embed=1";

/**
 * The hidden parts in a link, their names between commas, and the only knob.
 * @param {string[]} hidden
 * @param {string} only
 */
export const hideQuery = (hidden, only) =>
  (hidden.length ? `&hide=${hidden.join(",")}` : "") + (only ? `&only=${only}` : "");

/** Circle, 2 → 8 → 1, tanh, 3,000 samples, data seed 3; and what is on beside it, or was edited. */
function words() {
  const { experiment, shown } = state;
  const { summary, frame } = shown;
  const parts = [
    runName(shown),
    ...(frame.edited ? editedWords(frame, summary) : []),
    ...networkWords(experiment.layers || []),
    `${formatCount(summary.samples)} samples`,
    `data seed ${summary.seed}`,
    ...foldWords("training", experiment),
    ...foldWords("data", experiment),
  ];
  return `${parts.join(", ")}.`;
}

/** @param {Frame["ideals"]} rows @param {string} value */
const labelOf = (rows, value) => (rows.find((row) => row.value === value) || { label: value }).label;

/** A target is named as in its menu, or by its formulas. @param {Frame} frame @param {RunSummary} summary */
const editedWords = ({ ideals, inputs }, summary) => [
  "edited",
  `target ${labelOf(ideals, summary.ideal)}`,
  `${labelOf(inputs, summary.inputs).toLowerCase()} inputs`,
];

/** @param {LayerSpec[]} layers */
function networkWords(layers) {
  const dense = layers.filter((layer) => layer.kind === "affinity");
  const widths = dense.map(({ outputs }) => outputs);
  const functions = new Set(
    layers.filter((layer) => layer.kind === "map").map((layer) => spokenFunction(layer.function)),
  );
  return [dense.length ? [dense[0].inputs, ...widths].join(" → ") : "", ...functions].filter(Boolean);
}

const NOTHING_KEPT = "This browser keeps no cookies for a bench in a frame: after a reload it starts from its link.";

/** The window around the frame is told that a run is there. */
function tellFrame() {
  if (window.parent !== window) window.parent.postMessage(constants.ready, "*");
}

/** The parts that a link with a single knob locks. */
const LOCKED = ".knob, .strip, #picker, #story";

function lockKnobs() {
  const only = onlyKnob();
  if (!only) return;
  findAll(document, LOCKED).forEach((part) => (part.inert = part.id !== `knob-${only}`));
}

export function installEmbed() {
  lockKnobs();
  runSettled.on(tellFrame);
  if (isEmbedded()) runSettled.on(() => setText(byId("embed-words"), words()));
  runSettled.on(() => {
    const notice = isSessionKeptHere() ? NOTHING_KEPT : "";
    setText(byId("embed-notice"), notice);
    byId("embed-notice").parentElement?.classList.toggle("notes", notice !== "");
  });
}
