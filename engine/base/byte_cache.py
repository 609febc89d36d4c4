"""A cache bounded by memory: it holds the latest values within a number of bytes.

A key may hold much itself: what its parts say in `bytes_held`, by names, counts too, and once where several hold it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ByteCache(Generic[Key, Value]):
    """The values that were put or found last; safe to use from many threads. `size_of` gives the bytes of an entry."""

    def __init__(self, most_bytes: int, size_of: Callable[[Key, Value], int]) -> None:
        self._most = most_bytes
        self._size_of = size_of
        self._bytes = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.hits = self.misses = 0

    @property
    def taken(self) -> int:
        """The bytes of all values."""
        return self._bytes

    def get(self, key: Key) -> Value | None:
        """The value under the key, which is the latest from now on."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                self.misses += 1
                return None
            self.hits += 1
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value) -> None:
        """Stores the value and drops the oldest ones until all fit, the value itself if it is too large alone."""
        with self._lock:
            self._put(key, value)

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value under the key, made and stored if it is missing; nobody else waits while it is made."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def drop(self, key: Key) -> None:
        """Drops the value under the key, if there is one."""
        with self._lock:
            found = self._values.pop(key, None)
            if found is not None:
                self._bytes -= found[1]

    def clear(self) -> None:
        """Drops all values."""
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def first_put(self, key: Key, value: Value) -> Value:
        """The value under the key; if it is missing, this one, which is then stored."""
        with self._lock:
            found, _ = self._values.get(key, (value, 0))
            self._put(key, found)
            return found

    def _put(self, key: Key, value: Value) -> None:
        _, before = self._values.pop(key, (None, 0))
        size = self._size_of(key, value) + sum(_held(key).values())
        self._values[key] = value, size
        self._bytes += size - before
        while self._bytes > self._most:
            _, (_, size) = self._values.popitem(last=False)
            self._bytes -= size


def _held(key: object) -> Mapping[object, int]:
    if isinstance(key, tuple):
        return {name: size for part in key for name, size in _held(part).items()}
    found: Mapping[object, int] = getattr(key, "bytes_held", {})
    return found


@dataclass(frozen=True, eq=False)
class CacheRow(Generic[Key, Value]):
    """A kind of values that are remembered: the most bytes of all, and a function that gives those of an entry."""

    most_bytes: int
    size_of: Callable[[Key, Value], int]


class Caches:
    """The caches of one process, a row each, made when they are first needed. It is made in one place, and passed."""

    def __init__(self) -> None:
        self._made: dict[CacheRow[Any, Any], ByteCache[Any, Any]] = {}

    def of(self, row: CacheRow[Key, Value]) -> ByteCache[Key, Value]:
        """The cache of this row."""
        return self._made.setdefault(row, ByteCache(row.most_bytes, row.size_of))
