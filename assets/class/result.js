/** The result on a phone: the sentence, the chart with one's own predictions, and facts. */

import { make } from "../js/lib/dom.js";
import { kindOf, spokenTables } from "./kinds.js";
import { factList } from "./page.js";
import { say } from "./words.js";

/** @import { Ask, Given, Shown } from "./types.js" */

/**
 * @param {Ask} ask
 * @param {Shown} shown
 * @param {(?Given)[]} mine The predictions of the rounds, null where there is none.
 */
export function resultView(ask, shown, mine) {
  const [opening, rest, end] = shown.happened;
  const kind = shown.diverged !== null && shown.diverged !== undefined ? "bad" : "now";
  return [
    make("h1", {}, opening ?? "", make("span", { class: kind }, rest ?? ""), end ?? ""),
    ...kindOf(ask).result(ask, shown, mine),
    spokenTables(ask, shown),
    factList([
      [say("you"), shown.own?.words ?? ""],
      [say("within_luck"), shown.luck_words],
      [say("class"), shown.class_words],
      [say("answer"), shown.answer],
      [say("proof"), shown.proof],
    ]),
  ];
}
