/** The element in a control's place until Dash has mounted it shows what the control is to show. */

import { byId, find } from "../lib/dom.js";

const PLACE = "[data-place]";

/** The id of the control in whose place this element stands, or null. @param {Element} node */
export function standsFor(node) {
  return /** @type {?HTMLElement} */ (node.closest(PLACE))?.dataset.place ?? null;
}

/** The scale of a stand-in's slider. @param {HTMLElement} thumb */
export function scaleOf(thumb) {
  const [low, high, value] = ["min", "max", "now"].map((name) => Number(thumb.getAttribute(`aria-value${name}`)));
  return { low, high, value, step: Number(thumb.dataset.step) };
}

/** @param {HTMLElement} thumb @param {number} value */
function showThumb(thumb, value) {
  const { low, high } = scaleOf(thumb);
  thumb.setAttribute("aria-valuenow", String(value));
  thumb.style.setProperty("--slider-thumb-offset", `${(100 * (value - low)) / (high - low)}%`);
}

/**
 * Menus keep what they came with: they change with the experiment, and then no stand-in is seen.
 * @param {string} id
 * @param {Record<string, unknown>} props
 */
export function showOnStandIn(id, { value, checked }) {
  const node = byId(id);
  if (!node || !standsFor(node)) return;
  const thumb = find(node, "[role=slider]");
  const field = node instanceof HTMLInputElement ? node : null;
  if (field && checked !== undefined) field.checked = Boolean(checked);
  if (value === undefined || field?.readOnly) return;
  if (thumb) showThumb(thumb, Number(value));
  else if (field) field.value = /** @type {string} */ (value);
  else node.querySelectorAll("input").forEach((choice) => (choice.checked = choice.value === value));
}
