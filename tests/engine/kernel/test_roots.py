"""The kernel's square roots are rounded once, those of the numbers too whose roots are the hardest to round."""

import itertools
import sys
from collections.abc import Callable, Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from engine.base.numerics import FloatArray
from engine.kernel.native.vectors import ROUNDED_FROM, load, load_sixteen, quick_root, start_of, store
from engine.rules.optimizers import EPSILON, SQUARE_FORGETS

NEAREST = 2**11
"""How far from the middle of two doubles a root's square is at most, in units of the square's last bit."""

jitted: Callable[[Callable[..., None]], Callable[..., None]] = njit


@jitted
def roots_of_sixteen(numbers: FloatArray, found: FloatArray) -> None:
    for q in range(0, numbers.size, 16):
        store(start_of(found), q, quick_root(load_sixteen(start_of(numbers), q)))


@jitted
def roots_of_eight(numbers: FloatArray, found: FloatArray) -> None:
    for q in range(0, numbers.size, 8):
        store(start_of(found), q, quick_root(load(start_of(numbers), q)))


def roots_both_ways(numbers: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """The kernel's roots and NumPy's, with each number in every lane and beside others."""
    spread = np.concatenate([np.repeat(numbers, 16), numbers, np.ones(-len(numbers) % 16)])
    for roots in (roots_of_sixteen, roots_of_eight):
        found = np.empty_like(spread)
        roots(spread, found)
        yield found, np.sqrt(spread)


def has_the_bits_of_numpy(numbers: FloatArray) -> bool:
    """Whether each root is NumPy's, in whichever lane the number stands and whatever stands beside it."""
    return all(
        np.array_equal(found, expected, equal_nan=True)
        and (np.signbit(found) == np.signbit(expected))[~np.isnan(expected)].all()
        for found, expected in roots_both_ways(numbers)
    )


def odd_roots(square: int, bits: int) -> list[int]:
    """The odd numbers below 2^bits whose squares end in the bits of `square`, a bit more of them at each turn."""
    found = [1, 3, 5, 7]
    for length in range(4, bits + 1):
        longer = {number + high for number in found for high in (0, 1 << (length - 1))}
        found = [number for number in longer if (number * number - square) % (1 << length) == 0]
    return found


def hardest_to_round() -> Iterator[float]:
    """The doubles from 1 to 4 whose roots lie nearest to the middle of two doubles.

    Such a middle is an odd number of 54 bits, m · 2⁻⁵³. Its square ends below the last bit of a double: a double is
    near it where those bits of m², 54 below 2 and 55 above, are a small number, which is 1 modulo 8.
    """
    for square, bits in itertools.product(range(1 - NEAREST, NEAREST, 8), (54, 55)):
        for ending in odd_roots(square, bits):
            for middle in range(ending, 2**54, 2**bits):
                mantissa = (middle * middle - square) >> bits
                if middle >= 2**53 and 2**52 <= mantissa < 2**53:
                    yield mantissa / 2.0 ** (106 - bits)


def test_the_roots_that_are_hardest_to_round_are_rounded_once_and_edges_are_those_of_numpy() -> None:
    hardest = np.array(list(hardest_to_round()))
    assert len(hardest) > 500
    assert all(has_the_bits_of_numpy(np.ldexp(hardest, power)) for power in range(-960, 1020, 60))
    squares = [(int(number * 2**52), number) for number in hardest_to_round()]
    # 2¹⁰⁶ times the number, and the square of the middle that lies between its root and the double beside it.
    for whole, number in squares[:50]:
        middle = 2 * int(np.sqrt(number) * 2**52)
        assert min(abs((middle + step) ** 2 - whole * 2**54) for step in (-1, 1)) <= NEAREST
    edges = [0.0, -0.0, ROUNDED_FROM, 1e200, 1e300, sys.float_info.max, np.inf, np.nan]
    assert [edge for edge in edges if not has_the_bits_of_numpy(np.array([edge, 2.0, edge, 3.0]))] == []


@given(st.lists(st.floats(min_value=ROUNDED_FROM, allow_nan=False), min_size=1, max_size=40))
def test_any_roots_are_those_of_numpy(numbers: list[float]) -> None:
    assert has_the_bits_of_numpy(np.array(numbers))


@given(st.lists(st.floats(min_value=0.0, max_value=ROUNDED_FROM), min_size=1, max_size=40))
def test_roots_of_the_smallest_numbers_are_so_near_that_no_optimizer_can_tell(numbers: list[float]) -> None:
    for found, expected in roots_both_ways(np.array(numbers)):
        assert np.abs(found - expected).max() < 1e-145
        for optimizers_factor in (1.0, 1.0 / np.sqrt(SQUARE_FORGETS)):
            assert np.array_equal(found * optimizers_factor + EPSILON, expected * optimizers_factor + EPSILON)
