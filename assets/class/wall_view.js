/** The picture of a class in one box: the wall, and smaller beside the teacher's control. */

import { make } from "../js/lib/dom.js";
import { div, para } from "./elements.js";
import { questionChart } from "./charts.js";
import { board, isHunt, knobNames } from "./hunt.js";
import { kindOf, resultStyle, spokenTables } from "./kinds.js";
import { formatNumber } from "./numbers.js";
import { typed } from "./place.js";
import { qrDrawing } from "./qr.js";
import { say, spacedCode } from "./words.js";

/** @import { ClassState } from "./state.js" */
/** @import { Ask, HuntAsk, Room, Shown } from "./types.js" */

/** @typedef {{ size: number, path: string }} QrCode */
/** @typedef {import("./place.js").Reached & { qr: ?QrCode, hours: number }} Place With the hours of a class. */

const PHASES = { first: "alone", talk: "talk", second: "again", reveal: "happened" };

/** The parts of their size that type and charts may have: the first with which long texts fit. */
const SCALES = [1, 0.9, 0.8, 0.7, 0.6, 0.5];

/** Fills the box with the class as it is. @param {HTMLElement} box @param {ClassState} state @param {Place} place */
export function showWall(box, state, place) {
  SCALES.find((scale) => {
    box.style.setProperty("--scale", `${scale}`);
    draw(box, state, place, scale);
    return box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth;
  });
}

/** @param {HTMLElement} box @param {ClassState} state @param {Place} place @param {number} scale */
function draw(box, state, place, scale) {
  const [width, height] = [0.94 * box.clientWidth, scale * box.clientHeight];
  const room = { width, height: 0.6 * height, unit: 0.0195 * height };
  const { phase, ask, shown } = state;
  if (phase === "lobby")
    box.replaceChildren(header(`${state.title} · ${say("questions", { n: state.of })}`), lobby(state, place));
  else if (phase === "over" || !ask) box.replaceChildren(header(state.title), ending());
  else {
    const name = isHunt(ask) && phase === "first" ? "hunt" : PHASES[phase];
    const where = `${say("question_of", { k: state.step, n: state.of })} · ${say(name)}`;
    const address = place.base && `${typed(place.base)}j · `;
    const head = header(where, address, make("b", {}, spacedCode(state.code)));
    const body =
      phase === "talk" ? talk(state, ask) : phase === "reveal" ? reveal(ask, shown, room) : question(state, ask, room);
    box.replaceChildren(head, ...body);
  }
}

/** @param {string} left @param {...(Node | string)} right */
const header = (left, ...right) =>
  make(
    "header",
    { class: "wall-head" },
    make("b", {}, "NNBench"),
    make("span", {}, left),
    make("span", { class: "where" }, ...right),
  );

/** @param {ClassState} state @param {Place} place */
function lobby(state, { base, note, qr, hours }) {
  const [before, after] = say("scan", { address: "\n" }).split("\n");
  return div(
    "lobby",
    ...(qr ? [qrDrawing(qr, say("qr"))] : []),
    div(
      "",
      ...(base ? [para("second", before, make("b", {}, `${typed(base)}j`), after)] : []),
      para("code", spacedCode(state.code)),
      para("joined", joined(state)),
      para("second", say("promise", { n: hours })),
      ...(note ? [para(base ? "second" : "second bad", note)] : []),
    ),
  );
}

/** @param {ClassState} state */
const joined = (state) => `${say("joined", { n: state.in })}${state.locked ? ` · ${say("locked")}` : ""}`;

/** @param {ClassState} state @param {Ask | HuntAsk} ask @param {Room} room */
function question(state, ask, room) {
  const again = state.phase === "second";
  const hunts = isHunt(ask);
  const words = hunts ? say("hunt_words", { knobs: knobNames(ask) }) : say(again ? "predict_again" : "predict");
  const count = div(
    "",
    div("count", `${state.got}`),
    para("second", say(hunts ? "of_handed_in" : "of_predicted", { n: state.got, in: state.in })),
    div("meter", make("i", { style: { "inline-size": `${(100 * state.got) / Math.max(1, state.in)}%` } })),
    para("", say(hunts ? "hunt_hidden" : "hidden")),
  );
  const picture = ask.choices
    ? make("ul", { class: "choices asked" }, ...ask.choices.map((text) => make("li", {}, text)))
    : questionChart(ask, kindOf(ask)?.namesLoss ?? false, { ...room, width: 0.6 * room.width });
  return [
    div("say", make("h1", {}, ask.question), para("second prompt", ask.prompt), para("second", words)),
    div("asked-and-count", picture, count),
  ];
}

/** @param {ClassState} state @param {Ask | HuntAsk} ask */
function talk(state, ask) {
  const before =
    ask.before === null || !kindOf(ask)?.namesLoss ? "" : say("before_ends", { loss: formatNumber(ask.before) });
  return [
    div(
      "talk",
      make("h1", {}, say("talk_now")),
      para("first", say("find_somebody"), make("br"), say("say_why")),
      para("second prompt", [ask.prompt, before, ask.question].filter(Boolean).join(" ")),
      para("second", say("have_predicted", { n: state.got, in: state.in })),
    ),
  ];
}

/** @param {Ask | HuntAsk} ask @param {Shown | undefined} shown @param {Room} room */
function reveal(ask, shown, room) {
  if (!shown) return [div("talk", para("first", say("making")))];
  if (isHunt(ask)) return board(/** @type {any} */ (shown), room);
  const rounds = shown.rounds.filter((votes) => Object.keys(votes).length);
  const legend = kindOf(ask).legend(shown, rounds.length);
  const sentences = [legend, shown.luck_words, shown.proof, shown.looked_up_words].join(" ").split(/(?<=\.) /);
  const proof = [...new Set(sentences)].join(" ");
  return [
    div(
      "say",
      make("h1", {}, `${joinedPercent(shown.said)} `, make("span", { class: resultStyle(shown) }, shown.result)),
      para("second", shown.within_words),
    ),
    div("fill", kindOf(ask).reveal(ask, shown, room), spokenTables(ask, shown)),
    para("proof", proof),
  ];
}

/** A number stays on one line with its sign. @param {string} words */
const joinedPercent = (words) => words.replace(/(\d) %/g, "$1\u00a0%");

const ending = () => div("talk", make("h1", {}, say("over")), para("first", say("over_words")));
