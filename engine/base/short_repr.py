"""Objects in few words: as Python writes them, without fields that have their defaults, and cut where they are long."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from engine.errors import shown


def short_repr(value: Any) -> str:
    """The value in few words: those that it has itself, or a dataclass without the fields that have their defaults."""
    if isinstance(value, tuple) and value and all(map(is_dataclass, value)):
        return f"({', '.join(map(short_repr, value))}{',' * (len(value) == 1)})"
    if named := getattr(value, "short_repr", None):
        return str(named)
    if not is_dataclass(value):
        return shown(value)
    parts = (text if is_required(part) else f"{part.name}={text}" for part, text in stated(value))
    return f"{type(value).__name__}({', '.join(parts)})"


def stated(value: Any) -> Iterator[tuple[Field[Any], str]]:
    """The fields of a dataclass that differ from their defaults, each with its value in few words."""
    for part in fields(value):
        given = getattr(value, part.name)
        if part.repr and (is_required(part) or given != part.default):
            yield part, short_repr(given)


def is_required(part: Field[Any]) -> bool:
    """Whether the field has no default."""
    return part.default is MISSING and part.default_factory is MISSING
