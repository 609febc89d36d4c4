/** The frame of a student's page: a header, one main part at a time, and what is said of it to those who do not see. */

import { byId, make, setText } from "../js/lib/dom.js";
import { button, div, onePress, para } from "./elements.js";
import { prefix } from "./state.js";

/**
 * A function that shows the next part: the line above its heading, and what stands below it.
 * @param {...string} beside Words beside the name of the bench.
 */
export function pageFrame(...beside) {
  const words = beside.map((text) => make("span", {}, text));
  const head = make("header", { class: "head" }, make("a", { class: "mark", href: prefix }, "NNBench"), ...words);
  const main = make("main", { tabindex: -1 });
  const spoken = make("p", { class: "spoken", "aria-live": "polite" });
  byId("page").replaceChildren(head, main, spoken);

  /** @param {string} place @param {(Node | string)[]} parts */
  return (place, parts) => {
    const hadFocus = main.contains(document.activeElement);
    main.replaceChildren(...(place ? [para("kick", place)] : []), ...parts);
    setText(spoken, [place, main.querySelector("h1")?.textContent ?? ""].filter(Boolean).join(". "));
    if (hadFocus) main.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };
}

/** @param {string} text */
export const heading = (text) => make("h1", {}, text);

/** Buttons at the foot of a part. @param {...Node} parts */
export const foot = (...parts) => div("foot two", ...parts);

/** @param {string} words @param {() => void} act @param {string} [kind] */
export const bigButton = (words, act, kind = "") => button(words, onePress(act), `go ${kind}`);

/** A link to the bench in a page of its own. @param {string} text @param {string} path @param {string} [kind] */
export const benchLink = (text, path, kind = "") =>
  make("a", { class: `go ${kind}`, href: prefix + path, target: "_blank" }, text);

/** Facts in two columns; those without words are left out. @param {[string, string][]} rows */
export const factList = (rows) =>
  make(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([name, words]) => (words ? [div("", make("dt", {}, name), make("dd", {}, words))] : [])),
  );
