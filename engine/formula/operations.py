"""The operations of formulas: a table of functions on arrays.

Their bits are those of `engine.base.numerics`: exp and tanh by one formula of our own, other functions from the C
library, comparisons that give 1 and 0. A row's place is its opcode, in the readable program and in the compiled one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.elementary import relu, sigmoid, sign, softplus, step
from engine.base.numerics import FloatArray, arctan, cos, cosh, exp, expm1, log, log1p, power, sin, sinh, tan, tanh


@dataclass(frozen=True)
class Operation:
    """One operation: its name, its number of arguments, and its value over arrays of one shape."""

    name: str
    arity: int
    value: Callable[..., FloatArray]
    callable_by_name: bool = False
    """Whether a formula can call it by its name."""
    work: int = 3
    """About how many nanoseconds eight numbers take in the kernel."""


def _where(condition: Any, a: Any, b: Any) -> FloatArray:
    return np.asarray(np.where(condition == 0.0, b, a), dtype=np.float64)


def _truth(condition: Any) -> FloatArray:
    return np.where(condition, 1.0, 0.0)


def _max(a: Any, b: Any) -> FloatArray:
    # The sum is nan where either is.
    return _where(a > b, a, _where(a <= b, b, a + b))


def _min(a: Any, b: Any) -> FloatArray:
    return _where(b > a, a, _where(b <= a, b, a + b))


_ROWS = (
    Operation("add", 2, np.add),
    Operation("subtract", 2, np.subtract),
    Operation("multiply", 2, np.multiply),
    Operation("divide", 2, np.divide),
    Operation("negate", 1, np.negative),
    Operation("less", 2, lambda a, b: _truth(a < b)),
    Operation("at most", 2, lambda a, b: _truth(a <= b)),
    Operation("equal", 2, lambda a, b: _truth(a == b)),
    Operation("unequal", 2, lambda a, b: _truth(a != b)),
    Operation("where", 3, _where, callable_by_name=True),
    Operation("abs", 1, np.abs, callable_by_name=True),
    Operation("sign", 1, sign, callable_by_name=True),
    Operation("relu", 1, relu, callable_by_name=True),
    Operation("step", 1, step, callable_by_name=True),
    Operation("floor", 1, np.floor, callable_by_name=True),
    Operation("max", 2, _max, callable_by_name=True),
    Operation("min", 2, _min, callable_by_name=True),
    Operation("sqrt", 1, np.sqrt, callable_by_name=True),
    Operation("exp", 1, exp, callable_by_name=True, work=20),
    Operation("expm1", 1, expm1, callable_by_name=True, work=20),
    Operation("tanh", 1, tanh, callable_by_name=True, work=20),
    Operation("sigmoid", 1, sigmoid, callable_by_name=True, work=20),
    Operation("softplus", 1, softplus, callable_by_name=True, work=100),
    Operation("log", 1, log, callable_by_name=True, work=100),
    Operation("log1p", 1, log1p, callable_by_name=True, work=100),
    Operation("sin", 1, sin, callable_by_name=True, work=100),
    Operation("cos", 1, cos, callable_by_name=True, work=100),
    Operation("tan", 1, tan, callable_by_name=True, work=100),
    Operation("arctan", 1, arctan, callable_by_name=True, work=100),
    Operation("sinh", 1, sinh, callable_by_name=True, work=100),
    Operation("cosh", 1, cosh, callable_by_name=True, work=100),
    Operation("power", 2, power, work=300),
    Operation("where positive", 3, lambda a, b, c: _where(_truth(a > 0.0), b, c)),
)

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}
OPCODES: dict[str, int] = {name: code for code, name in enumerate(OPERATIONS)}
