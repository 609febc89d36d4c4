"""Lines of rows along one input: the answers of the network to rows in which that input alone is another."""

from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Experiment, Network, run
from engine.rules.losses import softmax
from tests.engine.asserting import known
from tests.webapp.decoding import decoded
from webapp.bench.requests import AnswerOptions
from webapp.responses.rows import lines
from webapp.responses.rows.answers import answers_at
from webapp.responses.rows.lines import LINES, POINTS, lines_at

PENGUINS, CARS = (CATALOGUE[key].experiment for key in ("penguins", "cars"))


def shown(experiment: Experiment, *wanted: Any) -> tuple[dict[str, Any], Network]:
    trained = run(experiment, experiment.network()).trained
    found = lines_at(experiment, known(experiment.table), trained, *wanted)
    assert found is not None
    return found, trained


def test_each_line_is_the_answer_to_its_row_with_another_number_in_one_column() -> None:
    row = int(known(PENGUINS.table).rows.held_out[3])
    found, trained = shown(PENGUINS, 0, 1, row)
    table, curves = known(PENGUINS.table), decoded(found["curves"]).reshape(-1, POINTS)
    rows = decoded(found["rows"]) - 1
    assert (len(rows), rows[0], found["chosen"]) == (LINES + 1, row, True)
    assert np.isin(rows[1:], table.rows.learned).all()
    low, high = found["ends"]
    open_rows = np.concatenate([table.rows.learned, table.rows.held_out])
    numbers = table.table.arrays[0][open_rows, 0]
    assert (low, high) == pytest.approx((numbers.min(), numbers.max()))
    scale = table.scales[0]
    assert scale is not None
    for line in (0, 7):
        raw = np.tile(table.table.arrays[0][rows[line]], (POINTS, 1))
        raw[:, 0] = np.linspace(low, high, POINTS)
        wanted = softmax(trained.respond(scale.apply(raw)))[:, 1]
        assert np.allclose(curves[line], wanted, rtol=1e-5, atol=1e-6)
    assert np.allclose(decoded(found["said"]), softmax(trained.respond(table.arrays[0][rows]))[:, 1], atol=1e-6)
    assert found["classes"] == np.argmax(table.table.arrays[1][rows], axis=1).tolist()
    assert np.allclose(decoded(found["own"]), table.table.arrays[0][rows, 0])


def test_numbers_are_in_the_unit_of_the_table() -> None:
    found, trained = shown(CARS, 3, 0, None)
    table, scale = known(CARS.table), known(CARS.table).scales[1]
    assert scale is not None
    rows = decoded(found["rows"]) - 1
    assert (len(rows), found["chosen"]) == (LINES, False)
    said = scale.offset + scale.size * trained.respond(table.arrays[0][rows])
    assert np.allclose(decoded(found["said"]), said[:, 0], rtol=1e-6)


def test_lines_are_pale_where_no_row_is_near_unless_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    found, trained = shown(PENGUINS, 0, 0, None)
    opacity = decoded(found["opacity"]).reshape(-1, POINTS)
    assert opacity.min() == 0
    assert opacity.max() == 255
    monkeypatch.setattr(lines, "MOST_DISTANCES", 10)
    again = lines_at(PENGUINS, known(PENGUINS.table), trained, 0, 0, None)
    assert again is not None
    assert set(decoded(again["opacity"])) == {255}


def test_inputs_and_outputs_that_a_network_lacks_have_no_lines() -> None:
    network = PENGUINS.network()
    for along, output in ((4, 0), (0, 3)):
        assert lines_at(PENGUINS, known(PENGUINS.table), network, along, output, None) is None
    x = PENGUINS.facts(1)[0][0]
    found = answers_at(PENGUINS, network, x, AnswerOptions("learned", None, None, 2, 1))
    assert found is not None
    assert (found["lines"]["along"], found["lines"]["output"], found["lines"]["chosen"]) == (2, 1, True)
    assert "cell" not in found
