/**
 * The runs of a sweep that are looked at: all, those with a final loss on one side of a limit, or those that diverged.
 * It acts on all that is read of the sweep; one button undoes it.
 * @import { Cube } from "../cube/types.js"
 * @import { Filter } from "./types.js"
 */

import { byId, make, makeButton, setText } from "../lib/dom.js";
import { formatCount, formatKnob, parseNumber } from "../core/format.js";
import { ofSome } from "../cube/axis_words.js";
import { hasScores } from "../cube/cube_numbers.js";
import { ALL_LOSSES } from "../cube/loss_cube.js";
import { percentText } from "./luck_words.js";
import { countLeft, middleLoss } from "../cube/totals.js";

const [ALL, MOST, LEAST, LOST] = ["all", "most", "least", "lost"];
const KINDS = [
  [ALL, "all runs"],
  [MOST, "final loss at most"],
  [LEAST, "final loss at least"],
  [LOST, "runs that diverged"],
];
const HIGHEST = 3.4028234663852886e38;

/** No filter, as it is chosen and typed. */
export const noFilter = () => ({ kind: ALL, limit: null, text: "" });

/**
 * The losses that are left, as the numbers of a cube are: rounded to float32. A run that diverged has no loss.
 * @param {Filter} filter
 */
export function lossesLeft({ kind, limit }) {
  const rounded = Math.min(HIGHEST, Math.fround(limit ?? 0));
  const ranges = { [ALL]: ALL_LOSSES, [MOST]: [0, rounded], [LEAST]: [rounded, HIGHEST], [LOST]: [Infinity, Infinity] };
  return ranges[kind];
}

/** The filter in a download's address: "" of none. @param {Filter} filter */
export function filterQuery({ kind, limit }) {
  const queries = { [ALL]: "", [MOST]: `?at_most=${limit}`, [LEAST]: `?at_least=${limit}`, [LOST]: "?diverged=yes" };
  return queries[kind];
}

/** A filter in the middle of a sentence; "" for none. @param {Filter} filter */
export function filterText({ kind, limit }) {
  if (kind === MOST || kind === LEAST) return `final loss at ${kind} ${formatKnob(limit ?? 0)}`;
  return kind === LOST ? "runs that diverged" : "";
}

/** The number of runs that are left. @param {Cube} cube @param {Filter} filter */
export function leftText(cube, { kind }) {
  if (kind === ALL || !cube.made) return "";
  const { count } = countLeft(cube);
  const share = count ? ` (${percentText(count / cube.made)})` : "";
  const left = `${count === 1 ? "is left" : "are left"}${share}`;
  const without = kind === LEAST && cube.lost ? " A run that diverged has no final loss." : "";
  return `${formatCount(count)} of ${formatCount(cube.made)} runs${ofSome(cube)} ${left}.${without}`;
}

/**
 * The controls of the filter of the cube that is drawn; `changed` is called with whether there are others now.
 * @param {() => Cube} drawnCube @param {Filter} filter @param {(isOther: boolean) => void} changed
 */
export function filterControls(drawnCube, filter, changed) {
  /** @param {Partial<Filter>} change @param {boolean} isOther */
  const turn = (change, isOther) => {
    Object.assign(filter, change);
    drawnCube().left = lossesLeft(filter);
    changed(isOther);
  };
  /** @param {{ target: HTMLSelectElement }} fields */
  const choose = ({ target: { value } }) => {
    const limit = filter.limit ?? middleLoss(drawnCube());
    turn({ kind: value, limit, text: formatKnob(limit) }, true);
  };
  // Of scores there is no limit to type: a score is a share, and most runs have one of a few.
  const kinds = hasScores(drawnCube()) ? KINDS.filter(([kind]) => kind === ALL || kind === LOST) : KINDS;
  const options = kinds.map(([value, text]) => make("option", { value, selected: value === filter.kind }, text));
  const menu = make("select", { id: "sweep-only", class: "mini", on: { change: choose } }, ...options);
  const undo = () => {
    turn(noFilter(), true);
    byId("sweep-only").focus();
  };
  return [
    make("label", {}, "Only", menu),
    ...(filter.kind === MOST || filter.kind === LEAST ? [limitField(filter, turn)] : []),
    ...(filter.kind === ALL ? [] : [makeButton({ id: "sweep-unfilter", class: "button" }, undo, "Show all runs")]),
    make("span", { id: "sweep-left", role: "status" }, leftText(drawnCube(), filter)),
  ];
}

/** @param {Filter} filter @param {(change: Partial<Filter>, isOther: boolean) => void} turn */
function limitField(filter, turn) {
  /** @param {{ target: HTMLInputElement }} fields */
  const input = ({ target }) => {
    const limit = parseNumber(target.value);
    const isLoss = limit >= 0 && limit < Infinity;
    target.setAttribute("aria-invalid", String(!isLoss));
    Object.assign(filter, { text: target.value });
    if (isLoss) turn({ limit }, false);
    else setText(byId("sweep-left"), "A loss is a number from 0 up.");
  };
  const attributes = { inputmode: "decimal", autocomplete: "off", "aria-describedby": "sweep-left" };
  return make("input", { id: "sweep-limit", value: filter.text, "aria-label": "Loss", ...attributes, on: { input } });
}
