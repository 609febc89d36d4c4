/**
 * What scripts need from Python: one JSON block that the page brings, made by `webapp/page/constants.py`. No constant
 * is written in both languages. And what they start with: the experiment that the page comes with.
 */

/** @type {import("./types.js").Constants} */
export const constants = JSON.parse(document.getElementById("page-constants").textContent);

/** @type {{ key: string, experiment: import("./types.js").Experiment, frame: import("./types.js").Frame }} */
export const first = JSON.parse(document.getElementById("first-experiment").textContent);
