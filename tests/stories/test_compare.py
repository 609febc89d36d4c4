"""A pinned run stands beside the current one: their output maps, their curves, their weights, and what differs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.base.numerics import FloatArray
from engine.comparison.pair import Pair
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import DrawnWeights
from engine.experiments.run import parameters, run
from tests.stories.visitor import INK, PAINTED, Visitor
from tests.webapp.asking import fingerprint
from webapp.bench import budget
from webapp.responses.input_domain import InputDomain

VIEW = "return document.documentElement.dataset.view"
LIST = "return [...document.querySelectorAll('#compare-list :is(dt, dd)')].map((line) => line.textContent)"
KNOWN = "return [...document.querySelectorAll('#compare-list dt')].some((head) => head.textContent === 'Weights')"
WORDS = "return document.querySelector('#compare-list dl').innerText.includes('between them')"
TAB = "return (({ hidden, textContent }) => [hidden, textContent])(document.getElementById('view-compare'))"
MAPS = """
const { picture } = nnbench.drawnIn(document.getElementById('compare-maps')), [was, now, apart] = picture.columns;
return [picture.titles, Array.from(was.rows[0]), Array.from(now.rows[0]), apart && Array.from(apart.rows[0])];
"""

BEYOND = """
const beyond = (place) => (one) => one.getBoundingClientRect().right > place.getBoundingClientRect().right + 10;
const places = ['.stage-bar', '#compare-maps', '#compare-list', '.compare-weights'];
return places.flatMap((css) => {
  const place = document.querySelector(css);
  return [...place.querySelectorAll('button, span')].filter(beyond(place)).map((one) => `${css} ${one.textContent}`);
});
"""
"""Texts and buttons of a comparison that go beyond their part of the page."""


@pytest.fixture
def comparing(beginner: Visitor) -> Visitor:
    """Somebody who has pinned the first run, turned α to 0.3, and compares the two."""
    beginner.click("#pin")
    turn(beginner, "alpha-field", "0.3")
    beginner.presses("c")
    beginner.until(KNOWN)
    return beginner


def turn(visitor: Visitor, field: str, value: str) -> None:
    """Types a value and leaves the field."""
    visitor.turns(visitor.types, field, value)
    visitor.js("document.activeElement.blur()")


def trained(key: str = FIRST, **knobs: Any) -> tuple[FloatArray, FloatArray]:
    """The first output of the trained network on the grid of its maps, and its weights in one row."""
    experiment = replace(CATALOGUE[key].experiment, **knobs)
    network = run(experiment, experiment.network()).trained
    grid = InputDomain(CATALOGUE[key].experiment).target_map.window.grid
    return network.respond(grid)[:, 0], np.concatenate([array.ravel() for array in parameters(network)])


@pytest.mark.soak
def test_both_runs_stand_in_a_row_with_their_difference_and_so_do_their_weights(comparing: Visitor) -> None:
    assert comparing.js(VIEW) == "compare"
    assert comparing.js(TAB) == [False, "Compare with A"]
    assert comparing.text("compare-sentence") == "α 0.1 → 0.3: final loss 0.106 → 0.0948 (−11 %)."
    assert comparing.text("compare-steps") == "Both are at their last step, A and the current run."
    (was, weights_before), (now, weights_now) = trained(), trained(alpha=0.3)
    titles, *grids = comparing.js(MAPS)
    assert titles == ["A", "Now", "Now − A"]
    for found, wanted in zip(grids, (was, now, now - was), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-6)
    comparing.until(WORDS)
    outputs = comparing.js(LIST)[3]
    assert str(outputs).startswith("half the mean square of the difference over these maps: 0.0")
    share = 100 * np.linalg.norm(weights_now - weights_before) / np.linalg.norm(weights_before)
    assert comparing.js(LIST) == [
        "Differences", "α 0.1 → 0.3", "Outputs", outputs, "Weights", f"{share:.0f} % of A’s length apart, unit by unit",
        "From A to now", "No wall between them", "Other answers", f"Other weights, {share:.0f} % of A’s length apart",
    ]  # fmt: skip
    numbers = {"Now": weights_now, "A": weights_before, "Now − A": weights_now - weights_before}
    choice = "return document.querySelector('#compare-choices [aria-pressed=true]').textContent"
    assert comparing.js(choice) == "Now − A"
    assert not comparing.js("return document.getElementById('compare-order').checkVisibility()")
    for k, (name, weights) in enumerate(numbers.items(), start=1):
        comparing.click(f"#compare-choices button:nth-child({k})")
        assert comparing.js(choice) == name
        found = sorted(float(text.replace("−", "-")) for text in comparing.texts("#compare-cells .weight"))
        np.testing.assert_allclose(found, np.sort(weights), atol=0.006)
    fades_beyond_its_edge(comparing)
    swaps_and_follows(comparing)


def fades_beyond_its_edge(comparing: Visitor) -> None:
    """A list that goes on beyond its edge fades there, in browsers that have scroll-driven animations."""
    if not comparing.js("return CSS.supports('animation-timeline', 'scroll()')"):
        return
    fade = """
    const list = document.getElementById('compare-list');
    return [list.scrollHeight > list.clientHeight, getComputedStyle(list).getPropertyValue('--to')];
    """
    assert comparing.js(fade) == [False, "0px"]
    comparing.js(
        "const list = document.querySelector('#compare-list dl');"
        "for (let k = 0; k < 30; k++) list.append(list.firstChild.cloneNode(true));"
    )
    comparing.until(
        "return getComputedStyle(document.getElementById('compare-list')).getPropertyValue('--to') !== '0px'"
    )
    assert comparing.js(fade) == [True, "28px"]


@pytest.mark.soak
def test_the_current_run_is_shown_in_the_order_of_the_pinned_one(beginner: Visitor) -> None:
    beginner.opens("xor-hidden-layer")
    beginner.click("#pin")
    beginner.turns(beginner.js, "document.getElementById('next-weights').click()")
    beginner.js("document.activeElement.blur()")
    beginner.presses("c")
    beginner.until("return document.querySelector('#compare-order button')?.checkVisibility()")
    before = CATALOGUE["xor-hidden-layer"].experiment
    was, now = (run(one, one.network()) for one in (before, replace(before, weights=DrawnWeights(2))))
    pair = Pair(was, now, twins=0)
    assert pair.weights is not None
    assert pair.weights.order is not None
    shown = {"false": pair.now.weights, "true": pair.weights.weights}
    for pressed, weights in shown.items():
        assert beginner.one("#compare-order button").get_attribute("aria-pressed") == pressed
        found = sorted(float(text.replace("−", "-")) for text in beginner.texts("#compare-cells .weight"))
        np.testing.assert_allclose(found, np.sort(weights - pair.before.weights), atol=0.006)
        beginner.click("#compare-order button")
    assert beginner.one("#compare-order button").get_attribute("aria-pressed") == "false"


@pytest.mark.soak
def test_without_a_pin_c_says_what_to_do_and_in_a_comparison_the_cursor_stays_at_the_end(beginner: Visitor) -> None:
    beginner.presses("c")
    beginner.sees("note-text", "No run is pinned yet. Pin one, then turn a knob and compare.")
    assert beginner.js(VIEW) == "loss"
    beginner.click("#pin")
    turn(beginner, "seed-field", "4")
    beginner.presses(Keys.HOME)
    beginner.until("return nnbench.cursor.place.step === 0")
    beginner.click("[data-compare=A]")
    beginner.until(KNOWN)
    assert beginner.js("return nnbench.cursor.place.step") == 300
    beginner.js("document.activeElement.blur()")
    beginner.presses(Keys.ARROW_LEFT, Keys.HOME, Keys.SPACE)
    beginner.driver.execute_async_script(PAINTED)
    assert beginner.js("return nnbench.cursor.place.step") == 300


def swaps_and_follows(comparing: Visitor) -> None:
    """Swap exchanges the two, and the comparison follows the current run and ends with its pin."""
    comparing.turns(comparing.click, "#compare-swap")
    assert comparing.shown["fingerprint"] == fingerprint()
    comparing.sees("view-compare", "Compare with B")
    comparing.until(KNOWN)
    assert comparing.text("compare-sentence") == "α 0.3 → 0.1: final loss 0.0948 → 0.106 (+12 %)."
    comparing.turns(comparing.click, "#compare-swap")
    comparing.sees("view-compare", "Compare with A")
    assert comparing.shown["fingerprint"] == fingerprint(alpha=0.3)
    assert comparing.js("return nnbench.state.pins.map(({ letter }) => letter)") == ["A", "B"]
    turn(comparing, "alpha-field", "0.1")
    sentence = "The same knobs in A and now: the runs are identical, to the last bit."
    comparing.sees("compare-sentence", sentence)
    comparing.until(KNOWN)
    comparing.until(WORDS)
    assert comparing.js(LIST)[1:] == [
        "same knobs", "Outputs", "the same everywhere", "Weights", "the same", "From A to now", "No wall between them",
        "Same answers", "Same weights, to the last bit",
    ]  # fmt: skip
    turn(comparing, "seed-field", "5")
    comparing.reads("#compare-sentence", start="Data seed 3 → 5: ")
    comparing.click("[aria-label='Take run A out of the table']")
    assert comparing.js(VIEW) == "loss"


@pytest.mark.soak
def test_what_cannot_be_compared_is_said(beginner: Visitor) -> None:
    beginner.click("#pin")
    beginner.opens("circle")
    beginner.js("document.activeElement.blur()")
    beginner.presses("c")
    beginner.until(KNOWN)
    beginner.until("return !document.querySelector('#compare-list dl').innerText.includes('awaited')")
    said = beginner.js(LIST)
    assert said[said.index("Outputs") + 1 :] == [
        "other outputs: A gives 2, the current run 1", "Weights", "other shapes"
    ]  # fmt: skip
    assert beginner.text("compare-key") == "The two networks have layers of other shapes."
    rows = "return document.getElementById('compare-maps').style.getPropertyValue('--rows')"
    assert beginner.js(rows) == "2", "both outputs of A are drawn"
    beginner.opens("sine")
    beginner.until(f"{KNOWN} && nnbench.state.base.summary.title === 'Sine'")
    beginner.until(LIST + ".includes('other inputs: A takes 2, the current run 1')")


@pytest.mark.soak
def test_a_run_that_diverges_is_compared_at_the_step_before(beginner: Visitor) -> None:
    beginner.opens("sine")
    beginner.click("#pin")
    turn(beginner, "alpha-field", "50")
    beginner.presses("c")
    beginner.until(KNOWN)
    step = beginner.shown["diverged_at"]
    loss = beginner.js("return document.querySelector('[data-run=A] td:nth-of-type(8)').textContent")
    found = beginner.text("compare-sentence")
    assert found == f"α 0.1 → 50: A has the final loss {loss}, and the current run diverges at step {step}."
    assert beginner.text("compare-steps") == (
        f"The comparison has the current run at step {step - 1}, the last before it diverges, and A at its last step."
    )


def test_the_pinned_run_has_its_name_and_curve_until_the_view_is_closed_and_is_in_no_link(comparing: Visitor) -> None:
    comparing.until("return location.search.includes('view=loss')")
    tall = "return document.documentElement.matches('[data-tall]') && !!document.querySelector('.tall #compare-maps')"
    assert comparing.js(tall), "two outputs need twice the height"
    comparing.presses(Keys.ESCAPE)
    assert comparing.js(VIEW) == "loss"
    comparing.presses("v")
    assert comparing.js(VIEW) == "output"
    comparing.presses("c")
    assert comparing.js(VIEW) == "compare"
    comparing.presses("v")
    assert comparing.js(VIEW) == "loss"
    assert comparing.js(TAB)[0] is False
    comparing.click("#view-compare")
    assert comparing.js(VIEW) == "compare"
    comparing.until("return location.search.includes('view=loss')")
    comparing.replaces(comparing.one("[data-run=A] .run-name"), "slow" + Keys.ENTER)
    assert comparing.js(TAB) == [False, "Compare with slow"]
    comparing.replaces(comparing.one("[data-run=A] .run-name"), "W" * 24 + Keys.ENTER)
    assert comparing.js(BEYOND) == []
    comparing.replaces(comparing.one("[data-run=A] .run-name"), "slow" + Keys.ENTER)
    assert comparing.text("compare-steps") == "Both are at their last step, slow and the current run."
    inked = INK + "return ink.filter((value, k) => k % 4 === 3 && value > 200).length"
    comparing.js("scrollTo(0, 0)")
    comparing.rests()
    with_curve = comparing.js(inked)
    comparing.loads_plotly()
    assert comparing.js("return document.querySelector('#loss .js-plotly-plot').data.length") < 4
    comparing.click("#compare-close")
    assert comparing.js(VIEW) == "loss"
    assert comparing.js(TAB)[0] is True
    assert comparing.js("return document.activeElement.id") == "view-loss"
    comparing.rests()
    assert comparing.js(inked) != with_curve
    comparing.presses("c")
    comparing.reload()
    assert comparing.js(VIEW) == "loss"
    assert comparing.js(TAB)[0] is True


@pytest.mark.soak
def test_a_run_that_takes_too_long_has_a_curve_and_a_sentence(
    beginner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Last in its file: the page and the server keep such an answer about the pinned run.
    beginner.click("#pin")
    turn(beginner, "alpha-field", "0.31")
    monkeypatch.setattr(budget, "BUDGET", 1)
    beginner.presses("c")
    beginner.until(LIST + ".includes('This run takes too long to be trained once more here.')")
    assert beginner.text("compare-sentence").startswith("α 0.1 → 0.31: final loss 0.106 → ")
    assert beginner.text("compare-key") == "This run takes too long to be trained once more here."
