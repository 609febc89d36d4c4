"""Assertions that many tests make: a value is there, and a use is refused, perhaps in a sentence."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
Kinds = type[Exception] | tuple[type[Exception], ...]
NOTHING = "Nothing is refused."


def known(value: T | None) -> T:
    """The value, which is not None."""
    assert value is not None
    return value


def refusal(kind: type[Exception], use: Callable[..., object], *given: Any, **named: Any) -> str:
    """The sentence of the error of this kind with which the use is refused, or NOTHING."""
    try:
        use(*given, **named)
    except kind as error:
        return str(error)
    return NOTHING


def refuses(kind: Kinds, use: Callable[..., object], *given: Any, match: str | None = None, **named: Any) -> None:
    """Expects that the use is refused with an error of this kind, whose sentence matches."""
    with pytest.raises(kind, match=match):
        use(*given, **named)
