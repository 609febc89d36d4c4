"""While the store is away, rows that this process saw stand for the store's, and nothing is put."""

import logging

import pytest

from tests.engine.asserting import refuses
from webapp.store import Conflict, Key, Limits, StoredRow, StoreError
from webapp.store.memory import MemoryStore
from webapp.store.remembered_rows import RememberedRows

ROOMY = Limits(age=1000.0, rows=100, total=10_000_000)
A, B = Key("ann", "one"), Key("bob", "one")


class Distant(MemoryStore):
    """A store that may be away."""

    away = False

    def get(self, key: Key, patience: float = 5.0) -> StoredRow | None:
        self._check()
        return super().get(key)

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        self._check()
        super().put(key, value, version, expected, address)

    def _check(self) -> None:
        if self.away:
            raise StoreError("The store is away.")


def both() -> tuple[Distant, RememberedRows]:
    distant = Distant(ROOMY)
    return distant, RememberedRows(distant)  # type: ignore[arg-type]


def test_a_row_that_was_seen_here_is_there_in_an_outage_and_another_is_an_error_and_nothing_is_put() -> None:
    distant, near = both()
    near.put(A, b"put here", 1, expected=0)
    distant.put(B, b"put elsewhere", 1, expected=0)
    assert near.get(B) == StoredRow(b"put elsewhere", 1)
    distant.away = True
    assert (near.get(A), near.get(B)) == (StoredRow(b"put here", 1), StoredRow(b"put elsewhere", 1))
    refuses(StoreError, near.put, A, b"second", 2, expected=1)
    assert near.get(A) == StoredRow(b"put here", 1)
    distant.away = False
    assert near.get(A) == StoredRow(b"put here", 1)
    distant, near = both()
    distant.put(A, b"put elsewhere", 1, expected=0)
    distant.away = True
    refuses(StoreError, near.get, A)


def test_while_the_store_answers_its_row_counts_and_one_with_a_conflict_or_a_dropped_one_is_forgotten() -> None:
    distant, near = both()
    near.put(A, b"first", 1, expected=0)
    distant.put(A, b"put elsewhere", 2, expected=1)
    assert near.get(A) == StoredRow(b"put elsewhere", 2)
    distant.drop(A)
    assert near.get(A) is None
    distant.away = True
    refuses(StoreError, near.get, A)
    distant, near = both()
    near.put(A, b"first", 1, expected=0)
    distant.put(A, b"put elsewhere", 2, expected=1)
    refuses(Conflict, near.put, A, b"late", 2, expected=1)
    near.put(B, b"row", 1, expected=0)
    near.drop(B)
    distant.away = True
    for key in (A, B):
        refuses(StoreError, near.get, key)


def test_a_read_that_a_put_overtook_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    distant, near = both()
    near.put(A, b"first", 1, expected=0)

    def slow(key: Key, _patience: float) -> StoredRow:
        monkeypatch.undo()
        near.put(A, b"second", 2, expected=1)
        return StoredRow(b"first", 1)

    monkeypatch.setattr(distant, "get", slow)
    near.get(A)
    distant.away = True
    assert near.get(A) == StoredRow(b"second", 2)


def test_rows_are_remembered_within_a_number_of_bytes() -> None:
    distant = Distant(ROOMY)
    near = RememberedRows(distant, most_bytes=2000)  # type: ignore[arg-type]
    near.put(A, b"x" * 1000, 1, expected=0)
    near.put(B, b"x" * 1000, 1, expected=0)
    distant.away = True
    assert near.get(B) is not None
    refuses(StoreError, near.get, A)


def test_an_outage_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    distant, near = both()
    caplog.set_level(logging.WARNING)
    near.put(A, b"row", 1, expected=0)
    for away in (True, False, True):
        distant.away = away
        for _ in range(20):
            near.get(A)
    assert caplog.text.count("Knobs go on from the checkpoints that this process saw last.") == 2
