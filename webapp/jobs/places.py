"""Places to work: as many as there are cores, and a bounded queue behind them.

A tab waits with its newest request only. An older one that still waits gives its place in the queue to the newer and
is told at once, so that a dragged knob neither fills the queue nor falls back in it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from webapp.jobs.latest import Superseded

Tab = tuple[str, str]


class QueueFull(Exception):
    """As many requests wait already as may wait."""


@dataclass
class Waiting:
    """A request in the queue; once `called` it has its place, unless a newer one of its tab took it."""

    serial: int
    called: threading.Event = field(default_factory=threading.Event)
    superseded: bool = False


class Places:
    """Lets `running` requests work at a time and `waiting` tabs wait, in the order in which they came."""

    def __init__(self, running: int, waiting: int) -> None:
        self._free = running
        self._most = waiting
        self._lock = threading.Lock()
        self._queue: dict[Tab, Waiting] = {}

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
            self._leave()

    def _enter(self, tab: Tab, serial: int) -> Waiting | None:
        """None with a place, else how the request waits."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            older = self._queue.get(tab)
            if older is None and len(self._queue) >= self._most:
                raise QueueFull
            if older and older.serial > serial:
                raise Superseded
            waiting = self._queue[tab] = Waiting(serial)  # a key that is there keeps its place in the order
        if older:
            older.superseded = True
            older.called.set()
        return waiting

    def _leave(self) -> None:
        with self._lock:
            first = next(iter(self._queue), None)
            if first is None:
                self._free += 1
            else:
                self._queue.pop(first).called.set()
