/** The clipboard. */

/** Puts a text on it; false where that is not allowed. @param {string} text */
export const copyText = (text) =>
  Promise.resolve(navigator.clipboard?.writeText(text).then(() => true) ?? false).catch(() => false);
