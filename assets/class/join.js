/** The way into a class: six letters from the wall. */

import { make, setText } from "../js/lib/dom.js";
import { div, para } from "./elements.js";
import { benchLink, heading, pageFrame } from "./page.js";
import { prefix } from "./state.js";
import { say } from "./words.js";

const LETTERS = 6;

/** @param {{ refused: string, hours: number }} state */
export function joinClass({ refused, hours }) {
  const put = pageFrame();
  const code = make("input", {
    class: "code",
    name: "code",
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    "aria-label": say("six_letters"),
    "aria-describedby": "refused",
  });
  const problem = make("p", { class: "note bad", id: "refused", role: "alert" }, refused);
  const join = (/** @type {Event} */ event) => {
    event.preventDefault();
    const letters = code.value.toUpperCase().replace(/[^A-Z]/g, "");
    if (letters.length !== LETTERS) return setText(problem, say("not_six"));
    return location.assign(`${prefix}j/${letters}`);
  };
  const points = ["no_account", "alone_first", "kept_until"].map((name) => make("li", {}, say(name, { n: hours })));
  put("", [
    heading(say("join")),
    para("note", say("type_letters")),
    make(
      "form",
      { class: "joining", on: { submit: join } },
      code,
      problem,
      make("button", { class: "go" }, say("join_button")),
    ),
    make("ul", { class: "note points" }, ...points),
    div("foot", para("note", say("no_class")), benchLink(say("open_bench"), "", "outlined")),
  ]);
}
