/** Answers to tasks as one line of text, which `webapp/homework/answer.py` reads. */

/** The most letters of an answer. */
const LONGEST = 2000;

/** @param {string} name The name of the task. @param {string} code That of the run. @param {string} link */
export function runAnswer(name, code, link) {
  const text = `nnbench ${name} run ${code} ${link}`;
  // The query alone names the run, wherever the bench stands.
  return text.length <= LONGEST ? text : `nnbench ${name} run ${code} ${link.slice(link.indexOf("?"))}`;
}

/** @param {string} name @param {number} choice From 0. @param {?number} reason From 0; null where none is asked for. */
export const choiceAnswer = (name, choice, reason) =>
  `nnbench ${name} choice ${choice + 1}${reason === null ? "" : ` reason ${reason + 1}`}`;
