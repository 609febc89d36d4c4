/**
 * What the page comes with: its first experiment, or that of its address, as a JSON block made by
 * `webapp/page/initial_page.py`.
 */

/**
 * @typedef {object} First
 * @property {string} key
 * @property {import("./types.js").Experiment} experiment
 * @property {import("./types.js").Frame} frame
 * @property {object} controls What the controls of its knobs show.
 * @property {?{ fingerprint: string, along: string }} run The run that the link of the address names.
 */

/** @type {First} */
export const first = JSON.parse(document.getElementById("first-experiment").textContent);

/** Whether that is what the link of the address leads to. */
export const answersAddress = "answered" in document.documentElement.dataset;
