/**
 * The units of a layer in its card: a canvas for their small maps, and over it a button for each. The room for them is
 * there from the layer's width on, before any map has come.
 */

import { make, subscript } from "../lib/dom.js";
import { unitGrid } from "./unit_grid.js";

/** The units of the layer at that place: `count` of them, in a network of so many layers. */
export function unitButtons(at, count, { name, last }) {
  const { side, width, height, more, places } = unitGrid(count, last + 1);
  const button = ([x, y], k) =>
    make("button", {
      class: "unit",
      type: "button",
      tabindex: k ? "-1" : "0",
      style: { left: `${x}px`, top: `${y}px`, width: `${side}px`, height: `${side}px` },
      "data-unit": k,
      "data-control": `unit-${at}-${k}`,
      "data-name": `Unit ${subscript("u", k)} of ${name}`,
      "aria-label": `Unit ${subscript("u", k)} of ${name}`,
      "aria-pressed": "false",
    });
  const maps = make(
    "div",
    {
      class: "unit-maps",
      role: "group",
      style: { width: `${width}px`, height: `${height}px` },
      "aria-label": `The units of ${name}`,
    },
    make("canvas", { "aria-hidden": "true" }),
    ...places.map(button),
  );
  const rest = more > 0 ? [make("span", { class: "more-units", "aria-hidden": "true" }, `+${more}`)] : [];
  return make("div", { class: "units", "data-layer": at, "data-count": count }, maps, ...rest);
}
