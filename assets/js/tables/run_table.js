/**
 * Runs side by side: the current one over those that were pinned. What equals the current run is grey, what differs is
 * bold, the lowest final loss is underlined. A pin's line sample switches its curve on in the plot.
 */

import { byId, closest, element, icon, make } from "../lib/dom.js";
import { formatCount, formatFingerprint, formatKnob, formatNumber } from "../core/format.js";
import { pinsChanged, runSettled } from "../core/signals.js";
import { state } from "../core/state.js";
import { openRun } from "../net/requests.js";
import { clearPins, currentPin, pinRun, removePin, togglePinnedCurve } from "../model/pins.js";
import { DASHES, lowPassLine } from "../curve/pinned_curves.js";

const NOW = "Now";
const SPARK = { width: 120, height: 26 };
const LOSS = "Final loss";

const settledText = ({ summary }) => (summary.settled === null ? "∞" : formatNumber(summary.settled));

/** A column: its head, what it says of a run, whether it is text, and whether it is compared with the current run. */
const COLUMNS = [
  { head: "α", says: ({ summary }) => formatKnob(summary.alpha), compared: ({ summary }) => summary.alpha },
  { head: "Samples", says: ({ summary }) => formatCount(summary.samples), compared: ({ summary }) => summary.samples },
  { head: "Data seed", says: ({ summary }) => String(summary.seed), compared: ({ summary }) => summary.seed },
  {
    head: "Starting weights",
    says: ({ summary }) => formatFingerprint(summary.checkpoint),
    compared: ({ summary }) => summary.checkpoint,
  },
  {
    head: "Network",
    says: ({ about }) => about.network,
    compared: ({ about, summary }) => about.network + summary.network,
    text: true,
  },
  {
    head: "Target",
    says: ({ about }) => about.target,
    compared: ({ about, summary }) => about.target + summary.ideal + summary.inputs,
    text: true,
  },
  { head: LOSS, says: settledText },
  { head: "Last loss", says: ({ said }) => said.last },
  { head: "Learning potential", says: ({ said }) => said.potential },
  { head: "Max loss", says: ({ said }) => said.max },
  { head: "Run code", says: ({ summary }) => formatFingerprint(summary.fingerprint), text: true },
];

function show() {
  const { base, pins } = state;
  if (!base) return;
  const rows = [{ letter: NOW, run: base }, ...pins];
  const lowest = Math.min(...rows.map(({ run }) => run.summary.settled ?? Infinity));
  const isLowest = ({ run }) => rows.length > 1 && run.summary.settled === lowest;
  const heads = [["Run", true], ["Loss", true], ...COLUMNS.map(({ head, text }) => [head, text])];
  const headCell = ([head, text]) => make("th", { scope: "col", class: text ? "text" : null }, head);
  const height = sparkScale(rows);
  byId("runs-table").replaceChildren(
    make("thead", {}, make("tr", {}, ...heads.map(headCell), make("td"))),
    make("tbody", {}, ...rows.map((row) => rowElement(row, base, isLowest(row), height))),
  );
  byId("clear-pins").hidden = !pins.length;
  byId("pin").setAttribute("aria-pressed", String(Boolean(currentPin())));
}

function rowElement(pin, base, lowest, height) {
  const now = pin.letter === NOW;
  const who = () => make("span", { class: "who" }, lineSample([], 2.5), NOW);
  return make(
    "tr",
    { class: now ? "now" : null, "data-run": pin.letter },
    make("th", { scope: "row" }, now ? who() : curveButton(pin)),
    make("td", { class: "text" }, sparkOf(pin.run, height)),
    ...COLUMNS.map((column) => cellElement(column, pin.run, now ? null : base, lowest)),
    make("td", { class: "acts" }, ...(now ? [] : buttonsOf(pin))),
  );
}

function cellElement({ head, says, compared, text }, run, base, lowest) {
  const differs = base && compared && (compared(run) === compared(base) ? "same" : "differs");
  const words = says(run);
  const best = lowest && head === LOSS;
  const attributes = { class: [text && "text", differs].filter(Boolean).join(" ") || null, title: text ? words : null };
  return make("td", attributes, best ? make("span", { class: "lowest" }, words) : words);
}

function lineSample(dash, width) {
  return element(
    "svg",
    { viewBox: "0 0 28 10", "aria-hidden": "true" },
    element("path", { d: "M0 5H28", "stroke-width": width, "stroke-dasharray": dash.join(" ") }),
  );
}

function curveButton(pin) {
  const { letter, on } = pin;
  return make(
    "button",
    {
      type: "button",
      class: "who",
      "aria-pressed": String(on),
      title: on ? "Take its curve out of the plot" : "Draw its curve in the plot",
      "aria-label": `Run ${letter}: its curve in the plot`,
      on: { click: () => changeAndFocus(() => togglePinnedCurve(pin), `[data-run="${letter}"] .who`) },
    },
    lineSample(DASHES[letter], 1.75),
    letter,
  );
}

function buttonsOf(pin) {
  const { letter, run } = pin;
  const back = { class: "button", "aria-label": `Restore run ${letter}`, on: { click: () => openRun(run) } };
  const remove = {
    class: "button square",
    "aria-label": `Take run ${letter} out of the table`,
    on: { click: () => changeAndFocus(() => removePin(pin), "#runs") },
  };
  return [
    make("button", { type: "button", ...back }, "Restore"),
    make("button", { type: "button", ...remove }, icon("close")),
  ];
}

/** All sparklines on one scale, from the lowest to the highest loss of any of them. */
function sparkScale(rows) {
  const losses = rows
    .flatMap(({ run }) => Array.from(lowPassLine(run).y))
    .filter((loss) => loss > 0)
    .map(Math.log);
  const low = losses.reduce((a, b) => Math.min(a, b), Infinity);
  const high = losses.reduce((a, b) => Math.max(a, b), -Infinity);
  return (loss) => 2 + ((SPARK.height - 4) * (high - Math.log(loss))) / (high - low || 1);
}

function sparkOf(run, height) {
  const { x, y } = lowPassLine(run);
  const across = SPARK.width / Math.max(1, run.ghost.samples);
  const every = Math.max(1, Math.floor(x.length / SPARK.width));
  const isDrawn = (k) => k % every === 0 && y[k] > 0;
  const point = (step, k) => (isDrawn(k) ? [`${(step * across).toFixed(1)} ${height(y[k]).toFixed(1)}`] : []);
  const points = Array.from(x).flatMap(point);
  return element(
    "svg",
    { class: "spark", viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, "aria-hidden": "true" },
    element("path", { d: points.length ? `M${points.join("L")}` : "" }),
  );
}

/** The table is drawn anew by a change of the pins; the focus goes to what the selector finds. */
function changeAndFocus(change, selector) {
  change();
  const target = document.querySelector(selector);
  if (target) target.focus({ preventScroll: true });
}

/** Pins the run that is shown, or takes it out. */
export function togglePinnedRun() {
  if (state.base && currentPin()) changeAndFocus(() => removePin(currentPin()), "#runs");
  else pinRun();
}

export function installRunTable() {
  document.addEventListener("click", ({ target }) => {
    if (closest(target, "#pin")) togglePinnedRun();
    if (closest(target, "#clear-pins")) changeAndFocus(clearPins, "#runs");
  });
  pinsChanged.on(show);
  runSettled.on(show);
}
