/**
 * Questions that many other runs answer: one at a time is chosen, and asked about each run that has settled. One that
 * takes long says its seconds first, and waits until somebody asks all the same.
 * @typedef {{ seconds?: number, sentence?: string }} Progress `seconds`: about how long it takes, where that is much.
 * @import { Analyses, RunResponse } from "../core/types.js"
 */

import { runKey } from "../core/knobs.js";
import { questionChosen } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "./analyses.js";
import { addHint, askHintsAgain, knowledge } from "./hints.js";

/**
 * @template Answer
 * @typedef {object} Question
 * @property {() => boolean} isAsked
 * @property {() => Partial<Answer> & Progress} answer The knowledge of the run that is shown.
 * @property {() => boolean} asksFirst Whether it waits for somebody to ask.
 * @property {() => void} toggle
 * @property {() => void} askAnyway
 * @property {() => void} install
 */

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
  let isSure = false;
  const isAsked = () => state.question === name;
  /** @returns {Partial<Answer> & Progress} */
  const answer = () => (state.shown ? known.of(state.shown) : /** @type {Partial<Answer> & Progress} */ ({}));
  /** @param {RunResponse} response @param {() => boolean} go */
  const fill = async (response, go) => {
    if (!isAsked()) return;
    const found = known.toFill(response);
    if (found.sentence === undefined && (isSure || !found.seconds)) {
      const reply = await requestAnalysis(analysis, { sure: isSure }, {}, { patient: true });
      isSure = false;
      if (reply) Object.assign(found, read(reply));
    }
    if (go()) changed();
  };
  return {
    isAsked,
    answer,
    asksFirst: () => answer().sentence === undefined && Boolean(answer().seconds) && !isSure,
    toggle() {
      state.question = isAsked() ? "" : name;
      isSure = false;
      questionChosen.emit();
      askHintsAgain();
    },
    askAnyway() {
      isSure = true;
      changed();
      askHintsAgain();
    },
    install() {
      addHint(analysis, fill);
      questionChosen.on(changed);
    },
  };
}
