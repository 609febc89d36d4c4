/**
 * The notes beside the output: which colours stand for what, what is drawn, how much of the square has the right sign,
 * the numbers at what is probed, and the values of inputs that are no axis.
 * @import { Maps, Numbers, Probe, TargetMap } from "../core/types.js"
 * @import { Kind, Shown } from "./map_selection.js"
 * @import { Acts } from "./elements.js"
 * @import { Grids } from "../maps/response_grids.js"
 */

import { decode } from "../lib/arrays.js";
import { find, make, makeButton, setText } from "../lib/dom.js";
import { PLANE, isPlaneOffered } from "../core/answers.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, formatNumber, formatWeight } from "../core/format.js";
import { state } from "../core/state.js";
import { inputName, namedOutput } from "../model/ports.js";
import { inputText, probeInput, typeInput, typedInput } from "../step/probe.js";
import { asShown, coloursOf, outputName, outputNoun } from "../maps/response_grids.js";
import { axisMenus, showAxesIn } from "../step/response_maps.js";
import { lookAt } from "./answer_choice.js";
import { classKey } from "./class_key.js";
import { WINNER, chosen, chosenRow, nameOf } from "./map_selection.js";
import { thumbs } from "./elements.js";
import { pointsHint } from "./point_tool.js";
import { borderOf } from "./target_border.js";

const MOST_NUMBERS = 3;

/** Empty notes for a network of that kind. @param {TargetMap} targetMap @param {Kind} kind @param {Acts} acts */
export function makeNotes({ inputs, rows }, kind, acts) {
  const row = kind === "many" ? chosenRow(rows) : 0;
  const isWinner = row === WINNER;
  const single = kind === "one" || kind === "many";
  const name = kind === "two" ? nameOf(chosen.quantity) : nameOf(chosen.quantity, row);
  const scale = kind === "line" ? [] : [isWinner ? classKey(rows) : scaleNote(name)];
  const key = single ? [make("ul", { class: "picture-key detail" })] : [];
  const rest = [...(inputs > 2 ? planeNotes(inputs) : []), ...(single && !isWinner ? [thumbs(row, acts)] : [])];
  return [
    make("div", { class: "notes-first" }, ...scale, make("p", { class: "share" }), ...key),
    make(
      "div",
      { class: `notes-rest ${inputs > 2 ? "with-axes" : ""}` },
      sampleNote(),
      make("p", { class: "hint" }),
      ...rest,
    ),
  ];
}

/** @param {number} inputs */
const planeNotes = (inputs) => [
  make("div", { class: "axes" }, ...axisMenus(inputs)),
  make("div", { class: "held-inputs" }),
  ...(isPlaneOffered() ? [planeButton()] : []),
];

const planeButton = () =>
  makeButton(
    { class: "button edged", "data-control": "plane" },
    () => lookAt({ outputForm: PLANE }),
    "A plane instead",
  );

/** The colours with their ends, under a name. @param {string} name */
export function scaleNote(name) {
  return make(
    "div",
    { class: "colour-scale soft" },
    make("b", {}, name),
    make("i", { class: "ramp" }),
    make("div", { class: "ends" }, make("span"), make("span", {}, "0"), make("span")),
  );
}

/** @param {HTMLElement} box @param {{ middle?: number, scale: number }} fields */
export function fillScale(box, { middle = 0, scale }) {
  const ends = box.querySelectorAll(".ends span");
  if (!ends.length) return;
  setText(ends[0], formatNumber(middle - scale, 1));
  setText(ends[1], formatNumber(middle, 1));
  setText(ends[2], formatNumber(middle + scale, 1));
}

function sampleNote() {
  const back = makeButton({ class: "button" }, () => probeInput(null), "Samples");
  return make("div", { class: "at-sample" }, make("b"), back, make("dl"));
}

/** Writes what a response says into the notes. @param {HTMLElement} box @param {Shown} shown @param {Kind} kind */
export function fillNotes(box, { frame, response, probe, grids }, kind) {
  fillScale(box, coloursOf(frame, chosen.quantity));
  fillKey(find(box, ".picture-key"), frame, response, grids);
  const share = find(box, ".share");
  setText(share, kind === "line" ? "" : shareWords(response.share, kind === "many" ? chosenRow(frame.rows) : null));
  setText(find(box, ".hint"), pointsHint());
  if (probe) fillSample(find(box, ".at-sample"), probe, kind, frame);
  if (frame.inputs > 2) showAxesIn(find(box, ".axes"), response.axes);
  if (frame.inputs > 2 && probe) fillHeldInputs(find(box, ".held-inputs"), response.axes, probe);
}

const KEY_ROWS = {
  samples: "samples, by target",
  misses: "samples, by error",
  held: "held-out samples",
  border: "target’s border",
  ring: "sample at this step",
  own: "probed input",
};
const KEY_NAMES = /** @type {(keyof typeof KEY_ROWS)[]} */ (Object.keys(KEY_ROWS));

/**
 * The key of what is drawn over the colours.
 * @param {HTMLElement} list @param {TargetMap} frame @param {Maps} maps @param {Grids} grids
 */
function fillKey(list, frame, { facts, marks, ring, held }, { target }) {
  if (!list) return;
  const isError = chosen.quantity === "error";
  const shown = {
    samples: marks.length && !isError && chosenRow(target.length) !== WINNER,
    misses: marks.length && isError && facts,
    held: held && held.length && chosen.quantity === "output",
    border: !isError && target.some((_, row) => borderOf(frame, target, row).length),
    ring: ring && !state.ownInput,
    own: ring && state.ownInput,
  };
  const names = KEY_NAMES.filter((name) => shown[name]);
  if (list.dataset.names === names.join()) return;
  list.dataset.names = names.join();
  list.replaceChildren(...names.map((name) => make("li", { class: `key-${name}` }, make("i"), KEY_ROWS[name])));
}

/**
 * The share of the square that has the right sign, of one output or of each of two.
 * @param {?number[]} shares @param {?number} row
 */
export function shareWords(shares, row) {
  if (!shares) return "";
  const one = row === null && shares.length > 1 ? null : shares[row || 0];
  if (one !== null) return `${percent(one)} of the square has the right sign.`;
  return `${shares.map(percent).join(" and ")} have the right sign.`;
}

/** A share in whole percent; what is not all is never called 100 %. @param {number} share */
function percent(share) {
  const hundredths = 100 * share;
  const whole = Math.round(hundredths);
  return `${whole === 100 && share < 1 ? Math.min(99.9, Math.floor(10 * hundredths) / 10) : whole} %`;
}

/** A target is often a whole number. @param {number} value */
const formatTarget = (value) => formatWeight(value).replace(/\.00$/, "");

/** Whether maps at the end have learned it, while its numbers, as its loss, are before that. @param {?number} sample */
const isLast = (sample) => sample === state.shown.summary.samples - 1;

/**
 * Of two outputs their captions say the numbers.
 * @param {HTMLElement} box @param {Probe} probe @param {Kind} kind @param {TargetMap} frame
 */
function fillSample(box, { sample, columns, target, loss }, kind, frame) {
  const [whose, back, list] = /** @type {HTMLElement[]} */ ([...box.children]);
  box.classList.toggle("detail", isLast(sample));
  setText(whose, sample === null ? "Own input" : `Sample ${formatCount(sample)}`);
  back.hidden = sample !== null;
  const input = decode(columns[0].values);
  const output = decode(columns[columns.length - 1].values);
  const isWinner = kind === "many" && chosenRow(output.length) === WINNER;
  /** @param {Numbers} numbers @param {(value: number) => string} format */
  const ofRow = (numbers, format) => {
    const row = kind === "many" ? chosenRow(numbers.length) : 0;
    if (row === WINNER) return namedOutput(numbers.indexOf(Math.max(...numbers)));
    const shown = kind === "line" ? Array.from(numbers) : [numbers[row]];
    return shown.length <= MOST_NUMBERS ? shown.map(format).join(", ") : "";
  };
  const lines = [
    ["at", input.length <= MOST_NUMBERS ? Array.from(input, inputText).join(", ") : ""],
    [isWinner ? "answer" : outputName(frame), kind === "two" ? "" : ofRow(output, formatWeight)],
    [asShown("target", frame), kind === "two" || !target ? "" : ofRow(decode(target), formatTarget)],
    ["loss", loss || ""],
  ].filter(([, text]) => text);
  if (hasOtherContents(list, lines))
    list.replaceChildren(...lines.flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
}

/**
 * Output and target of one output at what is probed; the map at the end answers the last sample otherwise.
 * @param {Probe} probe @param {number} row @param {TargetMap} frame
 */
export function valuesAt({ sample, columns, target }, row, frame) {
  if (isLast(sample)) return [];
  const output = make("b", {}, formatWeight(decode(columns[columns.length - 1].values)[row]));
  const wanted = target ? [", target ", make("b", {}, formatTarget(decode(target)[row]))] : [];
  return [make("span", {}, `${outputNoun(frame)} `), output, ...wanted];
}

/**
 * A field for every input that is no axis: its value there, which can be set.
 * @param {HTMLElement} box @param {number[]} axes @param {Probe} probe
 */
function fillHeldInputs(box, axes, { columns }) {
  const vector = decode(columns[0].values);
  const held = Array.from(vector.keys()).filter((at) => !axes.includes(at));
  if (box.dataset.held !== held.join()) {
    box.dataset.held = held.join();
    const says = make("p", { class: "error", role: "alert" });
    box.replaceChildren(...held.map((at) => heldInput(at, says)), says);
  }
  box.querySelectorAll("input").forEach((field, k) => {
    if (field !== document.activeElement) field.value = typedInput(vector[held[k]], held[k]);
  });
}

/** @param {number} at @param {HTMLElement} says */
function heldInput(at, says) {
  /** @param {{ target: HTMLInputElement }} fields */
  const change = ({ target: field }) => typeInput(at, field, says);
  const name = inputName(at);
  const field = make("input", { class: "mini", inputmode: "decimal", "aria-label": name, on: { change } });
  return make("label", {}, name, field);
}
