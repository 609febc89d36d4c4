"""The answers to the rows of a table, as the page gets them: counts, the rows of a cell, points, and one row."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, Experiment, Network, Table, run
from engine.scoring import Judged, scores
from engine.scoring.answers import RowAnswers, in_units
from tests.engine.asserting import known
from tests.webapp.decoding import decoded
from webapp.analyses.trajectory import step_detail
from webapp.base.format import knob_number
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun
from webapp.bench.requests import AnswerOptions, MapOptions, with_later_options
from webapp.responses.rows import answers
from webapp.responses.rows.answers import affords_answers, answers_at, answers_of_view, score_words
from webapp.responses.run import answers_of_run
from webapp.responses.step_view import scaled_back, step_view_at

WANTED = {"set": "learned", "cell": None, "row": None, "along": None, "output": 0}
PENGUINS, CARS, DIGITS = (CATALOGUE[key].experiment for key in ("penguins", "cars", "digits"))


def trained(experiment: Experiment) -> Network:
    return run(experiment, experiment.network()).trained


def shown(experiment: Experiment, *wanted: Any, x: Any = None, **more: Any) -> dict[str, Any]:
    probed = experiment.facts(1)[0][0] if x is None else x
    found = answers_at(experiment, trained(experiment), probed, AnswerOptions(*wanted), **more)
    assert found is not None
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def test_counts_are_the_scores_and_a_cell_lists_its_rows() -> None:
    found, truth = shown(PENGUINS, "held-out", (1, 0), None), scores(PENGUINS, trained(PENGUINS))
    assert truth.held_out is not None
    for name, score in (("learned", truth.learned), ("held-out", truth.held_out)):
        part = found["sets"][name]
        assert (part["rows"], part["right"]) == (score.rows, score.right)
        assert tuple(map(tuple, part["confusion"])) == score.confusion
    cell, table = found["cell"], PENGUINS.table
    assert table is not None
    assert (found["set"], cell["at"], cell["count"], cell["right"]) == ("held-out", [1, 0], 1, 14)
    ((row, share),) = cell["rows"]
    assert row - 1 in table.rows.held_out
    assert table.table.targets[row - 1] == (0.0, 1.0, 0.0)
    assert 0.5 < share < 1.0
    assert len(cell["unsure"]) == 3
    assert [share for _, share in cell["unsure"]] == sorted(share for _, share in cell["unsure"])
    right = shown(PENGUINS, "learned", (0, 0), None)["cell"]
    assert (right["count"], len(right["rows"]), right["unsure"]) == (82, 82, [])


def test_a_row_is_the_wanted_one_or_the_probed_one_and_never_a_test_row() -> None:
    table = PENGUINS.table
    assert table is not None
    for row in (int(table.rows.learned[5]), int(table.rows.held_out[5])):
        note = shown(PENGUINS, "learned", None, row + 1)["row"]
        assert (note["number"], note["true"]) == (row + 1, int(np.argmax(table.table.targets[row])))
        assert note["set"] == ("learned" if row in table.rows.learned else "held-out")
        assert decoded(note["x"]).tolist() == table.arrays[0][row].tolist()
        assert [float(text.replace(",", "")) for text in note["inputs"]] == list(table.table.inputs[row])
        assert sum(note["said"]) == pytest.approx(1.0)
        assert shown(PENGUINS, "learned", None, None, x=table.arrays[0][row])["row"] == note
    test_row = int(table.rows.test[0])
    assert shown(PENGUINS, "learned", None, test_row + 1)["row"] is None
    assert shown(PENGUINS, "learned", None, None, x=table.arrays[0][test_row])["row"] is None


def test_numbers_are_points_in_the_unit_of_the_table_and_the_farthest_off_are_listed() -> None:
    found, table, network = shown(CARS, "held-out", None, None), CARS.table, trained(CARS)
    assert table is not None
    mpg, scale = table.table.arrays[1][:, 0], table.scales[1]
    assert scale is not None
    said = scale.offset + scale.size * network.respond(table.arrays[0])
    for name, rows in (("learned", table.rows.learned), ("held-out", table.rows.held_out)):
        points = found["points"][name]
        assert (decoded(points["rows"]) - 1).tolist() == rows.tolist()
        assert np.allclose(decoded(points["true"]), mpg[rows], rtol=1e-6)
        assert np.allclose(decoded(points["said"]), said[rows, 0], rtol=1e-6)
    rows = np.concatenate([table.rows.learned, table.rows.held_out])
    off = np.abs(said[rows, 0] - mpg[rows])
    assert [row - 1 for row, _, _ in found["far"]] == rows[np.argsort(-off)[:5]].tolist()
    assert found["sets"]["held-out"] == {"rows": 78, "r2": "0.90", "error": "1.9", "one": "6.5"}


def test_what_is_true_has_each_digit_of_the_table() -> None:
    rng = np.random.RandomState(1)
    prices = np.round(rng.uniform(-1e4, 1e5, 60), 2)
    rows = tuple((float(k), float(price)) for k, price in enumerate(prices))
    table = Table(rows, tuple((price,) for price in prices.tolist()), names=(("row", "sales"), ("profit",)))
    experiment = replace(CARS, inputs=table, layers=(Affinity(2, 1),), held_out=12, test=0)
    network, prepared = experiment.network(), known(experiment.table)
    assert (in_units(prepared, prepared.arrays[1])[:, 0] != prices).any()
    found = answers_at(experiment, network, prepared.arrays[0][0], AnswerOptions("learned"))
    assert found is not None
    assert all(true == prices[row - 1] for row, true, _ in found["far"])
    for points in found["points"].values():
        assert decoded(points["true"]).tolist() == prices[decoded(points["rows"]) - 1].tolist()
    for target, price in zip(prepared.arrays[1], prices, strict=True):
        assert scaled_back(experiment, target) == [knob_number(price)]
        said = known(scaled_back(experiment, target + 1e-5, target))[0]
        assert said != knob_number(price), "an answer that is near shows how far it is off"
        assert float(said.replace(",", "").replace("−", "-")) == pytest.approx(price, abs=1.0)


def test_years_have_no_comma_and_four_digits_at_least() -> None:
    rows = tuple((float(k), float(1900 + 7 * k), float(1500 * k)) for k in range(20))
    table = Table(rows, tuple((1950.0 + 3.0 * k,) for k in range(20)), names=(("k", "built", "pay"), ("felled",)))
    assert table.years == ((1,), (0,))
    assert Table(((1000.0, 2999.0, 1999.5, 999.0, 3000.0),), ((1950.0,),)).years == ((0, 1), (0,))
    experiment = replace(CARS, inputs=table, layers=(Affinity(3, 1),), held_out=4, test=0)
    prepared = known(experiment.table)
    found = answers_at(experiment, experiment.network(), prepared.arrays[0][2], AnswerOptions("learned"))
    assert found is not None
    assert found["row"]["inputs"] == ["2", "1914", "3,000"]
    assert scaled_back(experiment, prepared.arrays[1][2]) == ["1956"]
    assert scaled_back(experiment, prepared.arrays[1][2] + 0.123456789) == ["1958"]


def test_many_rows_are_thinned_and_lists_have_a_hundred_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_POINTS", 10)
    monkeypatch.setattr(answers, "MOST_LISTED", 7)
    points = shown(CARS, "learned", None, None)["points"]["learned"]
    assert len(decoded(points["rows"])) == 10
    cell = shown(DIGITS, "learned", (3, 3), None)["cell"]
    assert (cell["count"] > 100, len(cell["rows"])) == (True, 7)
    assert shown(DIGITS, "learned", (3, 12), None)["cell"] is None


def test_rows_that_take_too_long_are_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    network = PENGUINS.network()
    assert affords_answers(PENGUINS, network, held=True)
    assert not affords_answers(CATALOGUE["circle"].experiment, CATALOGUE["circle"].experiment.network())
    monkeypatch.setattr(answers, "MOST_HELD_WORK", 10)
    assert not affords_answers(PENGUINS, network, held=True)
    x = PENGUINS.facts(1)[0][0]
    assert answers_at(PENGUINS, network, x, AnswerOptions("learned"), held=True) is None
    assert answers_of_run(PENGUINS, run(PENGUINS, network), held=True) is None
    monkeypatch.setattr(answers, "MOST_WORK", 10)
    assert answers_at(PENGUINS, network, x, AnswerOptions("learned")) == {"none": answers.TOO_LONG}


def test_the_line_under_the_plot_counts_rows_or_has_their_share() -> None:
    said = [score_words(found) for found in map(_answers, (PENGUINS, CARS, DIGITS)) if found]
    assert said == [
        [["Right", "204 of 206"], ["held out", "67 of 68"]],
        [["R²", "0.86"], ["held out", "0.90"]],
        [["Right", "99.8 %"], ["held out", "96.1 %"]],
    ]


@pytest.mark.parametrize(("score", "text"), [
    (Judged(2001, right=2000), "99.9 %"), (Judged(2001, right=2001), "100.0 %"), (Judged(9, r2=-0.004), "0.00"),
    (Judged(9, r2=-1e40), "−1.00 × 10⁴⁰"), (Judged(9, r2=-math.inf), "−∞"),
])  # fmt: skip
def test_one_wrong_row_leaves_less_than_all_right_and_r2_has_no_more_digits_than_fit(score: Judged, text: str) -> None:
    none = np.empty((0, 1))
    rows = RowAnswers(np.arange(0), none, none, score, score)
    assert score_words([rows]) == [["R²" if score.right is None else "Right", text]]


def _answers(experiment: Experiment) -> Any:
    return answers_of_run(experiment, run(experiment, experiment.network()), held=False)


def test_a_page_that_shows_no_answers_gets_none_and_one_that_does_gets_those_of_the_step() -> None:
    prepared = PreparedRun(PENGUINS, PENGUINS.network(), None)
    plain = {"step": 40, "own": None, "axes": [0, 1]}
    assert "answers" not in step_detail(prepared, plain)
    wanted = {"set": "learned", "cell": [0, 1], "row": None, "along": None, "output": 0}
    found = step_detail(prepared, plain | {"answers": wanted})["answers"]
    experiment = PENGUINS.replace_unchecked(samples=40)
    start = PENGUINS.network()
    start.alpha = PENGUINS.alpha
    start.learn(zip(*experiment.facts(), strict=True), loss="cross-entropy")
    confusion = scores(PENGUINS, start).learned.confusion
    assert tuple(map(tuple, found["sets"]["learned"]["confusion"])) == confusion
    view = step_view_at(PENGUINS, None, 1000, np.zeros(1000), (start, start))
    assert answers_of_view(view, MapOptions()) == {}
    for wrong in (
        {"set": "all", "cell": None, "row": None},
        {"set": "learned", "cell": [1], "row": None},
        {"set": "learned"},
    ):
        with pytest.raises(Malformed):
            step_detail(prepared, plain | {"answers": wrong})
    assert with_later_options({})["answers"] is None  # type: ignore[index]


def test_a_row_that_is_probed_has_its_target() -> None:
    table = PENGUINS.table
    assert table is not None
    row = int(table.rows.held_out[0])
    x = table.arrays[0][row].tolist()
    prepared = PreparedRun(PENGUINS, PENGUINS.network(), None)
    asked = {"step": None, "own": x, "axes": [0, 1], "answers": WANTED | {"row": row + 1}}
    found = step_detail(prepared, asked)
    assert decoded(found["probe"]["target"]).tolist() == list(table.table.targets[row])
    assert found["response"]["says"][0][0] == f"Row {row + 1}: "
    assert found["response"]["says"][-1][0] in {"Adelie", "Chinstrap", "Gentoo"}
    assert step_detail(prepared, asked | {"answers": None})["probe"]["target"] is None
