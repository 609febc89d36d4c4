"""A table of samples: rows of numbers, in place of drawn inputs and a target function.

The target of a row is numbers, or one of some classes. The rows are used in order and again from the first, or each
pass in a new order that the seed fixes.
"""

import functools
import hashlib
import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray, as_plain, bits_of
from engine.errors import TableError, shown

TABLE = "table"
"""The name of an experiment's inputs and of its target when its samples are a table."""

MOST_ROWS = 10_000
MOST_INPUTS = 64
MOST_OUTPUTS = 16
MOST_CLASSES = 10
MOST_NUMBERS = MOST_ROWS * 2 * MOST_OUTPUTS
"""The most inputs and outputs of all rows together."""
MISSING = ("None", "nan", "NaT", "<NA>")
"""A missing value as Python, NumPy and pandas write it."""
LONGEST_TEXT = 60
"""The most characters of a column's name, and of a class."""
FIRST_YEAR, LAST_YEAR = 1_000, 2_999
JOINERS = dict.fromkeys((0x200C, 0x200D))
"""The signs inside words of Persian and Hindi, and inside emojis, that cannot be seen and may be in a name."""

NAMED_ROWS = {
    "penguins": "1084539f30c45e0d",
    "iris": "4e2a2df1eb1435e1",
    "wine": "cb0413371c98d772",
    "cars": "39390de280e67ed2",
    "digits": "148b19a80811399c",
}
"""The digests of the rows, names and classes of the tables in `engine.data.named_tables`."""

OPTIONAL = MappingProxyType({"later": True, "unless_none": True})
"""Fields that JSON, repr and digest leave out where they are None."""

TableRow = tuple[float, ...]
Names = tuple[tuple[str, ...], tuple[str, ...]]
"""The names of the inputs and of the outputs; of classes, the one name of their column."""


@dataclass(frozen=True, repr=False)
class Table:
    """Samples: the target of `inputs[i]` is `targets[i]`. Frozen, and validated when it is made.

    1 to 10,000 rows of 1 to 64 finite inputs and 1 to 16 finite targets; TableError says what is wrong. Arrays are
    made into rows: (rows, inputs) and (rows, targets), or (rows,) where each row has one number. `names` has
    those of the columns. With `classes`, 2 to 10 texts in the order of `ordered`, each row of targets is one-hot: 1 for
    its class and 0 for all others. `name` is that of a row of `engine.data.named_tables.TABLES`, whose rows these then
    are. Tables are equal where their bits are: a run may tell 0.0 from −0.0.
    """

    inputs: tuple[TableRow, ...]
    targets: tuple[TableRow, ...]
    shuffled: bool = False
    names: Names | None = field(default=None, metadata=OPTIONAL)
    classes: tuple[str, ...] | None = field(default=None, metadata=OPTIONAL)
    name: str | None = field(default=None, metadata=OPTIONAL)

    def __post_init__(self) -> None:
        if not isinstance(self.shuffled, bool):
            raise TableError(f"Whether a table is shuffled is yes or no, not {shown(self.shuffled)}.")
        for side, what, most in (("inputs", "input", MOST_INPUTS), ("targets", "output", MOST_OUTPUTS)):
            object.__setattr__(self, side, _checked_rows(getattr(self, side), what, most))
        if len(self.inputs) != len(self.targets):
            raise TableError(f"The table has {len(self.inputs)} rows of inputs and {len(self.targets)} of outputs.")
        if self.numbers > MOST_NUMBERS:
            raise TableError(
                f"There are {self.numbers:,} numbers; a table has at most {MOST_NUMBERS:,}. Leave out rows or columns."
            )
        if self.classes is not None:
            object.__setattr__(self, "classes", _checked_classes(self.classes, self.targets))
        if self.names is not None:
            outputs = len(self.targets[0]) if self.classes is None else 1
            object.__setattr__(self, "names", _checked_names(self.names, self.width, outputs))
        if self.name is not None:
            self._check_name()

    def _check_name(self) -> None:
        if not isinstance(self.name, str) or self.name not in NAMED_ROWS:
            raise TableError(f"No table is called {shown(self.name)}. Known: {', '.join(NAMED_ROWS)}.")
        if NAMED_ROWS[self.name] != _digest((self.inputs, self.targets, self.names, self.classes)):
            raise TableError(f"The rows are not those of {self.name}. Leave out the name of the table.")

    def __repr__(self) -> str:
        if self.name is not None:
            return f"TABLES[{self.name!r}].table({'' if self.shuffled else 'shuffled=False'})"
        return f"Table({', '.join(f'{part}={value!r}' for part, value in self._stated.items())})"

    @property
    def short_repr(self) -> str | None:
        """Its few words where it has a name."""
        return None if self.name is None else repr(self)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Table) and self._stated == other._stated and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def _stated(self) -> dict[str, Any]:
        """The fields by their names, but for those that are left out where they are None."""
        values = ((part, getattr(self, part.name)) for part in fields(self))
        return {part.name: value for part, value in values if value is not None or "unless_none" not in part.metadata}

    @functools.cached_property
    def _bits(self) -> bytes:
        return bits_of(number for row in (*self.inputs, *self.targets) for number in row)

    @functools.cached_property
    def digest(self) -> str:
        """Sixteen hex digits that name the rows; equal tables have equal digits."""
        return _digest(tuple(self._stated.values()) if self.name is None else (self.name, self.shuffled))

    @property
    def width(self) -> int:
        """The number of inputs."""
        return len(self.inputs[0])

    @property
    def numbers(self) -> int:
        """The number of numbers in its rows."""
        return len(self.inputs) * (self.width + len(self.targets[0]))

    @property
    def bytes_held(self) -> dict[object, int]:
        """About how many bytes it takes: a row is two objects, and a number is one that stands in two arrays, too.

        Nothing for one with a name, which is read once for all that hold it.
        """
        if self.name is not None and self.shuffled:
            return {}
        return {self.digest: 2048 + 112 * len(self.inputs) + 48 * self.numbers}

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return len(self.targets[0])

    @functools.cached_property
    def arrays(self) -> tuple[FloatArray, FloatArray]:
        """All rows, X of shape (rows, inputs) and T of shape (rows, outputs), for reading only."""
        X, T = np.array(self.inputs), np.array(self.targets)
        X.flags.writeable = T.flags.writeable = False
        return X, T

    @functools.cached_property
    def years(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The columns of inputs and of outputs, from 0, in which every number is a year: whole, from 1000 to 2999."""
        inputs, targets = (
            tuple(k for k, column in enumerate(numbers.T) if are_years(column)) for numbers in self.arrays
        )
        return inputs, targets

    def __getstate__(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}


def are_years(column: FloatArray) -> bool:
    """Whether every number is a year."""
    return bool(column.min() >= FIRST_YEAR and column.max() <= LAST_YEAR and (np.rint(column) == column).all())


def ordered(texts: Iterable[str]) -> tuple[str, ...]:
    """The different texts in order: as numbers by their size where all are numbers, else as texts."""
    different = sorted(set(texts))
    try:
        return tuple(sorted(different, key=float))
    except ValueError:
        return tuple(different)


def is_printable(text: str) -> bool:
    """Whether a text may be a name, whatever its length: no sign but joiners in it cannot be seen."""
    return text.translate(JOINERS).isprintable()


def one_hot(answers: Sequence[Any]) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    """The classes of these answers, and the targets of each row; a number is the text that Python writes.

    TableError for a row without an answer or with more than one.
    """
    rows = list(map(as_plain, as_plain(answers)))
    for at, answer in enumerate(rows, start=1):
        if _is_list(answer) or (not isinstance(answer, str) and str(answer) in MISSING):
            raise TableError(f"Row {at} has {shown(answer)} and not one class.")
    texts = list(map(str, rows))
    classes = ordered(texts)
    targets = {text: tuple(float(text == other) for other in classes) for text in classes}
    return classes, tuple(targets[text] for text in texts)


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _checked_classes(classes: Any, targets: tuple[TableRow, ...]) -> tuple[str, ...]:
    classes = as_plain(classes)
    if not _is_list(classes) or not 2 <= len(classes) <= MOST_CLASSES:
        raise TableError(f"A table has from 2 to {MOST_CLASSES} classes.")
    texts = tuple(_checked_text(text, "class") for text in classes)
    if texts != ordered(texts):
        raise TableError(f"Classes are different texts in order: {', '.join(ordered(texts))}.")
    rows = set(one_hot(texts)[1])
    for at, row in enumerate(targets, start=1):
        if row not in rows:
            raise TableError(f"Row {at}: of {len(texts)} classes one has the target 1, all others 0.")
    return texts


def _checked_names(names: Any, inputs: int, outputs: int) -> Names:
    names = [as_plain(side) for side in names] if _is_list(names) else []
    sides = [len(side) if _is_list(side) else None for side in names]
    if sides != [inputs, outputs]:
        raise TableError(f"The names of the table are two lists, {inputs} of inputs and {outputs} of outputs.")
    of_inputs, of_outputs = (tuple(_checked_text(text, "name") for text in side) for side in names)
    return of_inputs, of_outputs


def _checked_text(text: Any, what: str) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT or not is_printable(text):
        raise TableError(f"A {what} is a text of 1 to {LONGEST_TEXT} letters, digits and signs, not {shown(text)}.")
    return str(text)


def _checked_rows(rows: Any, what: str, most: int) -> tuple[TableRow, ...]:
    """The rows as tuples of floats."""
    if hasattr(rows, "__array__"):
        array = np.asanyarray(rows)
        array = array.astype(float) if array.dtype == bool else array
        rows = as_plain(array[:, None] if array.ndim == 1 else array)
    elif _is_list(rows):
        rows = list(map(as_plain, rows))
    if not _is_list(rows) or not 1 <= len(rows) <= MOST_ROWS:
        raise TableError(f"A table has from 1 to {MOST_ROWS:,} rows.")
    if not any(map(_is_list, rows)):
        rows = [[number] for number in rows]  # one column
    if not all(_is_list(row) for row in rows):
        raise TableError("A row of a table is a list of numbers.")
    width = len(rows[0])
    if not 1 <= width <= most:
        limit = f"at most {most}" if width else "at least 1"
        raise TableError(f"There are {width:,} {what}s; a table has {limit}.")
    for at, row in enumerate(rows, start=1):
        if len(row) != width:
            raise TableError(f"Row {at} has {len(row)} {what}{'s' * (len(row) != 1)}, the others {width}.")
    if set(map(type, itertools.chain.from_iterable(rows))) == {float} and np.isfinite(rows).all():
        return tuple(map(tuple, rows))
    return tuple(tuple(_checked_numbers(row, at, what)) for at, row in enumerate(rows, start=1))


def _checked_numbers(row: Sequence[Any], at: int, what: str) -> Iterable[float]:
    for column, number in enumerate(map(as_plain, row), start=1):
        if isinstance(number, (date, timedelta)):
            raise TableError(
                f"Column {column} of the {what}s holds dates; a table has numbers, such as days since the first."
            )
        whole_or_float = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not whole_or_float or not abs(number) <= sys.float_info.max:
            raise TableError(f"Row {at}: {shown(number)} is not a finite number.")
        yield float(number)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))
