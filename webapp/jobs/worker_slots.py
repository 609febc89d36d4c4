"""Places to work: as many as there are cores, and a bounded queue behind them.

A tab waits with its newest request only. An older one that still waits gives its place in the queue to the newer and
is told at once, so that a dragged knob neither fills the queue nor falls back in it. Where there are several places,
one session has all of them but one at most: however long its work takes, another's knob finds a place.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from webapp.jobs.cancellation import Superseded

Tab = tuple[str, str]


class QueueFull(Exception):
    """As many requests wait already as may wait."""


@dataclass
class WaitingRequest:
    """A request in the queue; once `called` it has its place, unless a newer one of its tab took it."""

    serial: int
    called: threading.Event = field(default_factory=threading.Event)
    superseded: bool = False


class WorkerSlots:
    """Lets `running` requests work at a time and `waiting` tabs wait, in the order in which they came."""

    def __init__(self, running: int, waiting: int) -> None:
        self._free = running
        self._share = max(1, running - 1)
        self._working: Counter[str] = Counter()
        self._most = waiting
        self._lock = threading.Lock()
        self._queue: dict[Tab, WaitingRequest] = {}

    @contextmanager
    def place(self, tab: Tab, serial: int) -> Iterator[None]:
        """Waits for a place and holds it; Superseded when a newer request of the tab waits too, or QueueFull."""
        waiting = self._enter(tab, serial)
        if waiting:
            waiting.called.wait()
            if waiting.superseded:
                raise Superseded
        try:
            yield
        finally:
            self._leave(tab[0])

    def _enter(self, tab: Tab, serial: int) -> WaitingRequest | None:
        """None with a place, else how the request waits."""
        with self._lock:
            if self._free and self._may_work(tab[0]):
                self._begin(tab[0])
                return None
            older = self._queue.get(tab)
            if older is None and len(self._queue) >= self._most:
                raise QueueFull
            if older and older.serial > serial:
                raise Superseded
            waiting = self._queue[tab] = WaitingRequest(serial)  # a key that is there keeps its place in the order
        if older:
            older.superseded = True
            older.called.set()
        return waiting

    def _leave(self, session: str) -> None:
        with self._lock:
            self._free += 1
            self._working[session] -= 1
            self._working += Counter()  # sessions that have none are forgotten
            first = next((tab for tab in self._queue if self._may_work(tab[0])), None)
            if first is not None:
                self._begin(first[0])
                self._queue.pop(first).called.set()

    def _may_work(self, session: str) -> bool:
        return self._working[session] < self._share

    def _begin(self, session: str) -> None:
        self._free -= 1
        self._working[session] += 1
