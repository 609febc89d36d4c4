/** The visitor's progress in the notebook's story: the page where they left it, and the pages that are done. */

const KEY = "nnbench-story";

/** @typedef {{ at: ?string, done: string[] }} Progress Chapters by their keys. */

/** @returns {Partial<Progress>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") || {};
  } catch {
    return {};
  }
}

/** @param {Progress} progress */
function write(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    // A browser that stores nothing begins the story at its first page.
  }
}

/** @returns {Progress} */
export function storyProgress() {
  const { at = null, done } = read();
  return { at, done: Array.isArray(done) ? done : [] };
}

/** @param {string} key */
export const leaveStoryAt = (key) => write({ ...storyProgress(), at: key });

/** A page is done when its answer was shown, or a result of it predicted. @param {string} key */
export function finishPage(key) {
  const { at, done } = storyProgress();
  write({ at, done: [...new Set([...done, key])] });
}
