"""A stream has the numbers of NumPy's RandomState of the same seed, and refuses what it refuses."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.random_stream import passing_stream, random_stream
from tests.engine.asserting import refuses

WORDS = st.integers(0, 2**32 - 1)


@given(st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=4)))
def test_a_stream_has_the_numbers_of_its_seed(seed: Any) -> None:
    for stream in (random_stream, passing_stream):
        one, other = np.random.RandomState(seed), stream(seed)
        for draw in ("randn", "random_sample", "standard_cauchy"):
            assert getattr(one, draw)(5).tobytes() == getattr(other, draw)(5).tobytes()
        assert one.permutation(9).tolist() == other.permutation(9).tolist()
        assert one.randint(0, 2**31, 4).tolist() == other.randint(0, 2**31, 4).tolist()


def test_streams_share_nothing_and_take_no_seed_that_numpy_refuses() -> None:
    first = np.random.RandomState(3).randn()
    one, other, mine = random_stream(3), random_stream(3), passing_stream(3)
    one.randn(100)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: passing_stream(4).randn(10)).result()
    assert other.randn() == mine.randn() == first, "each thread has a passing stream of its own"
    for stream in (random_stream, passing_stream):
        assert stream(None).randn() != stream(None).randn()
    seeds: list[Any] = [-1, 2**32, 0.5, "seed", [], [-1]]
    for seed in seeds:
        with pytest.raises((ValueError, TypeError)) as refused:
            np.random.RandomState(seed)
        refuses(type(refused.value), random_stream, seed)
