/**
 * The probe: one vector forward through every layer, and the slope of its loss back. Its columns are made anew only for
 * another network or other names; their numbers follow the cursor. An input of one's own is typed in the first column.
 * @typedef {{ head: string, says: string, values: Numbers, slopes: ?Numbers, names: ?string[] }} Vector `names`: of its
 *   numbers, where a table has given them.
 * @typedef {"values" | "slopes"} Part
 * @import { ColumnScale, EncodedArray, Numbers, Probe } from "../core/types.js"
 */

import { decode, greatestMagnitude, tint } from "../lib/arrays.js";
import { byId, find, findAll, inputById, make, setText, setVariable } from "../lib/dom.js";
import { followSight, isInSight, watchSight } from "../lib/in_sight.js";
import { hasOtherContents } from "../core/contents.js";
import { formatCount, formatSlope, formatWeight, isTyped, parseNumber } from "../core/format.js";
import { answersChosen, mapsReceived } from "../core/signals.js";
import { state } from "../core/state.js";
import { cursor, requestStep } from "../model/cursor.js";
import { pictureShape } from "../model/pictures.js";
import { columnText, givenNames, inputName, scaledBy, scaledBack } from "../model/ports.js";
import { showUpdate } from "./probe_update.js";

const READABLE = 12;
const FEW = 4;
const HEIGHT = 176;

/** @type {Probe} */
let probe;
/** @type {?Probe} */
let drawn = null;
/** How numbers of inputs are read as the table has them. @type {?ColumnScale | undefined} */
let columnScale;
let visible = false;

/**
 * The vector at the cursor, as the server gives it; drawn when it is in sight, or near it where no knob is held. An own
 * input goes with a network that takes more or fewer numbers; a sample that was asked for before it was typed is no
 * reason.
 * @param {Probe} received @param {?ColumnScale | undefined} inputScale
 */
function receive(received, inputScale) {
  const { ownInput } = state;
  if (ownInput && received.sample !== null && decode(received.columns[0].values).length !== ownInput.length) {
    state.ownInput = null;
  }
  probe = received;
  rescaleOwnInput(inputScale);
  columnScale = inputScale;
  if (state.held ? isInSight(section()) : visible) draw();
}

/**
 * An own input keeps the numbers that it has in the table, when these are scaled in another way.
 * @param {?ColumnScale | undefined} scale
 */
function rescaleOwnInput(scale) {
  const { ownInput } = state;
  if (!ownInput || String(probedInput()) !== String(ownInput)) return;
  if (String(scale ?? "") === String(columnScale ?? "")) return;
  const numbers = ownInput.map((number, at) => scaledBy(scale, at, scaledBack(columnScale, at, number)));
  state.ownInput = numbers.every(Number.isFinite) ? numbers : null;
  requestStep();
}

function draw() {
  if (drawn === probe || !probe) return;
  drawn = probe;
  showChoice(probe);
  const vectors = vectorsOf(probe);
  const box = byId("probe-flow");
  const shape = vectors.map(({ head, says, values, names }) => [head, says, values.length, names]);
  if (hasOtherContents(box, [shape, probe.sample === null, !!probe.loss, probe.sign])) {
    box.style.setProperty("--columns", String(vectors.length));
    box.replaceChildren(...rows(vectors));
  }
  fill(box, vectors);
  showUpdate(probe);
}

/** The columns, their arrays decoded; the target is the last of them. @param {Probe} probe */
function vectorsOf({ columns, target }) {
  const vectors = columns.map(({ head, says, values, slopes }, k) => ({
    head,
    says,
    values: decode(values),
    slopes: slopes && decode(slopes),
    names: namesOf(k),
  }));
  if (!target) return vectors;
  const names = namesOf(vectors.length);
  const says = state.shown.frame.response.scaled ? "t, scaled" : "t";
  return [...vectors, { head: "Target", says, values: decode(target), slopes: null, names }];
}

/** The names of the numbers in a column: inputs in the first, outputs from the last layer on. @param {number} k */
function namesOf(k) {
  const given = givenNames();
  if (!given) return null;
  return k === 0 ? given.inputs : k >= state.shown.frame.strip.layers.length ? given.outputs : null;
}

/* Sample or own input */

/** @param {Probe} probe */
function showChoice({ sample }) {
  const box = byId("probe-what");
  if (!box.children.length) {
    box.append(
      choice("sample", () => probeInput(null)),
      choice("own", () => probeInput(probedInput())),
    );
  }
  const [first, second] = box.querySelectorAll("label");
  setText(first, `Sample ${formatCount(sample === null ? cursor.place.sample : sample)}`);
  setText(second, state.openRow === null ? "Own input" : `Row ${formatCount(state.openRow)}`);
  inputById(`probe-${state.ownInput ? "own" : "sample"}`).checked = true;
}

/** @param {string} value @param {() => void} act */
function choice(value, act) {
  const input = make("input", { type: "radio", name: "probe-what", value, id: `probe-${value}`, on: { change: act } });
  return make("div", {}, input, make("label", { for: `probe-${value}` }));
}

/** The vector that is probed now, as plain numbers; none before anything is. */
export const probedInput = () => (probe ? Array.from(decode(probe.columns[0].values)) : []);

/**
 * Probes this input, which may be that of a row of the table; null goes back to the samples.
 * @param {?number[]} vector @param {?number} row
 */
export function probeInput(vector, row = null) {
  const isOther = state.openRow !== row;
  Object.assign(state, { ownInput: vector, openRow: row });
  if (isOther) answersChosen.emit();
  requestStep();
}

/**
 * Probes the vector with what was typed into the field of one input; else the place for words says why not. An emptied
 * field gets its number back.
 * @param {number} at @param {HTMLInputElement} field @param {Element} says
 */
export function typeInput(at, field, says) {
  const input = state.ownInput || probedInput();
  const emptied = !field.value.trim();
  const value = emptied ? input[at] : scaledBy(columnScale, at, parseNumber(field.value));
  const good = Number.isFinite(value);
  field.toggleAttribute("aria-invalid", !good);
  says.textContent = good ? "" : refusal(at);
  if (emptied) field.value = typedInput(value, at);
  else if (good) probeInput(input.map((number, k) => (k === at ? value : number)));
}

/** @param {number} at */
const refusal = (at) => `An input is a number, such as ${columnScale ? inputText(probedInput()[at], at) : 0.39}.`;

/**
 * An input as its field shows it: of a named column as the table has it, with each digit that it has there.
 * @param {number} number @param {number} at
 */
export function typedInput(number, at) {
  const value = scaledBack(columnScale, at, number);
  return String(isTyped(value) ? value : Number(value.toPrecision(6)));
}

/** An input as words have it. @param {number} number @param {number} at */
export const inputText = (number, at) =>
  columnScale ? columnText("inputs", at, scaledBack(columnScale, at, number)) : formatWeight(number);

/* Columns */

/** @param {Vector[]} vectors */
function rows(vectors) {
  /** @param {number} k @param {Node} sign */
  const between = (k, sign) => (k ? [sign] : []);
  /** @param {Vector} vector */
  const name = ({ head, says }) => make("span", { class: "name" }, make("b", {}, head), says);
  const names = vectors.flatMap((vector, k) => [...between(k, make("span")), name(vector)]);
  const forward = vectors.flatMap((vector, k) => [...between(k, signBefore(vector)), column(vector, k, "values")]);
  const first = [make("span"), ...names, side("Forward", "value"), ...forward];
  return probe.loss ? [...first, side("Backward", "gradient"), ...backward(vectors)] : first;
}

/** @param {Vector[]} vectors */
function backward(vectors) {
  // A vector that is no layer's has no gradient of its own.
  /** @param {Vector} vector @param {number} k */
  const cells = (vector, k) => (vector.slopes ? column(vector, k, "slopes") : make("span"));
  const slopes = vectors.slice(0, -1).flatMap((vector, k) => [...(k ? [arrow("←")] : []), cells(vector, k)]);
  return [...slopes, arrow("←"), make("span", { class: "loss" }, make("b"), "loss")];
}

/** @param {string} name @param {string} words */
const side = (name, words) => make("span", { class: "side" }, make("b", {}, name), words);
/** @param {string} text */
const arrow = (text) => make("span", { class: "arrow", "aria-hidden": "true" }, text);
/** @param {Vector} vector */
const signBefore = ({ head }) => arrow(head === "Target" ? (probe.sign ?? "") : "→");

/** Whether they are too many to be read. @param {ArrayLike<number>} values */
const many = ({ length }) => length > READABLE;

/** @param {Vector} vector @param {number} k @param {Part} part */
function column({ values, names }, k, part) {
  const typable = part === "values" && k === 0 && state.ownInput;
  const shape = k === 0 ? pictureShape() : null;
  // The fields of pixels would have no room for their numbers.
  const hasFields = typable && !shape;
  const isLong = many(values) && !hasFields;
  const isNamed = names !== null && part === "values" && !isLong;
  /** @param {number} at */
  const name = (at) => (isNamed ? [make("small", { title: names[at] }, names[at])] : []);
  /** @param {number} at */
  const number = (at) => make("span", { class: "cell tint tint-text" }, ...(isLong ? [] : [make("span")]), ...name(at));
  /** @param {number} at */
  const field = (at) => make("label", { class: "cell" }, inputField(at), ...name(at));
  const cells = Array.from(values, (_, at) => (!hasFields ? number(at) : isNamed ? field(at) : inputField(at)));
  shape?.cells.forEach((input, at) => cells[input].style.setProperty("order", String(at)));
  const size = isLong ? `${Math.max(3, HEIGHT / values.length)}px` : isNamed ? "38px" : "22px";
  /** @type {Record<string, unknown>} */
  const traits = { many: isLong, named: isNamed, picture: shape, fields: hasFields && many(values) };
  return make(
    "div",
    {
      class: ["vector", ...Object.keys(traits).filter((trait) => traits[trait])].join(" "),
      role: typable ? "group" : "img",
      style: {
        "--cell": values.length <= FEW && !isNamed ? "32px" : size,
        ...(shape ? { "--across": shape.columns, "--ratio": shape.columns / shape.rows } : {}),
      },
      "data-part": part,
      "data-column": k,
    },
    ...cells,
  );
}

/** @param {number} at */
function inputField(at) {
  /** @param {{ target: HTMLInputElement }} fields */
  const change = ({ target }) => typeInput(at, target, byId("probe-says"));
  const label = `Input ${inputName(at)}`;
  return make("input", { class: "cell", inputmode: "decimal", "aria-label": label, on: { change } });
}

/** @param {HTMLElement} box @param {Vector[]} vectors */
function fill(box, vectors) {
  const scales = {
    values: greatestMagnitude(vectors.map(({ values }) => values)),
    slopes: greatestMagnitude(vectors.map(({ slopes }) => slopes || [])),
  };
  findAll(box, ".vector").forEach((vector) => {
    const part = /** @type {Part} */ (vector.dataset.part);
    const k = Number(vector.dataset.column);
    const { head, says, names, [part]: numbers } = vectors[k];
    if (!numbers) return;
    const text = part === "slopes" ? formatSlope : k === 0 && state.ownInput ? inputText : formatWeight;
    /** @param {number} number @param {number} at */
    const words = (number, at) => (names ? `${names[at]} ${text(number, at)}` : text(number, at));
    write(vector, numbers, scales[part], many(numbers) ? words : text);
    const label = part === "values" ? [head, ...says.split(", ").slice(1)].join(", ") : `Gradient at ${head}`;
    vector.setAttribute("aria-label", `${label}: ${Array.from(numbers, words).join(", ")}`);
  });
  /** @type {?HTMLElement} */
  const loss = find(box, ".loss b");
  if (loss) writeNumber(loss, probe.loss ?? "");
}

/**
 * Numbers into cells: the colour, and the text where there is room for one.
 * @param {Element} vector @param {ArrayLike<number>} numbers @param {number} scale
 * @param {(value: number, at: number) => string} textOf
 */
function write(vector, numbers, scale, textOf) {
  findAll(vector, ":scope > :not(label), :scope > label > input").forEach((cell, at) => {
    const text = textOf(numbers[at], at);
    if (cell instanceof HTMLInputElement) {
      // A visitor who types into a field is not interrupted by the answer about the field before.
      if (document.activeElement === cell) return;
      cell.value = typedInput(numbers[at], at);
      setVariable(cell, "--long", cell.value.length);
      return;
    }
    setVariable(cell, "--t", tint(numbers[at], scale));
    if (cell.firstElementChild instanceof HTMLElement) writeNumber(cell.firstElementChild, text);
    else cell.title = text;
  });
}

/** Its size is that of its number of characters. @param {HTMLElement} box @param {string} text */
function writeNumber(box, text) {
  setText(box, text);
  setVariable(box, "--long", text.length);
}

/** The finding of the probe: what goes in, what comes out, what is expected, and the loss. */
export function probeWords() {
  if (!probe) return "";
  const { sample, columns, target, loss } = probe;
  const own = state.openRow === null ? "Own input" : `Row ${formatCount(state.openRow)}`;
  const whose = sample === null ? own : `Sample ${formatCount(sample)}`;
  const ends = [
    `input ${vectorWords(columns[0].values, 0)}`,
    `last layer ${vectorWords(columns[columns.length - 1].values, columns.length - 1)}`,
    ...(target ? [`target ${vectorWords(target, columns.length)}`] : []),
    ...(loss ? [`loss ${loss}`] : []),
  ];
  return `${whose}: ${ends.join("; ")}.`;
}

/** @param {EncodedArray} values @param {number} k */
function vectorWords(values, k) {
  const numbers = decode(values);
  const names = namesOf(k);
  /** @param {number} number @param {number} at */
  const text = (number, at) => (k === 0 ? inputText(number, at) : formatWeight(number));
  /** @param {number} number @param {number} at */
  const words = (number, at) => (names ? `${names[at]} ${text(number, at)}` : text(number, at));
  return numbers.length <= FEW ? Array.from(numbers, words).join(", ") : `of ${numbers.length} numbers`;
}

const section = () => byId("at-probe");

function watch() {
  watchSight(section(), draw);
  const follow = (/** @type {boolean} */ isNear) => {
    visible = isNear;
    if (visible) draw();
  };
  followSight(section(), follow, { rootMargin: "200px" });
}

export function installProbe() {
  mapsReceived.on(({ probe: received, response }) => received && receive(received, response?.scales?.[0]));
  watch();
}
