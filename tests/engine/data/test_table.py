"""A table gives its rows as samples, in order or shuffled, and refuses in words what it does not take."""

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.data.table import MOST_COLUMNS, MOST_ROWS, Table
from engine.errors import TableError, shown
from tests.engine.asserting import refusal
from tests.engine.strategies import SOME, bits, seeds, tables

TABLE = Table(((0, 1), (2, 3), (4, 5)), ((1, 0), (3, 2), (5, 4)))


@SOME
@given(tables(), seeds, st.integers(0, 20), st.integers(0, 20))
def test_each_sample_is_a_row_and_more_continue_where_fewer_ended(table: Table, seed: int, n: int, more: int) -> None:
    rows = {(*x, *t) for x, t in zip(table.inputs, table.targets, strict=True)}
    (X, T), (longer, wanted) = table.facts(seed, n), table.facts(seed, n + more)
    assert (X.shape, T.shape) == ((n, table.width), (n, table.target.outputs))
    assert {(*x, *t) for x, t in zip(X.tolist(), T.tolist(), strict=True)} <= rows
    assert (bits(longer[:n]), bits(wanted[:n])) == (bits(X), bits(T))


def test_rows_are_used_in_order_or_shuffled_and_the_first_of_two_is_the_target() -> None:
    X, T = TABLE.facts(3, 4)
    assert X.tolist() == [[0, 1], [2, 3], [4, 5], [0, 1]]
    assert (T.tolist(), bits(TABLE.facts(4, 4)[0])) == ([[1, 0], [3, 2], [5, 4], [1, 0]], bits(X))
    table = Table(tuple((k,) for k in range(20)), tuple((k,) for k in range(20)), shuffled=True)
    X, T = table.facts(3, 60)
    assert bits(X) == bits(T)
    passes = X.reshape(3, 20).tolist()
    assert all(sorted(one) == list(range(20)) for one in passes)
    assert len({tuple(one) for one in [*passes, table.facts(4, 20)[0].ravel().tolist()]}) == 4
    assert Table(((1,), (1,)), ((2,), (3,))).target(np.array([1.0])).tolist() == [2.0]
    for inputs, reach in ((((0, 1), (-2.5, 0)), 2.5), (((0, 0),), 1.0), (((0.25, 0),), 0.25)):
        assert Table(inputs, ((0,),) * len(inputs)).reach == reach


@SOME
@given(tables())
def test_of_a_rows_inputs_a_table_gives_that_rows_targets_and_of_others_nan(table: Table) -> None:
    X, _ = table.facts(0, len(table.inputs))
    first = dict(zip(reversed(table.inputs), reversed(table.targets), strict=True))
    assert bits(table.target(X.T)) == bits(np.array([first[tuple(x)] for x in X.tolist()]).T)
    assert bits(table.target(X[0])) == bits(first[tuple(X[0].tolist())])
    assert np.isnan(table.target(np.full((table.width, 2), 0.123456789))).all()
    assert not table.target.everywhere


def test_lists_become_tuples_of_floats_and_an_error_says_what_a_table_does_not_take() -> None:
    lists: Any = [[1, 2]]
    table, same = Table(lists, lists), Table(((1.0, 2.0),), ((1.0, 2.0),))
    assert (table, hash(table)) == (same, hash(same))
    assert all(type(number) is float for number in table.inputs[0])
    found = [(refusal(TableError, Table, *given), sentence) for *given, sentence in REFUSED]
    assert [(said, sentence) for said, sentence in found if said != sentence] == []


ROW = ((1.0,),)
REFUSED: list[tuple[Any, Any, Any, str]] = [
    *((rows, ROW, False, "A table has from 1 to 10,000 rows.") for rows in ((), ROW * (MOST_ROWS + 1), "ab")),
    (("ab",), ROW, False, "A row of a table is a list of numbers."),
    (((),), ROW, False, "A table has from 1 to 16 columns of inputs, not 0."),
    (ROW, ((0,) * (MOST_COLUMNS + 1),), False, "A table has from 1 to 16 columns of outputs, not 17."),
    (((1, 2), (1,)), ROW, False, "Row 2 has 1 inputs, the others 2."),
    (ROW * 2, ROW, False, "The table has 2 rows of inputs and 1 of outputs."),
    ((("x",),), ROW, False, "Row 1: 'x' is not a finite number."),
    (ROW, ((math.nan,),), False, "Row 1: nan is not a finite number."),
    (((10**400,),), ROW, False, f"Row 1: {shown(10**400)} is not a finite number."),
    (((True,),), ROW, False, "Row 1: True is not a finite number."),
    (ROW, ROW, "yes", "Whether a table is shuffled is yes or no, not 'yes'."),
]
