"""A table gives its rows as samples, in order or shuffled, and refuses in words what it does not take."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.data.table import MOST_ROWS, Table, one_hot, ordered
from engine.errors import TableError, shown
from tests.engine.asserting import refusal

TABLE = Table(((0, 1), (2, 3), (4, 5)), ((1, 0), (3, 2), (5, 4)))


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
    (("ab",), ROW, False, "Row 1: 'ab' is not a finite number."),
    ((1, (2,)), ROW * 2, False, "A row of a table is a list of numbers."),
    (((),), ROW, False, "There are 0 inputs; a table has at least 1."),
    (((0,) * 65,), ROW, False, "There are 65 inputs; a table has at most 64."),
    (ROW, ((0,) * 17,), False, "There are 17 outputs; a table has at most 16."),
    (((0,) * 64,) * 5_000, ((0,),) * 5_000, False,
     "There are 325,000 numbers; a table has at most 320,000. Leave out rows or columns."),
    (((1, 2), (1,)), ROW, False, "Row 2 has 1 input, the others 2."),
    (ROW * 2, ROW, False, "The table has 2 rows of inputs and 1 of outputs."),
    ((("x",),), ROW, False, "Row 1: 'x' is not a finite number."),
    (ROW, ((math.nan,),), False, "Row 1: nan is not a finite number."),
    (((10**400,),), ROW, False, f"Row 1: {shown(10**400)} is not a finite number."),
    (((True,),), ROW, False, "Row 1: True is not a finite number."),
    (ROW, ROW, "yes", "Whether a table is shuffled is yes or no, not 'yes'."),
]  # fmt: skip
TWO = ((0.0,), (1.0,))
HOT = ((1.0, 0.0), (0.0, 1.0))
REFUSED_WORDS: list[tuple[dict[str, Any], str]] = [
    ({"classes": ("a",)}, "A table has from 2 to 10 classes."),
    ({"classes": "ab"}, "A table has from 2 to 10 classes."),
    ({"classes": tuple("abcdefghijk")}, "A table has from 2 to 10 classes."),
    ({"classes": ("a", 1)}, "A class is a text of 1 to 60 letters, digits and signs, not 1."),
    ({"classes": ("a", "")}, "A class is a text of 1 to 60 letters, digits and signs, not ''."),
    ({"classes": ("a", "b\n")}, "A class is a text of 1 to 60 letters, digits and signs, not 'b\\n'."),
    ({"classes": ("a", "\ud800")}, "A class is a text of 1 to 60 letters, digits and signs, not '\\ud800'."),
    ({"classes": ("b", "a")}, "Classes are different texts in order: a, b."),
    ({"classes": ("10", "9")}, "Classes are different texts in order: 9, 10."),
    ({"classes": ("a", "a")}, "Classes are different texts in order: a."),
    ({"classes": ("a", "b", "c")}, "Row 1: of 3 classes one has the target 1, all others 0."),
    ({"names": (("a",), ("b",))}, "The names of the table are two lists, 1 of inputs and 2 of outputs."),
    ({"names": (("a",), ("b", "c")), "classes": ("x", "y")},
     "The names of the table are two lists, 1 of inputs and 1 of outputs."),
    ({"names": (("a",), 5, ("b", "c"))}, "The names of the table are two lists, 1 of inputs and 2 of outputs."),
    ({"names": (("a",), 5)}, "The names of the table are two lists, 1 of inputs and 2 of outputs."),
    ({"names": (("a",), ("b", "c" * 61))},
     f"A name is a text of 1 to 60 letters, digits and signs, not {shown('c' * 61)}."),
    ({"name": "moon"}, "No table is called 'moon'. Known: penguins, iris, wine, cars, digits."),
    ({"name": ["iris"]}, "No table is called ['iris']. Known: penguins, iris, wine, cars, digits."),
    ({"name": "iris"}, "The rows are not those of iris. Leave out the name of the table."),
]  # fmt: skip


def test_arrays_are_the_rows_of_the_table_that_their_lists_make() -> None:
    X: Any = np.arange(6).reshape(3, 2)
    y: Any = np.array([0.5, 1, 2], dtype=np.float32)
    plain = Table(((0, 1), (2, 3), (4, 5)), ((0.5,), (1,), (2,)), names=(("a", "b"), ("c",)))
    names: Any = (np.array(["a", "b"]), np.array(["c"]))
    assert (Table(X, y, names=names).digest, Table(X, y[:, None], names=names)) == (plain.digest, plain)
    rows: list[Any] = [list(X), [[number] for number in y], list(y)]
    assert Table(rows[0], rows[1], names=names) == plain == Table(rows[0], rows[2], names=names)
    answers: Any = np.array(["up", "down", "up"])
    classes, targets = one_hot(answers)
    hot = Table(plain.inputs, ((0, 1), (1, 0), (0, 1)), classes=("down", "up"))
    names_of_classes: list[Any] = [classes, np.unique(answers)]
    assert {Table(X, targets, classes=each).digest for each in names_of_classes} == {hot.digest}
    assert Table(X, y > 0.75).targets == ((0.0,), (1.0,), (1.0,))
    whole: Any = np.array([10, 9, 10])
    assert one_hot(whole) == (("9", "10"), ((0.0, 1.0), (1.0, 0.0), (0.0, 1.0)))
    unanswered: list[Any] = [["a", None], np.array([1.0, math.nan]), np.array([["a"], ["b"]])]
    said = [f"Row {at} has {found} and not one class." for at, found in ((2, "None"), (2, "nan"), (1, "['a']"))]
    assert [refusal(TableError, one_hot, answers) for answers in unanswered] == said
    missing = np.ma.masked_equal(X, 3)
    assert refusal(TableError, Table, missing, y) == "Row 2: None is not a finite number."
    assert refusal(TableError, Table, X[None], y) == "Row 1: [0, 1] is not a finite number."


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_dates_are_refused_with_their_column_whatever_holds_them(unit: str) -> None:
    dates: Any = np.array(["2026-12-01", "2026-12-02", "2026-12-03"], dtype=f"datetime64[{unit}]")
    X: Any = np.arange(3.0)
    y: Any = np.ones(3)
    mixed: Any = np.column_stack([X.astype(object), dates.astype(object if unit != "ns" else "datetime64[us]")])
    said = "Column {} of the inputs holds dates; a table has numbers, such as days since the first."
    rows: Any = [[1.0, one] for one in dates]
    for column, given in ((1, dates), (1, dates - dates[0]), (1, [[one] for one in dates]), (2, rows), (2, mixed)):
        assert refusal(TableError, Table, given, y) == said.format(column)
    outputs = said.format(1).replace("inputs", "outputs")
    assert refusal(TableError, Table, X, dates) == outputs
    days: Any = (dates - dates[0]) / np.timedelta64(1, "D")
    assert Table(days, y).inputs == ((0.0,), (1.0,), (2.0,))


def test_names_and_classes_stand_in_the_table_and_what_they_may_not_be_is_said() -> None:
    lists: Any = {"names": [["a"], ["kind"]], "classes": ["x", "y"]}
    table = Table(TWO, HOT, **lists)
    assert (table.names, table.classes) == ((("a",), ("kind",)), ("x", "y"))
    assert hash(table) == hash(Table(TWO, HOT, names=(("a",), ("kind",)), classes=("x", "y")))
    found = [(refusal(TableError, Table, TWO, HOT, **words), sentence) for words, sentence in REFUSED_WORDS]
    assert [(said, sentence) for said, sentence in found if said != sentence] == []
    assert ordered(["b", "a", "b"]) == ("a", "b")
    assert ordered(["10", "9", "-1.5"]) == ("-1.5", "9", "10")
    assert one_hot(["x", "z", "x"]) == (("x", "z"), ((1, 0), (0, 1), (1, 0)))


def test_a_table_without_the_later_fields_has_the_repr_and_the_digest_that_it_always_had() -> None:
    table = Table(TWO, HOT, shuffled=True)
    fields = "inputs=((0.0,), (1.0,)), targets=((1.0, 0.0), (0.0, 1.0)), shuffled=True"
    assert (repr(table), table.digest) == (f"Table({fields})", "f142d1556b164e74")
    named = Table(TWO, HOT, shuffled=True, names=(("a",), ("b", "c")))
    classed = Table(TWO, HOT, shuffled=True, classes=("x", "y"))
    assert repr(named) == f"Table({fields}, names=(('a',), ('b', 'c')))"
    assert repr(classed) == f"Table({fields}, classes=('x', 'y'))"
    assert len({one.digest for one in (table, named, classed, replace(table, shuffled=False))}) == 4
    assert len({table, named, classed, Table(TWO, HOT, shuffled=True)}) == 3


def test_the_arrays_of_a_table_are_made_once_and_nobody_can_write_into_them() -> None:
    X, T = TABLE.arrays
    assert (X.tolist(), T.tolist()) == ([list(row) for row in TABLE.inputs], [list(row) for row in TABLE.targets])
    assert all(a is b for a, b in zip(TABLE.arrays, (X, T), strict=True))
    for array in (X, T):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1.0
