/**
 * The sweeps of this browser, newest first: what each is over, how far it is, and the ways to open and to end it.
 * @import { JobList, ListedJob } from "./types.js"
 */

import { byId, find, focusedIn, make, makeButton, setText } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { axesWords, axisTitle } from "../cube/axis_words.js";
import { leaveSweep, ownSweeps, restartSweep } from "./sweep_requests.js";
import { progressText } from "./sweep_words.js";

const PACE = 1000;
const NONE = "There are none yet. A map that you start is listed here, in this browser, until it expires.";

let timer = 0;

/** The list as elements; `open` is called with the id of one. @param {(id: string) => void} open */
export function sweepList(open) {
  refresh(open);
  return make(
    "section",
    { class: "sweep-list", "aria-labelledby": "sweep-own" },
    make("h3", { id: "sweep-own", class: "title" }, "Your maps"),
    make("ul", { id: "sweep-rows" }),
    make("p", { id: "sweep-list-says", class: "hint", role: "status" }),
  );
}

/** Nothing is asked for while another part of the dialog is shown, or none. */
export const stopListing = () => clearTimeout(timer);

/** @param {(id: string) => void} open */
async function refresh(open) {
  clearTimeout(timer);
  const reply = await ownSweeps();
  const list = byId("sweep-rows");
  if (!list || !list.checkVisibility()) return;
  if (reply) draw(list, reply, open);
  const isMoving = !reply || reply.sweeps.some(({ state }) => state === "wanted");
  if (isMoving) timer = setTimeout(() => refresh(open), PACE);
}

/** @param {HTMLElement} list @param {JobList} jobList @param {(id: string) => void} open */
function draw(list, { sweeps, says }, open) {
  const focused = focusedIn(list)?.dataset.control;
  list.replaceChildren(...sweeps.map((sweep) => rowOf(sweep, open)));
  setText(byId("sweep-list-says"), sweeps.length ? says : NONE);
  const again = focused && find(list, `[data-control="${focused}"]`);
  if (again) again.focus();
}

/** @param {ListedJob} sweep @param {(id: string) => void} open */
function rowOf(sweep, open) {
  const { id, over, title, state, says } = sweep;
  const name = `${axesWords(over.map(([axis]) => axis))} · ${title}`;
  const counts = over.map(([axis, count]) => `${formatCount(count)} values of ${axisTitle(axis)}`).join(", ");
  const ending = state === "wanted" ? "Cancel" : "Remove";
  /** @param {(id: string) => Promise<string>} act */
  const then = (act) => async () => {
    setText(byId("sweep-list-says"), await act(id));
    refresh(open);
  };
  const again = { class: "button edged", "aria-label": `Start again ${name}` };
  const hasEnded = state !== "wanted" && state !== "done";
  return make(
    "li",
    {},
    makeButton({ class: "button", "data-control": id, title: counts }, () => open(id), name),
    make("span", { class: "hint" }, progressText(sweep)),
    ...(hasEnded ? [makeButton(again, then(restartSweep), "Start again")] : []),
    makeButton({ class: "button edged", "aria-label": `${ending} ${name}` }, then(leaveSweep), ending),
    ...(says ? [make("p", { class: "hint sweep-says" }, says)] : []),
  );
}
