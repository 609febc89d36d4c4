/**
 * Dash's scripts are most of what a page loads, and wait in a template until the page's own have run: on a slow line
 * these would come with the last of those, and nothing could be turned until then.
 */

import { byId } from "../lib/dom.js";

/** Adds the files in their order, and when all are there, what starts Dash. */
export async function loadDash() {
  const { content } = /** @type {HTMLTemplateElement} */ (byId("dash"));
  const scripts = [...content.querySelectorAll("script")].map((one) => document.importNode(one, true));
  const loaded = scripts.filter(({ src }) => src).map(added);
  if ((await Promise.all(loaded)).every(Boolean)) document.body.append(...scripts.filter(({ src }) => !src));
}

/**
 * Whether a file has come; files run in the order in which they are added.
 * @param {HTMLScriptElement} script
 * @returns {Promise<boolean>}
 */
function added(script) {
  script.async = false;
  const outcome = new Promise((resolve) => {
    script.addEventListener("load", () => resolve(true));
    script.addEventListener("error", () => resolve(false));
  });
  document.body.append(script);
  return outcome;
}
