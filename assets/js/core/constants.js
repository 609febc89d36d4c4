/**
 * The constants from Python: one JSON block that the page brings, made by `webapp/page/constants.py`. No constant is
 * written in both languages.
 */

const block = /** @type {HTMLElement} */ (document.getElementById("page-constants"));

/** @type {import("./types.js").Constants} */
export const constants = JSON.parse(block.textContent);
