/** The places of words in the square: none covers another or leaves it, and they keep off the paths where they can. */

const GAPS = [10, 14, 22];
/** The distance of words from the edge of the square, in pixels. */
export const EDGE = 3;
/** The cost of a pixel further off, where that of covering a point of a line is 1. */
const FAR = 0.02;
const GRID = 24;

/**
 * @typedef {{ left: number, top: number, width: number, height: number }} Box
 * @typedef {{ at: Point, width: number, height: number }} Label
 * @typedef {number[]} Point To the right and down, in pixels.
 */

/** @param {Box} a @param {Box} b @param {number} apart */
export function boxesMeet(a, b, apart = 0) {
  return (
    a.left < b.left + b.width + apart &&
    b.left < a.left + a.width + apart &&
    a.top < b.top + b.height + apart &&
    b.top < a.top + a.height + apart
  );
}

/** @param {Point} point @param {Box} box */
export const isWithin = ([x, y], { left, top, width, height }) =>
  x >= left && x <= left + width && y >= top && y <= top + height;

/** The box of a label, moved into the square. @param {Box} box @param {number} side */
function inSquare({ left, top, width, height }, side) {
  /** @param {number} at @param {number} size */
  const kept = (at, size) => Math.max(EDGE, Math.min(at, side - size - EDGE));
  return { left: kept(left, width), top: kept(top, height), width, height };
}

/**
 * Beside a point, under and over it, and at its corners, near and further off.
 * @param {Point} point @param {{ width: number, height: number }} fields @param {number} gap
 */
function beside([x, y], { width, height }, gap) {
  const [lefts, tops] = [
    [x + gap, x - width / 2, x - width - gap],
    [y + gap, y - height / 2, y - height - gap],
  ];
  const places = lefts.flatMap((left) => tops.map((top) => ({ left, top, width, height })));
  return places.filter((_, k) => k !== 4);
}

/**
 * Anywhere, where there is no room beside the point.
 * @param {{ width: number, height: number }} fields @param {number} side
 */
function anywhere({ width, height }, side) {
  const steps = Array.from({ length: Math.ceil(side / GRID) }, (_, k) => k * GRID);
  return steps.flatMap((left) => steps.map((top) => ({ left, top, width, height })));
}

/**
 * A box for each label, in their order; null for one that has no room at all.
 * @param {Label[]} labels
 * @param {Point[]} points They should not cover these.
 * @param {number} side Of the square.
 * @returns {(?Box)[]}
 */
export function placeLabels(labels, points, side) {
  /** @type {Box[]} */
  const taken = [];
  return labels.map((label) => {
    const best = bestPlace(label, taken, points, side);
    if (best) taken.push(best);
    return best;
  });
}

/** @param {Label} label @param {Box[]} taken @param {Point[]} points @param {number} side */
function bestPlace(label, taken, points, side) {
  const near = GAPS.flatMap((gap) => beside(label.at, label, gap));
  for (const places of [near, anywhere(label, side)]) {
    const free = places
      .map((place) => inSquare(place, side))
      .filter((box) => taken.every((other) => !boxesMeet(box, other, 2)));
    const rated = free.map((box) => ({ box, cost: costOf(box, label, points) }));
    if (rated.length) return rated.reduce((best, next) => (next.cost < best.cost ? next : best)).box;
  }
  return null;
}

/** @param {Box} box @param {Label} label @param {Point[]} points */
function costOf(box, { at: [x, y] }, points) {
  const covered = points.filter((point) => isWithin(point, box)).length;
  const far = Math.hypot(box.left + box.width / 2 - x, box.top + box.height / 2 - y);
  return covered + FAR * far;
}
