/** A question on a phone: its words, the control of its answer, how sure one is, and Send. */

import { make, setText } from "../js/lib/dom.js";
import { div, fitted, para, radio } from "./elements.js";
import { kindOf } from "./kinds.js";
import { say } from "./words.js";

/** @import { Ask, Given, Value } from "./types.js" */

/**
 * @param {Ask} ask
 * @param {?Given} given The prediction that was sent before, if any.
 * @param {(given: Given) => void} onSend
 * @param {string} note Stands below Send, until the prediction is sent.
 * @param {() => string} told The fate of the prediction that was sent.
 * @returns {{ parts: Node[], update: () => void }} The parts, and a function that shows its fate anew.
 */
export function questionView(ask, given, onSend, note = "", told = () => "") {
  /** @type {?Value} */
  let value = given?.[0] ?? null;
  /** @type {?boolean} */
  let sure = given ? given[1] : null;
  const update = () => {
    const isSent = given !== null && sure === given[1] && String(value) === String(given[0]);
    send.disabled = value === null || sure === null || isSent;
    setText(state, isSent ? told() : note);
  };
  const options = [true, false].map((option) =>
    radio("sure", say(option ? "sure" : "not_sure"), sure === option, () => {
      sure = option;
      update();
    }),
  );
  const send = make("button", { type: "submit", class: "go" }, say("send"));
  const state = make("p", { class: "note", role: "status" });
  const words = () => [make("h1", {}, ask.question), para("prompt", ask.prompt)];
  const onChange = (/** @type {?Value} */ next) => {
    value = next;
    if (state.isConnected) update();
  };
  const height = () => heightOf(...words(), para("note", note));
  const control = fitted(() => kindOf(ask).control(ask, value, height(), onChange));
  const form = make(
    "form",
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          if (value !== null && sure !== null && !send.disabled) onSend([value, sure]);
        },
      },
    },
    control,
    div("foot", make("fieldset", { class: "pair", "aria-label": say("how_sure") }, ...options), send, state),
  );
  update();
  return { parts: [...words(), form], update };
}

/** The height of parts on the page, which is taken while they stand on it for a moment. @param {...Node} parts */
function heightOf(...parts) {
  const box = div("", ...parts);
  document.querySelector("main")?.append(box);
  const height = box.offsetHeight;
  box.remove();
  return height;
}
