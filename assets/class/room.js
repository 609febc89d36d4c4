/** A phone in a class: its seat, each phase, and its answers, which are sent until they are acknowledged. */

import { make, setText } from "../js/lib/dom.js";
import { div, para } from "./elements.js";
import { huntView, isHunt } from "./hunt.js";
import { kindOf } from "./kinds.js";
import { benchLink, bigButton, factList, foot, heading, pageFrame } from "./page.js";
import { questionView } from "./question.js";
import { resultView } from "./result.js";
import { follow, pauseAfter, prefix, send } from "./state.js";
import { say, spacedCode } from "./words.js";

/** @import { ClassState } from "./state.js" */
/** @import { Ask, Given, HuntAsk, Shown } from "./types.js" */

/** @typedef {{ seat: number, mine: Record<string, Given>, own: Record<string, Shown["own"]> }} Seat */

const AWAY = [0, 429, 500, 502, 503, 504];
const OK = 200;
const CONFLICT = 409;
/** Milliseconds after which a prediction that nobody has acknowledged is sent once more. */
const LONGEST = 10_000;

/** @param {string} code */
export async function sitInClass(code) {
  const name = say("class_code", { code: spacedCode(code) });
  const seat = await takeSeat(code, pageFrame(name));
  if (seat) followClass(code, seat, pageFrame(name, say("seat", { seat: seat.seat })));
}

/**
 * @param {string} code
 * @param {Seat} seat
 * @param {(place: string, parts: (Node | string)[]) => void} put
 */
function followClass(code, seat, put) {
  /** @type {?ClassState} */
  let latest = null;
  let drawn = "";
  /** @type {?{ n: number, given: Given }} */
  let waiting = null;
  let failures = 0;
  let isSending = false;
  /** The fate of the latest prediction, and a function that shows it. */
  let fate = say("sent");
  let showFate = () => {};
  /** The sentence about a prediction that came after its round was closed. */
  let missed = "";
  const counts = make("dd");

  /** @param {ClassState} state */
  function show(state) {
    latest = state;
    setText(counts, say("have_predicted", { n: state.got, in: state.in }));
    const key = `${state.n} ${state.shown ? "shown" : ""}`;
    if (key === drawn) return;
    drawn = key;
    draw(state);
    if (state.phase === "talk") restore();
  }

  /** @param {ClassState} state */
  function draw(state) {
    const { phase, ask, shown, step, of } = state;
    const place = (/** @type {string} */ name) => `${say("question_of", { k: step, n: of })} · ${say(name)}`;
    if (phase === "lobby") return put("", [heading(say("wait_first", { seat: seat.seat }))]);
    if (phase === "over" || !ask) return end(say("over"));
    if (isHunt(ask)) return put(place(phase === "reveal" ? "happened" : "hunt"), hunt(ask, phase === "reveal"));
    if (phase === "talk") return put(place("talk"), talkView(ask, given(1)));
    if (phase === "reveal") return reveal(ask, shown ?? null, place("happened"));
    missed = "";
    if (!waiting) fate = say("sent");
    const again = phase === "second" && given(1) ? say("again_alone") : say("change_until");
    const view = questionView(ask, given(phase === "second" ? 2 : 1), answer, again, () => fate);
    showFate = view.update;
    return put(place("alone"), view.parts);
  }

  /** @param {number} round */
  const given = (round) => seat.mine[`${latest?.step}.${round}`] ?? null;

  /** @param {Given} prediction */
  function answer(prediction) {
    if (!latest) return;
    const round = latest.phase === "second" ? 2 : 1;
    seat.mine[`${latest.step}.${round}`] = prediction;
    waiting = { n: latest.n, given: prediction };
    fate = say("sending");
    missed = "";
    draw(latest);
    deliver();
  }

  /** Sends the latest prediction until the server has told its fate; one at a time, so that none overtakes a later. */
  async function deliver() {
    const sent = waiting;
    if (!sent || isSending) return;
    const [value, sure] = sent.given;
    isSending = true;
    const body = { n: sent.n, value, sure };
    const { status, reply } = await send(`class/${code}/answer`, body, {}, AbortSignal.timeout(LONGEST));
    isSending = false;
    if (waiting !== sent) {
      deliver();
      return;
    }
    if (AWAY.includes(status)) {
      failures += 1;
      tell(reply.error || say("store_away"));
      setTimeout(deliver, pauseAfter(failures, Math.random()));
      return;
    }
    waiting = null;
    failures = 0;
    tell(status === CONFLICT ? say("too_late") : (reply.error ?? say("sent")));
    if (status !== CONFLICT) return;
    missed = say("too_late");
    await seatAgain();
    if (latest && latest.n >= reply.n) draw(latest);
    else follower.look();
  }

  /** @param {string} words */
  function tell(words) {
    fate = words;
    showFate();
  }

  /** Asks what the server has of this seat; the status of its response. */
  async function seatAgain() {
    const { status, reply } = await send(`class/${code}/seat`, {});
    if (reply.mine) Object.assign(seat, reply);
    return status;
  }

  /** Sends the answer of the open round again where a server that is back has none; shows another that it has. */
  async function restore() {
    if (!latest || waiting) return;
    const { n, phase } = latest;
    const round = phase === "second" ? 2 : 1;
    const own = given(round);
    if (AWAY.includes(await seatAgain())) {
      setTimeout(restore, pauseAfter(1, Math.random()));
      return;
    }
    if (waiting) return;
    if (latest.n === n && String(own) === String(given(round))) return;
    if (latest.n === n && own && !given(round) && (phase === "first" || phase === "second")) answer(own);
    else draw(latest);
  }

  /** @param {Ask} ask @param {?Shown} shown @param {string} place */
  async function reveal(ask, shown, place) {
    put(place, [heading(say("making"))]);
    if (!shown || !latest) return;
    const { n, step } = latest;
    const isTold = (await seatAgain()) === OK;
    if (latest.n !== n) return;
    const own = seat.own[step];
    if (!isTold || (!own && (given(1) || given(2)))) {
      // Another process may still make the truth.
      setTimeout(() => latest?.n === n && draw(latest), pauseAfter(1, Math.random()));
      return;
    }
    const link = benchLink(say("turn_yourself"), shown.link, "outlined");
    put(place, [
      ...resultView(ask, { ...shown, own: own ?? { words: missed || say("did_not"), within: [] } }, [
        given(1),
        given(2),
      ]),
      foot(link),
    ]);
  }

  /** @param {Ask} ask @param {?Given} said */
  const talkView = (ask, said) => {
    const facts = factList([[say("you_said_first"), said ? givenWords(ask, said) : missed || say("did_not_yet")]]);
    facts.append(div("", make("dt", {}, say("class")), counts));
    return [
      heading(say("talk_with")),
      para("prompt", ask.prompt || ask.question),
      facts,
      para("prompt", say("what_makes")),
      div("foot", make("button", { class: "go", disabled: true }, say("second_soon")), para("note", say("follows"))),
    ];
  };

  /** @param {HuntAsk} ask @param {boolean} isOver */
  const hunt = (ask, isOver) =>
    isOver
      ? huntView(ask, "hunt_over")
      : huntView(ask, "hunt_knobs", benchLink(say("open_bench"), `${ask.link}&class=${code}`));

  const end = (/** @type {string} */ words, /** @type {Node[]} */ ...parts) =>
    put("", [heading(words), ...parts, foot(benchLink(say("open_bench"), ""))]);
  // Another tab of this browser has the same seat: what it sent stands here too, once this one is looked at.
  document.addEventListener("visibilitychange", () => document.hidden || restore());
  const follower = follow(code, {
    show,
    ended: () => end(say("class_over"), make("p", {}, make("a", { href: `${prefix}j` }, say("new_code")))),
    lost(away) {
      const { classList } = document.documentElement;
      if (classList.contains("lost") && !away) restore();
      classList.toggle("lost", away);
    },
  });
}

/** A prediction in words. @param {Ask} ask @param {Given} given */
const givenWords = (ask, [value, sure]) =>
  `${kindOf(ask).said(ask, value)}, ${say(sure ? "sure" : "not_sure").toLowerCase()}`;

/**
 * The seat of this browser; it is asked for until the server answers. Null where it is refused.
 * @param {string} code
 * @param {(place: string, parts: (Node | string)[]) => void} put
 * @returns {Promise<?Seat>}
 */
async function takeSeat(code, put) {
  for (let failures = 1; ; failures += 1) {
    const { status, reply } = await send(`class/${code}/seat`, {});
    if (reply.seat) return reply;
    if (!AWAY.includes(status)) {
      put("", [heading(reply.error || say("no_answer")), foot(bigButton(say("try_again"), () => location.reload()))]);
      return null;
    }
    put("", [heading(reply.error || say("no_answer"))]);
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures, Math.random())));
  }
}
