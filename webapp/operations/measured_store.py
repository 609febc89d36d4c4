"""A store whose every operation is timed; the store behind it does the work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from webapp.operations.metrics import Metrics, StoreOutcome
from webapp.store import Conflict, Count, Key, Store, StoredRow, StoreError


class MeasuredStore:
    """Passes everything on; see `webapp.store.Store` for the contract."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def get(self, key: Key) -> StoredRow | None:
        with self._measured("get"):
            return self._store.get(key)

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        with self._measured("put"):
            self._store.put(key, value, version, expected, address)

    def drop(self, key: Key) -> None:
        with self._measured("drop"):
            self._store.drop(key)

    def join(self, secret_check: str) -> None:
        self._store.join(secret_check)

    def look(self) -> str:
        return self._store.look()

    def count(self) -> Count:
        return self._store.count()

    def close(self) -> None:
        self._store.close()

    @contextmanager
    def _measured(self, operation: str) -> Iterator[None]:
        begun = time.perf_counter()
        outcome: StoreOutcome = "done"
        try:
            yield
        except Conflict:
            outcome = "conflict"
            raise
        except StoreError:
            outcome = "failed"
            raise
        finally:
            self._metrics.stored(operation, outcome, time.perf_counter() - begun)
