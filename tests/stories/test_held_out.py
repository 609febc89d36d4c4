"""Few distinct samples, noise on them and held-out ones: a network learns by heart, and the page says so."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.stories.visitor import Visitor

BY_HEART = "?experiment=circle&alpha=0.05&samples=10000&seed=5&noise=0.5&held_out=300&view=loss"
HELD_OUT = "return !document.getElementById('read-held-out').parentElement.hidden"
SUMMARY = "return document.getElementById('inputs-said').textContent"
HOLLOW = """
const { state } = nnbench;
return (state.shown.response || {}).held ? state.shown.response.held.length : 0;
"""


@pytest.fixture
def opened(beginner: Visitor) -> Visitor:
    """Somebody who has followed the link of a run in which every sample is new."""
    beginner.follows(BY_HEART)
    return beginner


def test_thirty_samples_are_learned_by_heart_the_page_says_so_and_it_is_one_step_to_undo(opened: Visitor) -> None:
    assert opened.js(HELD_OUT)
    before = opened.shown["fingerprint"]
    opened.unfolds("distinct-field")
    assert opened.text("held-out-says").startswith("Every sample is new, so the curve itself is a held-out loss")
    assert not [label for label in opened.texts(".ghost-label") if label.startswith("held-out")]
    opened.turns(opened.types, "distinct-field", "30")
    assert opened.sentence == (
        "Turning distinct samples from all to 30: learned 0.00528, held-out 0.740. It has learned these 30 by heart."
    )
    opened.until(
        "return [...document.querySelectorAll('.ghost-label')].some((one) => one.textContent === 'held-out 0.740')"
    )
    opened.sees("read-held-out", "0.740")
    assert opened.text("held-out-says") == ""
    assert opened.js(HOLLOW) > 0
    assert opened.js(SUMMARY) == "uniform, 30 distinct, noise 0.5, 300 held out"
    opened.until("return new URLSearchParams(location.search).get('distinct') === '30'")
    assert dict(parse_qsl(urlsplit(opened.driver.current_url).query))["held_out"] == "300"
    assert len(opened.ghosts) == 1
    opened.turns(opened.click, "#undo")
    assert opened.shown["fingerprint"] == before
    opened.sees_value("distinct-field", "all")


@pytest.mark.soak
def test_the_slider_of_distinct_samples_ends_with_all_and_without_held_out_ones_none_are_seen(opened: Visitor) -> None:
    opened.unfolds("distinct-field")
    opened.turns(opened.drags, "distinct-slider", (0.9, 0.48))
    assert 90 <= opened.shown["distinct"] <= 110
    opened.turns(opened.drags, "distinct-slider", (0.6, 1.0))
    assert opened.shown["distinct"] is None
    opened.turns(opened.drags, "noise-slider", (0.3, 0.0))
    assert opened.shown["noise"] == 0.0
    assert opened.js("return document.getElementById('knob-noise').classList.contains('off')")
    opened.unfolds("held_out-field")
    opened.turns(opened.types, "held_out-field", "0")
    assert not opened.js(HELD_OUT)
    assert opened.text("held-out-says") == ""
    assert opened.js(HOLLOW) == 0
