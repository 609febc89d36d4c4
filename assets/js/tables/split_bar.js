/**
 * The rows of a table: how many are learned of those that may be, held out and kept for a test; and a look at the
 * latter, once. A score that one has chosen by is no test any more, so the bar counts looks, and links take the count
 * along.
 */

import { byId, make, makeButton } from "../lib/dom.js";
import { formatCount } from "../core/format.js";
import { detailsShown, runShown, testLookedAt } from "../core/signals.js";
import { state } from "../core/state.js";
import { requestAnalysis } from "../net/analyses.js";

/** @import { Experiment, RunResponse } from "../core/types.js" */

/** The name of the count of looks in a link. */
const LOOKS = "looks";
const MOST_LOOKS = 999;

/**
 * The looks at the test rows of a table, and the runs that one could choose among: a table that somebody comes back to
 * is not closed again.
 * @typedef {{ looks: number, runs: Set<string> }} TableLooks
 * @type {Map<string, TableLooks>}
 */
const looksOf = new Map();
/** The table of the run that is shown, and the words about the last look at it. */
const shown = {
  inputs: /** @type {?Experiment["inputs"]} */ (null),
  table: /** @type {TableLooks} */ ({ looks: 0, runs: new Set() }),
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
export const looksQuery = () => (shown.table.looks && state.shown.rows?.[2] ? `&${LOOKS}=${shown.table.looks}` : "");

/** The looks at a table, in whatever order its rows come. @param {Experiment["inputs"]} inputs */
function tableLooks(inputs) {
  const name = typeof inputs === "string" ? "" : JSON.stringify({ ...inputs, shuffled: true });
  const known = looksOf.get(name) ?? { looks: looksOf.size || !name ? 0 : looksIn(location.search), runs: new Set() };
  if (name) looksOf.set(name, known);
  return known;
}

/** @param {RunResponse} response */
function watch({ summary }) {
  const { inputs } = state.experiment;
  if (inputs !== shown.inputs) Object.assign(shown, { inputs, table: tableLooks(inputs) });
  shown.table.runs.add(summary.fingerprint);
  if (shown.run !== summary.fingerprint) Object.assign(shown, { asking: false, says: "" });
  draw();
}

/** The bar, the counts, and the score of the last look. */
function draw() {
  const { rows } = state.shown;
  const box = byId("split-bar");
  if (!rows) return box.replaceChildren();
  const [learned, heldOut, test, used] = rows;
  const [of, held] = [learned, heldOut].map(formatCount);
  const bars = [
    { kind: "learned", count: learned, words: `${used < learned ? `${formatCount(used)} of ` : ""}${of} learned` },
    { kind: "held-out", count: heldOut, words: `${held} held out` },
    { kind: "test", count: test, words: "" },
  ].filter(({ count }) => count);
  const words = bars.flatMap((bar) => (bar.words ? [make("span", {}, bar.words)] : []));
  return box.replaceChildren(
    make(
      "div",
      { class: "parts" },
      ...bars.map(({ kind, count }) => make("i", { class: kind, style: { "flex-grow": count } })),
    ),
    make("p", { class: "hint" }, ...words, ...(test ? [testButton(test)] : [])),
    ...(shown.asking ? [question()] : []),
    ...(shown.says ? [make("p", { class: "hint", role: "status" }, shown.says)] : []),
  );
}

/** @param {number} test */
function testButton(test) {
  const opened =
    shown.table.looks === 0 ? "closed" : shown.table.looks === 1 ? "looked at once" : `looked at ${timesWord()}`;
  const ask = () => {
    Object.assign(shown, { asking: true, says: "" });
    draw();
    byId("split-look").focus();
  };
  return makeButton({ id: "test-rows", class: "link" }, ask, `${formatCount(test)} test, ${opened}`);
}

const timesWord = () => (shown.table.looks === 2 ? "twice" : `${shown.table.looks} times`);

function question() {
  const text = shown.table.looks
    ? "Look again? They are no test any more."
    : "Look once? After that they are no test any more.";
  const cancel = () => {
    shown.asking = false;
    draw();
    byId("test-rows").focus();
  };
  return make(
    "p",
    { class: "hint look" },
    text,
    makeButton({ id: "split-look", class: "button edged" }, look, "Look"),
    makeButton({ class: "button" }, cancel, "Not now"),
  );
}

async function look() {
  const { fingerprint } = state.shown.summary;
  shown.asking = false;
  const reply = await requestAnalysis("look", {}, {}, { patient: true });
  if (reply?.none) shown.says = reply.none;
  if (!reply?.test) return draw();
  shown.table.looks += 1;
  const heldOut = reply.held_out ? `; held out ${reply.held_out}` : "";
  const count = shown.table.runs.size;
  const among = count > 1 ? `, chosen among ${formatCount(count)} runs` : "";
  const again = shown.table.looks > 1 ? ` You have looked ${timesWord()}, so this is a held-out score.` : "";
  Object.assign(shown, { run: fingerprint, says: `Test: ${reply.test}${heldOut}${among}.${again}` });
  draw();
  byId("test-rows").focus();
  testLookedAt.emit();
}

export function installSplitBar() {
  runShown.on(watch);
  detailsShown.on(draw);
}
