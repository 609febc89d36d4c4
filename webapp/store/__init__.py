"""The store of sessions: rows of bytes, each with a version, behind get, put and drop.

A row's key is (session, tab). An absent row is None; a store that fails raises a StoreError and leaves its rows as they
were, unless it is on another machine and the reply alone was lost. A put names the version that it replaces, so the
later of two writers gets a Conflict. Every store limits a row's age, the rows of a session and the total of all bytes,
by the same `Limits`.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

ROW_OVERHEAD = 512
"""The bytes that a row counts beside its value, so that a flood of tiny rows meets the same bound."""

Contents = Mapping[str, float | Mapping[str, float]]
"""Numbers of what a store holds: by a name, or by a name and the values of its label."""

Clock = Callable[[], float]
"""Seconds since the epoch, as `time.time` gives them; tests pass their own."""


class StoreError(Exception):
    """A store failed; its rows are as they were."""


class OtherStore(StoreError):
    """Another store stands in the place of the one that this process joined; the sentence names no address."""


class Conflict(StoreError):
    """Another writer was first: the row no longer has the expected version."""


class StoreFull(StoreError):
    """There is no room for a row."""


class Key(NamedTuple):
    """Names a row: the session that owns it, and the tab."""

    session: str
    tab: str


class StoredRow(NamedTuple):
    """A row's bytes and their version."""

    value: bytes
    version: int


class Count(NamedTuple):
    """The number of sessions, or other owners, that have rows, of rows, and of the bytes that these count."""

    owners: int
    rows: int
    bytes: int


class Limits(NamedTuple):
    """Limits of a store: seconds since a row was put, rows of one session, bytes of all rows; the bytes that one
    address keeps where others need room; and whether a row stays until it is past its age, so that the share is a limit
    too, and what has no room is refused."""

    age: float
    rows: int
    total: int
    share: int = 2**62
    keeps: bool = False


class Store(Protocol):
    """Rows of bytes by (session, tab); safe to call from many threads."""

    def join(self, secret_check: str) -> None:
        """Called once at the start of a process: StoreError where it cannot share the rows with the others.

        All who share them state the same check value of their secret, since each opens what the others sealed.
        """

    def look(self) -> str:
        """A sentence about rows that the store has lost since this process joined it, empty as a rule. StoreError where
        it does not answer, and OtherStore where another one stands in its place."""

    def get(self, key: Key) -> StoredRow | None:
        """The row, or None when there is none or it is past the age limit."""

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        """Writes the row as `version` if its version is `expected` now; 0 expects no row.

        Conflict when the row has another version, and then nothing is written. Makes room by dropping the rows put
        longest ago: of this session for its limit of rows; for the total, of the address that has most, as long as that
        is more than its share, else of all. Rows without an address count towards no share; None is the address of the
        row that is replaced. A store that keeps its rows drops none for the total: StoreFull where this row would be
        beyond it, or beyond the share of its address.
        """

    def drop(self, key: Key) -> None:
        """Deletes the row; deleting an absent row is no error."""

    def count(self) -> Count:
        """The count of its rows, those past the age limit too as long as nobody has removed them."""

    def close(self) -> None:
        """Closes the files; the store is not used afterwards."""


def row_size(value: bytes) -> int:
    """The bytes that a row with this value counts against the total."""
    return len(value) + ROW_OVERHEAD


def check_fits(value: bytes, limits: Limits) -> None:
    """StoreError when the value would not fit into an empty store."""
    if row_size(value) > limits.total:
        raise StoreError(
            f"The store takes {limits.total:,} bytes in all, and this row alone has {row_size(value):,}. "
            "Keep a smaller network, or give STORE_MB more."
        )


def check_room(total: int, of_address: int, limits: Limits) -> None:
    """StoreFull when all rows would have more bytes than a store that keeps its rows takes, or those of one address."""
    if total > limits.total:
        raise StoreFull(f"The store is full: it keeps {limits.total:,} bytes until they are past their age.")
    if of_address > limits.share:
        raise StoreFull(f"This address has its share of the store: {limits.share:,} bytes.")


def check_version(found: int, expected: int) -> None:
    """Conflict when the row has another version than the writer expected; 0 is no row."""
    if found != expected:
        raise Conflict(f"Another writer was first: expected version {expected}, found {found}. Read the row again.")
