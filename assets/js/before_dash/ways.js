/**
 * The ways in which values go over between the page and its controls before Dash has mounted them, a row each.
 * `webapp/page/before_dash/table.py` says which control has which.
 */

import { KEY_STEPS } from "../core/sliders.js";

/**
 * @typedef {object} Way
 * @property {string} property The property of Dash's component that has the value.
 * @property {"change" | "keydown"} event The event by which a user changes the value.
 * @property {(part: HTMLInputElement, key: string) => unknown} read The value after the event, or null.
 * @property {(part: HTMLInputElement, value: any) => void} show Shows the control's value in a part of the stand-in.
 */

const DECIMALS = 6;

/** The scale of a slider. @param {HTMLElement} thumb */
function scaleOf(thumb) {
  const [low, high, value] = ["min", "max", "now"].map((name) => Number(thumb.getAttribute(`aria-value${name}`)));
  return { low, high, value, step: Number(thumb.dataset.step) };
}

/** The value to which a key takes a slider's thumb, or null. @param {HTMLElement} thumb @param {string} key */
function valueAfter(thumb, key) {
  const { low, high, value, step } = scaleOf(thumb);
  if (key === "Home") return low;
  if (key === "End") return high;
  if (!(key in KEY_STEPS)) return null;
  return Number(Math.min(high, Math.max(low, value + KEY_STEPS[key] * step)).toFixed(DECIMALS));
}

/** @param {HTMLElement} thumb @param {number} value */
function showThumb(thumb, value) {
  const { low, high } = scaleOf(thumb);
  thumb.setAttribute("aria-valuenow", String(value));
  thumb.style.setProperty("--slider-thumb-offset", `${(100 * (value - low)) / (high - low)}%`);
}

/** @type {Record<string, Way>} */
export const WAYS = {
  text: {
    property: "value",
    event: "change",
    read: (field) => field.value,
    show: (field, text) => (field.value = text),
  },
  tick: { property: "checked", event: "change", read: (box) => box.checked, show: (box, on) => (box.checked = on) },
  choice: {
    property: "value",
    event: "change",
    read: (choice) => choice.value,
    show: (choice, chosen) => (choice.checked = choice.value === chosen),
  },
  thumb: { property: "value", event: "keydown", read: valueAfter, show: showThumb },
};
