"""Samples as points on the square of the output: placed, moved and removed, each as one step of undo."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import DESK, look
from tests.stories.test_real_tables import DROPPED
from tests.stories.visitor import Visitor

TOOL = "#point-tool > button"
NAMES = "return [...document.querySelectorAll('.point')].map((point) => point.ariaLabel)"
PLACE = """
const box = document.querySelectorAll('.point')[arguments[0]].getBoundingClientRect();
return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
"""
SQUARE = (
    "const box = document.querySelector('.point-layer').getBoundingClientRect(); return [box.left, box.top, box.width]"
)
ROWS = """
const { inputs, targets } = nnbench.state.experiment.inputs;
return inputs.map((row, k) => [...row, ...targets[k]]);
"""
STEPS = "return nnbench.state.past.length"
TREES = "width,height,kind\n1,2,oak\n3,1,elm\n2,5,oak\n4,4,elm"


@pytest.fixture(autouse=True)
def on_the_stage(visitor: Visitor) -> None:
    look(visitor.driver, *DESK)
    visitor.click("#view-output")
    visitor.begins("circle")


def drags(visitor: Visitor, point: int, to: tuple[float, float], on_the_way: str) -> None:
    """Drags a point to that place of the window; the script is true before it is let go."""
    x, y = visitor.js(PLACE, point)
    visitor.mouse("mousePressed", x, y)
    for share in (0.2, 0.5, 0.8, 1.0):
        visitor.mouse("mouseMoved", x + share * (to[0] - x), y + share * (to[1] - y))
    visitor.until(on_the_way)
    with visitor.turning():
        visitor.mouse("mouseReleased", *to, held=False)


def test_points_are_added_moved_and_removed_and_each_is_one_step_of_undo(visitor: Visitor) -> None:
    before = visitor.js(STEPS)
    visitor.turns(visitor.click, TOOL)
    assert visitor.sentence.startswith("Changing the samples to 60 points: the final loss is ")
    visitor.until("return document.querySelectorAll('.point').length === 60")
    first = visitor.js(ROWS)
    assert all((x * x + y * y < 0.64) == (target > 0) for x, y, target in first if abs(x * x + y * y - 0.64) > 0.02)
    assert all(round(number, 2) == number for row in first for number in row)

    left, top, side = visitor.js(SQUARE)
    visitor.turns(visitor.clicks_at, left + side / 2, top + side / 2)
    assert visitor.sentence.startswith("Adding a point, 1 at (")
    assert len(visitor.js(ROWS)) == 61
    visitor.until("return document.activeElement.ariaLabel?.startsWith('Point 61, 1 at ')")

    moving = "return nnbench.state.held && nnbench.state.shown.said.change.startsWith('moving point 61')"
    drags(visitor, 60, (left + 0.7 * side, top + 0.3 * side), moving)
    x, y, target = visitor.js(ROWS)[60]
    assert visitor.sentence.startswith(f"Moving point 61 to ({x:g}, {y:g}) ")
    assert (x, y, target) == (pytest.approx(0.42, abs=0.03), pytest.approx(0.42, abs=0.03), 1)

    visitor.turns(visitor.presses, "2")
    assert visitor.sentence.startswith(f"Changing point 61 at ({x:g}, {y:g}) to −1")
    visitor.turns(visitor.presses, Keys.ARROW_LEFT)
    assert visitor.js(ROWS)[60] == [round(x - 0.05, 2), y, -1]
    visitor.turns(visitor.presses, Keys.DELETE)
    assert visitor.sentence.startswith("Removing point 61")
    assert visitor.js(ROWS) == first

    drags(visitor, 4, (left + side / 2, top - 40), "return document.querySelector('.point.out') !== null")
    assert visitor.sentence.startswith("Removing point ")
    assert len(visitor.js(ROWS)) == 59
    assert visitor.js(STEPS) == before + 7
    for _ in range(7):
        visitor.click("#undo")
    visitor.until("return nnbench.state.experiment.inputs === 'uniform'")
    visitor.rests()
    assert visitor.js(STEPS) == before
    visitor.until(
        "return !document.querySelector('.point') && document.querySelector(arguments[0]).ariaPressed === 'false'", TOOL
    )
    visitor.begins("penguins")
    visitor.until("return document.getElementById('point-tool').hidden")


@pytest.mark.soak
def test_the_last_point_stays_and_columns_keep_their_names_and_classes(visitor: Visitor) -> None:
    visitor.js("nnbench.openDataDialog()")
    visitor.js(DROPPED, TREES)
    visitor.until("return document.querySelectorAll('#facts-columns tbody tr').length === 3")
    visitor.turns(visitor.click, "#facts-use")
    visitor.click("#output-form [data-form=map]")
    visitor.rests()
    visitor.click(TOOL)
    visitor.until("return document.querySelectorAll('.point').length === 4")
    assert visitor.js(NAMES)[0] == "Point 1, oak at (1, 2)"
    assert visitor.texts("#point-tool .choices button") == ["elm", "oak"]
    visitor.js("document.querySelector('.point').focus()")
    for left in (3, 2, 1):
        visitor.turns(visitor.presses, Keys.DELETE)
        visitor.until("return document.querySelectorAll('.point').length === arguments[0]", left)
    visitor.presses(Keys.DELETE)
    visitor.until("return document.body.innerText.includes('A run needs at least one point.')")
    rows = visitor.js("return nnbench.state.experiment.inputs")
    assert (rows["classes"], rows["names"]) == (["elm", "oak"], [["width", "height"], ["kind"]])
    assert rows["inputs"] == [[4, 4]]
    visitor.click(TOOL)
