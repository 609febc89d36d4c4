"""A teacher for whose class there is no room: the page says what it waits for, and opens the class once there is."""

from tests.stories.conftest import Server
from tests.stories.test_busy_server import REFUSED
from tests.stories.visitor import Visitor
from webapp.classes.rooms.rooms import MOST_PER_ADDRESS

OPENS = """
const body = JSON.stringify({ lesson: 'story.double', people: 2 });
const asked = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } };
return Promise.all(Array.from({ length: arguments[0] }, async () => (await fetch('class', asked)).json()));
"""
ENDS = """
const { code, key } = arguments[0];
const headers = { 'Content-Type': 'application/json', 'X-Class-Key': key };
return fetch(`class/${code}/go`, { method: 'POST', body: '{"n": 1, "to": "end"}', headers });
"""
AT_ONCE = "const own = setTimeout; window.setTimeout = (act, ms) => own(act, ms === 10000 ? 500 : ms);"
"""The page's ten seconds until it asks again are half a second."""


def test_a_class_for_which_there_is_no_room_is_opened_once_another_has_ended(stranger: Visitor, server: Server) -> None:
    stranger.driver.get(f"{server.url}class")
    stranger.reads("h1", "Open a class")
    stranger.js(AT_ONCE)
    others = stranger.js(OPENS, MOST_PER_ADDRESS)
    stranger.click("form .go")
    stranger.reads("[role=alert]", "This page asks again by itself")
    assert "unless people have begun with it by then" in stranger.one("[role=alert]").text
    stranger.reads("form .go", "Stop waiting")
    stranger.click("form .go")
    stranger.reads("form .go", "Open a class")
    assert not stranger.one("[role=alert]").text
    stranger.click("form .go")
    stranger.reads("form .go", "Stop waiting")
    stranger.js(ENDS, others[0])
    stranger.reads(".says", "Copy my key")
    for other in others[1:]:
        stranger.js(ENDS, other)
    assert [line for line in stranger.console() if REFUSED not in line] == []
