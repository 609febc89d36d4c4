"""A lesson alone on a telephone: four kinds of questions, each predicted before its run is shown."""

import json
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import Server, look
from tests.stories.visitor import Visitor

CIRCLE = "?experiment=circle&alpha=0.1&v=1"
LESSON = {
    "nnbench": "lesson", "version": 1, "lang": "en", "title": "What does α do?", "steps": [
        {"ask": "loss", "question": "Where does the final loss end?", "before": CIRCLE,
         "prompt": "Circle, 8 hidden units. α is turned from 0.1 to 0.4; the first weights and the samples stay.",
         "after": "?experiment=circle&alpha=0.4&v=1"},
        {"ask": "choice", "question": "XOR from other first weights", "before": "?experiment=xor-hidden-layer&v=1",
         "prompt": "Four hidden units learn XOR. Now the first weights are drawn from weight seed 7.",
         "after": "?experiment=xor-hidden-layer&weights=7&v=1",
         "choices": [{"text": "About the same", "when": "same"}, {"text": "Lower", "when": "lower"},
                     {"text": "Far higher: one corner stays wrong", "when": "higher", "by": 10},
                     {"text": "It diverges", "when": "diverges"}]},
        {"ask": "curve", "question": "Draw the loss", "before": "?experiment=falling-rate&rate=1&v=1",
         "prompt": "From step 2,250 on, each step has a tenth of α. All else stays.",
         "after": "?experiment=falling-rate&v=1"},
        {"ask": "alpha", "question": "Which α ends lowest?", "before": CIRCLE, "prompt": "Circle, 8 hidden units."},
    ],
}  # fmt: skip


@pytest.fixture
def phone(stranger: Visitor) -> Iterator[Visitor]:
    look(stranger.driver, 390, 844)
    yield stranger
    look(stranger.driver, 1440, 900)


def kept(server: Server) -> str:
    """The name of the lesson on this server."""
    request = Request(server.url + "lesson", json.dumps(LESSON).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as response:
        answer = json.load(response)
    assert answer["refused"] == []
    return str(answer["name"])


def reads(phone: Visitor, heading: str) -> None:
    phone.until("return document.querySelector('h1')?.textContent === arguments[0]", heading)


def sends(phone: Visitor, sure: str) -> None:
    """Says how sure one is, and sends."""
    assert phone.js("return document.querySelector('button[type=submit]').disabled")
    phone.js(
        "[...document.querySelectorAll('.foot label')].find((one) => one.textContent === arguments[0]).click()", sure
    )
    phone.click("button[type=submit]")


def by_two_fingers(phone: Visitor, x: float, y: float) -> list[str]:
    """The answers of a finger on the chart, of a second one below it, and once both have left."""
    first, second = [{"x": x, "y": y + by, "id": by} for by in (0, 60)]
    answers = []
    for kind, points in (("touchStart", [first]), ("touchStart", [first, second]), ("touchEnd", [])):
        phone.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        answers.append(phone.js("return document.querySelector('.read strong').textContent"))
    return answers


def facts(phone: Visitor) -> dict[str, str]:
    rows = (
        "[...document.querySelectorAll('.facts div')].map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    found: dict[str, str] = phone.js(f"return Object.fromEntries({rows})")
    return found


MIDDLES = """
return [...arguments].map((selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [Math.round(x + width / 2), Math.round(y + height / 2)];
});
"""


def strokes(phone: Visitor, start: tuple[int, int], way: tuple[int, int]) -> None:
    """A finger goes down beside the middle of the plot, and this way."""
    finger = ActionChains(phone.driver).move_to_element(phone.one(".plot")).move_by_offset(*start)
    finger.click_and_hold().move_by_offset(*way).release().perform()


def fits(phone: Visitor) -> None:
    """Nothing is wider than the window."""
    assert phone.js("return document.documentElement.scrollWidth <= innerWidth")


DRAWN = "return document.querySelector('.chart').viewBox.baseVal.width === arguments[0]"


def turns_the_phone(phone: Visitor) -> None:
    """Whichever way it is held, its chart is drawn as wide as there is room."""
    for width, height, drawn in ((844, 390, 560), (390, 844, 358)):
        look(phone.driver, width, height)
        phone.until(DRAWN, drawn)


def test_a_lesson_of_four_kinds_is_taken_alone(phone: Visitor, server: Server) -> None:
    phone.driver.get(f"{server.url}lesson/{kept(server)}")

    # A loss, by the bar: keys, buttons, and a finger.
    reads(phone, "Where does the final loss end?")
    fits(phone)
    assert "1.02" not in phone.js("return document.documentElement.outerHTML")
    bar = phone.one("input[type=range]")
    bar.send_keys(Keys.ARROW_DOWN, Keys.PAGE_DOWN)
    assert bar.get_attribute("aria-valuetext") == "0.0891, 2.1 times lower than the run before"
    phone.click(".steps button:first-child")
    turns_the_phone(phone)
    assert phone.js("return document.querySelector('.read strong').textContent") == "0.0794"
    middle, knob = phone.js(MIDDLES, ".plot", ".knob circle")
    strokes(phone, (knob[0] - middle[0], knob[1] - middle[1]), (0, 40))
    assert phone.js("return Number(document.querySelector('.read strong').textContent)") < 0.06
    assert len(set(by_two_fingers(phone, *middle))) == 1
    sends(phone, "Sure")
    reads(phone, "The final loss rose from 0.183 to 1.02.")
    fits(phone)
    turns_the_phone(phone)
    assert "times too low." in facts(phone)["You"]
    assert facts(phone)["Within luck"].startswith("This run and its twins end at 1.02.")
    assert phone.js("return document.querySelector('.foot a').search").startswith("?experiment=circle&alpha=0.4")
    phone.driver.refresh()
    reads(phone, "The final loss rose from 0.183 to 1.02.")
    phone.click(".foot button")

    # A choice.
    reads(phone, "XOR from other first weights")
    phone.click(".rows label:nth-child(3)")
    sends(phone, "Not sure")
    reads(phone, "The final loss rose from 0.00430 to 0.801.")
    assert (
        phone.js("return document.querySelector('.rows .right').textContent")
        == "✓ Far higher: one corner stays wrongholds · yours"
    )
    phone.click(".foot button")

    # A curve, drawn.
    reads(phone, "Draw the loss")
    strokes(phone, (-90, 0), (200, 40))
    assert phone.js("return document.querySelectorAll('.dots circle').length") == 16
    sends(phone, "Sure")
    reads(phone, "The final loss fell from 0.0503 to 0.0304.")
    assert facts(phone)["You"].startswith("Your curve: ")
    phone.click(".foot button")

    # The best α.
    reads(phone, "Which α ends lowest?")
    phone.one("input[type=range]").send_keys(Keys.PAGE_DOWN)
    assert phone.js("return document.querySelector('.read strong').textContent") == "α 0.0562"
    sends(phone, "Sure")
    phone.reads("h1", start="The lowest final loss is ")
    fits(phone)
    phone.click(".foot button")
    reads(phone, "That was the last question.")

    # A long prompt leaves Send in sight.
    phone.driver.get(f"{server.url}lesson/story.hidden")
    phone.until("return document.querySelector('.answer')")
    assert phone.js("return document.documentElement.scrollHeight <= innerHeight")
    assert phone.js("return document.querySelector('.chart').clientHeight") > 350
