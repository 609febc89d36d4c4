/**
 * The choices of what a sweep's picture shows: its axes across and up, all values or one of each other axis, the
 * measure, and which runs are looked at. `redraw` is called after each choice.
 * @import { View } from "../cube/types.js"
 */

import { byId, make, setText } from "../lib/dom.js";
import { capitalized, formatCount } from "../core/format.js";
import { axisTitle, valueText } from "../cube/axis_words.js";
import { numberWords } from "../cube/cube_numbers.js";
import { isFiltered, LEFT, measureOf, measuresOf, measureTitle } from "./map_measures.js";
import { result, wholeRange } from "./opened_sweep.js";
import { filterControls, leftText } from "./run_filter.js";

const LOSS = "loss";

/** Draws all choices of the sweep that is opened; what had the focus has it again. @param {() => void} redraw */
export function drawChoices(redraw) {
  const { cube, view, filter } = result;
  const focused = document.activeElement && document.activeElement.id;
  const others = cube.names.filter((name) => name !== view.x && name !== view.y);
  const named = cube.names.map((name) => [name, capitalized(axisTitle(name))]);
  /** @param {Partial<View>} changes */
  const change = (changes) => changeView(changes, redraw);
  const measures = measuresOf(cube, view).map((measure) => [measure, measureTitle(cube, measure)]);
  const wasFiltered = isFiltered(cube);
  /** @param {boolean} isOther */
  const filterChanged = (isOther) => {
    result.at = null;
    if (isFiltered(result.cube) && !wasFiltered) view.measure = LEFT;
    if (isOther) drawChoices(redraw);
    else showRunsLeft();
    redraw();
  };
  byId("sweep-choices").replaceChildren(
    menu("sweep-x", "Across", named, view.x, (name) => change(turned("x", name))),
    menu("sweep-y", "Up", [...named, [LOSS, numberWords(cube).short]], view.y || LOSS, (name) =>
      change(turned("y", name === LOSS ? "" : name)),
    ),
    ...others.map((name) => otherAxis(name, change, redraw)),
    ...(measures.length > 1
      ? [menu("sweep-share", "Show", measures, measureOf(cube, view), (measure) => change({ measure }))]
      : []),
    ...filterControls(() => result.cube, filter, filterChanged),
  );
  if (focused && byId(focused)) byId(focused).focus();
}

/** Shows the number of runs that are left, once more have come. */
export function showRunsLeft() {
  const field = byId("sweep-limit");
  if (field && field.getAttribute("aria-invalid") === "true") return;
  setText(byId("sweep-left"), leftText(result.cube, result.filter));
}

/**
 * @param {string} id @param {string} text @param {string[][]} rows @param {string} chosen
 * @param {(value: string) => void} choose
 */
function menu(id, text, rows, chosen, choose) {
  const options = rows.map(([value, words]) => make("option", { value, selected: value === chosen }, words));
  /** @param {{ target: HTMLSelectElement }} fields */
  const change = ({ target }) => choose(target.value);
  return make("label", {}, text, make("select", { id, class: "mini", on: { change } }, ...options));
}

/**
 * An axis that is not drawn: all of its values together, or one of them.
 * @param {string} name @param {(changes: Partial<View>) => void} change @param {() => void} redraw
 */
function otherAxis(name, change, redraw) {
  const { view, whole } = result;
  const values = whole.values[name];
  const rows = [
    ["all", `all ${formatCount(values.length)} together`],
    ["one", "one value"],
  ];
  const isOne = view.at[name] !== null;
  /** @param {string} kind */
  const placeOf = (kind) => (kind === "one" ? Math.floor(values.length / 2) : null);
  /** @param {string} kind */
  const choose = (kind) => change({ at: { ...view.at, [name]: placeOf(kind) } });
  const output = make("output", { for: `sweep-at-${name}` }, isOne ? valueText(name, values[view.at[name] ?? 0]) : "");
  /** @param {{ target: HTMLInputElement }} fields */
  const input = ({ target }) => {
    const place = Number(target.value);
    view.at[name] = place;
    setText(output, valueText(name, values[place]));
    target.setAttribute("aria-valuetext", output.textContent);
    Object.assign(result, { at: null });
    redraw();
  };
  const slider = make("input", {
    id: `sweep-at-${name}`,
    type: "range",
    min: 0,
    max: values.length - 1,
    value: view.at[name] ?? 0,
    "aria-label": axisTitle(name),
    "aria-valuetext": output.textContent,
    on: { input },
  });
  return make(
    "span",
    { class: "other-axis" },
    menu(`sweep-of-${name}`, capitalized(axisTitle(name)), rows, isOne ? "one" : "all", choose),
    ...(isOne ? [slider, output] : []),
  );
}

/**
 * The changes of a view that is to have this axis on one side: the other one gives way.
 * @param {"x" | "y"} side @param {string} name
 */
function turned(side, name) {
  const { view, cube } = result;
  const other = side === "x" ? "y" : "x";
  const change = { [side]: name };
  if (name && view[other] === name) change[other] = view[side] || cube.names.find((one) => one !== name) || "";
  const at = { ...view.at };
  const left = [view.x, view.y].filter((one) => one && ![change.x ?? view.x, change.y ?? view.y].includes(one));
  for (const one of left) at[one] = null;
  return { ...change, at };
}

/** @param {Partial<View>} changes @param {() => void} redraw */
function changeView(changes, redraw) {
  Object.assign(result.view, changes);
  result.at = null;
  result.range = wholeRange();
  drawChoices(redraw);
  redraw();
}
