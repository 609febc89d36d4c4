/**
 * The pictures on the strip's cards follow the cursor: each dense layer's cells have the colours of its weights at
 * that step, as many of them as the picture has, the first and the last among them.
 */

import { tint } from "../lib/arrays.js";
import { sizeOf } from "../lib/box_size.js";
import { findAll, setVariable } from "../lib/dom.js";
import { constants } from "../core/constants.js";
import { formatCount } from "../core/format.js";
import { stepsBefore } from "../core/knobs.js";
import { state } from "../core/state.js";

/** @import { Block, Numbers } from "../core/types.js" */

/** As the server thins them. @param {number} count */
function thinned(count) {
  const most = constants.cardCells;
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.floor((i * (count - 1)) / (most - 1)));
}

/** @param {Numbers[]} blocks @param {Block[]} cells @param {number} scale @param {number} step */
export function colourThumbnails(blocks, cells, scale, step) {
  findAll(document, "#network .weight-picture").forEach((picture, layer) => {
    const at = cells.findIndex((block) => block.layer === layer && block.name === "M");
    // A long network's cards have no room for them.
    if (at < 0 || !sizeOf(picture).width) return;
    const { rows, columns } = cells[at];
    const [M, b] = [blocks[at], blocks[at + 1]];
    const across = thinned(columns);
    const numbers = thinned(rows).flatMap((row) => [...across.map((column) => M[row * columns + column]), b[row]]);
    findAll(picture, ".tint").forEach((cell, k) => setVariable(cell, "--t", tint(numbers[k], scale)));
    const taken = formatCount(stepsBefore(step, state.shown.summary));
    picture.setAttribute("aria-label", `${picture.dataset.name} at step ${taken}`);
  });
}
