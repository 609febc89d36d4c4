"""A screen reader is told one thing for one gesture, once it rests, in words that say what happened."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.visitor import Visitor

LISTEN = """
const LIVE = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log]';
const { heard } = (window.spoken = { heard: [], last: performance.now() });
window.spoken.watch = new MutationObserver((records) => {
  const elements = records.map(({ target }) => (target.nodeType === Node.TEXT_NODE ? target.parentElement : target));
  for (const live of new Set(elements.map((element) => element && element.closest(LIVE)))) {
    if (!live || !live.checkVisibility() || !live.textContent.trim()) continue;
    window.spoken.last = performance.now();
    heard.push(live.textContent.trim());
  }
});
const options = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['hidden'] };
window.spoken.watch.observe(document.body, options);
"""
RESTED = "return nnbench.queue.idle && !nnbench.state.held && performance.now() - window.spoken.last > 1500"


@pytest.fixture
def listener(beginner: Visitor) -> Iterator[Visitor]:
    """Somebody who hears what every live element says."""
    beginner.until("return document.getElementById('alpha-state').textContent")
    beginner.js(LISTEN)
    heard(beginner)  # of how the page begins
    yield beginner
    beginner.js("window.spoken.watch.disconnect()")


def heard(visitor: Visitor) -> list[Any]:
    """All messages of the gesture that was just made."""
    visitor.rests()
    visitor.js("window.spoken.last = performance.now()")
    visitor.until(RESTED)
    messages: list[Any] = visitor.js("return window.spoken.heard.splice(0)")
    return messages


def test_a_drag_sends_one_message_and_its_undo_another(listener: Visitor) -> None:
    listener.js("document.getElementById('landscape').scrollIntoView()")
    listener.reads("#landscape-says", start="Over 32 data seeds")
    listener.js("scrollTo({ top: 0, behavior: 'instant' })")
    heard(listener)  # of the map, whose finding follows the knobs too
    listener.turns(listener.drags, "alpha-slider", [0.3 + 0.03 * step for step in range(12)], 0.05)
    dragged = heard(listener)
    assert len(dragged) == 1
    assert dragged == [listener.sentence]
    change = str(listener.by_id("undo").get_attribute("aria-label")).removeprefix("Undo ")
    assert change.startswith("α 0.1 → 0.")
    listener.presses("u")
    assert heard(listener) == [f"Undone: {change}. Back to α 0.1: run a567 1021, identical."]
    listener.presses("U")
    assert heard(listener) == [f"Redone: {change}. {listener.sentence}"]


@pytest.mark.soak
def test_a_click_a_layer_and_a_failed_run_send_one_message_each(listener: Visitor) -> None:
    listener.turns(listener.click, "#next-seed")
    assert heard(listener) == [listener.sentence]
    listener.turns(listener.takes, "add-1", "Dense layer")
    assert len(heard(listener)) == 1
    listener.turns(listener.types, "alpha-field", "500")
    (failure,) = heard(listener)
    assert failure.startswith(listener.sentence)


@pytest.mark.soak
def test_a_comparison_that_is_open_is_what_is_told(listener: Visitor) -> None:
    listener.presses("p", "n")
    assert heard(listener) == [listener.sentence]
    listener.presses("c")
    assert heard(listener) == [listener.text("compare-sentence")]
    listener.presses("n")
    assert heard(listener) == [listener.text("compare-sentence")]
    listener.presses(Keys.ESCAPE)


@pytest.mark.soak
def test_playing_is_silent_but_for_its_start_and_end(listener: Visitor) -> None:
    listener.click("#play")
    listener.until("return nnbench.cursor.place.step === 300 && document.getElementById('play').ariaLabel === 'Play'")
    assert heard(listener) == ["Playing from step 0", "Step 300 of 300"]
