"""Typed arrays arrive as they left, and a thinned run still shows its extremes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.webapp.decoding import decoded
from webapp.figures.encode import COLUMNS, LARGEST_FLOAT32, SCREEN_POINTS, THINNED_ABOVE, thinned, typed


@given(st.lists(st.floats(width=32)))
def test_every_float32_arrives_to_the_bit(values: list[float]) -> None:
    array = np.array(values, dtype=np.float64)
    assert np.array_equal(decoded(typed(array)), np.clip(array, -LARGEST_FLOAT32, LARGEST_FLOAT32), equal_nan=True)


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_every_whole_number_arrives(values: list[int]) -> None:
    assert decoded(typed(np.array(values, dtype=np.int64), "i4")).tolist() == values


def test_arrays_keep_their_shape_and_long_runs_the_extremes_of_their_columns() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    assert typed(matrix)["shape"] == "2, 3"
    assert np.array_equal(decoded(typed(matrix.T)), matrix.T)
    for value in [1e39, -1e39, 1e300, np.inf, -np.inf]:
        assert decoded(typed(np.array([value])))[0] == np.sign(value) * np.float32(LARGEST_FLOAT32)
    assert np.isnan(decoded(typed(np.array([np.nan])))[0])
    for n in [0, 1, 2, 300, THINNED_ABOVE]:
        assert thinned(np.arange(float(n))).tolist() == list(range(n))
    values = np.random.RandomState(0).standard_exponential(100_000)
    values[[123, 77_777]] = 1e9, -1e9
    kept = thinned(values)
    assert len(kept) <= SCREEN_POINTS
    assert {123, 77_777} <= set(kept.tolist())
    assert np.all(np.diff(kept) > 0)
    columns = np.array_split(np.arange(len(values)), SCREEN_POINTS // 10)
    assert all(np.any((kept >= column[0]) & (kept <= column[-1])) for column in columns)
    for n in [THINNED_ABOVE + 1, 4 * COLUMNS, 4 * COLUMNS + 1, 5 * COLUMNS - 1, 31_415]:
        values = np.random.RandomState(n).standard_exponential(n)
        kept, columns = thinned(values), np.array_split(np.arange(n), COLUMNS)
        extremes = {int(column[pick(values[column])]) for column in columns for pick in (np.argmin, np.argmax)}
        assert kept.tolist() == sorted(extremes | {0, n - 1})
        assert len(kept) <= SCREEN_POINTS
    for value in [np.nan, np.inf, -np.inf]:
        values = np.random.RandomState(0).standard_exponential(20_000)
        values[12_345] = value
        assert 12_345 in thinned(values)
