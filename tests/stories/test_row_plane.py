"""The plane through three rows of a table: its rows, its corners, its colours, and the way to two inputs and back."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE
from engine.data.row_plane import plane_through
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

NOTES = "return document.querySelector('.answer-notes')?.innerText.replace(/\\s+/g, ' ') ?? ''"
FINDING = """
const figure = document.querySelector('#output .answers-figure');
return document.getElementById(figure.getAttribute('aria-describedby')?.split(' ')[0])?.textContent ?? '';
"""
COLOUR = """
const canvas = document.querySelector('.plane-plot canvas');
const [x, y] = [arguments[0] * canvas.width, (1 - arguments[1]) * canvas.height].map(Math.round);
const copy = new OffscreenCanvas(1, 1).getContext('2d');
copy.drawImage(canvas, -x, -y);
return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
"""
CORNERS = "return [...document.querySelectorAll('.corner-rows input')].map(({ value }) => Number(value))"
PENGUINS = CATALOGUE["penguins"].experiment
FIRST = [89, 309, 225]


@pytest.fixture(autouse=True)
def on_the_plane(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    visitor.click("#view-output")
    visitor.begins("penguins")
    visitor.js("Object.assign(nnbench.state, { through: [], planeOutput: null })")
    visitor.click("#output-form [data-form=plane]")
    visitor.until(f"return JSON.stringify((() => {{ {CORNERS} }})()) === '{FIRST}'.replaceAll(' ', '')")
    yield
    visitor.js("nnbench.moveCursor(Infinity); nnbench.probeInput(null)")
    visitor.click("#output-form [data-form=answers]")


def test_a_row_becomes_a_corner_by_pointer_and_keys_and_the_link_says_it(visitor: Visitor) -> None:
    visitor.until("return location.search.includes('stage=plane') && !location.search.includes('through=')")
    start = "The plane goes through rows 89, 309, 225; 213 rows lie near it."
    visitor.until(f"return (() => {{ {FINDING} }})().startsWith('{start}')")
    assert "Adelie on " in visitor.js(FINDING)
    box = visitor.one(".plane-plot").rect
    table = PENGUINS.table
    assert table is not None
    X = table.arrays[0]
    plane = plane_through(X[[88, 308, 224]])
    near = [row for row in table.rows.learned if plane.off(X[[row]])[0] < 0.4]
    places = plane.shares(plane.coordinates(X[near]))
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(len(places))
    alone = int(np.argmax(apart.min(axis=1) * ((places > 0.05) & (places < 0.95)).all(axis=1)))
    row = near[alone] + 1
    across, up = places[alone]
    visitor.clicks_at(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    visitor.until(f"return nnbench.state.openRow === {row}")
    visitor.until(f"return (() => {{ {NOTES} }})().includes('Row {row}, ')")
    visitor.click("[data-control=put-1]")
    visitor.until(f"return location.search.includes('through=89,{row},225')")
    visitor.js("document.querySelector('.plane-plot').focus()")
    visitor.presses("1")
    visitor.until(f"return location.search.includes('through={row},89,225')")
    visitor.presses(Keys.ARROW_RIGHT)
    other = visitor.until(f"return nnbench.state.openRow !== {row} && nnbench.state.openRow")
    visitor.until(f"return (() => {{ {NOTES} }})().includes('Row {other}, ')")
    field = visitor.one("[data-control=corner-2]")
    visitor.replaces(field, str(row))
    field.send_keys(Keys.ENTER)
    visitor.until(f"return location.search.includes('through=225,89,{row}')")
    visitor.presses(Keys.ESCAPE)
    visitor.until("return nnbench.state.openRow === null")


@pytest.mark.soak
def test_colours_are_of_the_winner_or_of_one_class_and_two_inputs_are_one_step_away(visitor: Visitor) -> None:
    corners = [(0.304, 0.25), (0.85, 0.25), (0.55, 0.95)]
    visitor.until("return document.querySelectorAll('.class-key li').length === 3")
    winners = [visitor.js(COLOUR, *place) for place in corners]
    assert len({tuple(colour) for colour in winners}) == 3
    visitor.selects("[data-control=menu-Colours]", "1")
    visitor.until("return location.search.includes('class=Adelie')")
    visitor.until("return document.querySelector('.answer-notes .ramp') !== null")
    one = [visitor.js(COLOUR, *place) for place in corners]
    assert one[0][0] > one[0][2], "orange"
    assert one[1][2] > one[1][0], "violet"
    picture = ET.fromstring(visitor.saved(visitor.exports, "Plane, SVG"))
    said = " ".join("".join(part.itertext()) for part in picture.iter("{http://www.w3.org/2000/svg}text"))
    assert "The plane through rows 89, 309, 225; the colours are of Adelie" in said
    visitor.click("[data-control=two-inputs]")
    visitor.until("return document.querySelector('.output-choices') !== null && location.search.includes('stage=map')")
    chosen = "return document.querySelector('.output-choices [aria-pressed=true]').textContent"
    assert visitor.js(chosen) == "Winner"
    assert visitor.js("return document.querySelector('#output-form [data-form=plane]').ariaPressed") == "true"
    visitor.click("[data-control=plane]")
    visitor.until("return document.querySelector('.plane-plot canvas') !== null")
    visitor.click("#view-loss")
    visitor.until("return document.querySelector('#response canvas') !== null && !nnbench.state.shown.response?.plane")
    visitor.click("#view-output")
