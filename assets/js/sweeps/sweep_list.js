/**
 * The sweeps of this browser, newest first: what each is over, how far it is, and the ways to open and to end it.
 * @import { JobList, ListedJob } from "./types.js"
 */

import { byId, find, make, makeButton, refill, setText } from "../lib/dom.js";
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

/**
 * Draws the rows where more than their progress is another: a button that is replaced while it is pressed hears no
 * click.
 * @param {HTMLElement} list @param {JobList} jobList @param {(id: string) => void} open
 */
function draw(list, { sweeps, says }, open) {
  const rows = sweeps.map((sweep) => rowOf(sweep, open));
  for (const sweep of sweeps) {
    const progress = find(list, `[data-control="${sweep.id}"] + .hint`);
    if (progress) setText(progress, progressText(sweep));
  }
  const isOther = rows.length !== list.children.length || rows.some((row, k) => !row.isEqualNode(list.children[k]));
  if (isOther)
    refill(list, rows, (control) => {
      const own = sweeps.find(({ id }) => control.endsWith(id));
      return own ? `[data-control="${own.id}"]` : "button";
    });
  setText(byId("sweep-list-says"), sweeps.length ? says : NONE);
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
  /** @param {string} text @param {(id: string) => Promise<string>} act */
  const control = (text, act) =>
    makeButton(
      { class: "button edged", "data-control": `${text} ${id}`, "aria-label": `${text} ${name}` },
      then(act),
      text,
    );
  const hasEnded = state !== "wanted" && state !== "done";
  return make(
    "li",
    {},
    makeButton({ class: "button", "data-control": id, title: counts }, () => open(id), name),
    make("span", { class: "hint" }, progressText(sweep)),
    ...(hasEnded ? [control("Start again", restartSweep)] : []),
    control(ending, leaveSweep),
    ...(says ? [make("p", { class: "hint sweep-says" }, says)] : []),
  );
}
