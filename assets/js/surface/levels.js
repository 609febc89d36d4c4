/** The losses at which contour lines are drawn: some that have a number, and hairlines between. */

const MOST_HAIRLINES = 30;
/** Numbers a decade, and the hairlines' parts of one, by the number of decades that are seen. */
const BY_DECADES = [
  { decades: 1.6, numbers: [1, 2, 3, 5, 8], hairline: 0.05 },
  { decades: 3.2, numbers: [1, 2, 5], hairline: 0.1 },
  { decades: 6.5, numbers: [1, 3], hairline: 0.25 },
];
/** The number of decades below which equal steps of the loss are rounder than powers. */
const FEW_DECADES = 0.4;
const [MOST_NUMBERS, FEWEST_NUMBERS] = [5, 2];

/**
 * The powers of ten that lie between two. @returns {{ numbered: number[], hairlines: number[] }}
 * @param {number} low @param {number} high
 */
export function contourLevels(low, high) {
  if (!(high > low)) return { numbered: [], hairlines: [] };
  return high - low < FEW_DECADES ? equalSteps(10 ** low, 10 ** high) : powers(low, high);
}

/** @param {number} low @param {number} high */
const isBetween = (low, high) => (/** @type {number} */ power) => power > low && power < high;

/** @param {number} low @param {number} high */
function powers(low, high) {
  const row = BY_DECADES.find(({ decades }) => high - low <= decades);
  const numbers = row ? row.numbers : [1];
  const apart = row ? 1 : Math.ceil((high - low) / MOST_NUMBERS / 2);
  const first = Math.floor(low / apart) * apart;
  const decades = Array.from({ length: Math.ceil((high - first) / apart) + 1 }, (_, k) => first + k * apart);
  const numbered = decades
    .flatMap((decade) => numbers.map((number) => decade + Math.log10(number)))
    .filter(isBetween(low, high));
  const hairline = row ? row.hairline : Math.max(1, Math.ceil((high - low) / MOST_HAIRLINES));
  return { numbered, hairlines: between(low, high, hairline).filter((power) => isApart(power, numbered, hairline)) };
}

/** Whole multiples of a step between two numbers. @param {number} low @param {number} high @param {number} step */
function between(low, high, step) {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, k) => (first + k) * step);
}

/** @param {number} power @param {number[]} numbered @param {number} hairline */
const isApart = (power, numbered, hairline) => numbered.every((other) => Math.abs(other - power) > 0.45 * hairline);

/** 0.48, 0.5, 0.52. @param {number} low @param {number} high */
function equalSteps(low, high) {
  const power = 10 ** Math.floor(Math.log10((high - low) / FEWEST_NUMBERS));
  const step = power * ([1, 2, 5, 10].find((times) => (high - low) / (times * power) <= MOST_NUMBERS) || 10);
  const numbered = between(low, high, step).map(Math.log10);
  const hairlines = between(low, high, step / 5).map(Math.log10);
  return { numbered, hairlines: hairlines.filter((at) => numbered.every((other) => Math.abs(other - at) > 1e-9)) };
}
