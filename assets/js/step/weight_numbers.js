/**
 * Elements that each carry the number of one weight, in the heat map and in the table alike: a button opens the editor
 * of its starting weight.
 * @import { Weight } from "./weight_rows.js"
 */

import { make, setText, setVariable } from "../lib/dom.js";
import { formatWeight } from "../core/format.js";
import { isFrozen, spokenWeight } from "../model/weights.js";
import { openWeightEditor } from "../network/weight_editor.js";

/**
 * An element for a weight's number; `at` is the number's place in the row of all, for a button.
 * @param {Weight} weight @param {{ button: boolean, at: number, class: string, [attribute: string]: unknown }} fields
 * @param {...Node} children
 */
export function numberElement(weight, { button, at, ...attributes }, ...children) {
  const name = spokenWeight(weight);
  const cell = make(
    button ? "button" : "span",
    {
      ...attributes,
      class: `${attributes.class}${isFrozen(weight) ? " frozen" : ""}`,
      "data-control": `${weight.layer} ${weight.name} ${weight.row} ${weight.column}`,
      "data-name": name,
    },
    make("span", { class: "value" }),
    ...children,
  );
  if (!button) return cell;
  cell.dataset.at = String(at);
  cell.setAttribute("type", "button");
  cell.addEventListener("click", () => openWeightEditor(weight, name, cell.getBoundingClientRect()));
  return cell;
}

/**
 * Writes the number of each element: its text, its share of the scale, and where nothing moves what is said of it.
 * @param {HTMLElement[]} elements @param {number[]} numbers
 * @param {{ shareOf: (number: number) => number | string, moving: boolean }} fields
 */
export function writeNumbers(elements, numbers, { shareOf, moving }) {
  elements.forEach((cell, k) => {
    const text = formatWeight(numbers[k]);
    setText(/** @type {Element} */ (cell.firstElementChild), text);
    setVariable(cell, "--long", text.length);
    setVariable(cell, "--t", shareOf(numbers[k]));
    cell.classList.toggle("low", numbers[k] < 0);
    if (cell.tagName === "BUTTON" && !moving) setLabel(cell, labelOf(cell, text));
  });
}

/** @param {HTMLElement} cell @param {string} text */
function labelOf(cell, text) {
  const frozen = cell.classList.contains("frozen") ? ", frozen" : "";
  return `${cell.dataset.name} is ${text}${frozen}. Edit its starting value`;
}

/** @param {HTMLElement} cell @param {string} label */
function setLabel(cell, label) {
  if (cell.getAttribute("aria-label") !== label) cell.setAttribute("aria-label", label);
}
