/**
 * Ticks along an axis of a sweep: at powers of ten where its values go by factors, else at some of the values.
 * @import { AxisValue, Ends } from "./types.js"
 */

import { valueText } from "../cube/axis_words.js";

const MOST = 6;
const DECADES = 2;

/**
 * Rows of { at, text } for the values from one place to another; `at` counts places, whose middles are whole numbers.
 * @param {string} name @param {AxisValue[]} values @param {Ends} ends @param {number} most
 */
export function axisTicks(name, values, [from, to], most = MOST) {
  const shown = values.slice(from, to);
  const powers =
    typeof shown[0] === "number" && shown[0] > 0 ? powersOfTen(name, /** @type {number[]} */ (values), from, to) : [];
  if (powers.length >= DECADES) return thinned(powers, most);
  const count = Math.min(most, shown.length);
  /** @param {number} k */
  const place = (k) => (count > 1 ? from + Math.round((k * (shown.length - 1)) / (count - 1)) : from);
  const places = [...new Set(Array.from({ length: count }, (_, k) => place(k)))];
  return places.map((at) => ({ at, text: valueText(name, values[at]) }));
}

/**
 * Where powers of ten lie among values that go by a factor; none among others.
 * @param {string} name @param {number[]} values @param {number} from @param {number} to
 */
function powersOfTen(name, values, from, to) {
  const [first, last] = [values[from], values[to - 1]];
  const factor = (last / first) ** (1 / (to - 1 - from));
  const isEven = to - from > 2 && Math.abs(values[from + 1] / first / factor - 1) < 0.01;
  if (!isEven || last < 10 * first) return [];
  /** @param {AxisValue} value */
  const place = (/** @type {number} */ value) => from + Math.log(value / first) / Math.log(factor);
  const [low, high] = [Math.ceil(Math.log10(first) - 1e-9), Math.floor(Math.log10(last) + 1e-9)];
  return Array.from({ length: high - low + 1 }, (_, k) => 10 ** (low + k)).map((value) => ({
    at: place(value),
    text: valueText(name, Number(value.toPrecision(3))),
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
