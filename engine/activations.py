"""Activations: the functions that a map layer can apply, a row each with its value and its slope, or a formula in x.

Value and slope take and give whole arrays of float64. At a kink the slope is the one of the left side
(relu′(0) = 0), as the notebook's `1 if d > 0 else leak` has it. Derivatives are textbook; every row is
measured against numeric differences in the tests.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.base.elementary import relu, sigmoid, softplus, step
from engine.base.numerics import Numbers, erf, exp, expm1, sin, tanh
from engine.errors import FormulaError, UnknownNameError
from engine.formula.formula import Formula

LEAK = 0.01
"""Slope of the leaky ReLU below zero, the field's usual value (Maas et al. 2013)."""

REMEMBERED = 64
"""How many formulas are kept as they were read."""

ArrayFunction = Callable[[Numbers], Numbers]


@dataclass(frozen=True)
class Function:
    """A scalar function and its derivative, both over arrays of any shape."""

    name: str
    value: ArrayFunction
    slope: ArrayFunction
    kinks: tuple[float, ...] = ()

    def without_slope(self, x: Numbers) -> NDArray[np.bool_]:
        """Where no slope can be measured, because x meets a kink."""
        return np.isin(x, self.kinks)

    @property
    def work(self) -> int:
        """About how many nanoseconds eight numbers take beyond those of a short function; 0 for every row."""
        return 0

    @property
    def slope_is_zero(self) -> bool:
        """Whether the slope is known to be 0 everywhere, so that nothing before it ever learns."""
        return False


def _tanh_slope(x: Numbers) -> Numbers:
    y = tanh(x)
    return (1.0 + y) * (1.0 - y)


def _sigmoid_slope(x: Numbers) -> Numbers:
    y = sigmoid(x)
    return y * (1.0 - y)


def _normal_below(x: Numbers) -> Numbers:
    """Φ(x), the share of a standard normal below x."""
    return 0.5 * (1.0 + erf(x * math.sqrt(0.5)))


def _gelu_slope(x: Numbers) -> Numbers:
    density = exp(-0.5 * x * x) * (1.0 / math.sqrt(2.0 * math.pi))
    return _normal_below(x) + x * density


def _silu_slope(x: Numbers) -> Numbers:
    y = sigmoid(x)
    return y * (1.0 + x * (1.0 - y))


def _gaussian(x: Numbers) -> Numbers:
    return exp(-x * x)


_ROWS = (
    Function("identity", lambda x: x.copy(), np.ones_like),
    Function("tanh", tanh, _tanh_slope),
    Function("sigmoid", sigmoid, _sigmoid_slope),
    Function("relu", relu, step, kinks=(0.0,)),
    Function(
        "leaky relu",
        lambda x: np.where(x > 0.0, x, LEAK * x),
        lambda x: np.where(x > 0.0, 1.0, LEAK),
        kinks=(0.0,),
    ),
    Function("softplus", softplus, sigmoid),
    Function("elu", lambda x: np.where(x > 0.0, x, expm1(np.minimum(x, 0.0))), lambda x: exp(np.minimum(x, 0.0))),
    Function("gelu", lambda x: x * _normal_below(x), _gelu_slope),
    Function("silu", lambda x: x * sigmoid(x), _silu_slope),
    Function("gaussian", _gaussian, lambda x: -2.0 * x * _gaussian(x)),
    Function("sin", sin, lambda x: sin(x + math.pi / 2)),
    Function("square/2", lambda x: x * x / 2.0, lambda x: x.copy()),
    Function("double", lambda x: 2.0 * x, lambda x: np.full_like(x, 2.0)),
    Function("plus one", lambda x: x + 1.0, np.ones_like),
)

FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}


def function_named(name: str) -> Function:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return FUNCTIONS[name]
    except (KeyError, TypeError):
        raise UnknownNameError("function", name, FUNCTIONS) from None


def own_function(value: Callable[[np.float64], object], slope: Callable[[np.float64], object]) -> Function:
    """A row made of the user's own pair of scalar functions, called once for each number.

    They get a NumPy float64, so that overflow gives inf and not an exception; whatever they answer becomes a
    float64. Where they raise ArithmeticError or ValueError, as Python's `math` does outside its domain, it is nan.
    """
    return Function("own function", _over_arrays(value), _over_arrays(slope))


def _over_arrays(function: Callable[[np.float64], object]) -> ArrayFunction:
    def guarded(x: np.float64) -> float:
        try:
            return float(function(x))  # type: ignore[arg-type]
        except (ArithmeticError, ValueError):
            return math.nan

    def applied(x: Numbers) -> Numbers:
        with np.errstate(all="ignore"):
            return np.array([guarded(v) for v in x.ravel()], dtype=np.float64).reshape(x.shape)

    return applied


@dataclass(frozen=True)
class FormulaFunction(Function):
    """A row made of a formula, which is its name."""

    formula: Formula = field(kw_only=True)

    def without_slope(self, x: Numbers) -> NDArray[np.bool_]:
        return self.formula.without_slope(x)

    @property
    def slope_is_zero(self) -> bool:
        return self.formula.slope_is_zero

    @property
    def work(self) -> int:
        return self.formula.program.work


def function_told(text: str) -> Function:
    """The row of that name, otherwise a row made of that formula; FormulaError when it is neither."""
    if not isinstance(text, str) or text in FUNCTIONS:
        return function_named(text)
    try:
        return _function_of(text)
    except FormulaError as error:
        message = f"{error} Or name a function: {', '.join(FUNCTIONS)}."
        raise FormulaError(message, error.position) from None


@lru_cache(maxsize=REMEMBERED)
def _function_of(text: str) -> Function:
    formula = Formula(text)
    return FormulaFunction(formula.text, formula, formula.slope, formula=formula)
