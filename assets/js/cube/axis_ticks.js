/**
 * Ticks along an axis: at powers of ten where its values go by factors, else at some of the values.
 * @import { AxisValue, Ends } from "./types.js"
 */

import { isCount, marksOf, valueText } from "./axis_words.js";

const MOST = 6;
const DECADES = 2;

/**
 * Rows of { at, text } for the values from one place to another; `at` counts places, whose middles are whole numbers.
 * @param {string} name @param {AxisValue[]} values @param {Ends} ends @param {number} most
 */
export function axisTicks(name, values, [from, to], most = MOST) {
  const numbers = /** @type {number[]} */ (values);
  const isNumbers = typeof values[from] === "number" && to - from > 2;
  const powers = isNumbers && numbers[from] > 0 ? powersOfTen(name, numbers, from, to) : [];
  if (powers.length >= DECADES) return thinned(powers, most);
  const marks = isNumbers && !isEven(numbers, from, to) ? marksAmong(name, numbers, from, to) : [];
  if (marks.length > DECADES) return marks;
  const count = Math.min(most, to - from);
  /** @param {number} k */
  const place = (k) => (count > 1 ? from + Math.round((k * (to - from - 1)) / (count - 1)) : from);
  const places = [...new Set(Array.from({ length: count }, (_, k) => place(k)))];
  return places.map((at) => ({ at, text: valueText(name, values[at]) }));
}

/**
 * Whether values go up evenly, as their first two do.
 * @param {number[]} values @param {number} from @param {number} to
 */
const isEven = (values, from, to) =>
  Math.abs(((values[from + 1] - values[from]) * (to - 1 - from)) / (values[to - 1] - values[from]) - 1) < 0.01;

/** @param {number} value */
const isPower = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

/**
 * Ticks among values that go up by a scale of their own: at the marks of the axis, or at the powers of ten among them.
 * @param {string} name @param {number[]} values @param {number} from @param {number} to
 */
function marksAmong(name, values, from, to) {
  const own = marksOf(name).filter((mark) => mark >= values[from] && mark <= values[to - 1]);
  if (own.length) return own.map((mark) => ({ at: placeAmong(values, mark), text: String(mark).replace(/^0/, "") }));
  const places = Array.from({ length: to - from }, (_, k) => from + k);
  const powers = places.filter((at) => isPower(values[at] || 1) && (at === from || at > from + 1));
  return powers.map((at) => ({ at, text: valueText(name, values[at]) }));
}

/**
 * The place of a value among others that go up, counted in cells; none of a word that is not among them.
 * @param {AxisValue[]} values @param {AxisValue} value
 */
export function placeAmong(values, value) {
  const found = values.indexOf(value);
  if (found >= 0 || typeof value !== "number") return found < 0 ? NaN : found;
  const numbers = /** @type {number[]} */ (values);
  const above = numbers.findIndex((other) => other > value);
  if (above <= 0) return above < 0 ? numbers.length - 1 : 0;
  return above - 1 + (value - numbers[above - 1]) / (numbers[above] - numbers[above - 1]);
}

/**
 * The places of powers of ten among values that go by a factor, on an axis of whole numbers of those that are values;
 * none among others.
 * @param {string} name @param {number[]} values @param {number} from @param {number} to
 */
function powersOfTen(name, values, from, to) {
  const [first, last] = [values[from], values[to - 1]];
  const factor = (last / first) ** (1 / (to - 1 - from));
  if (Math.abs(values[from + 1] / first / factor - 1) >= 0.01 || last < 10 * first) return [];
  const [low, high] = [Math.ceil(Math.log10(first) - 1e-9), Math.floor(Math.log10(last) + 1e-9)];
  const powers = Array.from({ length: high - low + 1 }, (_, k) => Number((10 ** (low + k)).toPrecision(3)));
  const shown = isCount(name) ? powers.filter((value) => values.includes(value)) : powers;
  return shown.map((value) => ({
    at: from + Math.log(value / first) / Math.log(factor),
    text: valueText(name, value),
  }));
}

/** @template T @param {T[]} ticks @param {number} most */
const thinned = (ticks, most) => ticks.filter((_, k) => k % Math.ceil(ticks.length / most) === 0);

/**
 * Losses along a scale of their logarithm from low to high: 1, 2 and 5 times powers of ten, no more than six.
 * @param {number} low @param {number} high
 */
export function lossTicks(low, high) {
  const decades = Array.from(
    { length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, k) => 10 ** (Math.floor(Math.log10(low)) + k),
  );
  /** @param {number[]} steps */
  const within = (steps) =>
    decades.flatMap((ten) => steps.map((step) => step * ten)).filter((loss) => loss >= low && loss <= high);
  const choices = [[1, 2, 5], [1, 3], [1]].map(within);
  return choices.find((ticks) => ticks.length <= MOST) || thinned(choices[2], MOST);
}

/** Round numbers along an even scale, no more than about six. @param {number} low @param {number} high */
export function evenTicks(low, high) {
  const rough = (high - low) / MOST;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = base * ([2, 5].find((factor) => factor >= rough / base) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) =>
    Number(((first + k) * step).toPrecision(9)),
  );
}
