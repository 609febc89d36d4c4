"""A store in a Valkey server, which processes on several machines share.

Each call is one script that the server runs whole, by the server's own clock. A call without a reply is made again; a
put has a nonce, so that one whose reply was lost is no conflict with itself, and a deadline, so that one that was given
up and lies in a hanging server's buffer is not written when that goes on.
"""

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from webapp.store import (
    Clock,
    Count,
    Key,
    Limits,
    StoredRow,
    StoreError,
    check_fits,
    check_room,
    check_version,
    row_size,
)
from webapp.store.valkey_client import PATIENCE, ValkeyClient
from webapp.store.valkey_join import MARK, PREFIX, join, share
from webapp.store.valkey_scripts import AS_BEFORE, DROP, GET, PUT

LATE = [b"late"]
FULL = b"full"
KEYS_AT_ONCE = 1000
"""Keys that the server looks at in one step when sessions are counted."""


class ValkeyStore:
    """Rows in a Valkey server; see `webapp.store.Store` for the contract. Tests may give it a clock."""

    def __init__(self, address: str, name: str, limits: Limits, clock: Clock | None = None) -> None:
        self._server = ValkeyClient(address)
        # The prefix of all keys, in braces, so that all of a store would be in one slot of a cluster.
        self._all = f"{PREFIX}{{{name}}}:"
        self._limits = limits
        self._clock = clock
        self._ahead: float | None = None
        self._check = ""
        self._mark = b""
        self._lost = ""

    def join(self, secret_check: str) -> None:
        self._check, self._mark = secret_check, join(self._server, secret_check)

    def look(self) -> str:
        if self._server.call(lambda valkey: valkey.get(MARK)) != self._mark:
            self._mark, _ = share(self._server, self._check)
            self._lost = (
                f"At {datetime.now(UTC):%H:%M on %d %B %Y} (UTC) the store was empty, or had the rows of another time. "
                "Pages go on, and store theirs anew. To have the others back, restore it as docs/hosting.md says."
            )
        return self._lost

    def get(self, key: Key, patience: float = PATIENCE) -> StoredRow | None:
        """The row; StoreError when an outage has lasted for `patience` seconds."""
        found = self._run(GET, key, patience=patience)
        return StoredRow(found[0], int(found[1])) if found else None

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        check_fits(value, self._limits)
        limits = self._limits.rows, self._limits.total, self._limits.share
        at = AS_BEFORE if address is None else address
        words = value, version, expected, secrets.token_bytes(12), *limits, row_size(value), at
        keeps = "keeps" if self._limits.keeps else ""
        until = time.monotonic() + PATIENCE
        found = self._run(PUT, key, *words, self._by_server(until), keeps)
        if found == LATE and time.monotonic() < until:  # the server's clock was set
            found = self._run(PUT, key, *words, self._by_server(until), keeps)
        if found == LATE:
            raise StoreError(f"The store {self._server} took more than {PATIENCE:g} s for a row, and did not write it.")
        if found and found[0] == FULL:
            check_room(int(found[1]), int(found[2]), self._limits)
        elif found:
            check_version(int(found[0]), expected)

    def drop(self, key: Key) -> None:
        self._run(DROP, key)

    def count(self) -> Count:
        names = self._all + "order", self._all + "bytes"
        rows, size = self._server.call(lambda valkey: (valkey.zcard(names[0]), valkey.get(names[1])))
        owners = self._server.call(
            lambda valkey: sum(1 for _ in valkey.scan_iter(f"{self._all}tabs:*", count=KEYS_AT_ONCE))
        )
        return Count(owners, rows, int(size or 0))

    def close(self) -> None:
        self._server.close()

    def _run(self, script: str, key: Key, *arguments: Any, patience: float = PATIENCE) -> list[Any]:
        now = f"{self._clock():.6f}" if self._clock else ""
        words = (self._all, *key, self._limits.age, now, *arguments)
        reply: list[Any] = self._server.call(lambda valkey: valkey.eval(script, 1, *words), patience)
        self._ahead = float(reply[0]) - time.monotonic()
        return reply[1:]

    def _by_server(self, moment: float) -> str:
        """A moment of this process by the server's clock, or a bit earlier; nothing before the first reply."""
        return "" if self._ahead is None else f"{self._ahead + moment:.6f}"
