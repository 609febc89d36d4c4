"""Facts are drawn from a seed, the same as the notebook's, and nothing process-wide is touched."""

import math
import re

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
from tests.engine.asserting import refusal
from tests.engine.strategies import SOME, bits, seeds

every_kind = pytest.mark.parametrize("kind", INPUT_DISTRIBUTIONS)


def test_normal_inputs_are_the_notebooks_successive_draws_to_the_bit() -> None:
    cases = [*((seed, 2) for seed in (0, 3, 4, 12345, LARGEST_SEED)), *((3, width) for width in (1, 3, 16))]
    for seed, width in cases:
        rng = np.random.RandomState(seed)
        successive = bits(np.array([rng.randn(width) for _ in range(50)]))
        assert bits(draw_inputs("normal", seed, 50, width)) == successive, (seed, width)
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
def test_drawing_leaves_numpys_global_random_state_alone_and_does_not_depend_on_it(kind: str) -> None:
    first = bits(draw_inputs(kind, 3, 100, 2))
    np.random.seed(99)  # noqa: NPY002
    before = np.random.get_state()  # noqa: NPY002
    assert bits(draw_inputs(kind, 3, 100, 2)) == first
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert bits(draw_inputs(kind, 4, 100, 2)) != first, "another seed gives other inputs"


def test_uniform_inputs_fill_the_square_corners_are_its_four_and_a_grid_is_even() -> None:
    x = draw_inputs("uniform", 3, 4000, 2)
    assert (x.min(), x.max()) == (pytest.approx(-1.0, abs=0.01), pytest.approx(1.0, abs=0.01))
    assert x.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.05)
    x = draw_inputs("corners", 3, 4000, 2)
    corners, counts = np.unique(x, axis=0, return_counts=True)
    assert corners.tolist() == [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    assert counts.tolist() == pytest.approx([1000] * 4, abs=100)
    for width, side in ((1, 21), (2, 21), (3, 7), (4, 4), (5, 3), (8, 2)):
        count = side**width
        x, axis = draw_inputs("grid", 3, 2 * count, width), np.linspace(-1.0, 1.0, side)
        for walk in (x[:count], x[count:]):
            assert len(np.unique(walk, axis=0)) == count
            assert np.abs(np.unique(walk) - axis).max() < 1e-15
        assert bits(x[:count]) != bits(x[count:])
    assert bits(draw_inputs("grid", 3, 50, 9)) == bits(draw_inputs("corners", 3, 50, 9))
    assert np.abs(draw_inputs("grid", 3, 50, 256)).tolist() == np.ones((50, 256)).tolist()


@every_kind
def test_inputs_seldom_go_beyond_their_reach(kind: str) -> None:
    assert np.mean(np.abs(draw_inputs(kind, 3, 4000, 2)) <= INPUT_DISTRIBUTIONS[kind].reach) > 0.99


def test_a_seed_is_a_whole_number_of_32_bits_and_an_unknown_row_is_answered_with_the_names() -> None:
    for seed in (-1, LARGEST_SEED + 1, 3.0, True, "3", None, math.nan, [3]):
        said = refusal(OutOfRangeError, checked_seed, seed)
        assert re.fullmatch(r"Seeds are whole numbers from 0 to 4,294,967,295, not .+\.", said)
    for sound in (0, 3, LARGEST_SEED, np.int64(3), np.uint32(7)):
        found = checked_seed(sound)  # type: ignore[arg-type]
        assert (type(found), found) == (int, sound)
    assert all(name == row.name and row.title for name, row in INPUT_DISTRIBUTIONS.items())
    for name in ("Normal", "", None, ["normal"]):
        said = refusal(UnknownNameError, input_distribution_named, name)
        assert said.startswith("There is no way to draw inputs called ")
        assert said.endswith(". Known: normal, uniform, corners, grid.")
    assert SAMPLES_LIMIT == 1_000_000
