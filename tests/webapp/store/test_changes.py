"""A change of a row happens whole and once, however many writers there are."""

import threading
from collections.abc import Callable

import pytest

from tests.engine.asserting import refuses
from tests.webapp.asking import ManualClock, not_none, together
from tests.webapp.store.test_store import ROOMY, A, B
from webapp.store import Conflict, Key, StoreError
from webapp.store.changes import SharedWrites, change_row
from webapp.store.memory import MemoryStore


class Counting(MemoryStore):
    """A store that counts its puts, and whose first ones wait or fail."""

    def __init__(self, fails: int = 0) -> None:
        super().__init__(ROOMY, ManualClock())
        self.puts = 0
        self.fails = fails
        self.goes = threading.Event()
        self.goes.set()
        self.comes = threading.Event()

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        self.puts += 1
        self.comes.set()
        assert self.goes.wait(10)
        if self.fails >= self.puts:
            raise Conflict("Another was first.")
        super().put(key, value, version, expected, address)


def appending(letter: bytes) -> Callable[[bytes | None], tuple[bytes, bytes]]:
    return lambda value: ((value or b"") + letter, letter)


def test_a_change_reads_edits_and_puts_and_begins_anew_where_another_was_first() -> None:
    store = Counting(fails=3)
    assert change_row(store, A, appending(b"x")) == b"x"
    assert change_row(store, A, appending(b"y")) == b"y"
    assert (not_none(store.get(A)).value, store.puts) == (b"xy", 5)


def test_a_change_that_gives_no_value_writes_nothing() -> None:
    store = Counting()
    assert change_row(store, A, lambda value: (None, value)) is None
    assert store.puts == 0


def test_a_row_that_is_dropped_meanwhile_is_a_conflict() -> None:
    store = MemoryStore(ROOMY, ManualClock())
    change_row(store, A, appending(b"x"))

    def edit(value: bytes | None) -> tuple[bytes | None, bytes | None]:
        store.drop(A)
        return (None if value is None else value + b"y"), value

    assert change_row(store, A, edit) is None
    assert store.get(A) is None


def test_one_that_others_overtake_each_time_is_a_store_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.store.changes.PAUSE", 0.0)
    refuses(StoreError, change_row, Counting(fails=10**6), A, appending(b"x"), match="changed too often")


def test_changes_that_come_during_a_write_share_the_next_one_and_each_has_its_own_result() -> None:
    store = Counting()
    writes = SharedWrites(store)
    store.goes.clear()
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda letter=bytes([k]): results.append(writes.change(A, appending(letter))))
        for k in range(8)
    ]
    threads[0].start()
    assert store.comes.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(writes._lines[A].waiting) < 7:
        pass
    store.goes.set()
    for thread in threads:
        thread.join()
    assert store.puts == 2
    assert sorted(results) == sorted(bytes([k]) for k in range(8))
    assert sorted(not_none(store.get(A)).value) == list(range(8))


def test_a_write_that_fails_is_an_error_for_all_who_share_it_and_the_next_one_goes_on() -> None:
    store = MemoryStore(ROOMY, ManualClock())
    writes = SharedWrites(store)

    def away(*_: object) -> None:
        raise StoreError("Away.")

    store.put = away  # type: ignore[assignment, method-assign]
    together(*[lambda: refuses(StoreError, writes.change, A, appending(b"x"), match="Away")] * 4)
    del store.put
    assert writes.change(A, appending(b"y")) == b"y"
    assert writes.change(B, appending(b"z")) == b"z"
    assert not_none(store.get(A)).value == b"y"
