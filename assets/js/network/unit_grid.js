/**
 * Where the small maps of a layer's units lie in its card, in pixels: in rows of four, one or two of them twice as
 * large. Cards of a long network have room for four.
 */

const SMALL = 24;
const LARGE = 50;
const GAP = 2;
const FEW = 2;
const MANY_CARDS = 5;
const MOST = { units: 8, across: 4 };
const MOST_OF_MANY = { units: 4, across: 2 };

/** @returns {{ side: number, width: number, height: number, more: number, places: [number, number][] }} */
export function unitGrid(count, cards) {
  const most = cards >= MANY_CARDS ? MOST_OF_MANY : MOST;
  const side = count <= FEW ? LARGE : SMALL;
  const shown = Math.min(count, most.units);
  const across = Math.min(shown, most.across);
  const length = (cells) => cells * (side + GAP) - GAP;
  const place = (_, k) => [(k % across) * (side + GAP), Math.floor(k / across) * (side + GAP)];
  return {
    side,
    width: length(across),
    height: length(Math.ceil(shown / across)),
    more: count - shown,
    places: Array.from({ length: shown }, place),
  };
}
