"""Changes of a row that happen whole or not at all, however many writers there are.

A change reads the row, edits it, and puts it with the version that it read; where another writer was first, it begins
anew. Several changes of one process that come while a write is under way share the next one.
"""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from webapp.store import Conflict, Key, Store, StoreError

WRITE_ATTEMPTS = 30
"""The number of times that a change is made again when others are faster."""
PAUSE = 0.002
"""Seconds that the longest pause between two attempts grows by with each."""

Result = TypeVar("Result")
Edit = Callable[[bytes | None], tuple[bytes | None, Result]]
"""A function of a row's value, or None, that gives the new value, or None to write nothing, and its caller's result."""


def change_row(store: Store, key: Key, edit: Edit[Result], name: str = "row", address: str = "") -> Result:
    """The edit's result, once the value that it gave is written for this address; StoreError where others are faster
    each time."""
    for attempt in range(WRITE_ATTEMPTS):
        row = store.get(key)
        value, result = edit(row.value if row else None)
        if value is None:
            return result
        # A first version is random, so that a writer from before a row was dropped gets a conflict too.
        following = row.version + 1 if row else secrets.randbelow(2**40) + 1
        try:
            store.put(key, value, following, row.version if row else 0, address)
        except Conflict:
            time.sleep(PAUSE * attempt * secrets.randbelow(1000) / 1000)
        else:
            return result
    raise StoreError(f"The {name} is changed too often by others. Try again.")


class SharedWrites:
    """Changes of rows by many threads, of which each write takes all that wait; safe to use from all of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._lines: WeakValueDictionary[Key, _Line] = WeakValueDictionary()

    def change(self, key: Key, edit: Edit[Result]) -> Result:
        """As `change_row`; the edit may run several times and after those of others, and raises nothing."""
        waiting: _Waiting[Result] = _Waiting(edit)
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            line.waiting.append(waiting)
        with line.writes:
            if not waiting.done:
                with self._lock:
                    together, line.waiting = line.waiting, []
                self._write(key, together)
        if waiting.error is not None:
            raise waiting.error
        return waiting.result

    def _write(self, key: Key, together: "list[_Waiting[Any]]") -> None:
        def edit_all(value: bytes | None) -> tuple[bytes | None, None]:
            changed = False
            for one in together:
                edited, one.result = one.edit(value)
                value, changed = (value, changed) if edited is None else (edited, True)
            return value if changed else None, None

        error: Exception | None = None
        try:
            change_row(self._store, key, edit_all)
        except Exception as failed:  # noqa: BLE001 - each of those that wait raises it
            error = failed
        for one in together:
            one.done, one.error = True, error


class _Line:
    """The changes of one row that wait, and the lock of whoever writes."""

    def __init__(self) -> None:
        self.writes = threading.Lock()
        self.waiting: list[_Waiting[Any]] = []


class _Waiting(Generic[Result]):
    """A change that waits for its write."""

    result: Result

    def __init__(self, edit: Edit[Result]) -> None:
        self.edit = edit
        self.done = False
        self.error: Exception | None = None
