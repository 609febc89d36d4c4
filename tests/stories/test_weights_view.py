"""The weights come on the stage, where Plotly draws what a pointer asks for, and go as pictures; the filter stands
beside the small curve."""

import re
import urllib.parse

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, run
from engine.training.network import affine_weights
from tests.stories.visitor import Visitor

STAGE = """
const [stage, plot] = ['.stage-bar', '#weights-plot'].map((css) => document.querySelector(css).getBoundingClientRect());
"""
HOVER = "return [...document.querySelectorAll('#weights-graph .hovertext')].map((label) => label.textContent)[0]"
CLASSES = "return [...document.getElementById('weights-plot').classList]"
SAVED = """
window.saved = [];
HTMLAnchorElement.prototype.click = function () { window.saved.push([this.download, this.href]); };
"""


def over(visitor: Visitor, across: float, down: float) -> tuple[float, float]:
    """A point of the heat maps, in shares of their box, with the pointer there."""
    box = "const { left, top, width, height } = document.getElementById('weight-cells').getBoundingClientRect();"
    x, y = visitor.js(f"{box} return [left + arguments[0] * width, top + arguments[1] * height]", across, down)
    visitor.mouse("mouseMoved", x, y, held=False)
    return x, y


@pytest.fixture
def staged(beginner: Visitor) -> Visitor:
    """Somebody who has put the weights of a circle's network on the stage."""
    beginner.open("?experiment=circle")  # nothing is zoomed
    beginner.click(".weights-part .enlarge")
    beginner.until("return document.documentElement.dataset.view === 'weights'")
    over(beginner, 0.05, 0.01)
    beginner.loads_plotly()
    return beginner


def test_a_pointer_reads_a_weight_to_the_bit_and_zooms_a_click_edits_it_and_a_knob_moves_it(staged: Visitor) -> None:
    assert staged.js(STAGE + "return plot.width > 0.9 * stage.width && plot.top > stage.top")
    experiment = CATALOGUE["circle"].experiment
    M, b = affine_weights(run(experiment, experiment.network()).trained)[0]
    over(staged, 0.16, 0.06)
    staged.until(HOVER)
    assert staged.js(HOVER) == f"u₀←v₀ of dense layer 1 = {float(M[0, 0])!r}".replace("-", "−")
    # Numbers with their paths stay over the drawing until it is zoomed.
    assert "under-plotly" in staged.js(CLASSES)
    x, y = over(staged, 0.9, 0.05)
    staged.until(HOVER + " === arguments[0]", f"bias u₀ of dense layer 1 = {float(b[0])!r}".replace("-", "−"))
    staged.mouse("mousePressed", x, y)
    for k in range(1, 6):
        staged.mouse("mouseMoved", x + 8 * k, y + 20 * k)
    staged.mouse("mouseReleased", x + 40, y + 100, held=False)
    staged.until("return document.getElementById('weights-plot').classList.contains('zoomed')")
    over(staged, 1.2, 1.2)
    assert {"by-plotly", "zoomed"} <= set(staged.js(CLASSES))
    staged.click("#view-output")
    staged.until("return !document.getElementById('weights-plot').matches('.by-plotly, .under-plotly, .needs-plotly')")
    staged.click("#view-weights")
    x, y = over(staged, 0.16, 0.2)
    staged.until("return document.getElementById('weights-plot').matches('.by-plotly, .under-plotly')")
    staged.rests()  # a click within the same frames as the pointer's coming finds nothing under it
    staged.until(HOVER)
    staged.clicks_at(x, y)
    staged.until("return document.getElementById('edit').open")
    assert "starting weight" in staged.text("edit-label")
    staged.presses(Keys.ESCAPE)
    before = staged.js(HOVER)
    staged.turns(staged.presses, "n")
    over(staged, 0.17, 0.2)
    staged.until(f"const text = ({HOVER.removeprefix('return ')}); return text && text !== arguments[0]", before)
    assert staged.js("return nnbench.state.shown.weights.data.length") == 4
    numbers = staged.js("return [...nnbench.cursor.weights]")
    shown = staged.js("return document.getElementById('weights-graph').data.flatMap(({ z }) => z.flat())")
    assert np.array_equal(numbers, shown)


@pytest.mark.soak
def test_the_weights_are_saved_as_the_page_shows_them(staged: Visitor) -> None:
    staged.js(SAVED)
    fingerprint = staged.js("return nnbench.state.shown.summary.fingerprint")
    name, address = saved(staged, "Weights, SVG")
    picture = urllib.parse.unquote(address.partition(",")[2])
    assert name == f"circle-{fingerprint}-weights.svg"
    assert "Weights at step 3,000" in picture
    assert set(staged.texts("#weight-cells .value")) <= set(re.findall(r">([−\d.]+)<", picture))
    staged.segment("weights-view", "checkpoint")
    _, address = saved(staged, "Weights, SVG")
    assert "Starting weights" in urllib.parse.unquote(address)
    staged.segment("weights-view", "trained")
    name, address = saved(staged, "Weights, PNG")
    assert (name, address[:22]) == (f"circle-{fingerprint}-weights.png", "data:image/png;base64,")


def saved(visitor: Visitor, title: str) -> list[str]:
    """The name and the address of the file of this line of the menu."""
    visitor.exports(title)
    found: list[str] = visitor.until("return window.saved.pop()")
    return found


@pytest.mark.soak
def test_a_view_that_a_link_hides_is_not_offered(visitor: Visitor) -> None:
    visitor.open("?view=weights&hide=weights")
    assert visitor.js("return document.documentElement.dataset.view") == "output"
    assert not visitor.js("return document.getElementById('view-weights').checkVisibility()")
    for _ in range(3):
        visitor.presses("v")
        assert visitor.js("return document.documentElement.dataset.view") != "weights"


def test_the_filter_stands_beside_the_small_curve(beginner: Visitor) -> None:
    beginner.click("#view-output")
    pressed = "return document.querySelector('.small-filter [aria-pressed=true]').dataset.filter"
    assert beginner.js(pressed) == "both"
    beginner.turns(beginner.click, ".small-filter [data-filter=raw]")
    assert beginner.js(pressed) == beginner.js("return nnbench.state.knobs.filter") == "raw"
    beginner.turns(beginner.presses, "f")
    assert beginner.js(pressed) == "low pass"
    beginner.click("#view-loss")
    assert beginner.js("return document.querySelector('#filter input:checked').value") == "low pass"
