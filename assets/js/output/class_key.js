/** The key of classes: the colour, the mark and the name of each. */

import { make } from "../lib/dom.js";
import { token } from "../lib/theme.js";
import { classMarks, namedOutput } from "../model/ports.js";
import { certainColour } from "../maps/class_areas.js";
import { classColours } from "../maps/map_colours.js";

const IN_A_LINE = 5;

/** @param {number} count */
export function classKey(count) {
  const paper = token("--paper");
  const marks = classMarks(count);
  /** @param {string} mark @param {number} k */
  const line = (mark, k) => {
    const style = { background: certainColour(classColours()[k], paper) };
    const name = mark === namedOutput(k) ? [] : [namedOutput(k)];
    return make("li", {}, make("i", { style }), make("b", {}, mark), ...name);
  };
  const areShort = count > IN_A_LINE && marks.every((mark, k) => mark === namedOutput(k));
  return make("ul", { class: areShort ? "class-key short" : "class-key" }, ...marks.map(line));
}
