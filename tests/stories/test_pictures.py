"""Digits are pictures: the weights of units, the rows that they answer most to, and rows in lists and in the probe."""

from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, run
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.responses.rows.pictures import rows_of_unit

PAINTED = """
return document.querySelector('#weight-pictures canvas').toDataURL();
"""
LISTED = "return [...document.querySelectorAll('.most-rows button')].map(({ ariaLabel }) => ariaLabel)"
DIGITS = CATALOGUE["digits"].experiment


def test_units_are_pictures_of_their_weights_and_list_the_rows_that_they_answer_most_to(visitor: Visitor) -> None:
    look(visitor.driver, *DESK)
    visitor.click("#view-output")
    visitor.begins("digits")
    visitor.until("return document.querySelectorAll('#weight-pictures .unit').length === 16")
    assert visitor.js("return document.querySelectorAll('#network .unit').length") == 8
    at_the_end = visitor.until(PAINTED)
    visitor.points_at("#weight-pictures [data-unit='6']")
    most = rows_of_unit(DIGITS, run(DIGITS, DIGITS.network()).trained, (1, 6))["most"]["rows"]
    wanted = [f"Row {row:,}" for row in most]
    visitor.until(f"return JSON.stringify((() => {{ {LISTED} }})()) === JSON.stringify(arguments[0])", wanted)
    visitor.points_at("#view-output")
    visitor.until("return document.querySelector('.confusion') !== null")
    visitor.js("nnbench.moveCursor(0)")
    visitor.until(f"return (() => {{ {PAINTED} }})() !== arguments[0]", at_the_end)
    visitor.js("nnbench.moveCursor(Infinity)")
    visitor.click(".confusion [data-at='8,5']")
    visitor.until("return document.querySelectorAll('.answer-rows .row-picture').length > 3")
    visitor.click(".answer-rows button")
    visitor.until("return document.querySelector('.answer-head .row-picture') !== null")
    visitor.js("document.getElementById('at-probe').scrollIntoView()")
    visitor.until("return document.querySelectorAll('.vector.picture[data-part=values] .cell').length === 64")
    square = "const { width, height } = document.querySelector('.vector.picture').getBoundingClientRect();"
    assert visitor.js(f"{square} return Math.abs(width - height) < 1")
    visitor.js("window.scrollTo(0, 0)")
    visitor.segment("weights-form", "heatmap")
    visitor.until("return document.querySelector('#weight-pictures .unit') === null")
    visitor.segment("weights-form", "table")
    visitor.until("return document.querySelectorAll('#weight-pictures .unit').length === 16")
    visitor.turns(visitor.js, "nnbench.changeExperiment('insert', 2, 'map')")
    visitor.until("return document.querySelector('#weight-pictures .unit').ariaLabel === 'Unit u₀ of Activation 1'")
    visitor.presses(Keys.ESCAPE)
    visitor.js("localStorage.removeItem('nnbench-weights-form'); nnbench.probeInput(null)")
    visitor.begins("penguins")
    visitor.until("return document.querySelector('#weight-pictures .unit') === null")
