/**
 * Questions that many other runs answer: one at a time is chosen, and asked about each run that has settled. One that
 * takes long says its runs and its seconds first, and waits until somebody asks all the same. Answers come in pieces;
 * what is known by then stays when somebody stops them, and when a knob is held.
 * @typedef {object} Progress
 * @property {number} [seconds] About how long it takes, where that is much.
 * @property {number} [of] The number of runs that these seconds are for.
 * @property {string} [sentence]
 * @property {boolean} [more] Whether there is more to be known.
 * @property {boolean} [isWanted] Whether somebody has asked for it all the same, or has seen enough.
 * @import { Analyses, RunResponse } from "../core/types.js"
 */

import { formatCount } from "../core/format.js";
import { runKey } from "../core/knobs.js";
import { compilingChanged, questionChosen } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "./analyses.js";
import { addHint, askHintsAgain, knowledge } from "./hints.js";

/** It stands where an answer will. */
export const COMPILING = "The server is compiling its program, once …";

/**
 * @template Answer
 * @typedef {object} Question
 * @property {() => boolean} isAsked
 * @property {() => Partial<Answer> & Progress} answer The knowledge of the run that is shown.
 * @property {() => string} ask The text of the button: what it takes, where it waits for somebody to ask; "" where it
 *   does not.
 * @property {() => boolean} isRunning
 * @property {() => void} toggle
 * @property {() => void} askOrStop Asks all the same, or stops, or goes on.
 * @property {() => void} install
 */

/** Whether there is more to be known. @param {Progress} progress */
const isOpen = ({ sentence, more }) => sentence === undefined || Boolean(more);

/** Whether it waits for nobody. @param {Progress} progress */
const isRunning = ({ isWanted, seconds, sentence, more }) =>
  isOpen({ sentence, more }) && (isWanted ?? (!seconds || sentence !== undefined));

/** @param {Progress} progress */
function askText(progress) {
  const { seconds = 0, of = 0, sentence } = progress;
  if (!isOpen(progress)) return "";
  if (sentence !== undefined) return isRunning(progress) ? "Stop" : "Go on";
  return isRunning(progress) ? "" : `${formatCount(of)} runs, about ${formatCount(seconds)} s`;
}

/**
 * @template {"when_decided" | "which_sample"} Name @template Answer
 * @param {string} name In links.
 * @param {Name} analysis
 * @param {(reply: Analyses[Name]) => Partial<Answer> & Progress} read
 * @param {() => void} changed Something else is to be shown of it.
 * @returns {Question<Answer>}
 */
export function question(name, analysis, read, changed) {
  /** @type {import("./hints.js").Knowledge<Partial<Answer> & Progress, RunResponse>} */
  const known = knowledge(analysis, ({ summary }) => runKey(summary, []));
  const isAsked = () => state.question === name;
  /** @returns {Partial<Answer> & Progress} */
  const answer = () => (state.shown ? known.of(state.shown) : /** @type {Partial<Answer> & Progress} */ ({}));
  /** @param {RunResponse} response @param {() => boolean} go */
  const fill = async (response, go) => {
    const found = known.toFill(response);
    while (isAsked() && go() && isRunning(found)) {
      const sure = found.isWanted || found.sentence !== undefined;
      const reply = await requestAnalysis(analysis, { sure }, {}, { patient: true });
      if (!reply) break;
      Object.assign(found, { more: false }, read(reply));
      if (go()) changed();
    }
    if (go()) changed();
  };
  /** @param {boolean} [isWanted] */
  const want = (isWanted) => {
    if (state.shown) known.toFill(state.shown).isWanted = isWanted;
  };
  return {
    isAsked,
    answer,
    isRunning: () => isRunning(answer()),
    ask: () => askText(answer()),
    toggle() {
      state.question = isAsked() ? "" : name;
      want();
      questionChosen.emit();
      askHintsAgain();
    },
    askOrStop() {
      want(!isRunning(answer()));
      changed();
      askHintsAgain();
    },
    install() {
      addHint(analysis, fill);
      questionChosen.on(changed);
      compilingChanged.on(() => isAsked() && changed());
    },
  };
}
