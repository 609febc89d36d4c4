"""A phone sends its answer again to a server that has lost it, never one that is there, and says its true fate."""

from typing import Any

from tests.scripts.node import Scripts, scripts

ELEMENTS = """
const mains = [];
class Plain {
  constructor(tag) {
    Object.assign(this, { tag, children: [], on: {}, style: { setProperty() {} }, isConnected: false });
    if (tag === "main") mains.push(this);
  }
  setAttribute(name, value) { this[name] = value; }
  addEventListener(name, act) { this.on[name] = act; }
  append(...children) { this.children.push(...children); }
  remove() {}
  replaceChildren(...children) { this.children = children; }
  contains() { return false; }
  querySelector() { return null; }
  all() { return [this, ...this.children.flatMap((child) => (child.all ? child.all() : []))]; }
  text() { return this.textContent ?? this.children.map((child) => (child.text ? child.text() : child)).join(" "); }
}
globalThis.shownText = () => mains.at(-1).text();
globalThis.parts = () => mains.at(-1).all();
const classes = new Set();
document.documentElement.classList = {
  contains: (name) => classes.has(name),
  toggle: (name, is) => (is ? classes.add(name) : classes.delete(name)),
};
const found = document.getElementById;
document.getElementById = (id) => (id === "page" ? new Plain() : found(id));
document.createElement = (tag) => new Plain(tag);
document.createElementNS = document.createElement;
document.querySelector = () => new Plain();
const whenSeen = [];
document.addEventListener = (_, act) => whenSeen.push(act);
globalThis.seen = () => whenSeen.forEach((act) => act());
window.scrollTo = () => {};
"""
page = scripts("class/room.js", "class/result.js", "class/alone.js", first=ELEMENTS)
AWAY_AND_BACK = """
const [first, again, phase] = arguments;
const ask = { kind: "choice", question: "?", prompt: "", choices: ["a", "b"] };
const seats = [first, again], sent = [];
let away = false, next = null;
window.setTimeout = (act) => { next = act; };
window.clearTimeout = () => {};
const reply = (body) => ({ status: 200, json: async () => body, headers: { get: () => null } });
window.fetch = async (path, { body }) => {
  if (away) throw new TypeError("away");
  if (path.endsWith("/seat")) return reply({ seat: 1, mine: seats.shift(), own: {} });
  if (path.endsWith("/answer")) return sent.push(JSON.parse(body)), reply({ n: 2, kept: true });
  return reply({ n: 2, phase, step: 1, of: 2, in: 1, got: 0, ask });
};
return (async () => {
  const turns = async () => { for (let k = 0; k < 40; k += 1) await Promise.resolve(); };
  await nnbench.sitInClass("BCDFGH");
  await turns();
  away = true;
  for (let k = 0; k < 2; k += 1) { next(); await turns(); }
  away = false;
  next();
  await turns();
  return sent;
})();
"""
MINE = {"1.1": [1, True]}


def sent(page: Scripts, first: Any, again: Any, phase: str = "first") -> Any:
    return page.execute_script(AWAY_AND_BACK, first, again, phase)


def test_an_answer_that_the_server_has_lost_is_sent_again(page: Scripts) -> None:
    assert sent(page, MINE, {}) == [{"n": 2, "value": 1, "sure": True}]
    assert sent(page, {"1.2": [0, False]}, {}, "second") == [{"n": 2, "value": 0, "sure": False}]


def test_nothing_is_sent_that_is_there_or_whose_round_is_closed(page: Scripts) -> None:
    assert sent(page, MINE, MINE) == []
    assert sent(page, {}, {}) == []
    assert sent(page, MINE, {}, "talk") == []


PHONE = """
const ask = { kind: "choice", question: "?", prompt: "", choices: ["a", "b"], curve: [], axis: [-60, 20] };
const server = { state: { n: 2, phase: "first", step: 1, of: 2, in: 1, got: 0, ask }, mine: {}, own: {}, away: false };
Object.assign(server, { sent: [], answered: { status: 200, body: { n: 2, kept: true } } });
const shown = { happened: ["It ", "rose.", ""], choices: [], rounds: [], link: "?", luck_words: "", class_words: "" };
const timers = [], seats = [];
window.setTimeout = (act) => timers.push(act);
window.clearTimeout = () => {};
const reply = (status, body) => ({ status, json: async () => structuredClone(body), headers: { get: () => null } });
window.fetch = async (path, { body }) => {
  if (path.endsWith("/seat")) {
    seats.push(path);
    if (server.away && seats.length > 1) throw new TypeError("away");
    return reply(200, { seat: 1, mine: server.mine, own: server.own });
  }
  if (path.endsWith("/answer")) {
    server.sent.push(JSON.parse(body).value);
    await server.line;
    return reply(server.answered.status, server.answered.body);
  }
  return server.ended ? reply(404, {}) : reply(200, server.state);
};
const turns = async () => { for (let k = 0; k < 60; k += 1) await Promise.resolve(); };
const tick = async () => { for (const act of timers.splice(0)) act(); await turns(); };
const goTo = async (phase, more = {}) => {
  server.state = { ...server.state, n: server.state.n + 1, phase, ...more };
  await tick();
  return shownText();
};
const sends = async (choice) => {
  const inputs = parts().filter(({ tag }) => tag === "input");
  inputs[choice].on.change();
  inputs[2].on.change();
  parts().find(({ tag }) => tag === "form").on.submit({ preventDefault() {} });
  await turns();
  return shownText();
};
return (async () => {
  await nnbench.sitInClass("BCDFGH");
  await turns();
  %s
})();
"""


def phone(page: Scripts, what_happens: str) -> Any:
    return page.execute_script(PHONE % what_happens)


def test_an_answer_that_came_too_late_says_so_until_the_next_question(page: Scripts) -> None:
    late = """
server.answered = { status: 409, body: { error: "The round was closed.", n: 3 } };
server.state = { ...server.state, n: 3, phase: "talk" };
const sent = await sends(1);
await tick();
const talk = shownText();
const revealed = await goTo("reveal", { shown });
server.mine = { "1.1": [0, true] };
const again = await goTo("first");
return [sent, talk, revealed, again];"""
    sent, talk, shown, again = phone(page, late)
    assert all("too_late" in text for text in (sent + talk, talk, shown))
    assert "too_late" not in again


def test_an_answer_waits_for_the_one_before_which_would_else_overtake_it(page: Scripts) -> None:
    first, both = phone(page, """
server.line = new Promise((goOn) => { server.goOn = goOn; });
await sends(0);
await sends(1);
const first = [...server.sent];
server.goOn();
await turns();
return [first, server.sent];""")  # fmt: skip
    assert (first, both) == ([0], [0, 1])


def test_a_later_answer_does_not_wait_for_one_that_hangs(page: Scripts) -> None:
    assert phone(page, """
const { timeout } = AbortSignal;
server.line = new Promise((_, giveUp) => { AbortSignal.timeout = () => Object.assign(server, { giveUp }).signal; });
await sends(0);
await sends(1);
server.line = null;
server.giveUp();
await turns();
AbortSignal.timeout = timeout;
return server.sent;""") == [0, 1]  # fmt: skip


def test_what_another_tab_has_sent_stands_in_each(page: Scripts) -> None:
    first, talk = phone(page, """
await sends(0);
server.mine = { "1.1": [1, false] };
seen();
await turns();
const seenAgain = parts().filter(({ tag }) => tag === "input").map((part) => "checked" in part);
server.mine = { "1.1": [0, false] };
return [seenAgain, await goTo("talk")];""")  # fmt: skip
    assert first == [False, True, False, True]
    assert "quoted, not_sure" in talk


def test_a_tab_whose_question_about_its_seat_fails_asks_again(page: Scripts) -> None:
    assert phone(page, """
server.mine = { "1.1": [1, false] };
server.away = true;
seen();
await turns();
server.away = false;
await tick();
return parts().filter(({ tag }) => tag === "input").map((part) => "checked" in part);""") == [
        False, True, False, True,
    ]  # fmt: skip


def test_a_tab_that_slept_through_the_beginning_of_a_round_shows_what_another_has_sent(page: Scripts) -> None:
    chosen = phone(page, """
await goTo("lobby");
server.state = { ...server.state, n: 4, phase: "first" };
server.mine = { "1.1": [1, false] };
seen();
await turns();
return parts().filter(({ tag }) => tag === "input").map((part) => "checked" in part);""")  # fmt: skip
    assert chosen == [False, True, False, True]


def test_a_phone_without_word_of_its_seat_waits_before_it_says_that_it_did_not_predict(page: Scripts) -> None:
    making, still, shown = phone(page, """
server.mine = { "1.1": [0, true] };
await sends(0);
server.away = true;
const making = await goTo("reveal", { shown });
server.away = false;
await tick();
const still = shownText();
server.own = { 1: { words: "You said “a”: right.", within: [true] } };
await tick();
return [making, still, shownText()];""")  # fmt: skip
    assert "making" in making
    assert "making" in still
    assert "right." in shown


def test_who_comes_in_the_second_round_does_not_predict_again(page: Scripts) -> None:
    late, other = phone(page, """
const late = await goTo("second");
server.mine = { "1.1": [0, true] };
await goTo("talk");
return [late, await goTo("second")];""")  # fmt: skip
    assert "change_until" in late
    assert "again_alone" in other


def test_a_lesson_that_is_over_is_not_a_class_that_has_ended(page: Scripts) -> None:
    over, ended = phone(page, """
const over = await goTo("over", { ask: undefined });
server.ended = true;
await tick();
return [over, shownText()];""")  # fmt: skip
    assert "class_over" not in over
    assert over.startswith("over")
    assert ended.startswith("class_over")


RESULT = """
const ask = { kind: "loss", choices: [], curve: [-5, -10], axis: [-60, 20], samples: 100 };
const shown = {
  happened: ["It ", "fell.", ""], curve: [-5, -30], truth: 0.05, choices: [], rounds: [], luck_words: "",
  class_words: "",
};
const result = document.createElement("main");
result.append(...nnbench.resultView(ask, shown, arguments[0]));
return result.all().filter((part) => part.class === "name").map((part) => part.text());
"""


def test_of_two_predictions_the_first_and_the_later_have_their_names(page: Scripts) -> None:
    for mine, names in (
        ([[-20, True], [-10, False]], ["first", "then"]), ([[-20, True], None], ["you_said"]),
        ([None, [-10, True]], ["you_said"]), ([None, None], []),
    ):  # fmt: skip
        assert page.execute_script(RESULT, mine) == names


ALONE = """
const ask = { question: "?", prompt: "", link: "?", knobs: ["alpha"], reasons: [] };
const asks = arguments[0].map((kind) => ({ ...ask, kind }));
nnbench.takeAlone({ name: "lesson", title: "Lesson", asks });
return parts().filter(({ tag }) => tag === "button").map((button) => button.text());
"""


def test_nothing_comes_next_after_the_last_question_of_any_kind(page: Scripts) -> None:
    for kind in ("hunt", "task"):
        assert page.execute_script(ALONE, [kind]) == ["end"]
        assert page.execute_script(ALONE, [kind, kind]) == ["next"]
