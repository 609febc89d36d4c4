/**
 * The data that the page comes with, as blocks of JSON: its first experiment, or that of its address
 * (`webapp/page/initial_page.py`), and where the link of its address leads (`webapp/page/opened_page.py`).
 */

/**
 * @typedef {object} First
 * @property {string} key
 * @property {import("./types.js").Experiment} experiment
 * @property {import("./types.js").Frame} frame
 * @property {import("./types.js").Controls} controls
 */

/** @param {string} id */
const blockOf = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/** @type {First} */
export const first = blockOf("first-experiment");

/**
 * The server's reply about that link, as to POST /link; null where the page has come without it.
 * @type {?import("./types.js").OpenedLink}
 */
export const openedLink = blockOf("opened-link");
