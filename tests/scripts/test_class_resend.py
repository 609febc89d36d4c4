"""A phone sends its answer again to a server that was away and has lost it, and never one that is there."""

from typing import Any

from tests.scripts.node import Scripts, scripts

ELEMENTS = """
class Plain {
  constructor() { Object.assign(this, { children: [], style: { setProperty() {} }, isConnected: false }); }
  setAttribute() {}
  addEventListener() {}
  append() {}
  remove() {}
  replaceChildren() {}
  contains() { return false; }
  querySelector() { return null; }
}
const classes = new Set();
document.documentElement.classList = {
  contains: (name) => classes.has(name),
  toggle: (name, is) => (is ? classes.add(name) : classes.delete(name)),
};
const found = document.getElementById;
document.getElementById = (id) => (id === "page" ? new Plain() : found(id));
document.createElement = () => new Plain();
document.querySelector = () => new Plain();
document.addEventListener = () => {};
window.scrollTo = () => {};
"""
page = scripts("class/room.js", first=ELEMENTS)
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
