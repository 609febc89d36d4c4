"""Facts are drawn from a seed, the same as the notebook's, and nothing process-wide is touched."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.inputs import (
    INPUT_DISTRIBUTIONS,
    LARGEST_SEED,
    SAMPLES_LIMIT,
    checked_seed,
    draw_inputs,
    input_distribution_named,
)
from engine.errors import OutOfRangeError, UnknownNameError
from tests.engine.strategies import SOME, bits, seeds

every_kind = pytest.mark.parametrize("kind", INPUT_DISTRIBUTIONS)


@pytest.mark.parametrize("seed", [0, 3, 4, 12345, LARGEST_SEED])
def test_normal_inputs_are_the_notebooks_successive_draws_to_the_bit(seed: int) -> None:
    rng = np.random.RandomState(seed)
    assert bits(draw_inputs("normal", seed, 50, 2)) == bits(np.array([rng.randn(2) for _ in range(50)]))


@pytest.mark.parametrize("width", [1, 2, 3, 16])
def test_wider_inputs_are_successive_draws_too(width: int) -> None:
    rng = np.random.RandomState(3)
    assert bits(draw_inputs("normal", 3, 20, width)) == bits(np.array([rng.randn(width) for _ in range(20)]))


def test_seed_3_is_the_notebooks_seed_3() -> None:
    first = draw_inputs("normal", 3, 2, 2)
    assert first.tolist() == pytest.approx(np.array([[1.7886284734, 0.4365098505], [0.0964974681, -1.8634927033]]))


@every_kind
@SOME
@given(seed=seeds, n=st.integers(1, 40), more=st.integers(0, 40), width=st.integers(1, 5))
def test_more_samples_of_a_seed_continue_where_fewer_ended(kind: str, seed: int, n: int, more: int, width: int) -> None:
    few, many = draw_inputs(kind, seed, n, width), draw_inputs(kind, seed, n + more, width)
    assert few.shape == (n, width)
    assert few.dtype == np.float64
    assert bits(many[:n]) == bits(few)


@every_kind
def test_another_seed_gives_other_inputs(kind: str) -> None:
    assert bits(draw_inputs(kind, 3, 20, 2)) != bits(draw_inputs(kind, 4, 20, 2))


@every_kind
def test_drawing_leaves_numpys_global_random_state_alone(kind: str) -> None:
    before = np.random.get_state()  # noqa: NPY002
    draw_inputs(kind, 3, 100, 2)
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_numpys_global_random_state_does_not_change_what_is_drawn() -> None:
    expected = bits(draw_inputs("normal", 3, 10, 2))
    np.random.seed(99)  # noqa: NPY002
    assert bits(draw_inputs("normal", 3, 10, 2)) == expected


def test_uniform_inputs_fill_the_square_from_minus_1_to_1() -> None:
    x = draw_inputs("uniform", 3, 4000, 2)
    assert x.min() == pytest.approx(-1.0, abs=0.01)
    assert x.max() == pytest.approx(1.0, abs=0.01)
    assert x.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.05)


def test_corners_are_the_four_corners_and_each_comes_about_as_often() -> None:
    x = draw_inputs("corners", 3, 4000, 2)
    corners, counts = np.unique(x, axis=0, return_counts=True)
    assert corners.tolist() == [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    assert counts.tolist() == pytest.approx([1000] * 4, abs=100)


@pytest.mark.parametrize(("width", "side"), [(1, 21), (2, 21), (3, 7), (4, 4), (5, 3), (8, 2)])
def test_a_grid_is_even_and_every_pass_walks_all_of_it_in_another_order(width: int, side: int) -> None:
    count = side**width
    x = draw_inputs("grid", 3, 2 * count, width)
    axis = np.linspace(-1.0, 1.0, side)
    for walk in (x[:count], x[count:]):
        assert len(np.unique(walk, axis=0)) == count
        assert np.abs(np.unique(walk) - axis).max() < 1e-15
    assert bits(x[:count]) != bits(x[count:])


def test_a_grid_of_more_inputs_than_it_can_walk_is_drawn_from_its_corners() -> None:
    assert bits(draw_inputs("grid", 3, 50, 9)) == bits(draw_inputs("corners", 3, 50, 9))
    assert np.abs(draw_inputs("grid", 3, 50, 256)).tolist() == np.ones((50, 256)).tolist()


@every_kind
def test_inputs_seldom_go_beyond_their_reach(kind: str) -> None:
    x = draw_inputs(kind, 3, 4000, 2)
    assert np.mean(np.abs(x) <= INPUT_DISTRIBUTIONS[kind].reach) > 0.99


@pytest.mark.parametrize("seed", [-1, LARGEST_SEED + 1, 3.0, True, "3", None, math.nan, [3]])
def test_a_seed_is_a_whole_number_of_32_bits(seed: object) -> None:
    with pytest.raises(OutOfRangeError, match=r"^Seeds are whole numbers from 0 to 4,294,967,295, not .+\.$"):
        checked_seed(seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [0, 3, LARGEST_SEED, np.int64(3), np.uint32(7)])
def test_a_checked_seed_is_a_plain_int(seed: int) -> None:
    assert type(checked_seed(seed)) is int
    assert checked_seed(seed) == seed


@pytest.mark.parametrize("name", ["Normal", "", None, ["normal"]])
def test_an_unknown_way_to_draw_is_answered_with_the_ways_there_are(name: object) -> None:
    with pytest.raises(
        UnknownNameError, match=r"There is no way to draw inputs called .*\. Known: normal, uniform, corners, grid\."
    ):
        input_distribution_named(name)  # type: ignore[arg-type]


def test_every_row_is_found_by_its_name_and_has_a_title() -> None:
    assert all(name == row.name and row.title for name, row in INPUT_DISTRIBUTIONS.items())


def test_a_million_samples_is_the_limit() -> None:
    assert SAMPLES_LIMIT == 1_000_000
