"""The turns of a run: which row of a table, or which distinct sample, comes at each, and which are passed over.

At a turn that is passed over the loss of its sample is taken, and nothing moves. Rows are counted from 1 in the whole
table, distinct samples from 1 in the order in which they are drawn.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.random_stream import random_stream
from engine.data.inputs import epoch_order
from engine.data.prepared_table import BY_SEED, PreparedTable
from engine.errors import OutOfRangeError

Turns = NDArray[np.int8]
"""A number for each sample of a run, shape (samples,): PASSED_OVER, or 0 where it is learned."""
PASSED_OVER = -1
ALL_NEW = "Every sample is new: none can be left out."


def learned_numbers(inputs: str | PreparedTable, distinct: int | None) -> NDArray[np.int64] | None:
    """The numbers of the rows or distinct samples that a run learns from; None where every sample is new."""
    if isinstance(inputs, PreparedTable):
        return inputs.rows.learned[:distinct] + 1
    return None if distinct is None else np.arange(1, distinct + 1)


def rest_numbers(inputs: str | PreparedTable, distinct: int | None, without: Sequence[int]) -> NDArray[np.int64] | None:
    """The same but for those that are left out."""
    numbers = learned_numbers(inputs, distinct)
    return None if numbers is None else numbers[~np.isin(numbers, without)]


def turn_numbers(inputs: str | PreparedTable, seed: int, n: int, distinct: int | None) -> NDArray[np.int64] | None:
    """The number of the row or distinct sample at each of n turns, shape (n,); None where every sample is new."""
    numbers = learned_numbers(inputs, distinct)
    if numbers is None:
        return None
    shuffled = distinct is not None or not isinstance(inputs, PreparedTable) or inputs.table.shuffled
    return numbers[epoch_order(random_stream(seed), n, len(numbers), shuffled=shuffled)]


def passed_over(
    inputs: str | PreparedTable, seed: int, n: int, distinct: int | None, without: Sequence[int]
) -> Turns | None:
    """The turns of n that a run without these rows or distinct samples passes over; None where nothing is left out."""
    numbers = turn_numbers(inputs, seed, n, distinct) if without else None
    return None if numbers is None else turns_of(np.isin(numbers, without))


def turns_of(passes: NDArray[np.bool_]) -> Turns:
    """The turns where these are passed over."""
    return np.where(passes, np.int8(PASSED_OVER), np.int8(0))


def check_without(inputs: str | PreparedTable, distinct: int | None, without: Sequence[int]) -> None:
    """OutOfRangeError unless each of these rows or distinct samples may be left out, and others are learned."""
    if not without:
        return
    rest = rest_numbers(inputs, distinct, without)
    if rest is None:
        raise OutOfRangeError(ALL_NEW)
    may_be = may_be_left_out(inputs, distinct)
    for number in without:
        if number not in may_be:
            raise OutOfRangeError(f"{_not_learned(inputs, distinct, number)} It cannot be left out.")
    if not len(rest):
        raise OutOfRangeError("Nothing is left to learn from. Leave out fewer.")


def may_be_left_out(inputs: str | PreparedTable, distinct: int | None) -> NDArray[np.int64]:
    """The numbers of the rows or distinct samples that a run may leave out: those that it learns from.

    Where the data seed chooses which rows are held out, any row but a test row: what one seed holds out is learned
    under another, and stays left out there.
    """
    if isinstance(inputs, PreparedTable) and inputs.held_out and inputs.split == BY_SEED:
        return np.setdiff1d(np.arange(len(inputs.table.inputs)), inputs.rows.test) + 1
    numbers = learned_numbers(inputs, distinct)
    return np.empty(0, dtype=np.int64) if numbers is None else numbers


def _not_learned(inputs: str | PreparedTable, distinct: int | None, number: int) -> str:
    """Why no run learns from the row or distinct sample of this number."""
    if not isinstance(inputs, PreparedTable):
        return f"Sample {number:,} is none of the {distinct:,} distinct ones."
    rows = len(inputs.table.inputs)
    if number > rows:
        return f"There is no row {number:,}: the table has {rows:,}."
    if number - 1 in inputs.rows.held_out:
        return f"Row {number:,} is held out."
    if number - 1 in inputs.rows.test:
        return f"Row {number:,} is a test row."
    return f"Row {number:,} is none of the {distinct:,} distinct ones."
