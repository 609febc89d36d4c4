"""Rows that this process has seen last, for an outage of the store that it shares with others.

A knob needs the checkpoint of its tab and changes nothing. So while the store does not answer, a row that this process
read or put itself stands for the store's; a put fails. Another process may have put a newer one since, if the proxy in
front has moved the tab there and back.
"""

import logging
import threading

from engine.base.byte_cache import ByteCache
from webapp.store import Conflict, Count, Key, StoredRow, StoreError, row_size
from webapp.store.valkey import ValkeyStore

log = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024 * 1024
"""Bytes of the rows that are remembered of one store: there is one for checkpoints, and one for short links."""
SHORT_PATIENCE = 0.5
"""Seconds of an outage after which a remembered row stands for the store's."""


class RememberedRows:
    """A store beside the rows that this process saw last in it; see `webapp.store.Store` for the contract."""

    def __init__(self, store: ValkeyStore, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self._rows: ByteCache[Key, StoredRow] = ByteCache(most_bytes, lambda _, row: row_size(row.value))
        self._lock = threading.Lock()
        self._puts = 0
        self._away = False

    def join(self, secret_check: str) -> None:
        self._store.join(secret_check)

    def look(self) -> str:
        return self._store.look()

    def get(self, key: Key) -> StoredRow | None:
        puts, remembered = self._puts, self._rows.get(key)
        try:
            row = self._store.get(key) if remembered is None else self._store.get(key, SHORT_PATIENCE)
        except StoreError as error:
            if remembered is None:
                raise
            self._say_away(error)
            return remembered
        self._away = False
        with self._lock:
            if puts == self._puts:  # what was put meanwhile is newer
                self._remember(key, row)
        return row

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        try:
            self._store.put(key, value, version, expected, address)
        except Conflict:
            self._rows.drop(key)
            raise
        with self._lock:
            self._puts += 1
            self._remember(key, StoredRow(value, version))

    def drop(self, key: Key) -> None:
        self._store.drop(key)
        self._rows.drop(key)

    def count(self) -> Count:
        return self._store.count()

    def close(self) -> None:
        self._store.close()
        self._rows.clear()

    def _remember(self, key: Key, row: StoredRow | None) -> None:
        if row is None:
            self._rows.drop(key)
        else:
            self._rows.put(key, row)

    def _say_away(self, error: StoreError) -> None:
        """A line of the log for each outage, not for each knob."""
        if not self._away:
            log.warning("Knobs go on from the checkpoints that this process saw last. %s", error)
        self._away = True
