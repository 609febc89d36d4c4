/** What stands in a control's place until Dash has mounted it shows what the control is to show. */

import { byId } from "../lib/dom.js";

const PLACE = "[data-place]";

/** The id of the control in whose place this element stands, or null. */
export function standsFor(node) {
  const place = node.closest(PLACE);
  return place && place.dataset.place;
}

/** The scale of a stand-in's slider. */
export function scaleOf(thumb) {
  const [low, high, value] = ["min", "max", "now"].map((name) => Number(thumb.getAttribute(`aria-value${name}`)));
  return { low, high, value, step: Number(thumb.dataset.step) };
}

function showThumb(thumb, value) {
  const { low, high } = scaleOf(thumb);
  thumb.setAttribute("aria-valuenow", value);
  thumb.style.setProperty("--slider-thumb-offset", `${(100 * (value - low)) / (high - low)}%`);
}

/** Menus keep what they came with: they change with the experiment, and then no stand-in is seen. */
export function showOnStandIn(id, { value, checked }) {
  const node = byId(id);
  if (!node || !standsFor(node)) return;
  const thumb = node.querySelector("[role=slider]");
  if (checked !== undefined) node.checked = checked;
  if (value === undefined || node.readOnly) return;
  if (thumb) showThumb(thumb, value);
  else if (node.matches("input")) node.value = value;
  else node.querySelectorAll("input").forEach((choice) => (choice.checked = choice.value === value));
}
