"""A whole class in a browser: a teacher's control, the wall and two phones, from the lobby to the end of a step."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from selenium.webdriver.common.keys import Keys

from benchmarks.classroom import Line
from tests.stories.conftest import Server, look
from tests.stories.test_access import IN_THEME, findings
from tests.stories.visitor import Visitor

PICTURES, SCHEME = os.environ.get("CLASS_PICTURES", ""), os.environ.get("CLASS_SCHEME", "light")
Look = Callable[[str], None]
"""Hears the name of what is on the screen; a picture may be taken of it."""


OPENS_TWICE = """
const own = window.fetch, button = document.querySelector('form .go');
window.opened = 0;
window.fetch = (path, asked) => { window.opened += path.endsWith('/class'); return own(path, asked); };
button.click();
button.click();
"""
"""Opens a class with a double press."""


@contextmanager
def window(person: Visitor, width: int = 1440, height: int = 900) -> Iterator[str]:
    """A window of its own; its handle."""
    person.driver.switch_to.new_window("window")
    look(person.driver, width, height, SCHEME)
    yield str(person.driver.current_window_handle)


def test_a_class_is_opened_joined_led_and_ended(stranger: Visitor, server: Server) -> None:
    def see(name: str) -> None:
        if PICTURES:
            stranger.driver.save_screenshot(f"{PICTURES}/{name}-{SCHEME}.png")

    with closing(Line(server.url)) as other:
        led(stranger, server, other, see)


def led(person: Visitor, server: Server, other: Line, see: Look) -> None:  # noqa: PLR0915 - one walk
    """A class of one step, with another phone beside this browser's; `see` looks at what is on the screen."""
    driver = person.driver
    teacher = driver.current_window_handle

    def at(handle: str) -> None:
        driver.switch_to.window(handle)

    look(driver, 1440, 900, SCHEME)

    # The teacher opens a class of one question. The key is nowhere in the address.
    person.driver.get(f"{server.url}class")
    person.reads("h1", "Open a class")
    see("start")
    person.js("document.querySelectorAll('fieldset :checked').forEach((box) => box.click())")
    person.click("fieldset input[value=tanh]")
    people = person.one("#people")
    people.send_keys(Keys.CONTROL, "a")
    people.send_keys("2")
    person.js(OPENS_TWICE)
    person.reads(".says", "Copy my key")
    assert person.js("return opened") == 1
    assert re.fullmatch(r"http://[^/]+/class", driver.current_url)
    code = str(person.js("return document.querySelector('.desk-head b').textContent")).replace(" ", "")

    # The wall has the code, and both it and the control say that no phone can come to 127.0.0.1. A phone has a seat at
    # once, and keeps it.
    alone = "Phones cannot reach 127.0.0.1"
    person.reads(".control > .bad", alone)
    with window(person) as wall:
        driver.get(f"{server.url}wall/{code}")
        person.reads(".code", f"{code[:3]} {code[3:]}")
        person.reads(".lobby .bad", alone)
        assert person.js("return document.querySelector('.qr')") is None
    with window(person, 390, 844) as phone:
        driver.get(f"{server.url}j/{code}")
        person.reads("h1", "1")
        driver.refresh()
        person.reads("h1", "1")
    other.ask("limits", Accept="text/html")
    assert other.ask(f"class/{code}/seat", {})[1]["seat"] == 2
    at(wall)
    look(driver, 1440, 900, SCHEME)
    person.reads(".joined", "2 joined")
    see("wall-lobby")
    look(driver, 1440, 900, "dark")
    person.until(IN_THEME, "dark")

    def answers(n: int, value: int, words: str) -> None:
        """Both phones answer, once this one says these words."""
        at(phone)
        look(driver, 390, 844, SCHEME)
        person.reads("form", words)
        person.one("input[type=range]").send_keys(Keys.PAGE_DOWN)
        person.js("document.querySelector('.foot label').click()")
        person.click("button[type=submit]")
        person.reads(".foot", "Sent")
        assert other.ask(f"class/{code}/answer", {"n": n, "value": value, "sure": False})[1]["kept"]

    def leads(act: str, tab: str) -> None:
        """The teacher presses a button, and the control says which phase it is."""
        at(teacher)
        look(driver, 1440, 900, SCHEME)
        person.click(f"[data-control={act}]")
        person.reads(".tabs [aria-current]", tab)

    leads("first", "Alone")
    answers(2, -30, "until the round is closed")
    at(wall)
    look(driver, 1440, 900, SCHEME)
    person.reads(".count", "2")
    assert "votes" not in driver.page_source
    assert person.texts("[aria-live]") == person.texts("h1"), "no answer is spoken"
    see("wall-first")
    leads("talk", "Talk")
    person.click("[data-control=within]")
    person.reads(".control", "% are within luck.")
    assert "Nothing on this page tells" not in person.one(".control").text
    assert person.js("return document.querySelector('.numbers').innerText").split()[:2] == ["2", "joined"]
    see("control-talk")
    at(wall)
    person.reads("h1", "Talk.")
    see("wall-talk")
    leads("second", "Again")
    person.reads(".control", "Nothing on this page tells what they said")
    person.reads(".numbers", "to come")
    answers(4, -29, "Predict again")
    leads("reveal", "Shown")
    person.until("return document.querySelector('.small-wall .votes.late')")
    assert "Nothing on this page tells" not in person.one(".control").text
    person.reads(".numbers", "did not")
    see("control-reveal")
    at(wall)
    look(driver, 1440, 900, SCHEME)
    person.until("return document.querySelector('.votes.early') && document.querySelector('.votes.late')")
    assert person.js("return document.querySelectorAll('.seed').length") == 32
    assert person.js("return document.documentElement.scrollHeight <= innerHeight")
    assert person.texts(".spoken tr:first-child th")[:2] == ["First, Sure", "First, Not sure"]
    assert findings(person) == []
    see("wall-reveal")
    at(phone)
    look(driver, 390, 844, SCHEME)
    person.reads(".facts", "First")
    assert findings(person) == []
    see("phone-reveal")

    # A key that is none of the class's, and a code that no class has, are told.
    with window(person):
        driver.get(f"{server.url}class#{code}.{'A' * 22}")
        person.reads("h1", "This key does not open this class.")
        assert person.js("return JSON.parse(localStorage.getItem('nnbench-class')).key") != "A" * 22
        driver.get(f"{server.url}wall/BBBBBB")
        person.reads("h1", "There is no class with this code.")
        driver.close()

    # Without a network, or where the old class is not deleted, there is no new code, and the page says so.
    at(teacher)
    look(driver, 1440, 900, SCHEME)
    person.js("window.confirm = () => true; window.sent = window.fetch")
    for path, answer, why in (
        ("class", "Promise.reject(new TypeError())", "The server did not answer."),
        (f"{code}/go", "Promise.resolve(Response.json({ error: 'Not now.' }, { status: 503 }))", "Not now."),
    ):
        person.js(
            f"window.fetch = (path, asked) => {{ if (asked?.method === 'POST') window.posted = path;"
            f" return asked?.method === 'POST' && path.endsWith('{path}') ? {answer} : sent(path, asked); }};"
            "document.querySelector('.joining button:last-child').click()"
        )
        person.reads(".says", f"There is no new code. {why}")
        assert person.js("return document.querySelector('.desk-head b').textContent").startswith(code[:3])
    given_up = person.js("window.fetch = sent; return posted.split('/').at(-2)")
    assert given_up != code
    assert other.ask(f"class/{given_up}")[0] == 404

    # A new code is a new class at this step, and the old one is gone.
    person.js("document.querySelector('.joining button:last-child').click()")
    person.until("return !document.querySelector('.desk-head b')?.textContent.startsWith(arguments[0])", code[:3])
    person.reads(".tabs [aria-current]", "Alone")
    person.reads(".numbers", "0joined")

    # The address with its key leads the class in another browser, which has stored nothing; there it is ended.
    led_here = person.js("return JSON.parse(sessionStorage.getItem('nnbench-class'))")
    person.js("localStorage.clear()")
    with window(person) as elsewhere:
        driver.get(f"{server.url}class#{led_here['code']}.{led_here['key']}")
        person.reads(".tabs [aria-current]", "Alone")
        assert driver.current_url == f"{server.url}class"
        person.js("window.confirm = () => true; document.querySelector('.last button:last-child').click()")
        person.reads("h1", "all of it is deleted")
    at(teacher)
    person.reads("h1", "all of it is deleted")
    at(wall)
    person.reads("h1", "has ended")
    assert other.ask(f"class/{code}")[0] == 404
    at(phone)
    person.reads("h1", "The class is over")
    person.reads("main a[href$='/j']", "If there is a new code, it is on the wall")
    assert all("404" in line or "403" in line for line in person.console())
    for handle in (wall, phone, elsewhere):
        at(handle)
        driver.close()
    at(teacher)


LONG = [f"About the same: the network has learned for so long that no knob changes its end, {k}" for k in range(5)]
LATE = {
    "before": "?experiment=square-map&samples=34&alpha=0.02",
    "after": "?experiment=square-map&samples=34&alpha=0.1",
}
STEPS = [
    {"ask": "choice", "question": LONG[0] * 2, "prompt": LONG[0] * 5, "before": "?experiment=circle&samples=300",
     "choices": [{"text": text, "stands_for": text, **({"right": True} if text == LONG[2] else {})} for text in LONG]},
    {"ask": "hunt", "question": "The lowest", "before": "?experiment=circle&samples=300",
     "knobs": ["alpha", "momentum", "batch", "decay", "samples", "optimizer", "rate", "nesterov"]},
    {"ask": "loss", "question": "Where?", **LATE},
]  # fmt: skip
WITHIN = """
const [inner, outer] = arguments, edge = document.querySelector(outer).getBoundingClientRect();
return [...document.querySelectorAll(inner)].every((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.top >= edge.top && box.bottom <= edge.bottom && box.right <= edge.right;
});
"""
APART = """
const [left, right] = [...arguments].slice(0, 2).map((one) => document.querySelector(one).getBoundingClientRect());
return left.right <= right.left || left.bottom <= right.top;
"""


@pytest.mark.soak
def test_long_texts_and_wide_tables_stand_on_the_wall_whole(stranger: Visitor, server: Server) -> None:
    with closing(Line(server.url)) as line:
        lesson = {"nnbench": "lesson", "version": 1, "lang": "en", "title": "Long", "steps": STEPS}
        name = line.ask("lesson", lesson)[1]["name"]
        opened = line.ask("class", {"lesson": name, "people": 2})[1]
        code = opened["code"]

        def go(to: str) -> None:
            n = line.ask(f"class/{code}")[1]["n"]
            assert line.ask(f"class/{code}/go", {"n": n, "to": to}, X_Class_Key=opened["key"])[0] == 200

        def answer(value: object) -> None:
            body = {"n": line.ask(f"class/{code}")[1]["n"], "value": value, "sure": True}
            assert line.ask(f"class/{code}/answer", body)[0] == 200

        assert line.ask(f"class/{code}/seat", {})[0] == 200
        with window(stranger, 1280, 720):
            stranger.driver.get(f"{server.url}wall/{code}")
            go("first")
            answer(0)
            stranger.reads(".choices", LONG[4])
            assert stranger.js(WITHIN, ".choices li", ".wall-box")
            go("reveal")
            stranger.reads(".choices .now", LONG[2])
            assert stranger.js(WITHIN, ".choices li", ".wall-box")
            assert stranger.js(APART, ".choices li:last-child", ".proof")
            stranger.driver.get(f"{server.url}lesson/{name}")
            look(stranger.driver, 390, 844)
            stranger.click("input[name=choice]")
            stranger.click("input[name=sure]")
            stranger.click("button[type=submit]")
            stranger.reads(".right small", "holds")
            assert stranger.js("return document.querySelector('.right small').offsetHeight") < 30
            look(stranger.driver, 1280, 720)
            stranger.driver.get(f"{server.url}wall/{code}")
            go("next")
            stranger.reads(".wall-box", "decay, samples, optimizer, rate and nesterov")
            answer({"link": "?experiment=circle&samples=300&alpha=0.2&rate=where(k<2250,1,0.1)"})
            go("reveal")
            stranger.reads(".board", "where(k<2250,1,0.1)")
            assert stranger.js(APART, ".board table", ".board .chart")
            assert stranger.js("return document.querySelector('.board .chart').clientWidth") > 300
            go("next")
            answer(19)
            go("reveal")
            stranger.reads(".name.bad", "diverges at step 30")
            assert stranger.js(APART, ".name.bad", ".votes")
            stranger.driver.close()
        stranger.driver.switch_to.window(stranger.driver.window_handles[0])
        go("end")
