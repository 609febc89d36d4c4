/**
 * The texts of a link, and whether the run that it leads to is the one that it names. The server writes and reads the
 * experiment in it; here the lesson and the run's fingerprints are added.
 */

import { constants } from "../core/constants.js";
import { formatFingerprint } from "../core/format.js";
import { placeWord } from "../core/knobs.js";

/** @import { Lesson, LinkedRun, RunResponse, RunSummary } from "../core/types.js" */

/** The part of a link about the lesson that is shown. @param {?Lesson} lesson */
export function lessonQuery(lesson) {
  if (!lesson) return "";
  const { key, title, prompt } = lesson;
  return `&${new URLSearchParams(Object.entries(key ? { lesson: key } : { title, prompt }))}`;
}

/**
 * The part of a shared link about its run: the fingerprint, and the hashes over the losses before each part of the
 * steps.
 * @param {RunResponse} response
 */
export const runQuery = ({ summary, along }) => `&run=${summary.fingerprint}${along}`;

/** The k-th pair of digits is over the losses before this step. @param {number} k @param {number} samples */
const stepOf = (k, samples) => Math.floor((k * samples + constants.runHashes / 2) / constants.runHashes);

/**
 * The run that a link names against the one that came: a sentence, and whether they agree.
 * @param {LinkedRun} run
 * @param {RunResponse} response
 */
export function compareWithLink(run, { along, summary }) {
  const { fingerprint, samples } = summary;
  const pairs = Array.from({ length: constants.runHashes }, (_, k) => k);
  /** @param {string} text @param {number} k */
  const pair = (text, k) => text.slice(2 * k, 2 * k + 2);
  const first = pairs.find((k) => pair(run.along, k) !== pair(along, k));
  if (first !== undefined) {
    const [from, to] = [stepOf(first, samples), stepOf(first + 1, samples)];
    const between = `between ${placeWord(summary)}s ${from} and ${to}`;
    return { sentence: `Not reproduced. The first difference lies ${between}.`, agrees: false };
  }
  if (run.fingerprint !== fingerprint) {
    return { sentence: "Not reproduced. All losses agree, and the weights at the end do not.", agrees: false };
  }
  return { sentence: `Reproduced. This machine gets the same run, ${formatFingerprint(fingerprint)}.`, agrees: true };
}
