/**
 * The typed text of an axis of a sweep, as the range that the server reads.
 * @import { SweepAxis } from "../core/types.js"
 * @import { Row } from "./types.js"
 */

import { parseNumber } from "../core/format.js";

const FIELDS = { from: "From", to: "To", count: "Values" };
const FIELD_NAMES = /** @type {(keyof typeof FIELDS)[]} */ (Object.keys(FIELDS));
/** A whole number either way: 1.000 is 1, or in other countries 1,000. */
const THOUSANDS_OR_DECIMALS = /^([1-9]\d{0,2})\.000$/;
/** A longer list of whole numbers is not written out: the server refuses those between whole numbers in a sentence. */
const MOST_LISTED = 1500;

/**
 * The range as a text. `typed` has the texts of its fields, `from`, `to`, `count`, and whether values go by a factor,
 * `log`; of an axis of words it has those that are chosen.
 * @param {SweepAxis} sweepAxis @param {Row} typed
 */
export function rangeText({ whole, words }, typed) {
  if (words) return typed.words.join(",");
  const [from, to, count] = FIELD_NAMES.map((name) => parseNumber(typed[name]));
  const listed = whole && wholeNumbers(from, to, count, typed.log);
  return listed || `${from}:${to}:${count}${typed.log ? ":log" : ""}`;
}

/**
 * The first field of an axis that has no number, or none that a range takes, and the sentence about it; null where all
 * have.
 * @param {SweepAxis} sweepAxis @param {Row} typed
 */
export function fieldMistake({ words, whole }, typed) {
  if (words) return null;
  for (const part of whole ? FIELD_NAMES : FIELD_NAMES.slice(-1)) {
    const [text, thousands] = typed[part].trim().match(THOUSANDS_OR_DECIMALS) ?? [];
    if (!text) continue;
    const sentence = `${text} may mean ${thousands} or ${text.replace(".", ",")}. Type it without a dot.`;
    return { part, sentence };
  }
  /** @param {(number: number) => boolean} isWrong */
  const firstOf = (isWrong) => FIELD_NAMES.find((name) => isWrong(parseNumber(typed[name])));
  /** @param {keyof typeof FIELDS} part @param {string} kind */
  const mistake = (part, kind) => {
    const found = typed[part].trim();
    return { part, sentence: `${FIELDS[part]} is a ${kind}${found ? `, and “${found}” is none` : ""}.` };
  };
  const part = firstOf((number) => !Number.isFinite(number));
  if (part) return mistake(part, "number");
  const count = parseNumber(typed.count);
  if (!Number.isInteger(count) || count < 2) return mistake("count", "whole number from 2 up");
  const low = typed.log && firstOf((number) => number <= 0);
  return low ? { part: low, sentence: "Only numbers above 0 go by a factor." } : null;
}

/**
 * Whole numbers as near as there are to `count` values; "" where they are whole already, or none.
 * @param {number} from @param {number} to @param {number} count @param {boolean} log
 */
function wholeNumbers(from, to, count, log) {
  const isCount = Number.isInteger(count) && count > 1 && count <= MOST_LISTED;
  if (!isCount || !Number.isInteger(from) || !Number.isInteger(to) || (log && !(from > 0 && to > 0))) return "";
  const step = (to - from) / (count - 1);
  if (!log && Number.isInteger(step)) return "";
  /** @param {number} share */
  const at = (share) => (log ? from * (to / from) ** share : from + (to - from) * share);
  const values = Array.from({ length: count }, (_, k) => Math.round(at(k / (count - 1))));
  return [...new Set(values)].join(",");
}
