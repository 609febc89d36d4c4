/**
 * The error of medians over seeds: what they are over seeds that are drawn again from those of a map, with repetition
 * (the bootstrap, Efron 1979). All values of a knob have the same seeds, so each draw is made of all of them at once.
 */

const DRAWS = 400;

/** Numbers from 0 to 1, the same each time (Mulberry32). */
function numbers() {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The medians of each row over the same drawn seeds, draw after draw. A row is sorted once, and each draw only counts
 * how often it has each seed: a map is concluded from while it fills.
 * @param {number[][]} rows Losses, one for each seed.
 * @returns {number[][]}
 */
export function drawnMedians(rows) {
  const [seeds, next] = [rows[0]?.length ?? 0, numbers()];
  const rowsUp = rows.map(fromLowest);
  return Array.from({ length: DRAWS }, () => {
    const times = new Int32Array(seeds);
    for (let k = 0; k < seeds; k++) times[Math.floor(seeds * next())] += 1;
    return rowsUp.map((row) => medianOfDrawn(row, times));
  });
}

/** The seeds of a row by their losses, from the lowest up, and the losses in this order. @param {number[]} losses */
function fromLowest(losses) {
  const seeds = Array.from(losses.keys()).sort((a, b) => losses[a] - losses[b] || 0);
  return { seeds, losses: seeds.map((seed) => losses[seed]) };
}

/**
 * The median of a row in which each seed stands so often: of an even number the mean of the middle two.
 * @param {ReturnType<typeof fromLowest>} row @param {Int32Array} times
 */
function medianOfDrawn({ seeds, losses }, times) {
  let [at, passed] = [0, times[seeds[0]]];
  /** @param {number} middle The number of losses below it. */
  const lossAt = (middle) => {
    while (passed <= middle) passed += times[seeds[++at]];
    return losses[at];
  };
  const [low, high] = [lossAt(Math.ceil(seeds.length / 2) - 1), lossAt(Math.floor(seeds.length / 2))];
  return low === high ? low : (low + high) / 2;
}

/** The share of draws of which that holds. @param {number[][]} draws @param {(medians: number[]) => boolean} holds */
export const shareOfDraws = (draws, holds) => draws.filter(holds).length / draws.length;
