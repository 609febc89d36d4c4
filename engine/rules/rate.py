"""The rate: a formula in k, the number of steps before this one, by which α is multiplied at each step."""

import sys
from functools import lru_cache

import numpy as np

from engine.base.number_text import number_text
from engine.base.numerics import FloatArray
from engine.errors import ExperimentError, FormulaError
from engine.formula import Formula

STEP = ("k",)
"""The one variable of a rate."""
CONSTANT = "1"
IN_K = "A rate is a formula in k, such as 1/(1+k/200)."


def rate_formula(text: object) -> Formula:
    """The rate as a formula in k, parsed once; FormulaError says what is wrong with its text."""
    if not isinstance(text, str):
        raise FormulaError("A rate is a formula in k, the number of steps before this one, such as 1/(1+k/200).")
    return _parsed(text)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Formula:
    if not text.strip(" "):
        raise FormulaError(f"The formula is empty. {IN_K}", len(text))
    try:
        return Formula(text, STEP)
    except FormulaError as error:
        raise FormulaError(f"{error} {IN_K}", error.position) from None


def rates(text: str, steps: int) -> FloatArray:
    """The rate's factor at steps 0 … steps − 1; ExperimentError where one is negative or no number.

    Fewer are the first of more.
    """
    factors = rate_formula(text)(np.arange(float(steps)))
    wrong = ~((factors >= 0.0) & (factors <= sys.float_info.max))
    if wrong.any():
        k = int(wrong.argmax())
        raise ExperimentError(
            f"The rate {text} is {number_text(float(factors[k]))} at step {k:,}. "
            "It must be a number that is 0 or above."
        )
    return factors
