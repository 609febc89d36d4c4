/** The result on a phone: the sentence, the chart with one's own predictions, and facts. */

import { make } from "../js/lib/dom.js";
import { fitted } from "./elements.js";
import { kindOf, resultStyle, spokenTables } from "./kinds.js";
import { factList } from "./page.js";
import { say } from "./words.js";

/** @import { Ask, Mine, Shown } from "./types.js" */

/**
 * @param {Ask} ask
 * @param {Shown} shown
 * @param {Mine} mine
 */
export function resultView(ask, shown, mine) {
  const [opening, rest, end] = shown.happened;
  const own = kindOf(ask);
  return [
    make("h1", {}, opening ?? "", make("span", { class: resultStyle(shown) }, rest ?? ""), end ?? ""),
    ...(own.rows ? [own.rows(ask, shown, mine)] : []),
    ...(shown.curve ? [fitted(() => own.chart(ask, shown, mine))] : []),
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
