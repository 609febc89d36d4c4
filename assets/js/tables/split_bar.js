/**
 * The rows of a table: how many are learned, held out and kept for a test; and a look at the latter, once. A score that
 * one has chosen by is no test any more, so the bar counts looks, and links take the count along.
 */

import { byId, make } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { detailsShown, runShown, testLookedAt } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";

/** @import { Experiment, RunResponse } from "../core/types.js" */

const PARTS = [
  { kind: "learned", name: "learned" },
  { kind: "held-out", name: "held out" },
];
/** The name of the count of looks in a link. */
const LOOKS = "looks";
const MOST_LOOKS = 999;

/** The looks at the test rows of a table, the runs that one could choose among, and the words about the last look. */
const seen = {
  looks: 0,
  runs: /** @type {Set<string>} */ (new Set()),
  rows: "",
  asking: false,
  says: "",
  run: "",
};

/** The looks in a link, which a reader may have taken in any spelling. @param {string} search */
function looksIn(search) {
  const count = Number(new URLSearchParams(search).get(LOOKS));
  return Number.isInteger(count) && count > 0 ? Math.min(count, MOST_LOOKS) : 0;
}

/** The part of a link that says how often the test rows were looked at. */
export const looksQuery = () => (seen.looks && state.shown.rows?.[2] ? `&${LOOKS}=${seen.looks}` : "");

/** A name of the test rows: their table and their number; knobs move none of them. @param {Experiment} experiment */
const nameOf = ({ inputs, test }) => JSON.stringify([inputs, test]);

/** @param {RunResponse} response */
function watch({ rows, summary }) {
  const name = rows ? nameOf(state.experiment) : "";
  if (name !== seen.rows) {
    const looks = seen.rows === "" ? looksIn(location.search) : 0;
    Object.assign(seen, { rows: name, looks, runs: new Set() });
  }
  seen.runs.add(summary.fingerprint);
  if (seen.run !== summary.fingerprint) Object.assign(seen, { asking: false, says: "" });
  draw();
}

/** The bar, the counts, and the score of the last look. */
function draw() {
  const { rows } = state.shown;
  const box = byId("split-bar");
  if (!rows) return box.replaceChildren();
  const [learned, heldOut, test] = rows;
  const parts = PARTS.map((part, at) => ({ ...part, count: [learned, heldOut][at] })).filter(({ count }) => count);
  const bars = [...parts, ...(test ? [{ kind: "test", count: test }] : [])];
  const words = parts.map(({ count, name }) => make("span", {}, `${formatCount(count)} ${name}`));
  return box.replaceChildren(
    make(
      "div",
      { class: "parts" },
      ...bars.map(({ kind, count }) => make("i", { class: kind, style: { "flex-grow": count } })),
    ),
    make("p", { class: "hint" }, ...words, ...(test ? [testButton(test)] : [])),
    ...(seen.asking ? [question()] : []),
    ...(seen.says ? [make("p", { class: "hint", role: "status" }, seen.says)] : []),
  );
}

/** @param {number} test */
function testButton(test) {
  const opened = seen.looks === 0 ? "closed" : seen.looks === 1 ? "looked at once" : `looked at ${timesWord()}`;
  const ask = () => {
    Object.assign(seen, { asking: true, says: "" });
    draw();
    byId("split-look").focus();
  };
  return make(
    "button",
    { type: "button", id: "test-rows", class: "link", on: { click: ask } },
    `${formatCount(test)} test, ${opened}`,
  );
}

const timesWord = () => (seen.looks === 2 ? "twice" : `${seen.looks} times`);

function question() {
  const text = seen.looks
    ? "Look again? They are no test any more."
    : "Look once? After that they are no test any more.";
  const cancel = () => {
    seen.asking = false;
    draw();
    byId("test-rows").focus();
  };
  return make(
    "p",
    { class: "hint look" },
    text,
    make("button", { type: "button", id: "split-look", class: "button edged", on: { click: look } }, "Look"),
    make("button", { type: "button", class: "button", on: { click: cancel } }, "Not now"),
  );
}

async function look() {
  const { fingerprint } = state.shown.summary;
  seen.asking = false;
  const reply = await requestAnalysis("look", {}, {}, { patient: true });
  if (!reply || !reply.test) return draw();
  seen.looks += 1;
  const heldOut = reply.held_out ? `; held out ${reply.held_out}` : "";
  const count = seen.runs.size;
  const among = count > 1 ? `, chosen among ${formatCount(count)} runs` : "";
  const again = seen.looks > 1 ? ` You have looked ${timesWord()}, so this is a held-out score.` : "";
  Object.assign(seen, { run: fingerprint, says: `Test: ${reply.test}${heldOut}${among}.${again}` });
  draw();
  byId("test-rows").focus();
  testLookedAt.emit();
}

export function installSplitBar() {
  runShown.on(watch);
  detailsShown.on(draw);
}
