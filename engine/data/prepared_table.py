"""A prepared table: its rows split into learned, held-out and test rows, and its numbers scaled.

Whatever prepares a table reads the learned rows alone, so no cell of another row changes a bit of a run.
"""

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.byte_cache import ByteCache
from engine.base.numerics import FloatArray
from engine.base.random_stream import random_stream
from engine.data.inputs import checked_seed, epoch_order
from engine.data.nearness import Nearness, nearness_of
from engine.data.samples import SPLIT_STREAM, TEST_STREAM, Samples, stream
from engine.data.table import TABLE, Table
from engine.data.targets import Target
from engine.errors import OutOfRangeError

EVERY, BY_SEED = "every", "seed"
SPLITS = {EVERY: "every k-th row", BY_SEED: "by data seed"}
"""How held-out rows are chosen."""
UNSCALED, STANDARD, RANGE = "none", "standard", "range"
SCALINGS = {UNSCALED: "none", STANDARD: "standard", RANGE: "−1 to 1"}
REMEMBERED_BYTES = 28 * 2**20
"""Bytes of all that is made ready of tables, so that a turned α prepares nothing: room for the largest one."""
CLASS_NUMBERS = (-1.0, 0.0, 1.0)
"""Targets of these numbers alone stand for classes, which are never scaled."""


class Split(NamedTuple):
    """The numbers of the rows, from 0, in the order of the table."""

    learned: NDArray[np.int64]
    held_out: NDArray[np.int64]
    test: NDArray[np.int64]


class Scale(NamedTuple):
    """x becomes (x − offset) / size, column by column; a column of size 0 has its constant as offset, and becomes 0.
    Arrays of shape (columns,)."""

    offset: FloatArray
    size: FloatArray

    def apply(self, rows: FloatArray) -> FloatArray:
        """The rows, shape (rows, columns), scaled."""
        with np.errstate(all="ignore"):
            scaled: FloatArray = np.where(self.size == 0.0, 0.0, (rows - self.offset) / self.size)
        return scaled


@dataclass(frozen=True)
class PreparedTable:
    """The rows of a table as runs of an experiment use them. All arrays are for reading only.

    Of all rows `test` are set apart. Of the others `held_out` or, where every k-th is taken, a few more are held out,
    and the rest is learned. With a scaling, X and T are the scaled numbers; what stands for classes stays.
    """

    table: Table
    held_out: int = 0
    split: str = EVERY
    seed: int = 0
    """The data seed that chooses held-out rows, where `split` is by seed."""
    test: int = 0
    scaling: str = UNSCALED

    def with_seed(self, seed: int) -> "PreparedTable":
        """The table as it is prepared with another data seed."""
        return prepared_table(self.table, self.held_out, self.split, seed, self.test, self.scaling)

    @property
    def digest(self) -> tuple[Any, ...]:
        """A key that names its numbers."""
        if self.scaling == UNSCALED:
            return (self.table.digest,)
        return self.table.digest, self.held_out, self.split, self.seed, self.test, self.scaling

    @functools.cached_property
    def rows(self) -> Split:
        """The numbers of the rows of each set.

        The test rows have the smallest keys of `RandomState([0, 0, 5])`, which no knob moves; the held-out ones, by
        seed, the smallest keys of `RandomState([seed, 0, 4])` among the others.
        """
        count = len(self.table.inputs)
        test = _smallest(stream(0, TEST_STREAM).random_sample(count), self.test)
        others = np.setdiff1d(np.arange(count), test)
        if not self.held_out:
            held_out = others[:0]
        elif self.split == BY_SEED:
            keys = stream(self.seed, SPLIT_STREAM).random_sample(count)
            held_out = others[_smallest(keys[others], self.held_out)]
        else:
            step = len(others) // self.held_out
            held_out = others[step - 1 :: step]
        return Split(np.setdiff1d(others, held_out), held_out, test)

    @functools.cached_property
    def scales(self) -> tuple[Scale | None, Scale | None]:
        """How inputs and targets are scaled, from the learned rows; None where they are not."""
        if self.scaling == UNSCALED:
            return None, None
        X, T = (part[self.rows.learned] for part in self.table.arrays)
        of_columns = _SCALES[self.scaling]
        classes = bool(np.isin(self.table.arrays[1], CLASS_NUMBERS).all())
        return of_columns(X), None if classes else of_columns(T)

    @functools.cached_property
    def arrays(self) -> Samples:
        """All rows, X of shape (rows, inputs) and T of shape (rows, outputs)."""
        X, T = (
            part if scale is None else scale.apply(part)
            for part, scale in zip(self.table.arrays, self.scales, strict=True)
        )
        return X, T

    @functools.cached_property
    def nearness(self) -> Nearness:
        """The nearness of points to the learned rows."""
        return nearness_of(self.learned[0])

    @functools.cached_property
    def learned(self) -> Samples:
        """The rows that are learned from."""
        return self._part(self.rows.learned)

    @functools.cached_property
    def held_out_samples(self) -> Samples:
        """The rows that are held out."""
        return self._part(self.rows.held_out)

    @functools.cached_property
    def open_samples(self) -> Samples:
        """The rows that are learned or held out."""
        return self._part(np.setdiff1d(np.arange(len(self.table.inputs)), self.rows.test))

    @property
    def test_samples(self) -> Samples:
        """The rows that nothing is shown of until they are looked at."""
        return self._part(self.rows.test)

    def facts(self, seed: int, n: int) -> Samples:
        """n samples, X of shape (n, inputs) and T of shape (n, outputs); fewer of them are the first of more."""
        X, T = self.learned
        order = epoch_order(random_stream(seed), n, len(X), shuffled=self.table.shuffled)
        return X[order], T[order]

    def fact_blocks(self, seed: int, n: int, size: int) -> Iterator[Samples]:
        """The samples of `facts` in successive blocks of at least `size`, the last of which may be shorter."""
        X, T = self.learned
        rng, rows = random_stream(seed), len(X)
        size = -(-size // rows) * rows
        for start in range(0, n, size):
            order = epoch_order(rng, min(size, n - start), rows, shuffled=self.table.shuffled)
            yield X[order], T[order]

    @functools.cached_property
    def reach(self) -> float:
        """The greatest size of an input outside the test rows, or 1 when all are 0."""
        return float(np.abs(self.open_samples[0]).max()) or 1.0

    @functools.cached_property
    def target(self) -> Target:
        """The table as a target: for a row's inputs that row's outputs, the first row's if several have these inputs.

        It is nan for any other input, those of test rows too, and so not defined everywhere.
        """
        formulas = ("as the table says",) * self.table.outputs
        return Target(TABLE, "Table", formulas, self.table.width, self._looked_up, everywhere=False)

    def _part(self, rows: NDArray[np.int64]) -> Samples:
        if len(rows) == len(self.table.inputs):
            return self.arrays
        X, T = (part[rows] for part in self.arrays)
        return X, T

    @functools.cached_property
    def _by_inputs(self) -> dict[bytes, int]:
        X, _ = self.open_samples
        return dict(zip(_bits_of_rows(X[::-1]), reversed(range(len(X))), strict=True))  # of equal rows the first stays

    def _looked_up(self, v: FloatArray) -> list[FloatArray]:
        _, T = self.open_samples
        points = v[: self.table.width].reshape(self.table.width, -1).T
        rows = np.array([self._by_inputs.get(row, -1) for row in _bits_of_rows(points)], dtype=np.int64)
        found = T[rows]
        found[rows < 0] = math.nan
        return list(found.T.reshape(-1, *v.shape[1:]))


def prepared_table(
    table: Table, held_out: int = 0, split: str = EVERY, seed: int = 0, test: int = 0, scaling: str = UNSCALED
) -> PreparedTable:
    """The table, prepared once for equal arguments; the seed is one only where held-out rows are chosen by it."""
    by_seed = split == BY_SEED and held_out > 0
    how = held_out, BY_SEED if by_seed else EVERY, checked_seed(seed) if by_seed else 0, test, scaling
    # Rows are named and not compared: a turned knob asks for them hundreds of times.
    return _remembered.get_or_make((table.digest, *how), lambda: PreparedTable(table, *how))


_remembered: ByteCache[tuple[Any, ...], PreparedTable] = ByteCache(
    REMEMBERED_BYTES,
    lambda _, made: 4096 + 192 * len(made.table.inputs) + 32 * made.table.numbers + sum(made.table.bytes_held.values()),
)


def learned_count(table: Table, held_out: int = 0, split: str = EVERY, test: int = 0) -> int:
    """The number of rows that are learned from."""
    others = len(table.inputs) - test
    held = held_out if split == BY_SEED or not held_out else others // (others // held_out)
    return others - held


def check_test(inputs: str | Table, test: int) -> None:
    """OutOfRangeError for more test rows than a third of the rows of a table."""
    if isinstance(inputs, Table) and test > len(inputs.inputs) // 3:
        raise OutOfRangeError(f"Test rows go to {len(inputs.inputs) // 3:,}, a third of the rows, not {test:,}.")


def check_held_out(inputs: str | Table, held_out: int, test: int = 0) -> None:
    """OutOfRangeError where a table has too few rows, without the test rows: for each that is held out at least one
    must be learned."""
    if not held_out or not isinstance(inputs, Table):
        return
    count = len(inputs.inputs)
    most = (count - test) // 2
    rows = f"{count:,} row" + "s" * (count > 1) + (f", {test:,} of them for the test" if test else "")
    if not most:
        raise OutOfRangeError(f"The table has {rows}, so none can be held out.")
    if held_out > most:
        raise OutOfRangeError(f"The table has {rows}, so at most {most:,} of them can be held out, not {held_out:,}.")


def check_distinct(
    distinct: int | None, samples: int, inputs: str | Table, held_out: int, split: str = EVERY, test: int = 0
) -> None:
    """OutOfRangeError where there are fewer samples than distinct ones, or fewer rows to learn from."""
    if distinct is None:
        return
    if distinct > samples:
        raise OutOfRangeError(
            f"Distinct samples go from 1 to {samples:,}, as many as there are samples, not {distinct:,}. "
            "Lower them, or take more samples."
        )
    if isinstance(inputs, Table) and distinct > (rows := learned_count(inputs, held_out, split, test)):
        learned, cure = ("learned rows", " Lower them, or hold out fewer.") if held_out or test else ("rows", "")
        raise OutOfRangeError(
            f"Distinct samples go from 1 to {rows:,}, as many as the table has {learned}, not {distinct:,}.{cure}"
        )


def _bits_of_rows(rows: FloatArray) -> Iterator[bytes]:
    """The bits of each row; of −0.0 those of 0.0, which is equal."""
    return (row.tobytes() for row in rows + 0.0)


def _smallest(keys: FloatArray, count: int) -> NDArray[np.int64]:
    """The places of the smallest keys, the first of equal ones, in order."""
    return np.sort(np.argsort(keys, kind="stable")[:count])


def _standard(rows: FloatArray) -> Scale:
    """To mean 0 and standard deviation 1: sums by `math.fsum`, so that no order of the rows matters."""
    return _by_column(rows, _mean_and_deviation)


def _mean_and_deviation(numbers: FloatArray) -> tuple[float, float]:
    _, exponent = np.frexp(np.abs(numbers).max())
    near_one = np.ldexp(numbers, -exponent)  # so that no sum and no square is past all numbers
    mean = math.fsum(near_one) / len(numbers)
    deviation = math.sqrt(math.fsum((near_one - mean) ** 2) / len(numbers))
    return math.ldexp(mean, int(exponent)), math.ldexp(deviation, int(exponent))


def _range(rows: FloatArray) -> Scale:
    """The least number to −1, the greatest to 1."""
    return _by_column(rows, lambda numbers: _middle_and_half(numbers.min(), numbers.max()))


def _middle_and_half(low: float, high: float) -> tuple[float, float]:
    return float(low / 2.0 + high / 2.0), float(high / 2.0 - low / 2.0)


def _by_column(rows: FloatArray, of_column: Callable[[FloatArray], tuple[float, float]]) -> Scale:
    scales = [(column[0], 0.0) if (column == column[0]).all() else of_column(column) for column in rows.T]
    offsets, sizes = np.array(scales).T
    return Scale(offsets, sizes)


_SCALES = {STANDARD: _standard, RANGE: _range}
