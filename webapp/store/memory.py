"""A store in this process's memory, which a restart empties.

One lock guards one dict, whose order is the order of the latest puts: the row put longest ago stands first,
so expiry and eviction take from the front. Those of a session, and of an address, are kept in the same order.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from webapp.store import Clock, Count, Key, Limits, StoredRow, check_fits, check_room, check_version, row_size


class TimedRow(NamedTuple):
    """A row, when it was put, and from which address."""

    row: StoredRow
    put_at: float
    address: str


class MemoryStore:
    """Rows in a dict; see `webapp.store.Store` for the contract."""

    def __init__(self, limits: Limits, clock: Clock = time.time) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._rows: dict[Key, TimedRow] = {}
        self._tabs: dict[str, dict[Key, None]] = {}
        self._of_address: dict[str, dict[Key, None]] = {}
        self._bytes = Counter[str]()
        self._total = 0

    def join(self, secret_check: str) -> None:
        """Nobody shares a process's memory."""

    def look(self) -> str:
        """It is always there."""
        return ""

    def get(self, key: Key) -> StoredRow | None:
        with self._lock:
            timed = self._rows.get(key)
            return timed.row if timed and timed.put_at >= self._horizon() else None

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        check_fits(value, self._limits)
        with self._lock:
            self._expire()
            current = self._rows.get(key)
            check_version(current.row.version if current else 0, expected)
            if address is None:
                address = current.address if current else ""
            if self._limits.keeps:
                self._check_room(row_size(value), current, address)
            self._remove(key)
            self._make_room(key, value)
            self._rows[key] = TimedRow(StoredRow(value, version), self._clock(), address)
            self._tabs.setdefault(key.session, {})[key] = None
            if address:
                self._of_address.setdefault(address, {})[key] = None
                self._bytes[address] += row_size(value)
            self._total += row_size(value)

    def drop(self, key: Key) -> None:
        with self._lock:
            self._remove(key)

    def count(self) -> Count:
        with self._lock:
            return Count(len(self._tabs), len(self._rows), self._total)

    def close(self) -> None:
        with self._lock:
            self._rows.clear()
            self._tabs.clear()
            self._of_address.clear()
            self._bytes.clear()
            self._total = 0

    def _horizon(self) -> float:
        return self._clock() - self._limits.age

    def _expire(self) -> None:
        while self._rows and next(iter(self._rows.values())).put_at < self._horizon():
            self._remove(next(iter(self._rows)))

    def _check_room(self, size: int, current: TimedRow | None, address: str) -> None:
        freed = row_size(current.row.value) if current else 0
        freed_here = freed if current and current.address == address else 0
        of_address = self._bytes[address] - freed_here + size if address else 0
        check_room(self._total - freed + size, of_address, self._limits)

    def _make_room(self, key: Key, value: bytes) -> None:
        while len(tabs := self._tabs.get(key.session, {})) >= self._limits.rows:
            self._remove(next(iter(tabs)))
        while self._total + row_size(value) > self._limits.total:
            self._remove(next(iter(self._first_to_go())))

    def _first_to_go(self) -> Iterable[Key]:
        """The rows of the address that has most, if that is more than its share, or all."""
        most = max(self._bytes, key=lambda address: (self._bytes[address], address), default="")
        return self._of_address[most] if self._bytes[most] > self._limits.share else self._rows

    def _remove(self, key: Key) -> None:
        timed = self._rows.pop(key, None)
        if timed is None:
            return
        self._total -= row_size(timed.row.value)
        _take_out(self._tabs, key.session, key)
        if timed.address:
            self._bytes[timed.address] -= row_size(timed.row.value)
            if _take_out(self._of_address, timed.address, key):
                del self._bytes[timed.address]


def _take_out(groups: dict[str, dict[Key, None]], group: str, key: Key) -> bool:
    """Takes the key out of its group; whether it was the last one."""
    del groups[group][key]
    if groups[group]:
        return False
    del groups[group]
    return True
