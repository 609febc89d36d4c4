"""The activations on vectors, value and slope together, by the operations of the readable rows in order.

`engine.base.numerics` and `engine.activations` are the definition; this repeats them for a vector type. An opcode is
a row's place in the table of activations; a row that has no vector version here is refused before anything is compiled.
"""

import math
from collections.abc import Iterable
from typing import Any

from numba import njit

from engine.activations import ACTIVATIONS, LEAK
from engine.kernel.native.vectors import (
    absolute,
    broadcast,
    erf_of_first,
    log1p_of_first,
    power_of_two,
    rounded,
    sin_of_first,
    where_greater,
    with_sign,
)

Vec = Any

NATIVE: dict[str, Any] = {"error_model": "numpy", "nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
njit_fast = njit(**NATIVE, forceinline=True)
"""Division gives inf and nan as in NumPy, the GIL is free, fast-math stays off, and a call costs nothing."""

njit_inline = njit(**NATIVE, inline="always")
"""`njit_fast` for a long function with few callers, which is not compiled by itself before it is compiled in them."""

njit_call = njit(**NATIVE, forceinline=False)
"""`njit_fast` for a function that is worth a call, and shall take no registers from its callers."""

TWINS = (
    "identity",
    "tanh",
    "sigmoid",
    "relu",
    "leaky relu",
    "softplus",
    "elu",
    "gelu",
    "silu",
    "gaussian",
    "sin",
    "square/2",
    "double",
    "plus one",
)
"""The rows that have a vector version here, in their order."""


def opcodes_of(table: Iterable[str], twins: tuple[str, ...], what: str) -> range:
    """The opcodes of the vector versions; ImportError unless they are the rows of the table, each one and in order."""
    rows = tuple(table)
    if rows != twins:
        unmatched = ", ".join(sorted({*rows} ^ {*twins})) or "their order"
        raise ImportError(f"The kernel and the table of {what}s differ in {unmatched}. Write each row in both.")
    return range(len(twins))


(
    IDENTITY,
    TANH,
    SIGMOID,
    RELU,
    LEAKY_RELU,
    SOFTPLUS,
    ELU,
    GELU,
    SILU,
    GAUSSIAN,
    SIN,
    HALF_SQUARE,
    DOUBLE,
    PLUS_ONE,
) = opcodes_of(ACTIVATIONS, TWINS, "function")

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
TAYLOR = tuple(1.0 / math.factorial(k) for k in range(14))
TANH_IS_ONE = 44.0
EXP_OVERFLOWS = 710.0
EXP_UNDERFLOWS = -746.0
ROOT_HALF = math.sqrt(0.5)
NORMAL_PEAK = 1.0 / math.sqrt(2.0 * math.pi)
QUARTER_TURN = math.pi / 2


@njit_fast
def expm1_of_rest(y: Vec, n: Vec) -> Vec:
    """eʳ − 1 for r = y − n·ln 2, by the Taylor series to r¹³ in Estrin's order."""
    c = TAYLOR
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (r * c[5] + c[4]) * r2 + (r * c[3] + c[2])
    middle = (r * c[9] + c[8]) * r2 + (r * c[7] + c[6])
    high = (r * c[13] + c[12]) * r2 + (r * c[11] + c[10])
    return r2 * ((high * r4 + middle) * r4 + low) + r


@njit_fast
def between(x: Vec, low: float, high: float) -> Vec:
    """x, but no less than `low` and no more than `high`; nan stays."""
    capped = where_greater(x, high, high, x)
    return where_greater(low, capped, low, capped)


@njit_fast
def exp(x: Vec) -> Vec:
    """eˣ."""
    y = between(x, EXP_UNDERFLOWS, EXP_OVERFLOWS)
    n = rounded(y * LOG2_E)
    half = rounded(n * 0.5)
    return (1.0 + expm1_of_rest(y, n)) * power_of_two(half) * power_of_two(n - half)


@njit_fast
def expm1_of_small(y: Vec) -> Vec:
    """eʸ − 1 for |y| ≤ 44."""
    n = rounded(y * LOG2_E)
    power = power_of_two(n)
    return power * expm1_of_rest(y, n) + (power - 1.0)


@njit_fast
def tanh(x: Vec) -> Vec:
    """The hyperbolic tangent, as (e²ˣ−1)/(e²ˣ+1)."""
    twice = absolute(x) * 2.0
    g = expm1_of_small(where_greater(twice, TANH_IS_ONE, TANH_IS_ONE, twice))
    return with_sign(g / (g + 2.0), x)


@njit_fast
def expm1_below(x: Vec) -> Vec:
    """eˣ − 1 for x ≤ 44."""
    return expm1_of_small(between(x, -TANH_IS_ONE, TANH_IS_ONE))


@njit_fast
def expm1(x: Vec) -> Vec:
    """eˣ − 1."""
    return where_greater(x, TANH_IS_ONE, exp(x), expm1_below(x))


@njit_fast
def relu(x: Vec) -> Vec:
    """x, and 0 below 0."""
    return where_greater(0.0, x, 0.0, x)


@njit_fast
def sigmoid(x: Vec) -> Vec:
    """1/(1+e⁻ˣ)."""
    return 1.0 / (1.0 + exp(-x))


@njit_fast
def softplus(x: Vec, count: int) -> Vec:
    """ln(1+eˣ) of the first `count`."""
    return relu(x) + log1p_of_first(exp(-absolute(x)), count)


@njit_fast
def normal_cdf(x: Vec, count: int) -> Vec:
    """Φ(x) of the first `count`."""
    return 0.5 * (1.0 + erf_of_first(x * ROOT_HALF, count))


@njit_fast
def tanh_and_slope(x: Vec) -> tuple[Vec, Vec]:
    """tanh x and its slope, for the loops of the one map that has some of its own."""
    y = tanh(x)
    return y, (1.0 + y) * (1.0 - y)


@njit_fast
def value_and_slope(opcode: int, x: Vec, count: int) -> tuple[Vec, Vec]:
    """f(x) and f′(x) of the first `count` numbers of a vector; the results of the others are never read."""
    if opcode == TANH:
        return tanh_and_slope(x)
    if opcode == SIGMOID or opcode == ELU or opcode == SILU or opcode == GAUSSIAN:  # noqa: PLR1714
        return exponential(opcode, x)
    if opcode == SOFTPLUS or opcode == GELU or opcode == SIN:  # noqa: PLR1714
        return from_c_library(opcode, x, count)
    return piecewise_polynomial(opcode, x)


@njit_fast
def piecewise_polynomial(opcode: int, x: Vec) -> tuple[Vec, Vec]:
    """Lines, functions of two lines, and the parabola."""
    if opcode == RELU:
        return relu(x), where_greater(x, 0.0, 1.0, 0.0)
    if opcode == LEAKY_RELU:
        return where_greater(x, 0.0, x, LEAK * x), where_greater(x, 0.0, 1.0, LEAK)
    if opcode == HALF_SQUARE:
        return x * x / 2.0, x
    if opcode == DOUBLE:
        return 2.0 * x, broadcast(x, 2.0)
    if opcode == PLUS_ONE:
        return x + 1.0, broadcast(x, 1.0)
    return x, broadcast(x, 1.0)


@njit_fast
def exponential(opcode: int, x: Vec) -> tuple[Vec, Vec]:
    """Functions that need eˣ alone."""
    if opcode == ELU:
        below = where_greater(x, 0.0, 0.0, x)
        return where_greater(x, 0.0, x, expm1_below(below)), exp(below)
    if opcode == GAUSSIAN:
        y = exp(-x * x)
        return y, -2.0 * x * y
    y = sigmoid(x)
    if opcode == SILU:
        return x * y, y * (1.0 + x * (1.0 - y))
    return y, y * (1.0 - y)


@njit_fast
def from_c_library(opcode: int, x: Vec, count: int) -> tuple[Vec, Vec]:
    """Functions that the C library computes one number at a time."""
    if opcode == SIN:
        return sin_of_first(x, count), sin_of_first(x + QUARTER_TURN, count)
    if opcode == SOFTPLUS:
        return softplus(x, count), sigmoid(x)
    share = normal_cdf(x, count)
    return x * share, share + x * (exp(-0.5 * x * x) * NORMAL_PEAK)
