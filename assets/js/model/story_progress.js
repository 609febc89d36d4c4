/** The visitor's progress in the notebook's story: the page where they left it, and the pages that are done. */

import { recall, remember } from "../lib/storage.js";

const KEY = "nnbench-story";

/** @typedef {{ at: ?string, done: string[] }} Progress Chapters by their keys. */

/** @param {Progress} progress */
const write = (progress) => remember(localStorage, KEY, JSON.stringify(progress));

/** @returns {Progress} */
export function storyProgress() {
  const { at = null, done } = recall(localStorage, KEY) ?? {};
  return { at, done: Array.isArray(done) ? done : [] };
}

/** @param {string} key */
export const leaveStoryAt = (key) => write({ ...storyProgress(), at: key });

/** A page is done when its answer was shown, or a result of it predicted. @param {string} key */
export function finishPage(key) {
  const { at, done } = storyProgress();
  write({ at, done: [...new Set([...done, key])] });
}
