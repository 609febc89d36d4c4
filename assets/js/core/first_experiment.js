/** What the page comes with: its first experiment, as a JSON block made by `webapp/page/initial_page.py`. */

/** @type {{ key: string, experiment: import("./types.js").Experiment, frame: import("./types.js").Frame }} */
export const first = JSON.parse(document.getElementById("first-experiment").textContent);
