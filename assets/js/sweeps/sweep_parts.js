/**
 * A sweep that is too large for the page is read in parts. A part is a cube of some values of each axis, every k-th
 * from one place to another, where k is a power of two: each of its cells is a run of the sweep, and what a coarse part
 * has, finer ones have too. A view and its range count the places of the whole sweep, a cube those of its own.
 * @import { Axes, Cube, Ends, Layout, Part, PartCube, Range, View } from "../cube/types.js"
 */

import { cellOfPlaces, emptyCube, placesOfCell } from "../cube/loss_cube.js";

/** Values of an axis that is drawn: fewer only once each of the others has a single one. */
const FEWEST_DRAWN = 64;
/** The length of an axis that is read on either side of the seen range, as a share of that. */
const BESIDE = 0.5;

/** @param {Part[string]} pair */
const countOf = ([from, to, every]) => Math.ceil((to - from) / every);
/** @param {Part} part */
const runsOf = (part) => Object.values(part).reduce((runs, places) => runs * countOf(places), 1);

/**
 * The range of an axis that is drawn; null of one that is not.
 * @param {string} name @param {View} view @param {Range} range
 */
const rangeOn = (name, view, range) => (name === view.x ? range.x : name === view.y ? range.y : null);

/** The range with what lies beside it, as far as the axis goes. @param {Ends} ends @param {number} count */
function widened([from, to], count) {
  const more = Math.ceil(BESIDE * (to - from));
  return [Math.max(0, from - more), Math.min(count, to + more)];
}

/**
 * The places of an axis before any is left out.
 * @param {Layout} whole @param {string} name @param {View} view @param {Range} range
 */
function placesSeen(whole, name, view, range) {
  const [count, at, drawn] = [whole.values[name].length, view.at[name], rangeOn(name, view, range)];
  if (drawn) return [...widened(drawn, count), 1];
  return at === null ? [0, count, 1] : [at, at + 1, 1];
}

/**
 * The part that shows a view in `most` runs at most, by the places of each axis: [from, to, every]. Of an axis that is
 * held at one value it has that one, of the others what is seen; then every 2nd, 4th, … value of the longest axis that
 * is drawn until it is small enough, and after those of the longest other axis.
 * @param {Layout} whole @param {View} view @param {Range} range @param {number} most
 */
export function partSeen(whole, view, range, most) {
  const part = Object.fromEntries(whole.names.map((name) => [name, placesSeen(whole, name, view, range)]));
  const drawn = [view.x, view.y].filter(Boolean);
  /** @param {string[]} names */
  const longest = (names) => names.reduce((a, b) => (countOf(part[b]) > countOf(part[a]) ? b : a));
  while (runsOf(part) > most) {
    const long = drawn.filter((name) => countOf(part[name]) > FEWEST_DRAWN);
    const others = whole.names.filter((name) => !drawn.includes(name) && countOf(part[name]) > 1);
    const name = longest([long, others].find((names) => names.length) || drawn);
    const [from, to, every] = part[name];
    part[name] = [from - (from % (2 * every)), to, 2 * every];
  }
  return part;
}

/**
 * Whether a part has a run at all places of a view that are seen, as coarse as it is.
 * @param {Part} part @param {Layout} whole @param {View} view @param {Range} range
 */
function covers(part, whole, view, range) {
  return whole.names.every((name) => {
    const [from, to, every] = part[name];
    const at = view.at[name];
    const [first, end] = rangeOn(name, view, range) || (at === null ? [0, whole.values[name].length] : [at, at + 1]);
    const isHeld = end - first === 1;
    return from <= first && end <= to && (!isHeld || (first - from) % every === 0);
  });
}

/** The number of runs of which the part has one, where it has some. @param {Part} part */
const thinness = (part) => Object.values(part).reduce((product, [, , every]) => product * every, 1);

/**
 * Of some cubes the one that shows what is seen as finely as that part would; undefined where there is none.
 * @param {PartCube[]} cubes @param {Part} part @param {Layout} whole @param {View} view @param {Range} range
 */
export const cubeLike = (cubes, part, whole, view, range) =>
  cubes.find((cube) => {
    const isFine = whole.names.every((name) => cube.part[name][2] <= part[name][2]);
    return isFine && covers(cube.part, whole, view, range);
  });

/**
 * Of some cubes the finest that shows what is seen; undefined where none does.
 * @param {PartCube[]} cubes @param {Layout} whole @param {View} view @param {Range} range
 */
export const finestCube = (cubes, whole, view, range) =>
  cubes.filter((cube) => covers(cube.part, whole, view, range)).sort((a, b) => thinness(a.part) - thinness(b.part))[0];

/**
 * A part of a sweep as a cube, of which nothing is read yet; `upTo` says of how many pieces its runs were read.
 * @param {Layout} whole @param {Part} part
 * @returns {PartCube}
 */
export function cubeOfPart(whole, part) {
  /** @param {string} name */
  const valuesOf = (name) => {
    const [from, to, every] = part[name];
    return whole.values[name].slice(from, to).filter((_, k) => k % every === 0);
  };
  const axes = /** @type {Axes} */ (whole.numbered.map((name) => [name, valuesOf(name)]));
  return { ...emptyCube(axes, whole.names), whole, part };
}

/** The part of a cube as the server reads it. @param {PartCube} cube */
export const partQuery = ({ whole, part }) => whole.numbered.map((name) => part[name].join(":")).join(",");

/* Places of the whole sweep, and those of a cube that may be a part of it */

/** @param {Cube} cube @param {string} name */
const placesIn = (cube, name) => (cube.part ? cube.part[name] : [0, cube.values[name].length, 1]);

/** The distance of two neighbours of a cube in the whole sweep. @param {Cube} cube @param {string} name */
export const stepOn = (cube, name) => placesIn(cube, name)[2];

/** @param {Cube} cube @param {string} name @param {number} place */
function ownPlace(cube, name, place) {
  const [from, , every] = placesIn(cube, name);
  return Math.floor((place - from) / every);
}

/** @param {Cube} cube @param {string} name @param {number} place */
function wholePlace(cube, name, place) {
  const [from, , every] = placesIn(cube, name);
  return from + every * place;
}

/** @template {Record<string, ?number>} P @param {P} places @param {(name: string, place: number) => number} use */
const eachPlace = (places, use) =>
  /** @type {P} */ (
    Object.fromEntries(Object.entries(places).map(([name, place]) => [name, place === null ? null : use(name, place)]))
  );

/**
 * The places that a cube draws for places of the whole sweep.
 * @template {Record<string, ?number>} P @param {Cube} cube @param {P} places
 */
export const ownPlaces = (cube, places) => eachPlace(places, (name, place) => ownPlace(cube, name, place));

/**
 * The places of the whole sweep of those that a cube draws.
 * @template {Record<string, ?number>} P @param {Cube} cube @param {P} places
 */
export const wholePlaces = (cube, places) => eachPlace(places, (name, place) => wholePlace(cube, name, place));

/** A view of the whole sweep as one of the cube. @param {Cube} cube @param {View} view */
export const ownView = (cube, view) => ({ ...view, at: ownPlaces(cube, view.at) });

/**
 * The range of a cube that is seen of a range of the whole sweep: all places that a part of it belongs to.
 * @param {Cube} cube @param {View} view @param {Range} range
 */
export function ownRange(cube, view, range) {
  /** @param {string} name @param {Ends} ends */
  const of = (name, [from, to]) => {
    if (!name) return [from, to];
    const count = cube.values[name].length;
    const first = Math.min(count - 1, Math.max(0, ownPlace(cube, name, from)));
    return [first, Math.min(count, Math.max(first, ownPlace(cube, name, to - 1)) + 1)];
  };
  return { x: of(view.x, range.x), y: of(view.y, range.y) };
}

/** The number that a cell of the cube has in the whole sweep. @param {Cube} cube @param {number} cell */
export const wholeCell = (cube, cell) =>
  cube.part ? cellOfPlaces(cube.whole, wholePlaces(cube, placesOfCell(cube, cell))) : cell;
