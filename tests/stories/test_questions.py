"""Questions about the run: when it was decided is a strip under the scrubber, asked for by a menu or a key."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

SAID = "(document.querySelector('.decided-says')?.textContent ?? '')"
AT = """
const box = document.querySelector('.decided-picture').getBoundingClientRect();
return [box.left, box.top, box.width];
"""
CLOSED = "return !document.querySelector('.decided') && !location.search.includes('ask=')"


@pytest.fixture(autouse=True)
def closed_again(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    yield
    visitor.js("document.querySelector('.decided [aria-label=Close]')?.click()")


def test_when_a_run_was_decided_is_a_strip_and_a_click_on_it_goes_to_the_step(visitor: Visitor) -> None:
    visitor.follows("?experiment=circle-by-heart&alpha=0.2&view=loss")
    visitor.rests()
    visitor.click("#ask")
    visitor.until("return document.activeElement.getAttribute('role') === 'menuitem'")
    visitor.presses(Keys.ENTER)
    visitor.until(f"return {SAID}.startsWith('After step 4,650 the end no longer depends on the last digits.')")
    visitor.until("return location.search.includes('&ask=decided')")
    assert visitor.one("#ask").get_attribute("aria-pressed") == "true"
    visitor.until("return document.querySelector('.decided-picture').ariaLabel.includes('of 61 places, last at step ')")
    left, top, width = visitor.js(AT)
    visitor.clicks_at(left + width / 2, top + 20)
    visitor.reads("#step-read", start="5,0")
    visitor.turns(visitor.types, "samples-field", "300")
    visitor.until(f"return {SAID}.includes('.') && !{SAID}.includes('4,650')")
    visitor.js("document.activeElement.blur()")
    visitor.presses("d")
    visitor.until(CLOSED)
    visitor.presses("d")
    visitor.until(f"return {SAID}.endsWith('.')")
    visitor.presses("w")
    visitor.until("return !document.querySelector('.decided') && location.search.includes('&ask=which')")
    visitor.presses("w")
    visitor.until(CLOSED)


@pytest.mark.soak
def test_a_question_says_how_long_it_takes_and_keeps_what_is_known_when_it_is_stopped(visitor: Visitor) -> None:
    visitor.follows("?experiment=circle&samples=60000&view=loss")
    visitor.rests()
    visitor.js("document.activeElement.blur()")
    visitor.presses("d")
    visitor.until("return /^\\d+ runs, about \\d+ s$/.test(document.getElementById('decided-ask')?.textContent)")
    visitor.click("#decided-ask")
    visitor.until("return document.getElementById('decided-ask').textContent === 'Stop'", patience=30.0)
    visitor.click("#decided-ask")
    known = visitor.js("return document.querySelector('.decided-picture').childElementCount")
    assert known == 1
    assert visitor.js("return document.getElementById('decided-ask').textContent") == "Go on"
    assert visitor.js(f"return {SAID}.length") > 0
    visitor.presses("d")
    visitor.until(CLOSED)
