/**
 * The history of checkpoints: the starting weights of each run, newest first, with what made them. They live in this
 * browser as experiments; going back opens one as any experiment is opened.
 */

import { isFramed } from "../lib/dom.js";
import { recall } from "../lib/storage.js";
import { formatCount } from "../core/format.js";
import { knobsOf, placeWord } from "../core/knobs.js";
import { checkpointsChanged, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { openExperiment } from "../net/requests.js";
import { runName } from "./run_words.js";

/** @import { Chip, Experiment, RunResponse } from "../core/types.js" */

const MOST = 24;
const KEY = "nnbench-checkpoints";
/** @type {Record<string, string>} */
const MADE_BY = { choose: "as in the list of experiments", open: "opened", edit: "a weight edited" };

/**
 * @typedef {{ name: string, key: string, chip: Chip, made: string, title: string, experiment: Experiment }}
 *   CheckpointRow
 * @type {?CheckpointRow[]}
 */
let rows = null;

/**
 * Newest first; a framed page begins anew after a reload.
 * @returns {CheckpointRow[]}
 */
export function checkpointRows() {
  return (rows ??= (!isFramed && recall(sessionStorage, KEY)) || []);
}

/** Stores as many as there is room for. @param {CheckpointRow[]} all */
function store(all) {
  for (rows = all.slice(0, MOST); rows.length; rows.pop()) {
    try {
      if (!isFramed) sessionStorage.setItem(KEY, JSON.stringify(rows));
      return;
    } catch {
      // The oldest goes, and the rest is tried again.
    }
  }
}

/** A run has settled: its checkpoint is noted, once. @param {RunResponse} response */
function note(response) {
  const name = checkpointName(response);
  if (!checkpointRows().some((row) => row.name === name)) {
    const { key, frame } = response;
    const row = {
      name,
      key,
      chip: frame.strip.chip,
      made: madeBy(response),
      title: runName(response),
      experiment: state.experiment,
    };
    store([row, ...checkpointRows()]);
  }
  checkpointsChanged.emit();
}

/** @param {Pick<RunResponse, "key" | "summary">} response */
export const checkpointName = ({ key, summary: { network, checkpoint } }) => `${key} ${network} ${checkpoint}`;

/** trained, step 189; drawn, seed 7; identity added. @param {RunResponse} response */
function madeBy({ act, said, frame: { drawn } }) {
  if (act === "keep") return `trained, ${placeWord(state.experiment)} ${formatCount(state.storedStep ?? 0)}`;
  if (act === "randomize") return `drawn, seed ${drawn.seed}`;
  if (act === "change") return said.label;
  return MADE_BY[act] || said.label;
}

/**
 * With the knobs as they are now; where the layers are the same, the target and the data too.
 * @param {CheckpointRow} row
 */
export function openCheckpoint({ key, experiment: stored }) {
  const now = state.experiment;
  const alike = key === state.key && JSON.stringify(stored.layers) === JSON.stringify(now.layers);
  const experiment = alike ? { ...now, weights: stored.weights } : { ...stored, ...knobsOf(now) };
  openExperiment({ key, experiment });
}

export function installCheckpoints() {
  runSettled.on(note);
}
