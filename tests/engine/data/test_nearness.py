"""Nearness: a point is near where a learned row is, within the distance that most rows have another one."""

import numpy as np
import pytest

from engine import CATALOGUE
from engine.data import nearness
from engine.data.nearness import GONE, NEAR_SHARE, nearness_of


def test_the_radius_is_the_quantile_of_the_distances_to_the_nearest_other_row() -> None:
    rows = np.random.RandomState(5).randn(300, 3)
    found = nearness_of(rows)
    apart = np.sqrt(((rows[:, None] - rows[None]) ** 2).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    nearest = np.sort(apart.min(axis=1))
    assert found.radius == nearest[int(np.ceil(NEAR_SHARE * 300)) - 1]
    assert (apart.min(axis=1) <= found.radius).mean() == pytest.approx(NEAR_SHARE)
    assert found.opacity(rows).tolist() == [1.0] * 300


def test_a_point_fades_from_one_radius_to_three() -> None:
    found = nearness_of(np.array([[0.0], [1.0], [2.0]]))
    assert found.radius == 1.0
    assert found.opacity(np.array([[2.0], [3.0], [4.0], [5.0], [9.0]])).tolist() == [1.0, 1.0, 0.5, 0.0, 0.0]
    assert GONE == 3.0


def test_equal_rows_and_a_single_one_are_near_to_themselves_alone() -> None:
    for rows in (np.zeros((4, 2)), np.zeros((1, 2))):
        found = nearness_of(rows)
        assert found.radius == 0.0
        assert found.opacity(np.array([[0.0, 0.0], [0.0, 1e-9]])).tolist() == [1.0, 0.0]


def test_of_many_rows_some_say_the_radius(monkeypatch: pytest.MonkeyPatch) -> None:
    table = CATALOGUE["penguins"].experiment.table
    assert table is not None
    whole = nearness_of(table.learned[0]).radius
    monkeypatch.setattr(nearness, "MOST_ROWS", 100)
    assert nearness_of(table.learned[0]).radius == pytest.approx(whole, rel=0.3)
