"""A prepared table splits its rows, scales them by the learned ones, and gives those as samples."""

from dataclasses import replace
from typing import Any

import dill
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import TABLES, Affinity, DrawnWeights, Experiment, Map, Table, run
from engine.data.prepared_table import (
    BY_SEED,
    EVERY,
    RANGE,
    REMEMBERED_BYTES,
    STANDARD,
    _remembered,
    learned_count,
    prepared_table,
)
from engine.data.table import MOST_NUMBERS, MOST_ROWS
from tests.engine.asserting import refuses
from tests.engine.strategies import SOME, bits, seeds, tables

TABLE = Table(((0, 1), (2, 3), (4, 5)), ((1, 0), (3, 2), (5, 4)))
NUMBERS = Table(((1, 5, 7), (2, 5, -7), (6, 5, 0), (7, 5, 1)), ((10,), (20,), (40,), (50,)))
PENGUINS = Experiment(
    (Affinity(4, 8), Map("tanh"), Affinity(8, 3)), "table", DrawnWeights(1, "xavier"), TABLES["penguins"].table(),
    alpha=0.02, samples=1_000, loss="cross-entropy", scaling=STANDARD, split=BY_SEED, held_out=68, test=68,
)  # fmt: skip


@SOME
@given(tables(), seeds, st.integers(0, 20), st.integers(0, 20))
def test_each_sample_is_a_row_and_more_continue_where_fewer_ended(table: Table, seed: int, n: int, more: int) -> None:
    rows = {(*x, *t) for x, t in zip(table.inputs, table.targets, strict=True)}
    (X, T), (longer, wanted) = prepared_table(table).facts(seed, n), prepared_table(table).facts(seed, n + more)
    assert (X.shape, T.shape) == ((n, table.width), (n, table.outputs))
    assert {(*x, *t) for x, t in zip(X.tolist(), T.tolist(), strict=True)} <= rows
    assert (bits(longer[:n]), bits(wanted[:n])) == (bits(X), bits(T))


def test_rows_are_used_in_order_or_shuffled_and_the_first_of_two_is_the_target() -> None:
    X, T = prepared_table(TABLE).facts(3, 4)
    assert X.tolist() == [[0, 1], [2, 3], [4, 5], [0, 1]]
    assert (T.tolist(), bits(prepared_table(TABLE).facts(4, 4)[0])) == ([[1, 0], [3, 2], [5, 4], [1, 0]], bits(X))
    table = Table(tuple((k,) for k in range(20)), tuple((k,) for k in range(20)), shuffled=True)
    X, T = prepared_table(table).facts(3, 60)
    assert bits(X) == bits(T)
    passes = X.reshape(3, 20).tolist()
    assert all(sorted(one) == list(range(20)) for one in passes)
    assert len({tuple(one) for one in [*passes, prepared_table(table).facts(4, 20)[0].ravel().tolist()]}) == 4
    assert prepared_table(Table(((1,), (1,)), ((2,), (3,)))).target(np.array([1.0])).tolist() == [2.0]
    for inputs, reach in ((((0, 1), (-2.5, 0)), 2.5), (((0, 0),), 1.0), (((0.25, 0),), 0.25)):
        assert prepared_table(Table(inputs, ((0,),) * len(inputs))).reach == reach


@SOME
@given(tables())
def test_of_a_rows_inputs_a_table_gives_that_rows_targets_and_of_others_nan(table: Table) -> None:
    X, _ = prepared_table(table).facts(0, len(table.inputs))
    first = dict(zip(reversed(table.inputs), reversed(table.targets), strict=True))
    assert bits(prepared_table(table).target(X.T)) == bits(np.array([first[tuple(x)] for x in X.tolist()]).T)
    assert bits(prepared_table(table).target(X[0])) == bits(first[tuple(X[0].tolist())])
    assert np.isnan(prepared_table(table).target(np.full((table.width, 2), 0.123456789))).all()
    assert not prepared_table(table).target.everywhere


@SOME
@given(st.integers(2, 40), st.data())
def test_every_row_is_learned_held_out_or_kept_for_the_test_and_one_is_learned(count: int, data: st.DataObject) -> None:
    table = Table(tuple((float(k),) for k in range(count)), ((0.0,),) * count, data.draw(st.booleans()))
    split, test = data.draw(st.sampled_from([EVERY, BY_SEED])), data.draw(st.integers(0, count // 3))
    wanted = data.draw(st.integers(1, (count - test) // 2))
    prepared = prepared_table(table, wanted, split, 3, test)
    learned, held_out, kept = prepared.rows
    assert len(held_out) == wanted if split == BY_SEED else len(held_out) >= wanted
    assert len(learned) == learned_count(table, wanted, split, test) >= 1
    assert (len(kept), sorted([*learned, *held_out, *kept])) == (test, list(range(count)))
    parts = prepared.learned, prepared.held_out_samples, prepared.test_samples
    assert [X[:, 0].tolist() for X, _ in parts] == [rows.tolist() for rows in prepared.rows]
    assert set(prepared.facts(3, 5 * count)[0][:, 0]) == set(learned)


def test_test_rows_have_the_smallest_keys_of_one_stream_and_no_knob_moves_them() -> None:
    keys = np.random.RandomState([0, 0, 5]).random_sample(342)
    expected = sorted(np.argsort(keys)[:68])
    for changes in ({}, {"seed": 9}, {"held_out": 10}, {"split": EVERY}, {"scaling": RANGE}, {"alpha": 0.3}):
        rows = replace(PENGUINS, **changes).rows
        assert rows is not None
        assert rows.test.tolist() == expected
    others = np.setdiff1d(np.arange(342), expected)
    by_seed, every = (replace(PENGUINS, seed=9, split=split).rows for split in (BY_SEED, EVERY))
    assert by_seed is not None
    assert every is not None
    keys = np.random.RandomState([9, 0, 4]).random_sample(342)[others]
    assert by_seed.held_out.tolist() == sorted(others[np.argsort(keys)[:68]])
    assert every.held_out.tolist() == others[3::4].tolist()


def test_the_rows_of_penguins_give_the_run_that_its_definition_gives() -> None:
    made = run(PENGUINS, PENGUINS.network())
    assert (made.fingerprint, f"{made.settled:.3g}") == ("7baf0ed3", "0.0514")


def test_scaling_makes_mean_0_and_deviation_1_or_the_range_from_minus_1_to_1_and_a_constant_column_0() -> None:
    X, T = prepared_table(NUMBERS, scaling=STANDARD).learned
    for scaled, column in ((X[:, 0], [1, 2, 6, 7]), (X[:, 2], [7, -7, 0, 1]), (T[:, 0], [10, 20, 40, 50])):
        assert scaled == pytest.approx((np.array(column) - np.mean(column)) / np.std(column), abs=1e-15)
    assert X[:, 1].tolist() == [0.0] * 4
    X, T = prepared_table(NUMBERS, scaling=RANGE).learned
    assert X[:, 2].tolist() == [1.0, -1.0, 0.0, 1 / 7]
    assert (X[:, 1].tolist(), T[:, 0].tolist()) == ([0.0] * 4, [-1.0, -0.5, 0.5, 1.0])
    for targets in (((1,), (-1,)), ((0, 1), (1, 0))):
        classes = prepared_table(Table(((1,), (5,)), targets), scaling=STANDARD)
        assert (classes.learned[0].tolist(), classes.learned[1].tolist()) == ([[-1], [1]], [list(t) for t in targets])


@pytest.mark.parametrize("scaling", [STANDARD, RANGE])
def test_constant_columns_are_read_back_as_their_constants(scaling: str) -> None:
    table = prepared_table(Table(((5, 1), (5, 2)), ((7, 1), (7, 4))), scaling=scaling)
    for scaled, scale, numbers in zip(table.arrays, table.scales, table.table.arrays, strict=True):
        assert scale is not None
        assert (scale.offset + scale.size * scaled).tolist() == numbers.tolist()


@pytest.mark.parametrize("scaling", [STANDARD, RANGE])
@pytest.mark.parametrize("size", [1e-300, 1.0, 1e300])
def test_numbers_of_any_size_are_scaled_alike(scaling: str, size: float) -> None:
    far = Table(tuple((x * size,) for x in (1.0, 2.0, 6.0)), ((0.0,), (1.0,), (0.0,)))
    near = Table(((1.0,), (2.0,), (6.0,)), far.targets)
    scaled, expected = (prepared_table(one, scaling=scaling).learned[0].ravel() for one in (far, near))
    assert scaled == pytest.approx(expected, rel=1e-12)


@SOME
@given(st.data())
def test_no_cell_of_another_row_changes_a_bit_of_what_is_learned(data: st.DataObject) -> None:
    rows = PENGUINS.rows
    assert rows is not None
    table, others = TABLES["penguins"].table(), [*rows.held_out, *rows.test]
    inputs: Any = [list(row) for row in table.inputs]
    for at in data.draw(st.lists(st.sampled_from(others), min_size=1, max_size=5)):
        inputs[at][data.draw(st.integers(0, 3))] = data.draw(st.floats(-1e9, 1e9))
    changed = replace(table, inputs=inputs, name=None)
    before, after = PENGUINS.table, replace(PENGUINS, inputs=changed).table
    assert before is not None
    assert after is not None
    assert [bits(part) for part in before.learned] == [bits(part) for part in after.learned]


def test_a_target_knows_no_test_row_and_a_reach_none_of_their_inputs() -> None:
    table = Table(tuple((float(k),) for k in range(10)), tuple((float(k),) for k in range(10)))
    prepared = prepared_table(table, test=3)
    found = prepared.target(np.arange(10.0)[None])[0]
    assert np.flatnonzero(np.isnan(found)).tolist() == prepared.rows.test.tolist()
    assert prepared.reach == max({*range(10)} - set(prepared.rows.test.tolist()))


def test_a_table_is_prepared_once_and_is_stored_without_what_was_prepared() -> None:
    table = replace(TABLE)
    assert prepared_table(table, 1, EVERY, 3) is prepared_table(table, 1, EVERY, 4)
    assert prepared_table(table, 1, BY_SEED, 3) is not prepared_table(table, 1, BY_SEED, 4)
    assert dill.loads(dill.dumps(table)) == table


def test_the_largest_table_is_prepared_once_too_and_all_that_are_take_bounded_memory() -> None:
    largest = Table(((0.5,) * 16,) * MOST_ROWS, ((0.5,) * 16,) * MOST_ROWS)
    assert largest.numbers == MOST_NUMBERS
    assert prepared_table(largest) is prepared_table(largest)
    tables = [replace(largest, inputs=((float(count),) * 16,) * MOST_ROWS) for count in range(2)]
    assert [prepared_table(table).table is table for table in tables] == [True, True]
    assert REMEMBERED_BYTES / 2 < _remembered.taken <= REMEMBERED_BYTES


def test_equal_tables_are_prepared_once_without_comparing_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = (Table(((0.25,), (0.5,)), ((1.0,), (2.0,))) for _ in range(2))
    monkeypatch.setattr(Table, "__eq__", lambda *_: pytest.fail("Rows are compared."))
    assert prepared_table(first) is prepared_table(other)
    zeros = [replace(first, inputs=((0.0,), (zero,))) for zero in (0.0, -0.0)]
    assert prepared_table(zeros[0]) is not prepared_table(zeros[1])


def test_more_test_rows_than_a_third_are_refused() -> None:
    refuses(ValueError, replace, PENGUINS, test=200, match="Test rows go to 114, a third of the rows, not 200.")
    sentence = "The table has 342 rows, 68 of them for the test, so at most 137 of them can be held out, not 138."
    refuses(ValueError, replace, PENGUINS, held_out=138, match=sentence)


def test_json_names_what_is_of_tables_only_where_it_is_not_the_default() -> None:
    plain = replace(PENGUINS, scaling="none", split=EVERY, test=0)
    assert not {"scaling", "split", "test"} & set(plain.to_json().split('"'))
    for one in (plain, PENGUINS):
        assert Experiment.from_json(one.to_json()) == one
    assert "TABLES['penguins'].table()" in repr(PENGUINS)
