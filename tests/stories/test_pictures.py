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


def test_units_are_pictures_of_their_weights_and_list_the_rows_that_they_answer_most_to(beginner: Visitor) -> None:
    look(beginner.driver, *DESK)
    beginner.click("#view-output")
    beginner.begins("digits")
    beginner.until("return document.querySelectorAll('#weight-pictures .unit').length === 16")
    assert beginner.js("return document.querySelectorAll('#network .unit').length") == 8
    at_the_end = beginner.until(PAINTED)
    beginner.points_at("#weight-pictures [data-unit='6']")
    most = rows_of_unit(DIGITS, run(DIGITS, DIGITS.network()).trained, (1, 6))["most"]["rows"]
    wanted = [f"Row {row:,}" for row in most]
    beginner.until(f"return JSON.stringify((() => {{ {LISTED} }})()) === JSON.stringify(arguments[0])", wanted)
    beginner.points_at("#view-output")
    beginner.until("return document.querySelector('.confusion') !== null")
    beginner.js("nnbench.moveCursor(0)")
    beginner.until(f"return (() => {{ {PAINTED} }})() !== arguments[0]", at_the_end)
    beginner.js("nnbench.moveCursor(Infinity)")
    beginner.click(".confusion [data-at='8,5']")
    beginner.until("return document.querySelectorAll('.answer-rows .row-picture').length > 3")
    beginner.click(".answer-rows button")
    beginner.until("return document.querySelector('.answer-head .row-picture') !== null")
    beginner.js("document.getElementById('at-probe').scrollIntoView()")
    beginner.until("return document.querySelectorAll('.vector.picture[data-part=values] .cell').length === 64")
    square = "const { width, height } = document.querySelector('.vector.picture').getBoundingClientRect();"
    assert beginner.js(f"{square} return Math.abs(width - height) < 1")
    beginner.js("window.scrollTo(0, 0)")
    beginner.segment("weights-form", "heatmap")
    beginner.until("return document.querySelector('#weight-pictures .unit') === null")
    beginner.segment("weights-form", "table")
    beginner.until("return document.querySelectorAll('#weight-pictures .unit').length === 16")
    beginner.turns(beginner.js, "nnbench.changeExperiment('insert', 2, 'map')")
    beginner.until("return document.querySelector('#weight-pictures .unit').ariaLabel === 'Unit u₀ of Activation 1'")
    beginner.presses(Keys.ESCAPE)
    beginner.js("localStorage.removeItem('nnbench-weights-form'); nnbench.probeInput(null)")
    beginner.begins("penguins")
    beginner.until("return document.querySelector('#weight-pictures .unit') === null")
