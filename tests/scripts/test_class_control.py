"""A teacher reads why nothing was done, for as long as that is so, and goes on once for each press."""

from typing import Any

from tests.scripts.node import Scripts, scripts
from tests.scripts.test_class_resend import ELEMENTS

LED = """
globalThis.root = new Plain("div");
const other = document.getElementById;
document.getElementById = (id) => (id === "page" ? root : other(id));
globalThis.location = { hash: `#BCDFGH.${"a".repeat(22)}`, origin: "", hostname: "", pathname: "", search: "" };
document.getElementById("state").textContent = '{"wall_words": {}}';
globalThis.history = { replaceState() {} };
const teacher = { name: "", people: 1, ready: 1, within: null, shown: [1], steps: [{ ask: "loss", prompt: "?" }] };
globalThis.server = { state: { n: 2, phase: "first", step: 1, of: 1, in: 1, got: 0, code: "BCDFGH", teacher } };
const reply = (status, body) => ({ ok: false, status, json: async () => structuredClone(body), headers: { get() {} } });
window.setTimeout = (act) => { server.poll = act; };
window.clearTimeout = () => {};
globalThis.heard = {};
globalThis.addEventListener = (name, act) => { heard[name] = act; };
window.fetch = async (path) => {
  if (path.endsWith("csv")) throw new TypeError("away");
  if (path.endsWith("/go")) return reply(409, { error: "Another was first.", n: server.state.n });
  return reply(200, server.state);
};
"""
page = scripts("class/control.js", "class/page.js", first=ELEMENTS + LED)
DOES = """
const turns = async () => { for (let k = 0; k < 60; k += 1) await Promise.resolve(); };
const says = () => root.all().find((part) => part.class === "says").text();
const isNamed = (name) => ({ tag, children }) => tag === "button" && children[0] === name;
const press = (name, detail = 1) => root.all().find(isNamed(name)).on.click({ detail });
return (async () => { await turns(); %s })();
"""


def led(page: Scripts, what_happens: str) -> Any:
    return page.execute_script(DOES % what_happens)


def test_that_another_control_was_first_stands_until_the_class_goes_on(page: Scripts) -> None:
    assert led(page, """
server.state = { ...server.state, n: 3, phase: "talk" };
press("close");
await turns();
const first = says();
server.state = { ...server.state, n: 4, phase: "second" };
server.poll();
await turns();
return [first, says()];""") == ["Another was first.", ""]  # fmt: skip


def test_sums_that_do_not_come_are_told(page: Scripts) -> None:
    assert led(page, 'press("sums"); await turns(); return says();') == "away"


def test_a_double_press_goes_on_once(page: Scripts) -> None:
    assert led(page, """
server.state = { ...server.state, n: server.state.n + 1, phase: "first" };
server.poll();
await turns();
press("close", 2);
await turns();
return says();""") == ""  # fmt: skip


def test_enter_that_is_held_presses_once(page: Scripts) -> None:
    assert led(page, """
const { keydown } = root.all().find((part) => part.class === "control").on;
let prevented = 0;
const press = (key, repeat) => (keydown({ key, repeat, preventDefault: () => { prevented += 1; } }), prevented);
return [press("Enter", false), press("Tab", true), press("Enter", true)];""") == [0, 0, 1]  # fmt: skip


def test_a_class_whose_address_is_given_to_the_open_page_is_led(page: Scripts) -> None:
    assert led(page, """
let reloads = 0;
location.reload = () => { reloads += 1; };
heard.hashchange();
return reloads;""") == 1  # fmt: skip


def test_a_new_code_is_led_on_where_the_browser_stores_nothing(page: Scripts) -> None:
    assert led(page, """
const other = window.fetch;
const reply = (status, body) => ({ status, json: async () => ({ ...body }), headers: { get() {} } });
const { state } = server;
window.fetch = async (path, asked) => {
  if (path.endsWith("/go")) return reply(200, { n: 2 });
  if (asked.method === "POST") return reply(201, { code: "CDFGHJ", key: "b".repeat(22) });
  return reply(200, { ...state, code: "CDFGHJ", n: 2 });
};
globalThis.confirm = () => true;
press("new_code");
await turns();
window.fetch = other;
return [root.text().includes("CDF GHJ"), says()];""") == [True, "keep_address"]  # fmt: skip


def test_a_double_press_on_a_phone_skips_nothing(page: Scripts) -> None:
    presses = """
let count = 0;
const { click } = nnbench.bigButton("next", () => { count += 1; }).on;
return [1, 2].map((detail) => (click({ detail }), count));
"""
    assert page.execute_script(presses) == [1, 1]
