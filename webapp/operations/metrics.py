"""A server's counts of itself. This class counts nothing, for a server without METRICS_PORT."""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from webapp.jobs.job import Outcome
from webapp.store import Contents

StoreOutcome = Literal["done", "conflict", "failed"]


class Answered(NamedTuple):
    """A request that was answered: its kind, its action, its outcome, and its seconds until its response was made."""

    ticket: str
    kind: str
    act: str
    outcome: Outcome
    status: int
    seconds: float
    limit: str = ""
    """The limit for which it was refused; empty for any other response."""


LIMIT = re.compile(r"\b[A-Z]+_[A-Z_]+\b|\bQUEUE\b")
"""The name of a setting in a sentence."""


def limit_in(sentence: str) -> str:
    """The limit that a refusal names, as each of one of them does that has a setting; `other` where it names none."""
    found = LIMIT.search(sentence)
    return found[0] if found else "other"


class CountedCache(Protocol):
    """A cache as the metrics see it."""

    hits: int
    misses: int

    @property
    def taken(self) -> int:
        """The bytes of all values."""


class Metrics:
    """Counts nothing."""

    def answered(self, request: Answered) -> None:
        """A request was answered; its seconds are those since all of it had come, with those that it waited. One whose
        response is long counts once that is read, or cut."""

    def trained(self, seconds: float) -> None:
        """A run was made, and not taken from a cache."""

    def swept(self, pieces: int, runs: int) -> None:
        """Pieces of a sweep, with this many runs, were made and stored."""

    def stored(self, operation: str, outcome: StoreOutcome, seconds: float) -> None:
        """The store did something: get, put or drop."""

    def watch_cache(self, name: str, cache: CountedCache) -> None:
        """Watches a cache: its counts are taken whenever somebody reads the metrics."""

    def watch_waiting(self, kind: str, count: Callable[[], int]) -> None:
        """Watches the number of waiting requests of that kind, taken whenever somebody reads the metrics."""

    def watch_connections(self, count: Callable[[], int]) -> None:
        """Watches the number of open connections likewise."""

    def watch_readiness(self, missing: Callable[[], str]) -> None:
        """Watches why the process is not ready, likewise: the word for it, or an empty text."""

    def watch_contents(self, contents: Callable[[], Contents]) -> None:
        """Watches numbers of what a store holds, which are counted anew when somebody reads them and they are old."""

    def watch_kernel(self, ready: Callable[[], bool]) -> None:
        """Watches whether the kernel is compiled, asked whenever somebody reads the metrics."""

    def listen(self, address: str, port: int) -> None:
        """Lets the metrics be read at that address and port."""
