/**
 * The positions of the small maps of a layer's units, in pixels. In its card they lie in rows of four, one or two of
 * them twice as large; cards of a long network have room for four. In the sheet of all units they are larger.
 * @typedef {{ side: number, across: number, width: number, height: number, more: number, places: [number, number][] }}
 *   UnitGrid `across`: how many are in a row; `more`: how many are not there.
 */

const SMALL = 24;
const LARGE = 50;
const OPENED = 36;
const GAP = 2;
const FEW = 2;
const MANY_CARDS = 5;
const MOST = { units: 8, across: 4 };
const MOST_OF_MANY = { units: 4, across: 2 };
const MOST_IN_ROW = 16;
const LARGE_ACROSS = 4;
const LARGEST = 96;
const WIDE_GAP = 6;
const MOST_LARGE = 16;

/** The units of a card, in a network with `cards` of them. @param {number} count @param {number} cards */
export function unitGrid(count, cards) {
  const most = cards >= MANY_CARDS ? MOST_OF_MANY : MOST;
  // In a long network the number of the others stands in the place of the fourth.
  const shown = most === MOST_OF_MANY && count > most.units ? most.units - 1 : Math.min(count, most.units);
  return gridOf(count, { side: count <= FEW ? LARGE : SMALL, shown, across: Math.min(shown, most.across) });
}

/** All units of a layer, as many in a row as fit into that width. @param {number} count @param {number} room */
export function sheetGrid(count, room) {
  const fitting = Math.floor((room + GAP) / (OPENED + GAP));
  return gridOf(count, { side: OPENED, shown: count, across: Math.min(count, MOST_IN_ROW, fitting) });
}

/**
 * Large pictures of all units of a layer, four in a row, or eight of many.
 * @param {number} count @param {number} room
 */
export function pictureGrid(count, room) {
  const across = count > MOST_LARGE ? 2 * LARGE_ACROSS : LARGE_ACROSS;
  const side = Math.min(LARGEST, Math.floor((room + WIDE_GAP) / across) - WIDE_GAP);
  return gridOf(count, { side, shown: count, across: Math.min(count, across), gap: WIDE_GAP });
}

/**
 * @param {number} count @param {{ side: number, shown: number, across: number, gap?: number }} size
 * @returns {UnitGrid}
 */
function gridOf(count, { side, shown, across, gap = GAP }) {
  /** @param {number} cells */
  const length = (cells) => cells * (side + gap) - gap;
  /** @param {unknown} _ @param {number} k @returns {[number, number]} */
  const place = (_, k) => [(k % across) * (side + gap), Math.floor(k / across) * (side + gap)];
  return {
    side,
    across,
    width: length(across),
    height: length(Math.ceil(shown / across)),
    more: count - shown,
    places: Array.from({ length: shown }, place),
  };
}
