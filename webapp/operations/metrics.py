"""A server's counts of itself. This class counts nothing, for a server without METRICS_PORT."""

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Answered(NamedTuple):
    """A request that was answered: its kind, its action, its outcome, and its seconds."""

    ticket: str
    kind: str
    act: str
    outcome: str
    status: int
    seconds: float


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
        """A request was answered; its seconds are those since all of it had come, with those that it waited."""

    def trained(self, seconds: float) -> None:
        """A run was made, and not taken from a cache."""

    def swept(self, pieces: int, runs: int) -> None:
        """Pieces of a sweep, with this many runs, were made and stored."""

    def stored(self, operation: str, outcome: str, seconds: float) -> None:
        """The store did something: get, put or drop; with the outcome done, conflict or failed."""

    def watch_cache(self, name: str, cache: CountedCache) -> None:
        """Watches a cache: its counts are taken whenever somebody reads the metrics."""

    def watch_waiting(self, kind: str, count: Callable[[], int]) -> None:
        """Watches the number of waiting requests of that kind, taken whenever somebody reads the metrics."""

    def watch_kernel(self, ready: Callable[[], bool]) -> None:
        """Watches whether the kernel is compiled, asked whenever somebody reads the metrics."""

    def listen(self, address: str, port: int) -> None:
        """Lets the metrics be read at that address and port."""
