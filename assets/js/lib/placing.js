/** The place of a box that opens over the page, beside the element that it belongs to. */

const APART = 4;
const EDGE = 8;

/** The widest that a box may be beside the window's edges. */
export const widestBox = () => window.innerWidth - 2 * EDGE;

/**
 * Under it, from its left edge on as far as the window has room.
 * @param {HTMLElement} box
 * @param {{ left: number, bottom: number }} under
 */
export function placeUnder(box, { left, bottom }) {
  const { width } = box.getBoundingClientRect();
  box.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
  box.style.top = `${bottom + APART}px`;
}
