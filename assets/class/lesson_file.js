/** A lesson as its editor holds it, and as a file. */

import { constants } from "../js/core/constants.js";

/**
 * @typedef {{ text: string, when?: string, by?: number | string, right?: boolean, stands_for?: string }} PlainChoice
 * @typedef {object} PlainStep A step as in a lesson's file.
 * @property {string} ask
 * @property {string} question
 * @property {string} [prompt]
 * @property {string} before
 * @property {string} [after]
 * @property {string} [seed]
 * @property {PlainChoice[]} [choices]
 * @property {string[]} [knobs]
 * @property {string} [answer]
 * @property {(?number | string)[]} [axis] The losses at its ends, null for one that is not typed.
 *
 * @typedef {{ nnbench: string, version: number, lang: string, title: string, steps: PlainStep[] }} PlainLesson
 */

/** The kinds of steps that the editor makes, with the names that not every step has in a file. */
const { kinds } = /** @type {{ kinds: Record<string, string[]> }} */ (/** @type {unknown} */ (constants));
export const KINDS = Object.keys(kinds);
/** A task is written in its file. */
export const TASK = "task";
/** Whether the editor shows this field of a step. @param {PlainStep} step @param {string} name */
export const hasField = ({ ask }, name) => kinds[ask]?.includes(name) ?? false;
const TEXTS = ["prompt", "before", "after", "seed", "answer"];

/** @param {unknown} one */
const isText = (one) => typeof one === "string";

/** @param {unknown} some @param {(one: any) => boolean} isOne */
const isListOf = (some, isOne) => some === undefined || (Array.isArray(some) && some.every(isOne));

/** @param {any} step */
const isStep = (step) =>
  [...KINDS, TASK].includes(step?.ask) &&
  isText(step.question) &&
  TEXTS.every((name) => step[name] === undefined || isText(step[name])) &&
  isListOf(step.choices, (choice) => isText(choice?.text)) &&
  isListOf(step.knobs, isText) &&
  isListOf(step.axis, (end) => end === null || isText(end) || typeof end === "number");

/**
 * Whether the editor can show it; all else that is wrong with it, the check says.
 * @param {any} plain @returns {plain is PlainLesson}
 */
export const isLesson = (plain) =>
  isText(plain?.title) && Array.isArray(plain.steps) && plain.steps.length > 0 && plain.steps.every(isStep);

/**
 * The lesson as a file: each step has the names that its kind has.
 * @param {PlainLesson} lesson
 * @returns {PlainLesson}
 */
export function fileOf(lesson) {
  const steps = lesson.steps.map((whole) => {
    if (whole.ask === TASK) return whole;
    const { choices = [], knobs, after, axis, ...step } = whole;
    const isJudged = hasField(whole, "choices") && choices.some((choice) => choice.right);
    const own = {
      after: isJudged ? after || undefined : after,
      choices: choices.map((choice) => choiceOf(choice, isJudged)),
      knobs,
      axis,
    };
    return { ...step, ...Object.fromEntries(Object.entries(own).filter(([name]) => hasField(whole, name))) };
  });
  return { ...lesson, steps };
}

/** @param {PlainChoice} choice @param {boolean} isJudged */
const choiceOf = ({ when = "same", by, ...choice }, isJudged) =>
  isJudged ? choice : { ...choice, when, ...(by && by !== 1 ? { by } : {}) };

/** The name of a lesson, of which this is the name, the address, or that of its editor. @param {string} text */
export const nameIn = (text) =>
  text
    .trim()
    .replace(/^.*\/lesson(?:\/|\?of=)/, "")
    .replace(/[?#].*$/, "");
