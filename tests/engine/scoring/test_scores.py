"""Scores count right answers and measure errors as scikit-learn does, and as one counts by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, TABLES, Affinity, DrawnWeights, Experiment, GivenWeights, Map, Table, run, scores
from engine.data.table import TABLE
from engine.errors import ExperimentError
from engine.scoring import (
    MOST_SAMPLES,
    Score,
    answered_classes,
    are_one_hot,
    are_signs,
    confusion_of,
    held_out_score,
    learned_samples,
    look_at_test,
    mean_error,
    r_squared,
    right_signs,
)
from tests.engine.asserting import refuses
from tests.engine.strategies import FEW, experiments

NAN, INF = math.nan, math.inf
IRIS = Experiment(
    (Affinity(4, 8), Map("tanh"), Affinity(8, 3)), TABLE, DrawnWeights(1, "xavier"), TABLES["iris"].table(), alpha=0.02,
    samples=10_000, held_out=30, loss="cross-entropy",
)  # fmt: skip


def test_r_squared_and_mean_error_are_those_of_scikit_learn() -> None:
    """scikit-learn 1.9.1: r2_score and mean_absolute_error of these numbers."""
    rng = np.random.RandomState(7)
    T = rng.randn(40, 3) * [1, 10, 0.1]
    Y = T + rng.randn(40, 3) * [0.5, 2, 0.3]
    assert r_squared(Y, T) == pytest.approx(-2.108714564475529, abs=1e-12)
    assert mean_error(Y, T) == pytest.approx(0.637172957931429, abs=1e-12)


def test_confusion_and_accuracy_are_those_of_scikit_learn() -> None:
    """scikit-learn 1.9.1: confusion_matrix and accuracy_score of these numbers."""
    rng = np.random.RandomState(7)
    rng.randn(40, 3), rng.randn(40, 3)
    classes = rng.randint(0, 4, 60)
    Y = rng.randn(60, 4) + 1.2 * np.eye(4)[classes]
    confusion = confusion_of(Y, np.eye(4)[classes])
    assert confusion == ((11, 3, 4, 0), (0, 11, 3, 1), (0, 1, 15, 1), (0, 3, 1, 6))
    right = sum(row[k] for k, row in enumerate(confusion))
    assert Score(60, right=right, loss=0.0).accuracy == pytest.approx(0.7166666666666667, abs=1e-15)


def test_the_first_greatest_output_is_the_answer_and_what_is_no_number_is_none() -> None:
    Y = np.array([[1, 2, 2], [3, 3, 1], [NAN, -5, NAN], [NAN, NAN, NAN], [-INF, -INF, -INF], [INF, 2, NAN]])
    assert answered_classes(Y).tolist() == [1, 0, 1, -1, 0, 0]
    T = np.eye(3)[[1, 0, 1, 0, 2, 0]]
    assert confusion_of(Y, T) == ((2, 0, 0), (0, 2, 0), (1, 0, 0)), "row 4 has no answer"


def test_a_row_is_right_where_every_output_has_its_sign() -> None:
    Y = np.array([[0.1, -3.0], [0.1, 3.0], [0.0, -1.0], [NAN, -1.0], [INF, -INF]])
    assert right_signs(Y, np.array([[1.0, -1.0]] * 5)) == 2


def test_r_squared_is_the_mean_over_outputs_whose_targets_differ_and_none_without_any() -> None:
    T, Y = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]]), np.array([[1.5, 9.0], [2.0, 0.0], [2.5, 7.0]])
    assert r_squared(Y, T) == 0.75
    assert r_squared(T, T) == 1.0
    assert r_squared(Y[:, 1:], T[:, 1:]) is None
    assert r_squared(np.full((3, 1), 2.0), T[:, :1]) == 0.0
    assert mean_error(Y, T) == (0.5 + 4 + 0 + 5 + 0.5 + 2) / 6


def test_targets_say_what_is_scored() -> None:
    assert are_one_hot(np.array([[0.0, 1.0], [1.0, 0.0]]))
    for rows in ([[1.0], [1.0]], [[1.0, 1.0]], [[0.0, 0.0]], [[0.5, 0.5]], [[0.0, -1.0]], [[NAN, 1.0]]):
        assert not are_one_hot(np.array(rows))
    assert are_signs(np.array([[-1.0, 1.0]]))
    assert not are_signs(np.array([[-1.0, 0.0]]))


def test_a_table_of_classes_is_scored_on_its_learned_and_its_held_out_rows() -> None:
    result = run(IRIS, IRIS.network())
    scored = scores(IRIS)
    assert scored == scores(IRIS, result.trained)
    held_out = scored.held_out
    assert held_out
    assert result.held_out
    assert (scored.learned.rows, held_out.rows, held_out.loss) == (120, 30, result.held_out.final)
    for score, rows in ((scored.learned, [40] * 3), (held_out, [10] * 3)):
        assert score.confusion
        assert [sum(row) for row in score.confusion] == rows
        assert score.right == sum(row[k] for k, row in enumerate(score.confusion))
        assert score.accuracy
        assert score.accuracy > 0.9
        assert (score.r2, score.mean_error, score.unit) == (None, None, None)
    untrained = scores(IRIS, IRIS.network())
    assert untrained.learned.accuracy
    assert untrained.learned.accuracy < 0.9
    few = scores(replace(IRIS, distinct=7))
    assert few.learned.rows == 7


def test_numbers_have_r_squared_and_an_error_in_the_unit_of_their_column() -> None:
    rows, targets = ((0.0,), (1.0,), (2.0,)), ((1.0,), (3.0,), (5.0,))
    net, weights = (Affinity(1, 1),), GivenWeights(((((1.5,),), (1.0,)),))
    for heads, unit in (((("x",), ("mass (g)",)), "g"), ((("x (cm)",), ("mass",)), None), (None, None)):
        experiment = Experiment(net, TABLE, weights, Table(rows, targets, names=heads), samples=3)
        score = scores(experiment, experiment.network()).learned
        assert (score.r2, score.mean_error, score.unit, score.right, score.confusion) == (
            1 - (0.25 + 1) / 8, 0.5, unit, None, None,
        )  # fmt: skip


def test_of_drawn_inputs_the_last_tenth_is_scored_and_held_out_samples_beside_it() -> None:
    signs = CATALOGUE["tanh-signs"].experiment
    scored = scores(replace(signs, held_out=50))
    X, T = learned_samples(signs)
    assert [part.tolist() for part in (X, T)] == [part[-30:].tolist() for part in signs.facts()]
    trained = run(signs, signs.network()).trained
    assert scored.learned.right == (np.sign(trained.respond(X)) == T).all(axis=1).sum()
    assert (scored.learned.rows, scored.held_out and scored.held_out.rows) == (30, 50)
    assert len(learned_samples(replace(signs, samples=100_000))[0]) == MOST_SAMPLES
    assert scores(replace(signs, samples=5)).learned.rows == 1


@FEW
@given(experiments(samples=60), st.booleans())
def test_every_experiment_has_a_score_of_its_kind(experiment: Experiment, trained: bool) -> None:
    scored = scores(experiment, None if trained else experiment.network())
    assert (scored.held_out is None) == (experiment.held_out == 0)
    for score in filter(None, (scored.learned, scored.held_out)):
        assert score.rows >= 1
        assert (score.right is None) == (score.mean_error is not None)
        assert score.accuracy is None or 0.0 <= score.accuracy <= 1.0


def test_a_test_is_scored_on_its_rows_alone_and_a_mean_error_has_the_unit_of_its_column() -> None:
    cars = CATALOGUE["cars"].experiment
    trained = run(cars, cars.network()).trained
    found, table = scores(cars, trained), cars.table
    assert table is not None
    assert found.held_out is not None
    assert found.held_out == held_out_score(cars, trained)
    (scale,) = [scale for scale in table.scales[1:] if scale is not None]
    X, _ = table.held_out_samples
    answers = scale.offset + scale.size * trained.respond(X)
    wanted = np.abs(answers - table.table.arrays[1][table.rows.held_out]).mean()
    assert found.held_out.mean_error == pytest.approx(wanted, rel=1e-12)
    assert (found.held_out.unit, f"{wanted:.1f}") == ("mpg", "1.9")
    tested = look_at_test(cars, trained)
    assert (tested.rows, f"{tested.mean_error:.1f}") == (78, "2.3")
    assert look_at_test(cars) == tested
    refuses(ExperimentError, look_at_test, replace(cars, test=0), match="This experiment has no test rows.")
    refuses(ExperimentError, look_at_test, CATALOGUE["circle"].experiment, match="This experiment has no test rows.")
