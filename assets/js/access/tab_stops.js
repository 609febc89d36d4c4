/** Rows of controls that are one stop of Tab each, so that the first knob is a few stops from the top of the page. */

import { byId, find } from "../lib/dom.js";
import { rovingTabindex } from "../lib/roving_tabindex.js";

export function installTabStops() {
  rovingTabindex(find(document, ".head .acts"), ":scope > button, :scope > details > summary");
  rovingTabindex(byId("knob-tabs"), "a");
}
