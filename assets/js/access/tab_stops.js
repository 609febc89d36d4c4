/** Groups of controls that are one stop of Tab each, so that the first knob is a few stops from the top of the page. */

import { byId, find, findAll } from "../lib/dom.js";
import { enterWithKey } from "../lib/entered_list.js";
import { rovingTabindex } from "../lib/roving_tabindex.js";

export function installTabStops() {
  rovingTabindex(find(document, ".head .acts"), ":scope > button, :scope > details > summary");
  enterWithKey(byId("network"), "button, input, select");
  rovingTabindex(find(document, ".strip .acts"), "button");
  for (const line of findAll(document, ".first-visit")) rovingTabindex(line, "button");
  // Of a telephone: the grip of the tray and its tabs.
  rovingTabindex(find(document, ".knobs"), ":scope > .grip, :scope > .tabs a");
}
