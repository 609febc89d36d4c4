/** The teacher's control of a class: one black button that goes on, and others. Nothing here tells what was said. */

import { make } from "../js/lib/dom.js";
import { button, div, onePress, para } from "./elements.js";
import { isHunt } from "./hunt.js";
import { kindOf } from "./kinds.js";
import { say, spacedCode } from "./words.js";

/** @import { ClassState } from "./state.js" */

/**
 * @typedef {object} Teacher The part of the state for the teacher's key.
 * @property {string} name
 * @property {number} people
 * @property {number} ready The number of steps, from the first on, whose runs are made.
 * @property {?number} within The share within luck, while the class talks.
 * @property {number[]} shown
 * @property {{ ask: string, question: string, prompt: string }[]} steps
 *
 * @typedef {object} Acts
 * @property {(to: string, step?: number) => void} go
 * @property {() => void} ask_within Shows how many are right.
 * @property {() => void} renew
 * @property {() => void} sums
 * @property {() => void} end
 */

/** Phases as tabs name them. */
const TABS = ["lobby", "first", "talk", "second", "reveal"];
/** Phases in which answers come. */
const ROUNDS = ["first", "second"];
/** Talking pays most between these shares. */
const FEW = 0.35;
const MOST = 0.7;

/**
 * The black button of each phase and those beside it, as act and words.
 * @param {ClassState} state
 * @returns {[act: string, words: string][]}
 */
export function buttonsOf({ phase, ask, step, of }) {
  const show = /** @type {[string, string]} */ (["reveal", say(isHunt(ask) ? "show_board" : "show")]);
  const last = step === of;
  switch (phase) {
    case "lobby":
      return [["first", say("ask")]];
    case "first":
      return isHunt(ask) ? [show, ["back", say("back")]] : [["talk", say("close")], show, ["back", say("back")]];
    case "talk":
      return [["second", say("ask_again")], show, ["back", say("reopen")]];
    case "second":
      return [show, ["back", say("back")]];
    case "reveal":
      return [["next", say(last ? "finish" : "next")]];
    default:
      return [["back", say("back")]];
  }
}

/**
 * A step in a line: its question, or of what is named the last sentence of its prompt, which says what is turned.
 * @param {Teacher["steps"][number]} step
 */
const shortWords = ({ ask: kind, question, prompt }) => {
  const row = kindOf({ kind });
  return (row && !row.isRight && prompt.split(/(?<=[.?!]) /).at(-1)) || question;
};

/** @param {string} kind */
const rightWords = (kind) => say(kindOf({ kind })?.isRight ? "in_right" : "in_within");

/** Per cent, of which neither 0 nor 100 stands for some. @param {number} share */
const percentOf = (share) =>
  share === 0 || share === 1 ? 100 * share : Math.min(99, Math.max(1, Math.round(100 * share)));

/** The advice for a share that is right. @param {number} within @param {string} ask The kind of the question. */
export function adviceOf(within, ask) {
  const words = { p: percentOf(within), what: rightWords(ask) };
  if (within < FEW) return say("few", words);
  return say(within > MOST ? "most" : "some", words);
}

/**
 * @param {ClassState} state
 * @param {boolean} asksWithin Whether the teacher wants to know how many are right.
 * @param {Acts} acts
 * @returns {Node[]}
 */
export function controlView(state, asksWithin, acts) {
  const { phase, teacher, step, of } = state;
  if (!teacher) return [];
  const asked = teacher.steps[step - 1];
  const tabs = TABS.map((name) => make("span", { "aria-current": name === phase && "step" }, say(`tab_${name}`)));
  const place =
    asked && phase !== "over"
      ? [para("quiet", say("question_of", { k: step, n: of })), make("h2", {}, shortWords(asked))]
      : [make("h2", {}, phase === "over" ? say("over") : state.title)];
  const [first, ...others] = buttonsOf(state);
  const unmade = phase !== "reveal" && phase !== "over" && teacher.ready < Math.max(1, step);
  const told = !asksWithin && phase !== "reveal" && phase !== "over";
  return [
    div("tabs", ...tabs),
    div("", ...place),
    numbersView(state, teacher, asksWithin),
    ...(phase === "talk" && teacher.within !== null ? [within(state, teacher.within, asksWithin, acts)] : []),
    actButton("go", first, acts),
    div("pair", ...others.map((one) => actButton("go outlined", one, acts))),
    ...(unmade || told ? [para("quiet", say(unmade ? "being_made" : "nothing_told"))] : []),
    joining(state, acts),
    make("ol", { class: "steps-list" }, ...teacher.steps.map((one, at) => stepRow(one, at + 1, state, teacher, acts))),
    div(
      "last",
      button(say("sums"), acts.sums, "small", { disabled: teacher.shown.length === 0 }),
      button(say("end"), acts.end, "small"),
    ),
  ];
}

/** @param {string} kind @param {[act: string, words: string]} of @param {Acts} acts */
const actButton = (kind, [act, words], acts) =>
  button(
    words,
    onePress(() => acts.go(act)),
    kind,
    { "data-control": act },
  );

/** @param {ClassState} state @param {Teacher} teacher @param {boolean} asksWithin */
export function numbersView(state, teacher, asksWithin) {
  const asked = state.phase === "talk" && asksWithin && teacher.within !== null;
  const hunts = isHunt(state.ask);
  const cells = [
    [state.in, say("in_joined")],
    [state.got, say(hunts ? "in_handed_in" : "in_predicted")],
    asked
      ? [`${percentOf(teacher.within ?? 0)} %`, rightWords(state.ask?.kind ?? "")]
      : [Math.max(0, state.in - state.got), say(ROUNDS.includes(state.phase) ? "in_to_come" : "in_did_not")],
  ];
  const shown = state.phase === "lobby" || state.phase === "over" ? cells.slice(0, 1) : cells;
  return div(
    "numbers",
    ...shown.map(([n, words]) => div("", make("strong", {}, `${n}`), make("span", {}, `${words}`))),
  );
}

/** @param {ClassState} state @param {number} share @param {boolean} asksWithin @param {Acts} acts */
const within = ({ ask }, share, asksWithin, acts) =>
  asksWithin
    ? make("p", { role: "status" }, adviceOf(share, ask?.kind ?? ""))
    : button(say("how_many"), acts.ask_within, "small", { "data-control": "within" });

/** @param {ClassState} state @param {Acts} acts */
function joining({ locked }, acts) {
  const act = locked ? "unlock" : "lock";
  return div(
    "joining",
    make("span", {}, say(locked ? "joining_locked" : "joining_open")),
    button(
      say(act),
      onePress(() => acts.go(act)),
      "small",
      { "data-control": "lock" },
    ),
    button(say("new_code"), acts.renew, "small"),
  );
}

/**
 * @param {Teacher["steps"][number]} one
 * @param {number} k
 * @param {ClassState} state
 * @param {Teacher} teacher
 * @param {Acts} acts
 */
function stepRow(one, k, state, teacher, acts) {
  const mark = teacher.shown.includes(k) ? "✓" : `${k}`;
  const isCurrent = k === state.step && state.phase !== "over";
  const words = shortWords(one);
  const attributes = { disabled: isCurrent, "data-control": `step-${k}`, title: words };
  const go = button(words, () => acts.go("step", k), null, attributes);
  const kind = make("small", {}, say(`kind_${one.ask}`));
  return make("li", { "aria-current": isCurrent && "step" }, make("span", {}, mark), go, kind);
}

/** @param {string} code */
export const headWords = (code) => [
  make("span", { class: "quiet" }, say("teacher_of")),
  make("b", {}, spacedCode(code)),
];
