"""Hidden units: small maps in the cards that follow the run, and one on the stage while it is pointed at or kept."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import Network, run
from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.stories.conftest import DESK, look
from tests.stories.painted import map_colours
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.figures.response_maps import COARSE_GRID, Window

PIXELS = """
const canvas = document.querySelector(`.units[data-layer="${arguments[0]}"] canvas`), { width, height } = canvas;
const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
copy.drawImage(canvas, 0, 0);
return [height, width, Array.from(copy.getImageData(0, 0, width, height).data)];
"""
ON_STAGE = "return document.querySelector('#output .unit-head > b')?.textContent || null"
NUMBERS = """
const map = document.querySelector('#output .stage-map');
return Array.from(nnbench.drawnIn(map).picture.columns.at(-1).rows[0]);
"""
LABELS = "return [...document.querySelectorAll('#network .unit')].map((unit) => unit.getAttribute('aria-label'))"
UNIT = ".units[data-layer='{}'] .unit[data-unit='{}']"
NOTES = "return document.querySelector('#output .output-notes').innerText.replaceAll('\\n', ' ')"


@pytest.fixture(autouse=True)
def on_the_stage(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    visitor.mouse("mouseMoved", 700, 180, held=False)
    visitor.click("#view-output")
    yield
    visitor.mouse("mouseMoved", 700, 180, held=False)
    visitor.js("document.activeElement.blur()")
    visitor.presses(Keys.ESCAPE)
    visitor.until("return nnbench.state.unit === null && nnbench.state.keptUnit === null")


def card(visitor: Visitor, layer: int) -> FloatArray:
    """The pixels of a card's units."""
    height, width, data = visitor.js(PIXELS, layer)
    return np.array(data, dtype=float).reshape(height, width, 4)


def units(network: Network, layer: int, reach: float, points: int) -> FloatArray:
    """The answers of a layer's units over a square, shape (units, rows from the highest, columns)."""
    axis = np.linspace(-reach, reach, points)
    across, up = np.meshgrid(axis, axis[::-1])
    X = np.stack([across.ravel(), up.ravel()], axis=1)
    for part in network.layers[: layer + 1]:
        X = part.respond(X)
    return X.T.reshape(-1, points, points)


def stands(visitor: Visitor, name: str | None) -> None:
    """Waits until that unit is on the stage, or none."""
    visitor.until(f"return (() => {{ {ON_STAGE} }})() === arguments[0]", name)


def test_small_maps_have_the_colours_of_what_the_units_answer_and_follow_the_cursor(visitor: Visitor) -> None:
    visitor.begins("circle")
    experiment = CATALOGUE["circle"].experiment
    trained = run(experiment, experiment.network()).trained
    visitor.until(f"return (() => {{ {PIXELS} }})()[2].some((part) => part > 0)", 1)
    expected = units(trained, 1, experiment.reach, COARSE_GRID)
    drawn = card(visitor, 1)
    assert drawn.shape[:2] == (50, 102)
    for unit, numbers in enumerate(expected):
        top, left = 26 * (unit // 4), 26 * (unit % 4)
        square = drawn[top : top + COARSE_GRID, left : left + COARSE_GRID]
        assert (square[..., 3] == 255).all()
        assert np.abs(square[..., :3] - map_colours(numbers, np.abs(expected).max())).max() <= 4
    visitor.js("nnbench.moveCursor(0)")
    visitor.until("return document.querySelector('#output .at-sample b').textContent === 'Sample 0'")
    first = units(experiment.network(), 1, experiment.reach, COARSE_GRID)
    now = card(visitor, 1)
    assert np.abs(now - drawn).max() > 20
    assert np.abs(now[:COARSE_GRID, :COARSE_GRID, :3] - map_colours(first[0], np.abs(first).max())).max() <= 4
    visitor.js("nnbench.moveCursor(3000)")


@pytest.mark.parametrize(("key", "cards"), [
    ("spiral", ["16", "16", "1"]), ("three-facts", []), pytest.param(FIRST, ["2"], marks=pytest.mark.soak),
    pytest.param("circle", ["8", "1"], marks=pytest.mark.soak),
])  # fmt: skip
def test_every_activation_has_its_units(visitor: Visitor, key: str, cards: list[str]) -> None:
    if key == "spiral":
        short_spiral(visitor)
    else:
        visitor.begins(key)
    counts = "return [...document.querySelectorAll('#network .units')].map((units) => units.dataset.count)"
    visitor.until(f"return (() => {{ {counts} }})().join() === arguments[0]", ",".join(cards))
    if key == "spiral":
        assert visitor.texts("#network .more-units") == ["+13", "+13"]


def test_pointing_at_a_unit_shows_it_large_and_leaving_it_shows_the_output_again(visitor: Visitor) -> None:
    visitor.begins("circle")
    visitor.hovers(UNIT.format(1, 3))
    stands(visitor, "Unit u₃")
    large = visitor.until("return nnbench.state.unit && document.querySelector('#output .unit-bars dt') && true")
    assert large
    experiment = CATALOGUE["circle"].experiment
    trained = run(experiment, experiment.network()).trained
    X = Window(experiment.reach, 2, large=True).grid
    for part in trained.layers[:2]:
        X = part.respond(X)
    visitor.until(f"return (() => {{ {NUMBERS} }})().length === arguments[0]", len(X))
    assert np.array(visitor.js(NUMBERS)) == pytest.approx(X[:, 3], abs=1e-6)
    said = visitor.js(NOTES)
    M, b = trained.layers[0].M[3], trained.layers[0].b[3]
    assert f"tanh({M[0]:.2f} v₀ + {M[1]:.2f} v₁ − {-b:.2f})" in said
    assert "of the 8 after Dense 1" in said
    weight = trained.layers[2].M[0, 3]
    assert f"Where it is orange, it pushes y₀ {'up' if weight > 0 else 'down'}." in said
    visitor.mouse("mouseMoved", 700, 180, held=False)
    stands(visitor, None)


def test_a_unit_that_is_clicked_stays_and_the_link_says_it(visitor: Visitor) -> None:
    visitor.begins("circle")
    visitor.click(UNIT.format(1, 5))
    visitor.mouse("mouseMoved", 700, 180, held=False)
    visitor.until("return new URLSearchParams(location.search).get('unit') === '1.5'")
    stands(visitor, "Unit u₅")
    assert visitor.js("return document.querySelector(arguments[0]).ariaPressed", UNIT.format(1, 5)) == "true"
    visitor.reload()
    stands(visitor, "Unit u₅")
    visitor.click("#output .unit-head .button")
    stands(visitor, None)
    visitor.until("return new URLSearchParams(location.search).get('unit') === null")


def test_units_are_reached_and_kept_by_keyboard(visitor: Visitor) -> None:
    visitor.begins("circle")
    visitor.js("document.querySelector('[data-control=function-1]').focus()")
    visitor.presses(Keys.TAB)
    stands(visitor, "Unit u₀")
    step = visitor.js("return nnbench.cursor.place.step")
    visitor.presses(Keys.ARROW_LEFT)
    stands(visitor, "Unit u₇")
    visitor.presses(Keys.ARROW_RIGHT)
    visitor.presses(Keys.ARROW_RIGHT)
    stands(visitor, "Unit u₁")
    assert visitor.js("return nnbench.cursor.place.step") == step, "the arrows belong to the units"
    visitor.presses(Keys.ENTER)
    visitor.until("return String(nnbench.state.keptUnit) === '1,1'")
    visitor.js("nnbench.restoreStrip()")  # as a field of the network is left
    assert visitor.texts("#network .unit[aria-pressed=true]") == [""]
    visitor.presses(Keys.ESCAPE)
    stands(visitor, None)
    assert visitor.js("return nnbench.state.keptUnit") is None


def test_a_unit_that_another_network_does_not_have_leaves_the_stage(visitor: Visitor) -> None:
    visitor.begins("circle")
    visitor.click(UNIT.format(1, 7))
    visitor.mouse("mouseMoved", 700, 180, held=False)
    stands(visitor, "Unit u₇")
    visitor.begins(FIRST)
    stands(visitor, None)
    assert visitor.js("return nnbench.state.keptUnit") is None


@pytest.mark.soak
def test_keeping_a_unit_brings_the_output_onto_the_stage(visitor: Visitor) -> None:
    visitor.begins("circle")
    visitor.click("#view-loss")
    visitor.click(UNIT.format(1, 2))
    visitor.until("return document.documentElement.dataset.view === 'output'")
    stands(visitor, "Unit u₂")


@pytest.mark.soak
def test_a_unit_that_gives_one_number_everywhere_says_so_and_is_hatched(visitor: Visitor) -> None:
    visitor.begins("xor-hidden-layer")
    with visitor.turning():
        visitor.takes("menu-1", "Own formula")
        visitor.fills("formula-1", "0*x + 0.5")
    visitor.until(f"return (() => {{ {LABELS} }})()[0] === 'Unit u₀ of Activation 1, one number everywhere'")
    drawn = card(visitor, 1)
    assert 0.05 < np.mean(drawn[..., 3] > 0) < 0.7, "lines, and nothing between them"
    visitor.hovers(UNIT.format(1, 0))
    stands(visitor, "Unit u₀")
    visitor.until("return document.querySelector('#output .here')?.textContent === 'It answers 0.50 everywhere here.'")


def test_with_one_input_units_are_curves(visitor: Visitor) -> None:
    visitor.begins("sine")
    visitor.until(f"return (() => {{ {PIXELS} }})()[2].some((part) => part > 0)", 1)
    visitor.hovers(UNIT.format(1, 2))
    stands(visitor, "Unit u₂")
    experiment = CATALOGUE["sine"].experiment
    trained = run(experiment, experiment.network()).trained
    X = Window(experiment.reach, 1).grid
    for part in trained.layers[:2]:
        X = part.respond(X)
    visitor.until(f"return (() => {{ {NUMBERS} }})().length === arguments[0]", len(X))
    assert np.array(visitor.js(NUMBERS)) == pytest.approx(X[:, 2], abs=1e-6)
    visitor.until(f"return (() => {{ {NOTES} }})().includes('Where it is above 0, it pushes y₀')")


SHEET = ".unit-sheet:popover-open"


def short_spiral(visitor: Visitor) -> None:
    """The experiment whose layers have more units than a card shows, with few samples."""
    if visitor.shown["fingerprint"] != fingerprint("spiral", samples=300):
        visitor.follows("?experiment=spiral&samples=300&view=output")


def test_all_units_of_a_layer_open_beside_its_card_and_one_is_pointed_at_and_kept(visitor: Visitor) -> None:
    short_spiral(visitor)
    visitor.click("[data-control='more-1']")
    visitor.until("return document.querySelectorAll(`${arguments[0]} .unit`).length === 16", SHEET)
    assert visitor.one(SHEET).get_attribute("aria-label") == "The 16 units of Activation 1"
    pixels = PIXELS.replace('.units[data-layer="${arguments[0]}"] canvas', f"{SHEET} canvas")
    visitor.until(f"return (() => {{ {pixels} }})()[2].filter((part, k) => k % 4 === 3 && part > 0).length > 16 * 1200")
    height, width, data = visitor.js(pixels)
    drawn = np.array(data, dtype=float).reshape(height, width, 4)
    experiment = replace(CATALOGUE["spiral"].experiment, samples=300)
    trained = run(experiment, experiment.network()).trained
    expected = units(trained, 1, experiment.reach, COARSE_GRID)
    for unit, numbers in enumerate(expected):
        middle = drawn[18, 38 * unit + 18, :3]
        around = map_colours(numbers[10:14, 10:14], np.abs(expected).max()).reshape(-1, 3)
        assert np.all(around.min(axis=0) - 4 <= middle)
        assert np.all(middle <= around.max(axis=0) + 4)
    x, y = visitor.hovers(f"{SHEET} .unit[data-unit='12']")
    stands(visitor, "Unit u₁₂")
    visitor.clicks_at(x, y)
    visitor.until("return String(nnbench.state.keptUnit) === '1,12'")
    visitor.until("return new URLSearchParams(location.search).get('unit') === '1.12'")
    assert visitor.js("return document.querySelector(`${arguments[0]} [data-unit='12']`).ariaPressed", SHEET) == "true"


def test_escape_closes_the_sheet_and_the_focus_returns(visitor: Visitor) -> None:
    short_spiral(visitor)
    visitor.js("document.querySelector(`[data-control='more-1']`).focus()")
    visitor.presses(Keys.ENTER)
    stands(visitor, "Unit u₀")
    visitor.presses(Keys.ARROW_LEFT)
    stands(visitor, "Unit u₁₅")
    visitor.presses(Keys.ENTER)
    visitor.until("return String(nnbench.state.keptUnit) === '1,15'")
    visitor.presses(Keys.ESCAPE)
    visitor.until("return document.querySelector(arguments[0]) === null", SHEET)
    assert visitor.js("return document.activeElement.dataset.control") == "more-1"
    assert visitor.js("return String(nnbench.state.keptUnit)") == "1,15", "Escape has closed the sheet alone"
    visitor.until("return nnbench.state.openedUnits === null")


def test_the_sheet_closes_where_the_network_no_longer_has_the_layer(visitor: Visitor) -> None:
    short_spiral(visitor)
    visitor.click("[data-control='more-1']")
    visitor.until("return document.querySelector(arguments[0])", SHEET)
    visitor.turns(visitor.js, "nnbench.handlers.experiment('circle')")
    visitor.until("return document.querySelector(arguments[0]) === null && nnbench.state.openedUnits === null", SHEET)
