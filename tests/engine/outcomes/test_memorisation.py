"""A run has learned its samples by heart only where it knows them and does far worse on others."""

from dataclasses import replace
from typing import Any

from engine import Affinity, DrawnWeights, Experiment, Table
from engine.outcomes.memorisation import learned_by_heart
from tests.engine.asserting import known
from tests.engine.nets import catalogued, run_of

BY_HEART = catalogued("circle", samples=10_000, seed=5, alpha=0.05, distinct=30, noise=0.5, held_out=300)


def said(**changes: Any) -> bool:
    one = replace(BY_HEART, **changes)
    return learned_by_heart(one, run_of(one))


def test_thirty_blurred_samples_are_learned_by_heart_unless_one_of_the_conditions_fails() -> None:
    assert said()
    one = catalogued("affine-swap", samples=500, distinct=20, held_out=100)
    result = run_of(one)
    assert known(result.held_out).final < 1e-6
    assert not learned_by_heart(one, result)
    conditions: list[dict[str, Any]] = [
        {"held_out": 0},
        {"distinct": None},
        {"samples": 50},  # not even twice each
        {"samples": 3000},  # not yet known
        {"alpha": 1e300},  # it diverges
        {"noise": 0.0, "distinct": 10_000, "samples": 10_000},
        {"held_out": 9},  # so few say little
    ]
    assert [changes for changes in conditions if said(**changes)] == []


def test_which_samples_come_again_and_which_are_ever_new() -> None:
    assert (BY_HEART.distinct_count, BY_HEART.never_repeats) == (30, False)
    new = replace(BY_HEART, distinct=None)
    assert (new.distinct_count, new.never_repeats) == (None, True)
    corners = replace(new, inputs="corners")
    assert (corners.never_repeats, replace(corners, noise=0.0).never_repeats) == (True, False)
    table = Table(((0.0,), (1.0,), (2.0,)), ((0.0,), (1.0,), (2.0,)))
    rows = Experiment((Affinity(1, 1),), "table", DrawnWeights(1), table, noise=0.1, held_out=1)
    assert (rows.distinct_count, rows.never_repeats) == (2, False)
