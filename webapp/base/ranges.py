"""Ranges of numbers as people type them: `0.001:1:1000:log`, `0:1000`, `1,2,5`.

The count of a range is known before any of its numbers is made, so a range of 10¹² costs nothing to refuse.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import BenchError, shown

RANGES = (
    "a:b:n for n values from a to b, a:b:n:log for n that grow by a factor, a:b for whole numbers from a to below b, "
    "or a,b,c"
)


class NumberRange(NamedTuple):
    """The count of a range, and the function that makes its numbers."""

    size: int
    numbers: Callable[[], list[float]]


def read_range(text: str, what: str) -> NumberRange:
    """The numbers that a range or a list says. BenchError in a sentence for any other text."""
    try:
        match text.split(":"):
            case [first, last]:
                whole = range(int(first), int(last))
                return NumberRange(max(0, whole.stop - whole.start), lambda: [float(value) for value in whole])
            case [first, last, count]:
                return _between(np.linspace, float(first), float(last), int(count))
            case [first, last, count, "log"]:
                return _between(np.geomspace, float(first), float(last), int(count))
            case [several]:
                numbers = [float(one) for one in several.split(",")]
                return NumberRange(len(numbers), lambda: numbers)
    except (ValueError, OverflowError):
        pass
    raise BenchError(f"{what} is given as {RANGES}; {shown(text)} is none of these.")


def _between(space: Callable[..., NDArray[np.float64]], first: float, last: float, count: int) -> NumberRange:
    with np.errstate(all="raise"):
        try:
            space(first, last, min(count, 2))  # a range that cannot be made is refused now
        except FloatingPointError:
            raise ValueError from None
    return NumberRange(count, lambda: list(map(float, space(first, last, count))))
