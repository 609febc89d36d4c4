"""The chapter "Left-multiply or right-multiply?": a newcomer turns a switch and reads off what it costs."""

import re

import pytest

from engine import CATALOGUE, run
from engine.experiments.edits import halve_slopes, multiply_left
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

KEY = "left-or-right"
SWITCHES = """
return [...document.querySelectorAll('.mistake')].map((label) => `${label.textContent} ${label.firstChild.checked}`);
"""
RED = "return getComputedStyle(document.getElementById('badge')).color === arguments[0]"
BAD = "rgb(179, 38, 30)"
DISAGREES = re.compile(
    r"Gradient check failed in dense layer 2, gradient of its input: \S+ by backprop, \S+ by differences\. "
    r"The curve is not a fair test\."
)


@pytest.fixture(autouse=True)
def chapter(visitor: Visitor) -> None:
    visitor.begins(KEY)


def switch(visitor: Visitor, at: int) -> None:
    with visitor.turning():
        visitor.hand(f"switch-{at}").click()


def test_m_for_its_transpose_turns_the_badge_red_and_stands_beside_the_ghost_of_the_right_one(visitor: Visitor) -> None:
    assert visitor.text("badge").startswith("Gradient check passed")
    (past, _), settled = visitor.depth, visitor.shown["settled"]
    switch(visitor, 2)
    wrong = multiply_left(CATALOGUE[KEY].experiment, wrong=True)
    assert visitor.shown["fingerprint"] == run(wrong, wrong.network()).fingerprint
    assert re.fullmatch(
        r"Passing back M, not Mᵀ, raised the final loss from [\d.]+ to [\d.]+ \(1\d×\)\.", visitor.sentence
    )
    assert DISAGREES.fullmatch(visitor.text("badge"))
    visitor.until(RED, BAD)
    assert visitor.ghosts[-1:] == ["start, α 0.05"]
    assert visitor.js("return nnbench.state.ghosts.at(-1).summary.settled") == settled
    assert visitor.depth == (past + 1, 0)
    switch(visitor, 2)
    assert visitor.shown["settled"] == settled
    assert visitor.js("return document.getElementById('badge').dataset.state") == "agrees"


def test_the_halved_slope_is_on_every_leaky_relu_and_is_found_too(visitor: Visitor) -> None:
    switch(visitor, 1)
    wrong = halve_slopes(CATALOGUE[KEY].experiment, wrong=True)
    assert visitor.shown["fingerprint"] == run(wrong, wrong.network()).fingerprint
    assert visitor.js(SWITCHES) == ["bug: half leak true", "bug: M for Mᵀ false", "bug: half leak true"]
    assert visitor.text("badge").startswith("Gradient check failed in activation ")
    assert visitor.sentence.startswith("Halving the leak, but not its derivative, ")
    visitor.turns(visitor.click, "#undo")
    assert visitor.js(SWITCHES) == ["bug: half leak false", "bug: M for Mᵀ false", "bug: half leak false"]


@pytest.mark.soak
def test_the_switch_and_the_red_badge_are_in_sight_on_every_screen(visitor: Visitor) -> None:
    switch(visitor, 2)
    for size in ((1280, 720), (390, 844), DESK):
        look(visitor.driver, *size)
        visitor.rests()
        visitor.hand("switch-2").location_once_scrolled_into_view  # noqa: B018
        box = visitor.js("return document.getElementById('badge').getBoundingClientRect()")
        assert 0 < box["top"] < box["bottom"] <= size[1], size
        assert DISAGREES.fullmatch(visitor.by_id("badge").text.replace("\n", " ")), size
        assert visitor.js("return document.documentElement.scrollWidth <= innerWidth"), size
        seen = """
        const { left, right } = document.querySelector('[data-control=switch-2]').getBoundingClientRect();
        const chain = document.getElementById('network').getBoundingClientRect();
        return left >= chain.left - 1 && right <= chain.right + 1;  // a scroll goes by whole pixels
        """
        assert visitor.js(seen), size


@pytest.mark.soak
def test_no_other_experiment_has_the_switches(visitor: Visitor) -> None:
    for key in ("tanh-signs", "leaky-relu-ones"):
        visitor.begins(key)
        assert visitor.js(SWITCHES) == [], key
