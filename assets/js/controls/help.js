/** The dialog behind "?": the keyboard's shortcuts and the words of the page, filled in when it is first opened. */

import { byId, dialogById, make } from "../lib/dom.js";
import { constants } from "../core/constants.js";

/** Names of keys with a blank between them. @param {string[]} names */
const caps = (names) => names.flatMap((name) => [make("kbd", {}, name), " "]).slice(0, -1);

/** @param {{ names: string[], does: string }} fields */
const keyRow = ({ names, does }) => make("tr", {}, make("th", { scope: "row" }, ...caps(names)), make("td", {}, does));

/**
 * The meaning of a word, and of a greater value where it has one.
 * @param {{ name: string, says: string, higher: string }} fields
 */
function wordRow({ name, says, higher }) {
  const more = higher ? [" ", make("b", {}, "Higher: "), higher] : [];
  return [make("dt", {}, name), make("dd", {}, says, ...more)];
}

export function openHelp() {
  const words = byId("help-words");
  if (!words.hasChildNodes()) {
    words.append(...constants.glossary.flatMap(wordRow));
    byId("help-keys").append(...constants.keys.map(keyRow));
  }
  dialogById("help-sheet").showModal();
}
