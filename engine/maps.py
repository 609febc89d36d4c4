"""What a map layer may be told: the name of a function's row, or a formula in x."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormulaError
from engine.formula import Formula
from engine.functions import FUNCTIONS, Function, function_named
from engine.numerics import Numbers

REMEMBERED = 64
"""How many formulas are kept as they were read."""


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
