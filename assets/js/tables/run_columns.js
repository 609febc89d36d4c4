/**
 * The columns of the table of runs: what each says of a run, and by what it sorts. Also the table as a file.
 * @import { Pin, Run, RunSummary } from "../core/types.js"
 */

import { constants } from "../core/constants.js";
import { formatCount, formatFinal, formatFingerprint, formatKnob, plainNumber } from "../core/format.js";
import { stepsBefore, storedValue } from "../core/knobs.js";
import { state } from "../core/state.js";
import { pinName } from "../model/pins.js";
import { differenceWords, weightSeed } from "../model/run_differences.js";
import { runName } from "../model/run_words.js";
import { againstNow } from "./against_now.js";

/** The name of the row of the current run. */
export const NOW = "Now";
export const FINAL_LOSS = "Final loss";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number as the page has written it: 12,300, 3.12 × 10⁻⁷ or −∞. @param {string} text */
function numberIn(text) {
  const digits = text.replace("⁻", "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (mark) => String(SUPERSCRIPTS.indexOf(mark)));
  return Number(plainNumber(digits.replace(" × 10", "e").replace("∞", "Infinity")));
}

/**
 * @typedef {{ sorts: (run: Run, row: Pin) => number | string }} Sorted The value that rows are sorted by.
 * @typedef {object} Column
 * @property {string} head
 * @property {(run: Run) => string} says
 * @property {(run: Run) => number | string} sorts
 * @property {boolean} [compared] Whether it is grey where it equals the current run's, and bold where it does not.
 * @property {boolean} [text] Whether it is text.
 * @property {boolean} [ofTables] Whether it is there only where a run of the rows is one of a table.
 * @property {boolean} [ofPins] Whether it says nothing of the current run; under it stands what a pin is to that.
 */

/**
 * A score of a run of a table, learned rows' or held-out ones', in words: 204 of 206, 0.86; "" where it has none.
 * @param {Run} run @param {0 | 1} which
 */
const scoreOf = ({ said }, which) => said.scores?.[which]?.[1] ?? "";

/** Of rows that are right, their share; below all others where there is none. @param {Run} run @param {0 | 1} which */
function scoreNumber(run, which) {
  const [right, rows] = scoreOf(run, which).replace(" %", " of 100").split(" of ").map(numberIn);
  return scoreOf(run, which) && !Number.isNaN(right) ? right / (rows ?? 1) : -Infinity;
}

/** @type {Column[]} */
const COLUMNS = [
  {
    head: "Differs in",
    says: (run) => differenceWords(run, state.base),
    sorts: (run) => differenceWords(run, state.base),
    text: true,
    ofPins: true,
  },
  {
    head: "α",
    says: ({ summary }) => formatKnob(summary.alpha),
    sorts: ({ summary }) => summary.alpha,
    compared: true,
  },
  {
    head: "Samples",
    says: ({ summary }) => formatCount(summary.samples),
    sorts: ({ summary }) => summary.samples,
    compared: true,
  },
  {
    head: "Data seed",
    says: ({ summary }) => String(summary.seed),
    sorts: ({ summary }) => summary.seed,
    compared: true,
  },
  {
    head: "Weight seed",
    says: (run) => String(weightSeed(run) ?? "none"),
    sorts: (run) => weightSeed(run) ?? -1,
    compared: true,
  },
  {
    head: FINAL_LOSS,
    says: ({ summary }) => formatFinal(summary),
    sorts: ({ summary }) => summary.settled ?? Infinity,
  },
  {
    head: "Right or R²",
    says: (run) => scoreOf(run, 0),
    sorts: (run) => scoreNumber(run, 0),
    ofTables: true,
  },
  { head: "Held out", says: (run) => scoreOf(run, 1), sorts: (run) => scoreNumber(run, 1), ofTables: true },
  { head: "Last loss", says: ({ said }) => said.last, sorts: ({ said }) => numberIn(said.last) },
  { head: "Max loss", says: ({ said }) => said.max, sorts: ({ said }) => numberIn(said.max) },
  { head: "Learning potential", says: ({ said }) => said.potential, sorts: ({ said }) => numberIn(said.potential) },
  {
    head: "Run code",
    says: ({ summary }) => formatFingerprint(summary.fingerprint),
    sorts: ({ summary }) => summary.fingerprint,
    text: true,
  },
];

/** The columns that some of these rows fill. @param {Pin[]} rows */
export const columnsOf = (rows) =>
  COLUMNS.filter(({ ofTables }) => !ofTables || rows.some(({ run }) => run.said.scores?.length));

/** By its name a row sorts too. @type {{ head: string } & Sorted} */
export const NAME_COLUMN = { head: "Run", sorts: (_, row) => pinName(row) };

/**
 * Rows in the order of a column's values, or backwards; equal ones stay as they are. No number is beyond all.
 * @param {Pin[]} rows @param {Sorted} pick @param {boolean} backwards
 */
export function sorted(rows, { sorts }, backwards) {
  /** @param {string | number} value */
  const numberOf = (value) => (Number.isNaN(value) ? Infinity : Number(value));
  /** @param {string | number} a @param {string | number} b */
  const compare = (a, b) =>
    typeof a === "string" ? a.localeCompare(String(b)) : numberOf(a) === numberOf(b) ? 0 : numberOf(a) - numberOf(b);
  const inOrder = [...rows].sort((a, b) => compare(sorts(a.run, a), sorts(b.run, b)));
  return backwards ? inOrder.reverse() : inOrder;
}

/* The file */

/**
 * A number of a run; as the page says it where an earlier version made the run, and empty where it is not finite.
 * @param {Run} run @param {"max" | "last" | "potential"} name
 */
function exactly({ said }, name) {
  const number = said.exact ? said.exact[name] : numberIn(said[name]);
  return number !== null && Number.isFinite(number) ? number : "";
}

/**
 * Each column of the file: its head, and its value of a row; what is no number is empty.
 * @returns {[string, (row: Pin) => unknown][]}
 */
function fileColumns() {
  const naming = constants.knobTable.filter(({ namesRun }) => namesRun);
  /** @type {[string, (row: Pin) => unknown][]} */
  const knobs = naming.map(({ title, name }) => [title, ({ run }) => storedValue(run.summary, name) ?? ""]);
  return [
    ["Name", (row) => pinName(row)],
    ["Experiment", ({ run }) => runName(run)],
    ["Network", ({ run }) => run.about.network],
    ...knobs,
    ["Weight seed", ({ run }) => weightSeed(run) ?? ""],
    [
      "Size of the first weights",
      ({ run }) => ("scheme" in run.experiment.weights ? run.experiment.weights.scheme : ""),
    ],
    ["Starting weights", ({ run }) => run.summary.checkpoint],
    ["Against now", ({ run }) => againstNow(run).words],
    [FINAL_LOSS, ({ run }) => run.summary.settled ?? ""],
    ["Right or R²", ({ run }) => scoreInFile(run, 0)],
    ["Right or R², held out", ({ run }) => scoreInFile(run, 1)],
    ["Diverges at step", ({ run }) => divergesAt(run.summary)],
    ["Last loss", ({ run }) => exactly(run, "last")],
    ["Max loss", ({ run }) => exactly(run, "max")],
    ["Learning potential", ({ run }) => exactly(run, "potential")],
    ["Run code", ({ run }) => run.summary.fingerprint],
  ];
}

/** R² as a number, what is right as the page says it. @param {Run} run @param {0 | 1} which */
function scoreInFile(run, which) {
  const text = scoreOf(run, which);
  return text && Number.isFinite(numberIn(text)) ? numberIn(text) : text;
}

/** The step of a divergence, which a summary says in samples. @param {RunSummary} summary */
const divergesAt = (summary) => (summary.diverged_at === null ? "" : stepsBefore(summary.diverged_at, summary));

/**
 * Text with a comma, a quotation mark or a line break stands in quotation marks, and after an apostrophe where a
 * spreadsheet would take it for a formula.
 * @param {unknown} value
 */
function quoted(value) {
  const isFormula = typeof value === "string" && /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value));
  const text = `${isFormula ? "'" : ""}${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as comma-separated values, a line for each row under a line of heads. @param {Pin[]} rows */
export function tableAsCsv(rows) {
  const columns = fileColumns();
  const lines = [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, value]) => value(row)))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}
