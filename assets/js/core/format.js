/**
 * Numbers as the server writes them: three significant digits, two decimals for weights, fingerprints in two groups.
 */

import { constants } from "./constants.js";

/** @import { RunSummary } from "./types.js" */

/**
 * Formats are made once: to make one takes longer than to write a number.
 * @type {Map<?number, Intl.NumberFormat>}
 */
const groupedFormats = new Map();

/** @param {number} x @param {?number} [decimals] */
function grouped(x, decimals = null) {
  const options = decimals === null ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const format = groupedFormats.get(decimals) ?? new Intl.NumberFormat("en", options);
  groupedFormats.set(decimals, format);
  return format.format(x);
}

/** @type {Record<string, string>} */
const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** The power of ten from which on numbers are written with one. */
export const POWERS_FROM = 6;

/**
 * 0.0334, 1.80, 12,300, 3.12 × 10⁻⁷, ∞.
 * @param {number} x @param {number} [digits] @param {number} [powersFrom]
 */
export function formatNumber(x, digits = 3, powersFrom = POWERS_FROM) {
  if (Number.isNaN(x)) return "not a number";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const decimals = Math.max(0, digits - 1 - power);
  const text =
    power >= -4 && power < powersFrom
      ? grouped(Number(`${mantissa}e${power}`), decimals)
      : `${mantissa} × 10${String(power).replace(/./g, (mark) => SUPERSCRIPTS[mark])}`;
  return text.replace("-", "−");
}

/**
 * The smallest number of three digits that is not below this one: what is reached is not said to be lower.
 * @param {number} x
 */
export function roundedUp(x) {
  const near = Number(x.toPrecision(3));
  if (!(near < x)) return near;
  const [mantissa, exponent] = near.toExponential(2).split("e");
  return Number(`${Math.round(100 * Number(mantissa)) + 1}e${Number(exponent) - 2}`);
}

/** Whether a number has no more digits than one types. @param {number} x */
export const isTyped = (x) => Number(x.toPrecision(constants.mostTypedDigits)) === x;

/**
 * A knob's value: 0.1, 0.12345 as it was typed, 3.1 × 10⁻⁶¹; a computed one in these digits: 0.252.
 * @param {number} x @param {number} [digits] @param {number} [powersFrom]
 */
export const formatKnob = (x, digits = 3, powersFrom = POWERS_FROM) =>
  formatNumber(x, isTyped(x) ? constants.mostTypedDigits : digits, powersFrom)
    .replace(/(\.\d*?)0+(?= |$)/, "$1")
    .replace(/\.(?= |$)/, "");

/**
 * The sum, a number of a table before it was scaled: one of at most ten digits, or a whole one, has lost none in its
 * last bits.
 * @param {number} offset @param {number} scaled
 */
export function readBack(offset, scaled) {
  const value = offset + scaled;
  const size = Math.max(Math.abs(offset), Math.abs(scaled));
  if (!(size > 0 && size < Infinity)) return value;
  const decimals = constants.readBackDigits - 1 - Math.floor(Math.log10(size));
  const typed = Number(value.toFixed(Math.max(0, Math.min(100, decimals))));
  return Math.abs(typed - value) <= constants.lastBits * size ? typed : value;
}

/** The most digits of a prediction that is near what is true. */
const MOST_SAID = 6;

/**
 * The number of significant digits of a prediction, from three on, that show how far it is from what is true.
 * @param {number} said @param {number} truth
 */
export function digitsOfError(said, truth) {
  const [size, off] = [said, said - truth].map((x) => Math.floor(Math.log10(Math.abs(x))));
  return Math.max(3, Math.min(MOST_SAID, size - off + 1)) || 3;
}

/** This many significant digits tell any two numbers apart. */
const EVERY_DIGIT = 17;

/**
 * The number of significant digits that tell two values of a knob apart, from three on.
 * @param {number} a
 * @param {number} b
 */
export function digitsApart(a, b) {
  let digits = 3;
  while (digits < EVERY_DIGIT && formatKnob(a, digits) === formatKnob(b, digits)) digits += 1;
  return digits;
}

/** A weight: −0.49. @param {number} x */
export function formatWeight(x) {
  if (!(Math.abs(x) < constants.widestWeight)) return formatNumber(x);
  return x
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−");
}

/** A slope: as a weight, but what two decimals would call 0 keeps a digit: 0.004, 7 × 10⁻⁵. @param {number} x */
export const formatSlope = (x) => (x === 0 || Math.abs(x) >= 0.005 ? formatWeight(x) : formatNumber(x, 1));

/** Eight hex digits in two groups: f009 4f17. @param {string} fingerprint */
export const formatFingerprint = (fingerprint) => `${fingerprint.slice(0, 4)} ${fingerprint.slice(4)}`;

/** A share in percent, to a tenth; one below 1 is never 100. @param {number} share */
export function percentOf(share) {
  const tenths = Math.round(1000 * share);
  return (share < 1 ? Math.min(999, tenths) : tenths) / 10;
}

/** 12,300. @param {number} count */
export const formatCount = (count) => grouped(count);

/**
 * How often samples come again: 20 passes over 206 rows, 4.8 passes over them, 100 of 206 rows.
 * @param {number} samples @param {number} distinct @param {string} noun
 */
export function passWords(samples, distinct, noun) {
  const count = formatCount(distinct);
  if (samples < distinct) return `${formatCount(samples)} of ${count} ${noun}`;
  const passes = samples / distinct;
  const isCoarse = passes >= 10 || Number.isInteger(passes);
  const number = isCoarse ? formatCount(Math.floor(passes)) : grouped(Math.floor(10 * passes) / 10, 1);
  return `${number} ${passes === 1 ? "pass" : "passes"} over ${count} ${noun}`;
}

/** 1st, 12th, 1,003rd. @param {number} n */
export function formatOrdinal(n) {
  const ending = n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th";
  return `${formatCount(n)}${ending}`;
}

/** The verb of a number of runs. @param {number} count */
export const divergeVerb = (count) => (count === 1 ? "diverges" : "diverge");

/** 1 diverges, 5 diverge. @param {number} count */
export const divergeWords = (count) => `${formatCount(count)} ${divergeVerb(count)}`;

/** The final loss of a run; one that diverged has none. @param {Pick<RunSummary, "settled" | "diverged_at">} summary */
export function formatFinal({ settled, diverged_at: divergedAt }) {
  if (settled !== null) return formatNumber(settled);
  return divergedAt === null ? formatNumber(Infinity) : "diverged";
}

/** With a capital letter, as a sentence begins; the sign of α stays small. @param {string} words */
export const capitalized = (words) => (words.startsWith("α") ? words : words[0].toUpperCase() + words.slice(1));

const THOUSANDS = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

/**
 * A typed number, plainly: without the page's own minus, commas of thousands or before decimals.
 * @param {string} text
 */
export function plainNumber(text) {
  const plain = text.trim().replaceAll("−", "-");
  return THOUSANDS.test(plain) ? plain.replaceAll(",", "") : plain.replace(",", ".");
}

/** A number as it was typed, as the server reads one. @param {string} text */
export const parseNumber = (text) => Number(plainNumber(text) || NaN);
