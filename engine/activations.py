"""Activations: the functions that a map layer can apply, as a table of values and slopes, or as a formula in x.

Value and slope take and give whole arrays of float64. At a kink the slope is the one of the left side
(relu′(0) = 0), as the notebook's `1 if d > 0 else leak` has it. Derivatives are textbook; every row is
measured against numeric differences in the tests.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.elementary import relu, sigmoid, softplus, step
from engine.base.numerics import FloatArray, erf, exp, expm1, sin, tanh
from engine.errors import BenchError, FormulaError, UnknownNameError, shown
from engine.formula.formula import Formula

LEAK = 0.01
"""Slope of the leaky ReLU below zero, the field's usual value (Maas et al. 2013)."""

CACHED_FORMULAS = 64
"""The number of parsed formulas that are cached."""

ArrayFunction = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Activation:
    """A scalar function and its derivative, both over arrays of any shape."""

    name: str
    value: ArrayFunction
    slope: ArrayFunction
    nondifferentiable_at: tuple[float, ...] = ()
    rises: bool = False
    """Whether its value never falls where its argument grows, as is known of rows of the table alone."""
    affine: bool = False
    """Whether it is a·x + b."""
    range: tuple[float, float] = (-math.inf, math.inf)
    """The least value and the greatest, where they are simple numbers."""

    def without_slope(self, x: FloatArray) -> NDArray[np.bool_]:
        """The arguments at which no slope can be measured, because they are at a kink."""
        return np.isin(x, self.nondifferentiable_at)

    @property
    def work(self) -> int:
        """About how many nanoseconds eight numbers take beyond those of a short function; 0 for every row."""
        return 0

    @property
    def slope_is_zero(self) -> bool:
        """Whether the slope is known to be 0 everywhere, so that no layer before it ever learns."""
        return False


def _tanh_slope(x: FloatArray) -> FloatArray:
    y = tanh(x)
    return (1.0 + y) * (1.0 - y)


def _sigmoid_slope(x: FloatArray) -> FloatArray:
    y = sigmoid(x)
    return y * (1.0 - y)


def _normal_cdf(x: FloatArray) -> FloatArray:
    """Φ(x), the share of a standard normal below x."""
    return 0.5 * (1.0 + erf(x * math.sqrt(0.5)))


def _gelu_slope(x: FloatArray) -> FloatArray:
    density = exp(-0.5 * x * x) * (1.0 / math.sqrt(2.0 * math.pi))
    return _normal_cdf(x) + x * density


def _silu_slope(x: FloatArray) -> FloatArray:
    y = sigmoid(x)
    return y * (1.0 + x * (1.0 - y))


def _gaussian(x: FloatArray) -> FloatArray:
    return exp(-x * x)


_ROWS = (
    Activation("identity", lambda x: x.copy(), np.ones_like, rises=True, affine=True),
    Activation("tanh", tanh, _tanh_slope, rises=True, range=(-1.0, 1.0)),
    Activation("sigmoid", sigmoid, _sigmoid_slope, rises=True, range=(0.0, 1.0)),
    Activation("relu", relu, step, nondifferentiable_at=(0.0,), rises=True, range=(0.0, math.inf)),
    Activation(
        "leaky relu",
        lambda x: np.where(x > 0.0, x, LEAK * x),
        lambda x: np.where(x > 0.0, 1.0, LEAK),
        nondifferentiable_at=(0.0,),
        rises=True,
    ),
    Activation("softplus", softplus, sigmoid, rises=True, range=(0.0, math.inf)),
    Activation(
        "elu",
        lambda x: np.where(x > 0.0, x, expm1(np.minimum(x, 0.0))),
        lambda x: exp(np.minimum(x, 0.0)),
        rises=True,
        range=(-1.0, math.inf),
    ),
    Activation("gelu", lambda x: x * _normal_cdf(x), _gelu_slope),
    Activation("silu", lambda x: x * sigmoid(x), _silu_slope),
    Activation("gaussian", _gaussian, lambda x: -2.0 * x * _gaussian(x), range=(0.0, 1.0)),
    Activation("sin", sin, lambda x: sin(x + math.pi / 2), range=(-1.0, 1.0)),
    Activation("square/2", lambda x: x * x / 2.0, lambda x: x.copy(), range=(0.0, math.inf)),
    Activation("double", lambda x: 2.0 * x, lambda x: np.full_like(x, 2.0), rises=True, affine=True),
    Activation("plus one", lambda x: x + 1.0, np.ones_like, rises=True, affine=True),
)

ACTIVATIONS: dict[str, Activation] = {row.name: row for row in _ROWS}

MANY_NUMBERS = np.concatenate([side * np.logspace(-6.0, 6.0, 241) for side in (-1.0, 1.0)])
SAME = 1e-12
"""A formula is the function of a row where both agree at these numbers to this share of 1 and the value."""


def activation_named(name: str) -> Activation:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return ACTIVATIONS[name]
    except (KeyError, TypeError):
        raise UnknownNameError("function", name, ACTIVATIONS) from None


def custom_activation(value: Callable[[np.float64], object], slope: Callable[[np.float64], object]) -> Activation:
    """An activation from the user's own pair of scalar functions, called once for each number.

    They get a NumPy float64, so that overflow gives inf and not an exception; their results become float64. Where they
    raise ArithmeticError or ValueError, as Python's `math` does outside its domain, it is nan. BenchError if they
    return anything but a number.
    """
    return Activation("own function", _over_arrays(value), _over_arrays(slope))


def _over_arrays(function: Callable[[np.float64], object]) -> ArrayFunction:
    def guarded(x: np.float64) -> float:
        try:
            answer: Any = function(x)
        except (ArithmeticError, ValueError):
            return math.nan
        try:
            return float(answer)
        except (ArithmeticError, ValueError):
            return math.nan
        except TypeError:
            raise BenchError(f"Your function gives {shown(answer)} for {x:g}. Let it give a number.") from None

    def applied(x: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            return np.array([guarded(v) for v in x.ravel()], dtype=np.float64).reshape(x.shape)

    return applied


@dataclass(frozen=True)
class FormulaActivation(Activation):
    """An activation given by a formula, which is also its name."""

    formula: Formula = field(kw_only=True)

    def without_slope(self, x: FloatArray) -> NDArray[np.bool_]:
        return self.formula.without_slope(x)

    @property
    def slope_is_zero(self) -> bool:
        return self.formula.slope_is_zero

    @property
    def work(self) -> int:
        return self.formula.program.work


def resolve_activation(text: str) -> Activation:
    """The activation of that name, or given by that formula; FormulaError when the text is neither."""
    if not isinstance(text, str) or text in ACTIVATIONS:
        return activation_named(text)
    try:
        return _formula_activation(text)
    except FormulaError as error:
        message = f"{error} Or name a function: {', '.join(ACTIVATIONS)}."
        raise FormulaError(message, error.position) from None


@lru_cache(maxsize=CACHED_FORMULAS)
def _formula_activation(text: str) -> Activation:
    formula = Formula(text)
    known = _row_like(formula)
    return FormulaActivation(
        formula.text,
        formula,
        formula.slope,
        rises=known is not None and known.rises,
        affine=known is not None and known.affine,
        range=Activation.range if known is None else known.range,
        formula=formula,
    )


def _row_like(formula: Formula) -> Activation | None:
    """The row of the table that is the same function, if any."""
    with np.errstate(all="ignore"):
        values = formula(MANY_NUMBERS)
        return next((row for row in _ROWS if _are_same(values, row.value(MANY_NUMBERS))), None)


def _are_same(values: FloatArray, known: FloatArray) -> bool:
    return bool((np.abs(values - known) <= SAME * (1.0 + np.abs(known))).all())
