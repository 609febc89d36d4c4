/**
 * The sign changes of numbers on a square grid, as lines in shares of the way across and up (marching squares, Lorensen
 * and Cline 1987, in the plane). A cell with a number that is not finite has no line.
 * @typedef {Map<number, number[]>} Neighbours
 * @typedef {Point[]} Line
 * @import { Point } from "../maps/map_canvas.js"
 */

const SMOOTHING = 1 / 12;
/** @type {number[]} */
const NONE = [];

/**
 * The lines on which the numbers are 0.
 * @param {Float32Array} numbers A grid from its lowest row up.
 * @returns {Line[]}
 */
export function zeroLines(numbers) {
  const points = Math.sqrt(numbers.length);
  const { places, next } = crossings(numbers, points);
  /** @param {Point} point */
  const share = ([x, y]) => [x / (points - 1), y / (points - 1)];
  const passes = Math.ceil(points * SMOOTHING);
  return chains(next).map((edges) =>
    smoothed(
      edges.map((edge) => /** @type {Point} */ (places.get(edge))),
      passes,
    ).map(share),
  );
}

/**
 * The points where lines cross edges of cells, by the edge, and for each of these edges those that a line leads on to.
 * @param {Float32Array} numbers @param {number} points
 */
function crossings(numbers, points) {
  /** @type {Map<number, Point>} */
  const places = new Map();
  /** @type {Neighbours} */
  const next = new Map();
  /** @param {number} a @param {number} b */
  const join = (a, b) => {
    next.set(a, [...(next.get(a) || []), b]);
    next.set(b, [...(next.get(b) || []), a]);
  };
  const above = Uint8Array.from(numbers, (number) => Number(number > 0));
  for (let row = 0; row < points - 1; row++) {
    for (let column = 0; column < points - 1; column++) {
      const a = row * points + column;
      const count = above[a] + above[a + 1] + above[a + points] + above[a + points + 1];
      // Most cells have no line, and there are thousands.
      if (count === 0 || count === 4) continue;
      const edges = crossedEdges(numbers, points, a, places);
      for (let k = 0; k + 1 < edges.length; k += 2) join(edges[k], edges[k + 1]);
    }
  }
  return { places, next };
}

/**
 * The edges of a cell between a number above 0 and one that is not: two or four, in order around the cell.
 * @param {Float32Array} numbers @param {number} points @param {number} a @param {Map<number, Point>} places
 */
function crossedEdges(numbers, points, a, places) {
  const [b, c, d] = [a + 1, a + points + 1, a + points];
  if (![a, b, c, d].every((at) => Number.isFinite(numbers[at]))) return NONE;
  const sides = [
    { edge: 2 * a, from: a, to: b },
    { edge: 2 * b + 1, from: b, to: c },
    { edge: 2 * d, from: d, to: c },
    { edge: 2 * a + 1, from: a, to: d },
  ];
  const crossed = sides.filter(({ from, to }) => numbers[from] > 0 !== numbers[to] > 0);
  for (const { edge, from, to } of crossed) places.set(edge, placeBetween(numbers, points, from, to));
  return crossed.map(({ edge }) => edge);
}

/** @param {Float32Array} numbers @param {number} points @param {number} from @param {number} to */
function placeBetween(numbers, points, from, to) {
  const share = numbers[from] / (numbers[from] - numbers[to]);
  /** @param {(cell: number) => number} of */
  const along = (of) => of(from) + share * (of(to) - of(from));
  return [along((at) => at % points), along((at) => Math.floor(at / points))];
}

/**
 * Edges that lead to each other, in order: first from the ends of open lines, then around closed ones.
 * @param {Neighbours} next
 */
function chains(next) {
  const left = new Set(next.keys());
  const ends = [...left].filter((edge) => next.get(edge)?.length === 1);
  const found = [];
  for (const start of [...ends, ...left]) {
    if (left.has(start)) found.push(chainFrom(start, next, left));
  }
  return found;
}

/** @param {number} start @param {Neighbours} next @param {Set<number>} left */
function chainFrom(start, next, left) {
  /** @type {number[]} */
  const chain = [];
  /** @type {number | undefined} */
  let edge = start;
  while (edge !== undefined) {
    chain.push(edge);
    left.delete(edge);
    edge = next.get(edge)?.find((other) => left.has(other));
  }
  const closed = chain.length > 2 && next.get(chain[chain.length - 1])?.includes(start);
  return closed ? [...chain, start] : chain;
}

/**
 * Between points of a grid a jump lies anywhere, so a line along one goes in steps; its points are moved towards their
 * neighbours. The ends of an open line stay.
 * @param {Line} line @param {number} passes
 */
function smoothed(line, passes) {
  const closed = line.length > 3 && line[0] === line.at(-1);
  const last = line.length - 1;
  let points = line;
  for (let pass = 0; pass < passes; pass++) {
    const before = points;
    /** @param {number} k */
    const around = (k) => [before[k > 0 ? k - 1 : last - 1], before[k], before[k < last ? k + 1 : 1]];
    points = before.map((point, k) => (closed || (k > 0 && k < last) ? between(around(k)) : point));
  }
  return points;
}

/** @param {Line} line */
const between = ([a, b, c]) => [0, 1].map((axis) => (a[axis] + 2 * b[axis] + c[axis]) / 4);
