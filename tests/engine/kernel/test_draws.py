"""The kernel's normal numbers are NumPy's, whatever the seed and however many there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import kernel
from engine.base.numerics import FloatArray
from engine.kernel import draws
from engine.kernel.cache import KERNEL
from engine.kernel.native.normal_numbers import POINTS

seeds_of_runs = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5)
counts = st.one_of(
    st.integers(1, 40), st.sampled_from([2 * POINTS - 1, 2 * POINTS, 2 * POINTS + 1]), st.integers(1, 5000)
)


def numpys(seeds: list[int], count: int) -> FloatArray:
    """The definition."""
    return np.stack([np.random.RandomState(seed).randn(count) for seed in seeds])


@given(seeds_of_runs, counts)
def test_the_normal_numbers_of_seeds_are_those_of_numpy(seeds: list[int], count: int) -> None:
    assert kernel.normals(seeds, count).tobytes() == numpys(seeds, count).tobytes()


@pytest.mark.parametrize("by_rule", [False, True])
def test_both_compiled_programs_draw_the_same(by_rule: bool) -> None:
    numbers = np.empty((2, 999))
    KERNEL.functions(by_rule=by_rule).draw(np.array([3, 2**32 - 1], dtype=np.uint32), numbers)
    assert numbers.tobytes() == numpys([3, 2**32 - 1], 999).tobytes()


def test_numpy_draws_where_it_rounds_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_bit_off(seeds: list[int], count: int) -> FloatArray:
        return np.nextafter(numpys(seeds, count), 0.0)

    draws._has_numpys_bits.cache_clear()
    monkeypatch.setattr(draws, "_compiled_normals", one_bit_off)
    assert kernel.normals([3, 4], 50).tobytes() == numpys([3, 4], 50).tobytes()
    draws._has_numpys_bits.cache_clear()
