/** The wall: one picture of the class for the whole room. */

import { byId, make, setText } from "../js/lib/dom.js";
import { div, para } from "./elements.js";
import { placeOf } from "./place.js";
import { qrOf } from "./qr.js";
import { follow } from "./state.js";
import { showWall } from "./wall_view.js";
import { say } from "./words.js";

/** @import { ClassState } from "./state.js" */

const given = JSON.parse(byId("state").textContent);
const box = make("main", { class: "wall-box" });
/** A new phase is said once; answers that come say nothing. */
const spoken = make("p", { class: "spoken", "aria-live": "polite" });
const notice = make("p", { class: "notice", role: "status" });
const place = { ...placeOf(given), hours: given.hours, qr: null };
/** @type {ClassState | null} */
let latest = null;

const speak = () => setText(spoken, box.querySelector("h1")?.textContent ?? "");
const draw = () => {
  if (!latest) return;
  showWall(box, latest, place);
  speak();
};

byId("page").replaceChildren(spoken, box, notice);
addEventListener("resize", draw);
qrOf(place.base && `${place.base}j/${given.code}`).then((qr) => {
  place.qr = qr;
  draw();
});
follow(given.code, {
  show(state) {
    latest = state;
    draw();
  },
  ended() {
    const words = make("h1", {}, say(latest ? "ended" : "no_class"));
    box.replaceChildren(div("talk", words, para("first", say("ended_words"))));
    speak();
  },
  lost: (away) => notice.replaceChildren(away ? say("away") : ""),
});
