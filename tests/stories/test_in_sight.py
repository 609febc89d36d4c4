"""A part out of sight is not drawn while a knob is held; it is as soon as it comes into sight or the knob is let go."""

from typing import Any

import pytest

from tests.stories.conftest import look
from tests.stories.visitor import Visitor

WATCH = """
window.changes = { curve: 0, weights: 0, cards: 0 };
const parts = { curve: 'loss-picture', weights: 'at-weights', cards: 'network' };
for (const [name, id] of Object.entries(parts)) {
  const changes = { subtree: true, childList: true, attributeFilter: ['style', 'd'] };
  new MutationObserver(() => (window.changes[name] += 1)).observe(document.getElementById(id), changes);
}
"""
"""Counts how often these parts are drawn anew."""
PARTS = {"curve": "loss-picture", "weights": "weights-plot", "cards": "network"}
INTO_THE_MIDDLE = "document.getElementById(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })"
HAS_COME = "return nnbench.state.held && nnbench.state.shown.serial > arguments[0] && nnbench.queue.idle"


def held(visitor: Visitor, view: str) -> tuple[float, float]:
    """Holds α's slider on a telephone until a run has been shown; where the pointer is."""
    look(visitor.driver, 390, 844)
    visitor.follows(f"?experiment=spiral&view={view}")
    visitor.until("return !!nnbench.currentTrajectory()")
    visitor.js(WATCH)
    before = visitor.js("return nnbench.state.shown.serial")
    left, right, y = visitor.track("alpha-slider")
    visitor.mouse("mousePressed", left + 0.3 * (right - left), y)
    visitor.mouse("mouseMoved", left + 0.4 * (right - left), y)
    visitor.until(HAS_COME, before)
    visitor.driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 100))")
    return left + 0.4 * (right - left), y


def changes(visitor: Visitor) -> dict[str, Any]:
    """How often each part has been drawn anew."""
    counts: dict[str, Any] = visitor.js("return window.changes")
    return counts


@pytest.mark.soak
def test_what_lies_under_the_knobs_of_a_telephone_is_not_drawn_while_one_is_held(beginner: Visitor) -> None:
    place = held(beginner, "output")
    assert changes(beginner) == {"curve": 0, "weights": 0, "cards": 0}
    beginner.mouse("mouseReleased", *place, held=False)
    beginner.rests()
    assert all(count > 0 for count in changes(beginner).values())


@pytest.mark.parametrize(
    "names", [("cards", "curve"), pytest.param(("weights",), marks=pytest.mark.soak)], ids=" and ".join
)
def test_it_is_drawn_once_it_is_scrolled_into_sight(beginner: Visitor, names: tuple[str, ...]) -> None:
    place = held(beginner, "output")
    for name in names:
        assert changes(beginner)[name] == 0, name
        beginner.js(INTO_THE_MIDDLE, PARTS[name])
        beginner.until("return window.changes[arguments[0]] > 0", name)
    beginner.mouse("mouseReleased", *place, held=False)
    beginner.rests()


@pytest.mark.soak
def test_the_curve_on_the_stage_is_drawn_while_a_knob_is_held(beginner: Visitor) -> None:
    place = held(beginner, "loss")
    assert changes(beginner)["curve"] > 0
    beginner.mouse("mouseReleased", *place, held=False)
    beginner.rests()
