/**
 * The weights of the first hidden units as pictures, a button each, which show their units as those in the cards do.
 */

import { sizeOf } from "../lib/box_size.js";
import { byId, find, make } from "../lib/dom.js";
import { hasOtherContents } from "../core/contents.js";
import { state } from "../core/state.js";
import { pictureLayer } from "../model/pictures.js";
import { layerName } from "../network/layer_card.js";
import { pictureGrid } from "../network/unit_grid.js";
import { unitMaps } from "../network/unit_maps.js";

/** @returns {?HTMLElement} */
const picturesBox = () => byId("weight-pictures");

/** Makes the pictures' places; what paints the units of cards paints them too. */
export function showWeightPictures() {
  const box = picturesBox() ?? make("div", { id: "weight-pictures", class: "weight-pictures" });
  if (!box.isConnected) find(byId("at-weights"), ".weights-foot").before(box);
  const at = pictureLayer();
  const { widths, layers } = state.shown.frame.strip;
  const { width } = sizeOf(box);
  const name = layerName(layers, at);
  if (!width || !hasOtherContents(box, [at, width])) return;
  box.replaceChildren(unitMaps(at, widths[at + 1], pictureGrid(widths[at + 1], width), name));
}

export const clearWeightPictures = () => picturesBox()?.remove();
