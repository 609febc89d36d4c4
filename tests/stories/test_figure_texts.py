"""Every figure has a name and a text of its finding, true of what is shown; the curve's data are a table too."""

import re
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.base.smoothing import low_pass
from engine.experiments.run import Run, run
from tests.stories.visitor import Visitor
from webapp.base.format import number

FINDING = """
const ids = (document.querySelector(arguments[0]).getAttribute('aria-describedby') || '').split(' ');
return (document.getElementById(ids[0]) || {}).textContent || '';
"""
FIGURES = {
    "#loss-picture": "the curve", "#seed-dots": "the seeds", "#lr-range": "the final loss at each α",
    "#weight-names": "the weights", "#response": "the maps", "#probe-flow": "the probe",
    "#landscape-map": "the landscape",
}  # fmt: skip
NAME = "return document.querySelector(arguments[0]).ariaLabel"
CELLS = """
const cells = (row) => [...row.children].map((cell) => cell.textContent);
return [...document.querySelectorAll('#curve-rows tr')].map(cells);
"""


@pytest.fixture
def reader(beginner: Visitor) -> Visitor:
    """Somebody with the first experiment and its curve, who has not seen another run."""
    return beginner


def finding(visitor: Visitor, css: str) -> str:
    """The text that a figure's description begins with."""
    return str(visitor.js(FINDING, css))


def reads(visitor: Visitor, css: str, words: str) -> None:
    """Waits until the finding of a figure has these words in it."""
    visitor.until(f"return (() => {{ {FINDING} }})().includes(arguments[1])", css, words)


def run_of(visitor: Visitor) -> Run:
    """The run that is shown, made again."""
    experiment = visitor.kept
    return run(experiment, experiment.network())


def smoothed_words(made: Run) -> str:
    """How the finding of a curve begins."""
    steps, smooth = low_pass(made.losses)
    last = len(smooth) - 1
    places = [int(np.floor(share * last + 0.5)) for share in (0, 0.25, 0.5, 0.75, 1)]
    said = ", ".join(f"{number(float(smooth[k]))} at step {int(steps[k])}" for k in places)
    lowest = int(np.argmin(smooth))
    return f"Smoothed loss: {said}; lowest {number(float(smooth[lowest]))} at step {int(steps[lowest])}."


def test_every_figure_has_a_name_and_says_its_finding(reader: Visitor) -> None:
    reader.js("document.getElementById('landscape-map').scrollIntoView()")
    reader.until("return document.querySelector('#landscape-map .ring')")
    reader.js("scrollTo(0, 0)")
    reader.until("return document.getElementById('alpha-state').textContent")
    for css in FIGURES:
        assert reader.js(NAME, css), css
        if css == "#lr-range":
            reader.until("return document.querySelector(arguments[0]).ariaLabel.includes('lowest')", css)
        else:
            reader.until(f"return (() => {{ {FINDING} }})().length > 20", css)
    lowest = reader.js("return document.querySelector('#seed-dots .dot').dataset.seed")
    assert re.match(rf"Final losses go from [\d.]+ with seed {lowest} to ", finding(reader, "#seed-dots"))
    assert finding(reader, "#seed-dots").endswith(f"{reader.text('seed-rank')}.")


def test_the_finding_of_the_curve_is_of_the_run_that_is_shown_and_that_of_the_surface_of_both(reader: Visitor) -> None:
    reads(reader, "#loss-picture", smoothed_words(run_of(reader)))
    reader.turns(reader.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    reads(reader, "#loss-picture", smoothed_words(run_of(reader)))
    reads(reader, "#loss-picture", "Earlier runs, the latest first: start, α 0.1, final loss 0.106.")
    words = reader.js("return document.getElementById('loss-picture').innerText")
    reader.click("#view-surface")
    reader.until("return document.querySelector('.surface-square')")
    reads(reader, ".surface-square", reader.js("return nnbench.pairKnowledge().reply.sentence"))
    reader.click("#view-loss")
    reader.until("return document.getElementById('loss-picture').innerText === arguments[0]", words)
    reader.js("nnbench.handlers.undo()")
    reader.rests()
    reads(reader, "#loss-picture", smoothed_words(run_of(reader)))


@pytest.mark.soak
def test_what_is_drawn_beside_the_curve_is_in_its_finding(reader: Visitor) -> None:
    reader.click("#band")
    reads(reader, "#loss-picture", "The middle 80 % of 32 seeds ends between")
    reader.click("#band")
    reader.until(f"return !(() => {{ {FINDING} }})().includes('32 seeds')", "#loss-picture")
    reader.turns(reader.types, "held_out-field", "50")
    reads(reader, "#loss-picture", f"Held-out loss at the end: {reader.js('return nnbench.state.shown.held.final')}.")


def test_the_weights_and_maps_say_what_is_at_the_step_of_the_cursor(reader: Visitor) -> None:
    weights = reader.js("return [...nnbench.cursor.weights]")
    reads(reader, "#weight-names", f"{len(weights)} weights at step 300, from {number(min(weights))} (")
    reads(reader, "#weight-names", f" to {number(max(weights))} (")
    reads(reader, "#response", "Output y₀ goes from ")
    at_end = finding(reader, "#response")
    reader.js("nnbench.moveCursor(10)")
    reads(reader, "#weight-names", "weights at step 10, from ")
    reader.until(f"return (() => {{ {FINDING} }})() !== arguments[1]", "#response", at_end)
    reader.segment("weights-view", "checkpoint")
    reads(reader, "#weight-names", "starting weights, from ")
    reader.segment("weights-view", "trained")


@pytest.mark.soak
def test_the_output_on_the_stage_and_a_unit_say_their_finding(reader: Visitor) -> None:
    reader.click("#view-output")
    reads(reader, "#output .stage-map", "Output y₀ goes from ")
    reads(reader, "#output .stage-map", "of the square has the right sign.")
    reader.click("#output .thumb[data-quantity=error]")
    reads(reader, "#output .stage-map", "Error y₀ goes from ")
    reader.click("#output .thumb[data-quantity=output]")
    reader.js("document.querySelector('.units .unit').click()")
    reads(reader, "#output .stage-map", "Unit u₀ ")
    reader.click("#view-loss")


def opened_table(visitor: Visitor) -> list[list[str]]:
    """The cells of the curve's table, opened with the keyboard; row by row, the names first."""
    visitor.js("document.getElementById('export').focus()")
    visitor.presses(Keys.ENTER)
    visitor.until("return document.querySelector('#layer-menu:popover-open')")
    assert visitor.js("return document.activeElement.textContent") == "Curve as a table…"
    visitor.presses(Keys.ENTER)
    visitor.until("return document.getElementById('curve-table').open")
    cells: list[list[str]] = visitor.js(CELLS)
    return cells


def test_the_data_of_the_curve_are_a_table_with_earlier_runs_as_columns(reader: Visitor) -> None:
    reader.turns(reader.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    reader.until("return !!nnbench.currentTrajectory()")
    heads, *rows = opened_table(reader)
    assert heads == ["Step", "Loss", "Smoothed", "start, α 0.1"]
    made = run_of(reader)
    smooth = low_pass(made.losses)[1]
    assert [row[0] for row in rows] == [str(step) for step in [*range(0, 300, 3), 299]]
    expected = [[number(float(made.losses[k])), number(float(smooth[k]))] for k in [*range(0, 300, 3), 299]]
    assert [row[1:3] for row in rows] == expected
    assert all(row[3] != "–" for row in rows)
    reader.presses(Keys.ESCAPE)
    assert not reader.js("return document.getElementById('curve-table').open")
    assert reader.js("return document.activeElement.id") == "export"


@pytest.mark.soak
def test_the_table_of_a_long_run_has_some_hundred_rows_and_its_held_out_losses(reader: Visitor) -> None:
    reader.begins("circle-by-heart")
    reader.turns(reader.types, "samples-field", "5000")
    heads, *rows = opened_table(reader)
    assert heads[:4] == ["Step", "Loss", "Smoothed", "Held-out"]
    assert len(rows) <= 102
    assert (rows[0][0], rows[-1][0]) == ("0", "5,000")
    assert rows[-1][3] == reader.js("return nnbench.state.shown.held.final")
    assert f"{len(rows)} of 5,000 losses" in reader.text("curve-table-says")
    reader.presses(Keys.ESCAPE)


@pytest.mark.soak
def test_a_run_that_diverges_says_so_and_its_table_ends_with_its_smoothed_line(reader: Visitor) -> None:
    reader.begins("affine-identity")
    reader.turns(reader.types, "alpha-field", "5")
    reads(reader, "#loss-picture", f"The run diverges at step {reader.shown['diverged_at']}.")
    reader.until("return !!nnbench.currentTrajectory()")
    rows: list[Any] = opened_table(reader)[1:]
    assert rows[0][2] != "–"
    assert rows[-1][2] == "–"
    reader.presses(Keys.ESCAPE)
