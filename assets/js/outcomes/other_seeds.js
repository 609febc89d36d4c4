/**
 * Does it hold elsewhere? The change that the sentence speaks of, made under 32 data seeds: in how many of them it has
 * the same effect, and on request a line for each, from its final loss before to the one after.
 */

import { byId, element, find, make, setText } from "../lib/dom.js";
import { placeUnder } from "../lib/placing.js";
import { formatNumber } from "../core/format.js";
import { knobsOf } from "../core/knobs.js";
import { luckJudged, runShown } from "../core/signals.js";
import { state } from "../core/state.js";
import { addHint } from "../net/hints.js";
import { claimedFrom } from "../model/luck.js";
import { fillSpread, isWhole, spreadOf } from "../model/seed_spread.js";
import { fitCause } from "./failure.js";

/** @import { Run, RunResponse, RunSummary } from "../core/types.js" */

/** @type {(keyof RunSummary)[]} */
const REST = ["network", "checkpoint", "ideal", "inputs"];
const DIVERGES = "makes the run diverge";
/** @type {Record<string, string>} */
const CONTRARY = {
  "lowers it": "raises it",
  "raises it": "lowers it",
  "ends the divergence": DIVERGES,
  [DIVERGES]: "ends the divergence",
};
/** As many of 32 seeds are no accident: were the effect and its contrary as likely, that is 1 of 100 times. */
const MOST_SEEDS = 23;
const [WIDTH, HEIGHT, EDGE] = [220, 130, 8];

/**
 * The run before, where the same change can be made under other data seeds: that of knobs among those which the server
 * turns for one question, or of a run whose other seeds are known already.
 * @param {RunResponse} response
 */
function comparable(response) {
  const before = response.said.judged?.noun ? claimedFrom(response) : null;
  if (!before || before.summary.seed !== response.summary.seed) return null;
  const sameRest = REST.every((name) => before.summary[name] === response.summary[name]);
  return sameRest || isWhole(spreadOf(before.summary)) ? before : null;
}

/** @param {RunResponse} response @param {() => boolean} go */
async function fill(response, go) {
  const before = comparable(response);
  if (!before || !isWhole(spreadOf(response.summary))) return;
  if (!isWhole(spreadOf(before.summary))) {
    await fillSpread(before.summary, go, { knobs: knobsOf(before.experiment) });
  }
  if (go() && isWhole(spreadOf(before.summary))) show(response, before);
}

/* The words */

/** @param {?number} [settled] */
const loss = (settled) => settled ?? Infinity;

/**
 * @typedef {{ seed: number, was: number, is: number }} SeedPair The final losses of a seed before and after.
 * @param {RunSummary} before
 * @param {RunSummary} now
 * @returns {SeedPair[]}
 */
function pairsOf(before, now) {
  const [was, is] = [before, now].map((summary) => spreadOf(summary).settled);
  const seeds = [...is.keys()].filter((seed) => was.has(seed)).sort((a, b) => a - b);
  return seeds.map((seed) => ({ seed, was: loss(was.get(seed)), is: loss(is.get(seed)) }));
}

/** The effect of a change, by its ends: "lowers it". @param {SeedPair} pair */
function effectOf({ was, is }) {
  if (was === is) return "";
  if (is === Infinity) return DIVERGES;
  if (was === Infinity) return "ends the divergence";
  return is < was ? "lowers it" : "raises it";
}

/** Whether the data seed changes nothing. @param {SeedPair[]} pairs */
const isLevel = (pairs) => pairs.every(({ was, is }) => was === pairs[0].was && is === pairs[0].is);

/** @param {RunResponse} response @param {Run} before */
function show(response, before) {
  const pairs = pairsOf(before.summary, response.summary);
  const own = pairs.find(({ seed }) => seed === response.summary.seed);
  const effect = own ? effectOf(own) : "";
  if (!effect || isLevel(pairs)) return;
  /** @param {string} wanted */
  const countOf = (wanted) => pairs.filter((pair) => effectOf(pair) === wanted).length;
  const noun = response.said.judged?.noun;
  const [same, contrary] = [countOf(effect), countOf(CONTRARY[effect])];
  const diverging = [effect, CONTRARY[effect]].includes(DIVERGES) ? 0 : countOf(DIVERGES);
  const rest = diverging ? `; in ${diverging} it ${DIVERGES}` : "";
  const counted = `In ${same} of ${pairs.length} data seeds the same ${noun} ${effect}${rest}.`;
  const isContrary = contrary >= MOST_SEEDS && response.luck?.verdict === "effect" && isClaimed(response, effect);
  response.contrary = isContrary ? `in ${contrary} of ${pairs.length} data seeds it ${CONTRARY[effect]}` : "";
  const opening = isContrary ? "It is this data seed." : openingFor(response, Math.max(same, contrary) >= MOST_SEEDS);
  setText(byId("elsewhere"), [opening, counted].filter(Boolean).join(" "));
  byId("elsewhere").hidden = false;
  if (isContrary) luckJudged.emit(response);
  fitCause();
}

/**
 * This run alone cannot tell where no effect is claimed, and the data seeds do.
 * @param {RunResponse} response @param {boolean} isClear
 */
const openingFor = ({ luck }, isClear) =>
  isClear && luck?.verdict && luck.verdict !== "effect" ? "This run alone cannot tell." : "";

/**
 * Whether the sentence claims the effect that both runs have, and not another one by medians.
 * @param {RunResponse} response @param {string} effect
 */
function isClaimed({ luck }, effect) {
  const [[words] = [""]] = luck?.rest ?? [];
  return !words || words.includes(effect.split(" ")[0].replace(/s$/, ""));
}

function hide() {
  byId("elsewhere").hidden = true;
  const box = byId("elsewhere-slopes");
  if (box) box.hidePopover();
}

/* The picture */

function picture() {
  return byId("elsewhere-slopes") || find(document, ".say").appendChild(makePicture());
}

const makePicture = () =>
  make("div", { id: "elsewhere-slopes", class: "menu slopes", popover: "auto", role: "dialog" });

function open() {
  const { shown } = state;
  const before = comparable(shown);
  if (!before) return;
  const pairs = pairsOf(before.summary, shown.summary);
  const box = picture();
  const name = `Final loss before and after, under ${pairs.length} data seeds`;
  box.setAttribute("aria-label", name);
  const ends = make("p", { class: "ends" }, make("span", {}, "before"), make("span", {}, "after"));
  box.replaceChildren(make("h2", { class: "title" }, name), slopes(pairs, shown.summary.seed), ends);
  box.showPopover();
  placeUnder(box, byId("elsewhere").getBoundingClientRect());
}

/**
 * A line for each seed on a log scale; a run that diverges ends at the upper edge, one of loss 0 at the lower.
 * @param {SeedPair[]} pairs
 * @param {number} current
 */
function slopes(pairs, current) {
  const finite = pairs.flatMap(({ was, is }) => [was, is]).filter((value) => value > 0 && value < Infinity);
  const [low, high] = [Math.min(...finite), Math.max(...finite)].map(Math.log);
  /** @param {number} value */
  const share = (value) => Math.max(0, Math.min(1, (Math.log(value) - low) / (high - low || 1)));
  /** @param {number} value */
  const y = (value) => (value === Infinity ? 1 : HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value > 0 ? share(value) : 0));
  /** @param {SeedPair} pair */
  const line = ({ seed, was, is }) =>
    element(
      "path",
      { d: `M0 ${y(was).toFixed(1)}L${WIDTH} ${y(is).toFixed(1)}`, class: lineClass({ seed, was, is }, current) },
      element("title", {}, `Data seed ${seed}: ${formatNumber(was)} → ${formatNumber(is)}`),
    );
  /** @param {SeedPair} pair */
  const last = ({ seed }) => Number(seed === current);
  const ordered = [...pairs].sort((a, b) => last(a) - last(b));
  return element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, ...ordered.map(line));
}

/** @param {SeedPair} pair @param {number} current */
const lineClass = ({ seed, was, is }, current) =>
  [is < was ? "lower" : is > was ? "higher" : "", seed === current && "on"].filter(Boolean).join(" ");

export function installElsewhere() {
  runShown.on(hide);
  document.addEventListener("click", ({ target }) => target === byId("elsewhere") && open());
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.target !== byId("elsewhere") || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      open();
    },
    true,
  );
  addHint("elsewhere", fill);
}
