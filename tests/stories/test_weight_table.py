"""The weights as a table: rows with bars that are edited, frozen and read as in the heat map, and follow the cursor."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
from engine.training.network import Network, affine_weights
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.base.format import number, two_decimals

NUMBERS = "return [...document.querySelectorAll('#weight-table button')].map((cell) => cell.textContent)"
FORM = "return document.getElementById('at-weights').dataset.form"
READOUT = """
const shown = [...document.querySelectorAll('.weight-readout:not([hidden])')].filter((box) => box.checkVisibility());
return shown.map((box) => box.textContent).join();
"""


@pytest.fixture(autouse=True)
def as_table(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    visitor.mouse("mouseMoved", 700, 180, held=False)
    visitor.begins(FIRST)
    visitor.segment("weights-form", "table")
    visitor.until(f"return (() => {{ {FORM} }})() === 'rows'")
    yield
    visitor.js("document.activeElement.blur()")
    visitor.presses(Keys.ESCAPE)
    visitor.segment("weights-form", "heatmap")


def row_by_row(network: Network) -> list[str]:
    """The numbers of a single dense layer, each row with its bias."""
    ((M, b),) = affine_weights(network)
    return [two_decimals(float(x)) for x in np.column_stack([M, b]).ravel()]


@pytest.mark.soak
def test_a_choice_of_the_form_is_remembered_and_is_no_step_of_undo(visitor: Visitor) -> None:
    depth, serial = visitor.depth, visitor.js("return nnbench.queue.serial")
    visitor.segment("weights-form", "heatmap")
    visitor.until(f"return (() => {{ {FORM} }})() === 'heatmap'")
    assert visitor.js("return document.querySelectorAll('#weight-cells button').length") == 6
    assert visitor.js(NUMBERS) == []
    visitor.segment("weights-form", "table")
    visitor.until(f"return (() => {{ {NUMBERS} }})().length === 6")
    assert visitor.js("return document.querySelectorAll('#weight-cells button').length") == 0
    assert (visitor.depth, visitor.js("return nnbench.queue.serial")) == (depth, serial)
    visitor.reload()
    visitor.until(f"return (() => {{ {NUMBERS} }})().length === 6")
    visitor.until("return document.querySelector('#weights-form input[value=table]').checked")


def test_numbers_and_bars_follow_the_cursor_and_few_have_their_paths_with_a_dot_there(visitor: Visitor) -> None:
    experiment = CATALOGUE[FIRST].experiment
    assert visitor.js(NUMBERS) == row_by_row(run(experiment, experiment.network()).trained)
    visitor.until("return Boolean(nnbench.currentTrajectory())")
    visitor.js("nnbench.moveCursor(120)")
    exact = run(experiment, experiment.network(), step=120).at_step
    visitor.until(f"return (() => {{ {NUMBERS} }})().join() === arguments[0]", ",".join(row_by_row(exact)))
    visitor.until("return !nnbench.cursor.moving && nnbench.cursor.of === 120")
    scale = visitor.js("return nnbench.colourScale()")
    bars = visitor.js("""
    return [...document.querySelectorAll('#weight-table button')].map((cell) => {
      const { left, right } = cell.getBoundingClientRect(), bar = cell.querySelector('.weight-bar');
      const box = bar.getBoundingClientRect(), middle = (left + right) / 2;
      const share = (box.left + 0.5 < middle - 0.5 && box.right < middle + 1 ? -1 : 1) * box.width;
      return share / ((right - left) / 2 - 4);
    });
    """)
    ((M, b),) = affine_weights(exact)
    np.testing.assert_allclose(np.abs(bars), np.abs(np.column_stack([M, b]).ravel()) / scale, atol=0.01)
    assert np.all(np.sign(bars)[np.abs(bars) > 0.05] == np.sign(np.column_stack([M, b]).ravel())[np.abs(bars) > 0.05])
    words = f"bar: from 0 in the middle to ±{number(scale, 2)} at the edge; line: the weight over all steps"
    assert visitor.js("return document.querySelector('#weights-key .said').textContent") == words
    visitor.until("return document.querySelectorAll('#weight-table .with-path path:not(.zero)').length === 6")
    visitor.js("nnbench.moveCursor(60)")
    dots = "[...document.querySelectorAll('#weight-table .path i')].map((dot) => dot.style.translate.split(' ')[0])"
    visitor.until(f"return {dots}.join() === Array(6).fill('20%').join()")
    visitor.js("nnbench.moveCursor(300)")


def test_a_table_that_fits_does_not_scroll(visitor: Visitor) -> None:
    visitor.until("return document.querySelectorAll('#weight-table .with-path path:not(.zero)').length === 6")
    over = visitor.js("""
    const { clientHeight, clientWidth, scrollHeight, scrollWidth } = document.getElementById('weight-table');
    return [scrollWidth - clientWidth, scrollHeight - clientHeight];
    """)
    assert over == [0, 0]


def test_a_table_that_scrolls_and_has_the_focus_itself_names_no_number(visitor: Visitor) -> None:
    visitor.js("""
    document.getElementById('weight-table').style.maxHeight = '80px';
    document.querySelector('#weights-view input:checked').focus();
    """)
    visitor.presses(Keys.TAB)
    reaches = visitor.js("return document.activeElement === document.getElementById('weight-table')")
    said = visitor.js(READOUT)
    visitor.js("document.getElementById('weight-table').style.maxHeight = ''")
    if not reaches:
        pytest.skip("In this browser a box that scrolls is no stop of the Tab key where something in it is one.")
    assert not said


def test_a_number_is_edited_and_frozen_by_mouse(visitor: Visitor) -> None:
    visitor.edits("#weight-table button[aria-label^='Weight from v1 to u0 ']")
    visitor.sees("edit-label", "Weight from v1 to u0, starting weight")
    visitor.types("edit-field", "−0.5", Keys.TAB)
    visitor.turns(visitor.click, "#edit-set")
    visitor.until("return !document.getElementById('edit').open")
    experiment = CATALOGUE[FIRST].experiment
    net = experiment.network()
    affine_weights(net)[0][0][0, 1] = -0.5
    assert visitor.shown["fingerprint"] == run(experiment, net).fingerprint
    visitor.edits("#weight-table button[aria-label^='Bias of u1 ']")
    visitor.turns(visitor.click, "#edit-freeze")
    frozen = "return [...document.querySelectorAll('#weight-table .frozen')].map((cell) => cell.dataset.name).join()"
    visitor.until(f"return (() => {{ {frozen} }})() === 'Bias of u1'")
    visitor.until("return document.querySelector('#weight-table .frozen').ariaLabel.includes(', frozen.')")


def test_arrows_go_from_number_to_number_and_enter_edits_one(visitor: Visitor) -> None:
    step = visitor.js("return nnbench.cursor.place.step")
    visitor.js("document.querySelector('#weights-view input:checked').focus()")
    visitor.presses(Keys.TAB)
    name = "return document.activeElement.dataset.name"
    assert visitor.js(name) == "Weight from v0 to u0"
    visitor.presses(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert visitor.js(name) == "Bias of u0"
    experiment = CATALOGUE[FIRST].experiment
    net = experiment.network()
    start, now = (float(affine_weights(at)[0][1][0]) for at in (net, run(experiment, net).trained))
    said = f"bias u₀ = {number(now)}, starting weight {number(start)}"
    visitor.until(f"return (() => {{ {READOUT} }})() === arguments[0]", said)
    visitor.presses(Keys.ARROW_DOWN, Keys.ARROW_LEFT)
    assert visitor.js(name) == "Weight from v1 to u1"
    assert visitor.js("return nnbench.cursor.place.step") == step, "the arrows belong to the table"
    visitor.presses(Keys.ENTER)
    visitor.until("return document.getElementById('edit').open")
    visitor.sees("edit-label", "Weight from v1 to u1, starting weight")
    visitor.turns(visitor.types, "edit-field", "0.25")
    assert visitor.js(name) == "Weight from v1 to u1", "the keys go on where they were"


def test_one_hidden_layer_is_one_table_and_the_unit_on_the_stage_has_its_row_tinted(visitor: Visitor) -> None:
    visitor.begins("circle")
    heads = "return [...document.querySelectorAll('#weight-table thead th')].map((head) => head.textContent)"
    visitor.until(f"return (() => {{ {heads} }})().length === 6")
    assert visitor.js(heads) == ["Dense 1, into the unit", "Dense 2", "v₀", "v₁", "bias", "to y₀"]
    experiment = CATALOGUE["circle"].experiment
    (M, b), (N, c) = affine_weights(run(experiment, experiment.network()).trained)
    expected = [*np.column_stack([M, b, N[0]]).ravel(), c[0]]
    assert visitor.js(NUMBERS) == [two_decimals(float(x)) for x in expected]
    visitor.hovers(".units[data-layer='1'] .unit[data-unit='3']")
    tinted = "[...document.querySelectorAll('#weight-table .pointed > th')].map((name) => name.textContent).join()"
    visitor.until(f"return {tinted} === 'u₃'")
    visitor.mouse("mouseMoved", 700, 180, held=False)
    visitor.until(f"return {tinted} === ''")


@pytest.mark.soak
def test_the_heat_map_marks_the_row_of_the_unit_on_the_stage_too(visitor: Visitor) -> None:
    visitor.segment("weights-form", "heatmap")
    visitor.begins("circle")
    visitor.hovers(".units[data-layer='1'] .unit[data-unit='6']")
    visitor.until("return !document.querySelector('.row-mark').hidden")
    top = "return document.querySelector(arguments[0]).getBoundingClientRect().top"
    cell = "#weight-cells button[aria-label^='Weight from v0 to u6 ']"
    assert visitor.js(top, ".row-mark") == pytest.approx(visitor.js(top, cell), abs=1)
    visitor.mouse("mouseMoved", 700, 180, held=False)
    visitor.until("return document.querySelector('.row-mark').hidden")


@pytest.mark.soak
def test_many_weights_are_a_matrix_whose_cells_are_named_and_opened(visitor: Visitor) -> None:
    visitor.follows("?experiment=spiral&samples=300")
    visitor.until(f"return (() => {{ {FORM} }})() === 'matrix'")
    names = "[...document.querySelectorAll('.matrix-names span')].map((name) => name.textContent).join()"
    visitor.until(f"return {names} === 'Dense 1,Dense 2,Dense 3'")
    experiment = replace(CATALOGUE["spiral"].experiment, samples=300)
    net = experiment.network()
    start, now = (float(affine_weights(at)[1][0][0, 15]) for at in (net, run(experiment, net).trained))
    # the last cell of the first row, left of its bias
    x, y = visitor.js("""
    const { right, top } = document.getElementById('weight-grid').getBoundingClientRect();
    return [right - 16.2 * 1.5 - 4, top + 5];
    """)
    visitor.mouse("mouseMoved", x, y, held=False)
    said = f"u₀←u₁₅ of dense layer 2 = {number(now)}, starting weight {number(start)}"
    visitor.until(f"return (() => {{ {READOUT} }})() === arguments[0]", said)
    visitor.clicks_at(x, y)
    visitor.sees("edit-label", "Weight from u15 to u0, dense layer 2, starting weight")
    visitor.presses(Keys.ESCAPE)
    visitor.until("return !document.getElementById('edit').open")
    visitor.js("document.querySelector('#weights-view input:checked').focus()")
    visitor.presses(Keys.TAB)
    assert visitor.js("return document.activeElement.id") == "weight-grid"
    visitor.mouse("mouseMoved", 700, 180, held=False)
