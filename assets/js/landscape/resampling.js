/**
 * The error of medians over seeds: what they are over seeds that are drawn again from those of a map, with repetition
 * (the bootstrap, Efron 1979). All values of a knob have the same seeds, so each draw is made of all of them at once.
 */

import { medianOf } from "../cube/loss_cube.js";

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
 * The medians of each row over the same drawn seeds, draw after draw.
 * @param {number[][]} rows Losses, one for each seed.
 * @returns {number[][]}
 */
export function drawnMedians(rows) {
  const [seeds, next] = [rows[0]?.length ?? 0, numbers()];
  return Array.from({ length: DRAWS }, () => {
    const drawn = Array.from({ length: seeds }, () => Math.floor(seeds * next()));
    return rows.map((losses) => medianOf(drawn.map((seed) => losses[seed])));
  });
}

/** The share of draws of which that holds. @param {number[][]} draws @param {(medians: number[]) => boolean} holds */
export const shareOfDraws = (draws, holds) => draws.filter(holds).length / draws.length;
