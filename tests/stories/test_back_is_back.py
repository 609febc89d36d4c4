"""Turning α away and back gives the same α and the same run again, to the last bit, in every experiment."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE
from tests.stories.visitor import Visitor
from webapp.bench.knob_values import LARGEST_SLIDER_ALPHA

THUMB = """
const { left, right, top, bottom } = document.querySelector('#alpha-slider [role=slider]').getBoundingClientRect();
return [(left + right) / 2 + arguments[0], (top + bottom) / 2];
"""


def by_brackets(visitor: Visitor, way: int) -> None:
    visitor.js("document.activeElement.blur()")
    for key in "]["[::way]:
        visitor.turns(visitor.presses, key)


def by_arrows(visitor: Visitor, way: int) -> None:
    visitor.js("document.querySelector('#alpha-slider [role=slider]').focus()")
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_LEFT)[::way]:
        visitor.turns(visitor.presses, key)


def by_drag(visitor: Visitor, way: int) -> None:
    visitor.js("document.getElementById('alpha-slider').scrollIntoView({ block: 'center' })")
    x, y = visitor.js(THUMB, 3)
    with visitor.turning():
        visitor.mouse("mousePressed", x, y)
        for far in (20, 35, 12, 0):
            visitor.mouse("mouseMoved", x + way * far, y)
        visitor.mouse("mouseReleased", x, y, held=False)


WAYS: dict[str, Callable[[Visitor, int], None]] = {"brackets": by_brackets, "arrows": by_arrows, "drag": by_drag}

FIRST_OF_ITS_KIND = {"tanh-signs": ["drag"], "falling-rate": ["brackets"]}
"""One layer, and a training rule; and the way that is gone there for every change. The first experiment is turned by
keys in other stories."""

AT_LEISURE = [pytest.param(key, list(WAYS), id=f"{key}, all ways", marks=pytest.mark.soak) for key in CATALOGUE]


@pytest.mark.parametrize(("key", "ways"), [*FIRST_OF_ITS_KIND.items(), *AT_LEISURE])
def test_there_and_back_is_the_same_run(visitor: Visitor, key: str, ways: list[str]) -> None:
    visitor.begins(key)
    before = visitor.shown
    # From the end of the slider there is one way alone.
    way = -1 if before["alpha"] >= LARGEST_SLIDER_ALPHA else 1
    for name in ways:
        WAYS[name](visitor, way)
        after = visitor.shown
        assert (after["alpha"], after["fingerprint"]) == (before["alpha"], before["fingerprint"]), name


def test_a_press_on_the_thumb_beside_its_middle_turns_nothing(visitor: Visitor) -> None:
    visitor.begins()
    before = visitor.shown
    x, y = visitor.js(THUMB, 4)
    visitor.turns(visitor.clicks_at, x, y)
    assert visitor.shown["alpha"] == before["alpha"]
