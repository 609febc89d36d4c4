"""Which sample did it: asked by a key, answered with dots or a scatter, and the one that did most is left out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, which_sample
from tests.stories.conftest import DESK, look
from tests.stories.visitor import CIRCLES, Visitor

HEAD = "return document.querySelector('.which-head p')?.innerText.replace(/\\s+/g, ' ') ?? ''"
SAYS = f"return (() => {{ {HEAD} }})().startsWith(arguments[0])"
LISTED = "return [...document.querySelectorAll('.which-list b')].map(({ textContent }) => textContent)"
LOOKED_AT = "return document.querySelector('.which-one b').textContent"
COLOURS = """
const canvas = document.querySelector('.which-plot canvas'), { width, height } = canvas;
const pixels = canvas.getContext('2d').getImageData(0, Math.round(height / 2), width, 1).data;
const at = (share) => [...pixels.slice(4 * Math.round(share * width)).slice(0, 3)];
return [at(0.5), at(0.05)];
"""
"""The colours of the map in the middle and near an edge: it answers 1 there, and −1 here."""
FINDING = """
const figure = document.querySelector('#output .which-plot');
return document.getElementById(figure.getAttribute('aria-describedby').split(' ')[0]).textContent;
"""


@pytest.fixture(autouse=True)
def nothing_asked(visitor: Visitor) -> Iterator[None]:
    yield
    if visitor.js("return nnbench.state.question"):
        visitor.presses("w")
    look(visitor.driver, *DESK)


def test_the_point_that_did_most_is_found_left_out_and_brought_back(beginner: Visitor) -> None:
    beginner.begins("circle-by-heart")
    beginner.click("#view-loss")
    found = which_sample(CATALOGUE["circle-by-heart"].experiment)
    beginner.presses("w")
    beginner.until(SAYS, found.sentence)
    assert beginner.js("return document.documentElement.dataset.view") == "output"
    assert beginner.js(LOOKED_AT).startswith(f"Point {found.did_most},")
    border = "return document.querySelector('.which-key .border').textContent"
    assert beginner.js(border) == f"border without point {found.did_most}"
    (red, _, blue), (outer_red, _, outer_blue) = beginner.js(COLOURS)
    assert red > blue
    assert outer_red < outer_blue
    dots = beginner.driver.execute_async_script(CIRCLES, ".which-plot")
    assert len(dots) >= len(found.rows)
    assert all(max(dot[way] for dot in dots) - min(dot[way] for dot in dots) > 200 for way in "xy"), "dots lie apart"
    beginner.click("[data-control=order-did]")
    most = found.rows[int(abs(found.effect).argmax())]
    assert beginner.js(LISTED)[0] == str(most)
    assert beginner.js(LOOKED_AT).startswith(f"Point {most},")
    beginner.until(f"return (location.search + '&').includes('&ask=which&row={most}&')")
    beginner.until(f"return (() => {{ {FINDING} }})().includes('Chosen is point {most},')")
    beginner.turns(beginner.click, "[data-control=leave-out]")
    assert beginner.js("return nnbench.state.experiment.without") == str(most)
    beginner.reads(".which-head span", start="29 runs")
    assert str(most) not in beginner.js(LISTED)
    assert f"without={most}" in beginner.js("return location.search")
    beginner.turns(beginner.presses, "u")
    beginner.until(SAYS, found.sentence)
    beginner.click(".which-head [aria-label=Close]")
    assert beginner.js("return document.querySelector('.which-head')") is None
    beginner.until("return !location.search.includes('ask=')")


def test_rows_of_a_table_are_a_scatter_with_a_list_that_arrows_go_through(visitor: Visitor) -> None:
    visitor.open("?experiment=penguins&without=6,14&view=output&ask=which&row=307")
    found = which_sample(replace(CATALOGUE["penguins"].experiment, without=(6, 14)))
    visitor.until(SAYS, found.sentence)
    rows = [str(found.rows[k]) for k in (-abs(found.effect)).argsort(kind="stable")]
    assert visitor.js(LISTED) == rows[:100]
    assert visitor.js(LOOKED_AT) == "Row 307, Chinstrap"
    visitor.one(".which-plot").send_keys(Keys.ARROW_DOWN)
    after = rows[rows.index("307") + 1]
    assert visitor.js(LOOKED_AT).startswith(f"Row {after},")
    visitor.one(f"[data-control=which-{after}]").send_keys(Keys.ARROW_UP)
    assert visitor.js("return document.activeElement.dataset.control") == "which-307"
    assert visitor.js("return document.getElementById('output-form').hidden")
    visitor.click("[data-control=order-missed]")
    assert visitor.js(LISTED)[0] == str(found.rows[int(found.own_without.argmax())])
    visitor.click("[data-control=order-did]")
    visitor.click("[data-control=which-295]")
    assert visitor.js("return document.querySelector('[data-control=call-it]').textContent") == "Call it Adelie"
    visitor.turns(visitor.click, "[data-control=call-it]")
    assert visitor.sentence.startswith("Changing row 295 from Chinstrap to Adelie: ")
    visitor.js("document.activeElement.blur()")
    visitor.turns(visitor.presses, "u")
    visitor.until(SAYS, found.sentence)
    visitor.turns(visitor.click, "[data-control=compare]")
    visitor.until("return document.documentElement.dataset.view === 'compare'")
    assert visitor.js("return [nnbench.state.experiment.without, nnbench.state.pins.length]") == ["6,14,295", 1]
    visitor.js("document.activeElement.blur()")
    visitor.turns(visitor.presses, "u")
    visitor.click("#view-output")
    visitor.until(SAYS, found.sentence)
    look(visitor.driver, 390, 844)
    visitor.until("return document.documentElement.scrollWidth <= 390")
    assert visitor.js(
        "const at = (css) => document.querySelector(css).getBoundingClientRect().top;"
        "return at('.which-head') < at('.which-plot') && at('.which-plot') < at('.which-list')"
    )


@pytest.mark.soak
def test_a_long_answer_says_its_seconds_first_and_new_samples_have_none(visitor: Visitor) -> None:
    visitor.open("?experiment=digits&view=output&ask=which")
    visitor.sees("which-ask", "1,093 runs, about 7 s")
    visitor.click("#which-ask")
    visitor.until("return document.getElementById('which-ask').textContent === 'Stop'", patience=30.0)
    visitor.click("#which-ask")
    visitor.sees("which-ask", "Go on")
    visitor.until("return /^\\d+ of 1,077 runs so far/.test(document.querySelector('.which-head span').textContent)")
    visitor.open("?experiment=circle&view=output&ask=which")
    visitor.until(SAYS, "Every sample is new: none can be left out.")
    assert visitor.js(LISTED) == []
