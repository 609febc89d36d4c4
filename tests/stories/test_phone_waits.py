"""A phone in a class sends its prediction until the server has told its fate, and says so when it came too late."""

import pytest

from benchmarks.classroom import Line
from tests.stories.conftest import Server, look
from tests.stories.visitor import Visitor

FAILS = """
const { fetch } = window;
window.away = true;
window.fetch = (address, ...rest) =>
  window.away && String(address).endsWith('/answer') ? Promise.reject(new TypeError('away')) : fetch(address, ...rest);
"""
SENDS = """
document.querySelector('.foot label').click();
document.querySelector('button[type=submit]').click();
"""
NOTE = "return document.querySelector('.foot .note')?.textContent === arguments[0]"


@pytest.mark.soak
def test_a_prediction_waits_for_the_server_and_one_that_is_late_is_told(stranger: Visitor, server: Server) -> None:
    teacher = Line(server.url)
    opened = teacher.ask("class", {"lesson": "story.hidden", "people": 1})[1]
    code, key = opened["code"], opened["key"]

    def leads(n: int, act: str) -> None:
        assert teacher.ask(f"class/{code}/go", {"n": n, "to": act}, X_Class_Key=key)[0] == 200

    look(stranger.driver, 390, 844)
    stranger.driver.get(f"{server.url}j/{code}")
    stranger.reads("h1", start="You have seat 1.")
    leads(1, "first")
    stranger.until("return document.querySelector('input[type=range]')")
    stranger.js(FAILS)
    stranger.js(SENDS)
    stranger.until(NOTE, "The server does not answer. Your answer waits here.")
    assert teacher.ask(f"class/{code}")[1]["got"] == 0
    stranger.js("window.away = false")
    stranger.until(NOTE, "Sent. You can change it until the round is closed.")

    # Changed, but the round is closed before it arrives: the first prediction counts.
    stranger.js("window.away = true; document.querySelector('.steps button').click();" + SENDS)
    leads(2, "talk")
    stranger.reads("h1", start="Talk with")
    stranger.js("window.away = false")
    stranger.reads(".facts dd", start="0.00447, as the run before")
    leads(3, "second")
    stranger.until("return document.querySelector('input[type=range]')")
    stranger.js("window.away = true;" + SENDS)
    leads(4, "reveal")
    stranger.until("return document.querySelector('.facts')")
    stranger.js("window.away = false")
    stranger.reads(".facts dd", start="You said 0.00447")
    teacher.close()
    stranger.driver.get_log("browser")  # an answer that came too late is a line of Chromium's own
    look(stranger.driver, 1440, 900)
