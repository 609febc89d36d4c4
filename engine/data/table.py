"""A table of samples: rows of numbers that somebody typed, in place of drawn inputs and a target function.

The rows are used in order and again from the first, or each pass in a new order that the seed fixes. Between its rows a
table has no target.
"""

import functools
import hashlib
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray, bits_of
from engine.base.random_stream import random_stream
from engine.data.inputs import epoch_order
from engine.data.targets import Target
from engine.errors import TableError, shown

TABLE = "table"
"""The name of an experiment's inputs and of its target when its samples are a table."""

MOST_ROWS = 10_000
MOST_COLUMNS = 16
"""The most columns of inputs, and of outputs."""

TableRow = tuple[float, ...]


@dataclass(frozen=True)
class Table:
    """Samples: the target of `inputs[i]` is `targets[i]`. Frozen, and validated when it is made.

    1 to 10,000 rows of 1 to 16 finite inputs and 1 to 16 finite targets; TableError says what is wrong. Tables are
    equal where their bits are: a run may tell 0.0 from −0.0.
    """

    inputs: tuple[TableRow, ...]
    targets: tuple[TableRow, ...]
    shuffled: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.shuffled, bool):
            raise TableError(f"Whether a table is shuffled is yes or no, not {shown(self.shuffled)}.")
        for side, what in (("inputs", "input"), ("targets", "output")):
            object.__setattr__(self, side, _checked_rows(getattr(self, side), what))
        if len(self.inputs) != len(self.targets):
            raise TableError(f"The table has {len(self.inputs)} rows of inputs and {len(self.targets)} of outputs.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._rows == other._rows and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self._rows)

    @property
    def _rows(self) -> tuple[tuple[TableRow, ...], tuple[TableRow, ...], bool]:
        return self.inputs, self.targets, self.shuffled

    @functools.cached_property
    def _bits(self) -> bytes:
        return bits_of(number for row in (*self.inputs, *self.targets) for number in row)

    @functools.cached_property
    def digest(self) -> str:
        """Sixteen hex digits that name the rows; equal tables have equal digits."""
        return hashlib.sha256(repr((self.inputs, self.targets, self.shuffled)).encode()).hexdigest()[:16]

    @property
    def width(self) -> int:
        """The number of inputs."""
        return len(self.inputs[0])

    @property
    def numbers(self) -> int:
        """The number of numbers in its rows."""
        return len(self.inputs) * (self.width + self.target.outputs)

    @property
    def reach(self) -> float:
        """The greatest size of an input, or 1 when all are 0."""
        return max(abs(number) for row in self.inputs for number in row) or 1.0

    @property
    def target(self) -> Target:
        """The table as a target: for a row's inputs that row's outputs, the first row's if several have these inputs.

        It is nan for any other input, and so not defined everywhere.
        """
        formulas = ("as the table says",) * len(self.targets[0])
        return Target(TABLE, "Table", formulas, self.width, self._looked_up, everywhere=False)

    def facts(self, seed: int, n: int, held_out: int = 0) -> tuple[FloatArray, FloatArray]:
        """n samples, X of shape (n, inputs) and T of shape (n, outputs); fewer of them are the first of more.

        Rows that `held_out_rows` gives for that number are left out.
        """
        X, T = self.learned_rows(held_out)
        order = epoch_order(random_stream(seed), n, len(X), shuffled=self.shuffled)
        return X[order], T[order]

    def fact_blocks(self, seed: int, n: int, size: int, held_out: int = 0) -> Iterator[tuple[FloatArray, FloatArray]]:
        """The samples of `facts` in successive blocks of at least `size`, the last of which may be shorter."""
        X, T = self.learned_rows(held_out)
        rng, rows = random_stream(seed), len(X)
        size = -(-size // rows) * rows
        for start in range(0, n, size):
            order = epoch_order(rng, min(size, n - start), rows, shuffled=self.shuffled)
            yield X[order], T[order]

    @property
    def most_held_out(self) -> int:
        """The most rows that may be held out: every second one."""
        return len(self.inputs) // 2

    def held_out_rows(self, held_out: int) -> tuple[FloatArray, FloatArray]:
        """The rows that are never learned from, where 1 to `most_held_out` of them are wanted: every k-th row, with k =
        ⌊rows / wanted⌋. These are as many as are wanted, or a few more."""
        held = self._is_held_out(held_out)
        return np.array(self.inputs)[held], np.array(self.targets)[held]

    def learned_rows(self, held_out: int = 0) -> tuple[FloatArray, FloatArray]:
        """All other rows, in order; all rows if none are held out."""
        X, T = np.array(self.inputs), np.array(self.targets)
        if not held_out:
            return X, T
        learned = ~self._is_held_out(held_out)
        return X[learned], T[learned]

    def learned_count(self, held_out: int) -> int:
        """The number of rows that are learned from."""
        return len(self.inputs) - (len(self.inputs) // self._held_out_step(held_out) if held_out else 0)

    def _held_out_step(self, held_out: int) -> int:
        return len(self.inputs) // held_out

    def _is_held_out(self, held_out: int) -> NDArray[np.bool_]:
        step = self._held_out_step(held_out)
        held: NDArray[np.bool_] = np.arange(len(self.inputs)) % step == step - 1
        return held

    def _looked_up(self, v: FloatArray) -> list[FloatArray]:
        known = dict(zip(reversed(self.inputs), reversed(self.targets), strict=True))
        nothing = (math.nan,) * len(self.targets[0])
        columns = v[: self.width].reshape(self.width, -1)
        found = np.array([known.get(tuple(column), nothing) for column in columns.T.tolist()])
        return list(found.T.reshape(-1, *v.shape[1:]))


def _checked_rows(rows: Any, what: str) -> tuple[TableRow, ...]:
    """The rows as tuples of floats."""
    if not _is_list(rows) or not 1 <= len(rows) <= MOST_ROWS:
        raise TableError(f"A table has from 1 to {MOST_ROWS:,} rows.")
    if not all(_is_list(row) for row in rows):
        raise TableError("A row of a table is a list of numbers.")
    width = len(rows[0])
    if not 1 <= width <= MOST_COLUMNS:
        raise TableError(f"A table has from 1 to {MOST_COLUMNS} columns of {what}s, not {width}.")
    for at, row in enumerate(rows, start=1):
        if len(row) != width:
            raise TableError(f"Row {at} has {len(row)} {what}s, the others {width}.")
    return tuple(tuple(_checked_numbers(row, at)) for at, row in enumerate(rows, start=1))


def _checked_numbers(row: Sequence[Any], at: int) -> Iterable[float]:
    for number in row:
        whole_or_float = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not whole_or_float or not abs(number) <= sys.float_info.max:
            raise TableError(f"Row {at}: {shown(number)} is not a finite number.")
        yield float(number)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))
