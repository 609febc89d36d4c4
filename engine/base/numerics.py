"""Sums in one defined order, and exp and tanh by one formula: the bits every machine must agree on.

NumPy promises no order for its sums, and its own exp and tanh change their last bit between instruction sets.
A run that diverges turns such a bit into another curve. So the order is written out here, the exponential is
one polynomial of additions and multiplications, and every other function is the C library's, one number at a time.
"""

import math
from array import array
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
OneOrMany = TypeVar("OneOrMany", float, FloatArray)

NUMBERS = (Real, np.bool_)
"""The types of a number alone, Python's and NumPy's."""

LANES = 8
FEW = 16
"""Up to this many numbers a loop over Python floats is quicker than forty NumPy calls; the bits are the same."""

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_TAYLOR = [1.0 / math.factorial(k) for k in range(14)]
_TANH_IS_ONE = 44.0
_EXP_OVERFLOWS = 710.0
_EXP_UNDERFLOWS = -746.0


def as_plain(value: Any) -> Any:
    """An array, or what becomes one, as lists of Python's numbers, and NumPy's number as Python's; all else as it is.

    Experiments hold Python's numbers only: what names a run reads their repr. Dates become Python's, of which NumPy
    makes whole numbers where they have nanoseconds.
    """
    if not hasattr(value, "__array__"):
        return value
    array = np.asanyarray(value)
    kind = array.dtype.kind
    return (array.astype(f"{kind}8[us]") if kind in "mM" else array).tolist()


def sum_lanes(terms: FloatArray) -> FloatArray:
    """The sum over the last axis: eight lanes, joined in pairs, then the remaining elements, from left to right.

    Lane l adds elements l, l+8, l+16, … in order; the lanes join as ((0+1)+(2+3))+((4+5)+(6+7)); the last n mod 8
    elements follow one by one. Fewer than eight elements are added from left to right.
    """
    n = terms.shape[-1]
    whole = n - n % LANES
    if not whole:
        return sum_in_order(terms, axis=-1)
    lanes = terms[..., :LANES].copy()
    for start in range(LANES, whole, LANES):
        lanes += terms[..., start : start + LANES]
    while lanes.shape[-1] > 1:
        lanes = lanes[..., 0::2] + lanes[..., 1::2]
    total: FloatArray = lanes[..., 0]
    for k in range(whole, n):
        total = total + terms[..., k]
    return total


def sum_in_order(terms: FloatArray, axis: int) -> FloatArray:
    """The sum along an axis, strictly one element after the other (which `accumulate` promises and `sum` does not)."""
    total: FloatArray = np.add.accumulate(terms, axis=axis).take(-1, axis=axis)
    return total


def bits_of(numbers: Iterable[float]) -> bytes:
    """The numbers as bytes, eight each: they tell 0.0 from −0.0, which are equal."""
    return array("d", numbers).tobytes()


def exp(x: FloatArray) -> FloatArray:
    """eˣ, within one unit in the last place; 0 below −746, inf above 710, nan for nan."""
    if x.size <= FEW:
        return _one_by_one(_exp_of_one, x)
    y = np.clip(x, _EXP_UNDERFLOWS, _EXP_OVERFLOWS)
    n = np.rint(y * _LOG2_E)
    half = np.rint(n * 0.5)
    return (1.0 + _expm1_of_rest(y, n)) * _power_of_two(half) * _power_of_two(n - half)


def expm1(x: FloatArray) -> FloatArray:
    """eˣ − 1 without cancellation near 0."""
    y = np.clip(x, -_TANH_IS_ONE, _TANH_IS_ONE)
    n = np.rint(y * _LOG2_E)
    return np.where(x > _TANH_IS_ONE, exp(x), _joined_expm1(_expm1_of_rest(y, n), _power_of_two(n)))


def tanh(x: FloatArray) -> FloatArray:
    """The hyperbolic tangent, as (e²ˣ−1)/(e²ˣ+1) with e²ˣ−1 computed without cancellation; odd to the bit."""
    if x.size <= FEW:
        return _one_by_one(_tanh_of_one, x)
    y = np.minimum(np.abs(x) * 2.0, _TANH_IS_ONE)
    n = np.rint(y * _LOG2_E)
    grown = _joined_expm1(_expm1_of_rest(y, n), _power_of_two(n))
    return np.copysign(grown / (grown + 2.0), x)


def sin(x: FloatArray) -> FloatArray:
    """The sine of the C library; nan for ±inf."""
    return _one_by_one(_sin_of_one, x)


def cos(x: FloatArray) -> FloatArray:
    """The cosine of the C library; nan for ±inf."""
    return _one_by_one(lambda v: _outside(math.cos, v, math.nan), x)


def tan(x: FloatArray) -> FloatArray:
    """The tangent of the C library; nan for ±inf."""
    return _one_by_one(lambda v: _outside(math.tan, v, math.nan), x)


def arctan(x: FloatArray) -> FloatArray:
    """The inverse tangent of the C library."""
    return _one_by_one(math.atan, x)


def sinh(x: FloatArray) -> FloatArray:
    """The hyperbolic sine of the C library; ±inf where it is too large."""
    return _one_by_one(lambda v: _outside(math.sinh, v, math.copysign(math.inf, v)), x)


def cosh(x: FloatArray) -> FloatArray:
    """The hyperbolic cosine of the C library; inf where it is too large."""
    return _one_by_one(lambda v: _outside(math.cosh, v, math.inf), x)


def log(x: FloatArray) -> FloatArray:
    """The natural logarithm of the C library; −inf at 0, nan below."""
    return _one_by_one(lambda v: _outside(math.log, v, math.nan if v else -math.inf), x)


def log1p(x: FloatArray) -> FloatArray:
    """ln(1+x) of the C library; −inf at −1, nan below."""
    return _one_by_one(_log1p_of_one, x)


def power(x: FloatArray, y: FloatArray) -> FloatArray:
    """x to the power of y, `pow` of the C library, with IEEE's answers at the edges: pow(0, −1) is inf, pow(x, 0) is 1.

    Takes arrays of one shape, or numbers among them.
    """
    bases, exponents = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    pairs = zip(bases.ravel().tolist(), exponents.ravel().tolist(), strict=True)
    return np.array([_power_of_one(a, b) for a, b in pairs], dtype=np.float64).reshape(bases.shape)


def erf(x: FloatArray) -> FloatArray:
    """The error function of the C library."""
    return _one_by_one(math.erf, x)


def arctan2(y: FloatArray, x: FloatArray) -> FloatArray:
    """The angle of (x, y) in (−π, π], of the C library."""
    pairs = zip(np.ravel(y).tolist(), np.ravel(x).tolist(), strict=True)
    return np.array([math.atan2(a, b) for a, b in pairs]).reshape(np.shape(y))


def _one_by_one(function: Callable[[float], float], x: FloatArray) -> FloatArray:
    return np.array([function(v) for v in x.ravel().tolist()], dtype=np.float64).reshape(x.shape)


def _exp_of_one(x: float) -> float:
    if x != x:
        return x
    y = min(max(x, _EXP_UNDERFLOWS), _EXP_OVERFLOWS)
    n = round(y * _LOG2_E)
    half = round(n * 0.5)
    return (1.0 + _expm1_of_rest(y, n)) * math.ldexp(1.0, half) * math.ldexp(1.0, n - half)


def _tanh_of_one(x: float) -> float:
    if x != x:
        return x
    y = min(abs(x) * 2.0, _TANH_IS_ONE)
    n = round(y * _LOG2_E)
    grown = _joined_expm1(_expm1_of_rest(y, n), math.ldexp(1.0, n))
    return math.copysign(grown / (grown + 2.0), x)


def _sin_of_one(x: float) -> float:
    return math.sin(x) if math.isfinite(x) else math.nan


def _log1p_of_one(x: float) -> float:
    if x > -1.0:
        return math.log1p(x)
    return -math.inf if x == -1.0 else math.nan


def _outside(function: Callable[[float], float], x: float, otherwise: float) -> float:
    """The function of x, and IEEE's result where Python's `math` raises instead."""
    try:
        return function(x)
    except (ValueError, OverflowError):
        return otherwise


def _power_of_one(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except (ValueError, OverflowError):
        if x < 0.0 and not y.is_integer():
            return math.nan
        # The remaining results are too large, or a pole at 0 where IEEE minds the sign of the zero.
        return -math.inf if math.copysign(1.0, x) < 0.0 and y % 2.0 == 1.0 else math.inf


def _expm1_of_rest(y: OneOrMany, n: OneOrMany) -> OneOrMany:
    """eʳ − 1 for r = y − n·ln 2, by the Taylor series to r¹³ in Estrin's order; floats and arrays alike."""
    r = (y - n * _LN2_HIGH) - n * _LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    c = _TAYLOR
    low = (r * c[5] + c[4]) * r2 + (r * c[3] + c[2])
    middle = (r * c[9] + c[8]) * r2 + (r * c[7] + c[6])
    high = (r * c[13] + c[12]) * r2 + (r * c[11] + c[10])
    return r2 * ((high * r4 + middle) * r4 + low) + r


def _joined_expm1(rest: OneOrMany, power: OneOrMany) -> OneOrMany:
    return power * rest + (power - 1.0)


def _power_of_two(n: FloatArray) -> FloatArray:
    missing = n != n
    return np.ldexp(np.where(missing, n, 1.0), np.where(missing, 0.0, n).astype(np.int32))
