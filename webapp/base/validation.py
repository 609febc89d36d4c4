"""Validation of plain values from the page: each function returns the value, or raises Malformed, a 400.

They check types and bounds, not meaning. A value that passes is finite, short and of the requested type.
"""

import math
from collections.abc import Container, Mapping
from typing import Any


class Malformed(Exception):
    """A request that no honest page sends; the message says what is wrong with it, without repeating it."""


def exactly(value: object, names: set[str]) -> Mapping[str, Any]:
    """An object that has these names, all of them and no others."""
    if not isinstance(value, dict) or set(value) != names:
        raise Malformed(f"The request must have exactly {', '.join(sorted(names))}.")
    return value


def one_of(value: object, allowed: Container[str]) -> str:
    """A text that is among the allowed ones."""
    if not isinstance(value, str) or value not in allowed:
        raise Malformed("The request names something that this page does not have.")
    return value


def text_within(value: object, most: int) -> str:
    """A text of at most `most` characters."""
    if not isinstance(value, str) or len(value) > most:
        raise Malformed(f"A text must have at most {most} characters.")
    return value


def whole_upto(value: object, most: int) -> int:
    """A whole number from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Malformed(f"A whole number must lie between 0 and {most}.")
    return value


def listed(value: object, most: int) -> list[Any]:
    """A list of at most `most` values."""
    if not isinstance(value, list) or len(value) > most:
        raise Malformed(f"A list must have at most {most} values.")
    return value


def finite(value: object) -> Any:
    """A number that is finite, also as a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        raise Malformed("A finite number was expected.")
    return value


def numbers_upto(value: object, most: int, largest: float) -> tuple[float, ...]:
    """A list of at most `most` numbers, none of them larger than `reach`."""
    if not isinstance(value, list) or len(value) > most:
        raise Malformed(f"A list must have at most {most} numbers.")
    numbers = tuple(float(finite(number)) for number in value)
    if any(abs(number) > largest for number in numbers):
        raise Malformed(f"A number must lie between −{largest:g} and {largest:g}.")
    return numbers


def yes_or_no(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed("Yes or no was expected.")
    return value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
