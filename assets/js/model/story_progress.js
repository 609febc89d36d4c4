/** How far somebody has come in the notebook's story: the page where they left it, and the pages that are done. */

const KEY = "nnbench-story";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {};
  }
}

function write(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    // A browser that stores nothing begins the story at its first page.
  }
}

/** @returns {{ at: ?string, done: string[] }} Chapters by their keys. */
export function storyProgress() {
  const { at = null, done } = read();
  return { at, done: Array.isArray(done) ? done : [] };
}

export const leaveStoryAt = (key) => write({ ...storyProgress(), at: key });

/** A page is done when its answer was shown, or a result of it predicted. */
export function finishPage(key) {
  const { at, done } = storyProgress();
  write({ at, done: [...new Set([...done, key])] });
}
