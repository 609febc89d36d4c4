"""Where sessions are kept: rows of bytes, each with a version, behind get, put and drop.

A row's key is (session, tab). An absent row is None; a store that cannot do what it was asked raises a
StoreError, and what stood there before stays. A put names the version that it means to replace, so the later
of two writers is told. Every store limits a row's age, the rows of a session and the bytes of the whole, by
the same `Limits`.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

ROW_OVERHEAD = 512
"""The bytes that a row counts beside its value, so that a flood of tiny rows meets the same bound."""

Clock = Callable[[], float]
"""Seconds since the epoch, as `time.time` gives them; tests pass their own."""


class StoreError(Exception):
    """The store could not do what it was asked; what it held before, it still holds."""


class Conflict(StoreError):
    """Another writer was first: the row no longer has the version that was expected."""


class Key(NamedTuple):
    """Whose row it is."""

    session: str
    tab: str


class Row(NamedTuple):
    """What a store holds under a key."""

    value: bytes
    version: int


class Limits(NamedTuple):
    """What a store may hold: seconds since a row was put, rows of one session, bytes of everything."""

    age: float
    rows: int
    total: int


class Store(Protocol):
    """Rows of bytes by (session, tab); safe to call from many threads."""

    def get(self, key: Key) -> Row | None:
        """The row, or None when there is none or it is past the age limit."""

    def put(self, key: Key, value: bytes, version: int, expected: int) -> None:
        """Writes the row as `version` where `expected` stands now; 0 expects no row.

        Conflict when another version stands there, and then nothing is written. Makes room by dropping the
        rows put longest ago: of this session for its limit of rows, of all for the total.
        """

    def drop(self, key: Key) -> None:
        """Forgets the row; dropping what is not there is no error."""

    def close(self) -> None:
        """Lets go of files; the store is not used afterwards."""


def weight(value: bytes) -> int:
    """The bytes that a row with this value counts against the total."""
    return len(value) + ROW_OVERHEAD


def check_fits(value: bytes, limits: Limits) -> None:
    """StoreError when the value would not fit even into an empty store."""
    if weight(value) > limits.total:
        raise StoreError(
            f"The store takes {limits.total:,} bytes in all, and this row alone has {weight(value):,}. "
            "Keep a smaller network, or give STORE_MB more."
        )


def check_version(found: int, expected: int) -> None:
    """Conflict when the row has another version than the writer thought; 0 is no row."""
    if found != expected:
        raise Conflict(f"Another writer was first: expected version {expected}, found {found}. Read the row again.")
