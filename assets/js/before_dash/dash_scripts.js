/**
 * Dash's scripts are most of what a page loads, and wait in a template until the page's own have run: on a slow line
 * these would come with the last of those, and nothing could be turned until then. On a line that is cut, files are
 * asked for until they come.
 */

import { byId, findAll } from "../lib/dom.js";
import { backOff, pause, retryAfter } from "../lib/http.js";

/** Adds the files in their order, and when all are there, what starts Dash. */
export async function loadDash() {
  const { content } = /** @type {HTMLTemplateElement} */ (byId("dash"));
  const scripts = [...content.querySelectorAll("script")];
  let missing = scripts.filter(({ src }) => src);
  for (let tries = 0; missing.length; tries += 1) {
    if (tries) await wait(1, tries);
    const loaded = await Promise.all(missing.map(added));
    // A file needs those before it, so that all from the first one on that has not come are run again.
    missing = loaded.every(Boolean) ? [] : missing.slice(loaded.indexOf(false));
  }
  askUntilAnswered();
  scripts.filter(({ src }) => !src).forEach((script) => document.body.append(document.importNode(script, true)));
}

/** @param {number} seconds @param {number} tries */
const wait = (seconds, tries) => pause(1000 * backOff(seconds, tries));

/**
 * Whether a file has come; files run in the order in which they are added.
 * @param {HTMLScriptElement} script
 * @returns {Promise<boolean>}
 */
function added(script) {
  const copy = document.importNode(script, true);
  copy.async = false;
  const outcome = new Promise((resolve) => {
    copy.addEventListener("load", () => resolve(true));
    copy.addEventListener("error", () => resolve(false));
  });
  document.body.append(copy);
  return outcome;
}

/** Dash asks once for what the document has asked ahead, and shows nothing where no answer comes. */
function askUntilAnswered() {
  const { fetch } = window;
  const links = /** @type {HTMLLinkElement[]} */ (findAll(document, "link[as=fetch]"));
  const first = links.map(({ href }) => href);
  window.fetch = async (address, options) => {
    if (!first.includes(new URL(String(address), location.href).href)) return fetch(address, options);
    for (let tries = 0; ; tries += 1) {
      const response = await fetch(address, options).catch(() => null);
      const after = response ? retryAfter(response) : 1;
      if (response && after === null) return response;
      await wait(after ?? 1, tries);
    }
  };
}
