"""Worker slots: a fixed number of requests work at a time, and a bounded queue of others waits without a thread.

A tab waits with its newest request only. An older one that still waits gives its place in the queue to the newer one,
so that a dragged knob neither fills the queue nor falls back in it; so do all questions about a run once its page has
asked about the next one. Where there are several slots, one session has all of them but one at most: however long its
work takes, another's knob finds a slot. A session has few tabs waiting.

Addresses take turns, whoever has more tabs waiting, and each leaves some places in the queue to others.
"""

import threading
from collections import Counter
from typing import Generic, NamedTuple, Protocol, TypeVar

from webapp.jobs.cancellation import Superseded

Tab = tuple[str, str]
"""A session and one of its tabs."""

MOST_WAITING_TABS = 8
"""The most tabs of one session that wait."""
LEFT_TO_OTHERS = 8
"""One address leaves one in this number of the places in a queue to others."""
LONGEST_WAIT = 30.0
"""The most seconds after which a refused client is asked to come again."""
RECENT = 0.1
"""The weight of the latest request in the mean seconds of recent ones."""


class QueueFull(Exception):
    """No more requests may wait; `seconds` is the time until those that wait before this one have had their turns."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Request(Protocol):
    """A request as the slots see it."""

    @property
    def tab(self) -> Tab:
        """The tab that it belongs to."""

    @property
    def serial(self) -> int:
        """Its number among its tab's requests; a newer one has a higher number."""

    @property
    def network(self) -> str:
        """The address that it came from."""

    @property
    def about(self) -> tuple[Tab, int] | None:
        """The page that asks about a run, and the number of its run; None for a request that asks about none."""


Waiting = TypeVar("Waiting", bound=Request)


class Admission(NamedTuple, Generic[Waiting]):
    """The fate of a request that came in: whether it has a slot, and the older requests whose place it took."""

    works: bool
    superseded: tuple[Waiting, ...] = ()


class WorkerSlots(Generic[Waiting]):
    """Lets `working` requests work at a time and `waiting` tabs wait, in the order in which they came.

    Nothing here blocks: `enter` says whether the request has a slot now, and `leave` which one has it next.
    """

    def __init__(self, working: int, waiting: int, tabs: int = MOST_WAITING_TABS) -> None:
        self._slots = self._free = working
        self._share = max(1, working - 1)
        self._most = waiting
        self._most_of_address = waiting - waiting // LEFT_TO_OTHERS
        self._tabs = tabs
        self._lock = threading.Lock()
        self._working: Counter[str] = Counter()
        self._queue: list[Waiting] = []
        self._turns = 0
        self._latest_turn: dict[str, int] = {}
        """Of each address that waits, or has just waited: the number of its latest turn."""
        self._seconds = 0.0
        """The mean seconds of recent requests in a slot."""

    @property
    def waiting(self) -> int:
        """The number of tabs that wait."""
        return len(self._queue)

    def enter(self, request: Waiting) -> Admission[Waiting]:
        """Takes a slot, or waits; Superseded when a newer request of the tab waits already, QueueFull when all may."""
        session = request.tab[0]
        with self._lock:
            if self._free and self._may_work(session):
                self._begin(request)
                return Admission(works=True)
            older = tuple(other for other in self._queue if _is_outdated(other, request))
            if any(other.tab == request.tab and other.serial > request.serial for other in older):
                raise Superseded
            if not older and self._is_full(request):
                raise QueueFull(self._seconds_before(request))
            place = self._queue.index(older[0]) if older else len(self._queue)
            self._queue.insert(place, request)
            self._queue = [other for other in self._queue if not any(other is one for one in older)]
        return Admission(works=False, superseded=older)

    def leave(self, session: str, seconds: float | None = None) -> Waiting | None:
        """Gives the session's slot back, after its seconds; the request that has it now, if one waited for it."""
        with self._lock:
            if seconds is not None:
                self._seconds += RECENT * (seconds - self._seconds) if self._seconds else seconds
            self._free += 1
            self._working[session] -= 1
            self._working += Counter()  # sessions that have none are forgotten
            may = (request for request in self._queue if self._may_work(request.tab[0]))
            first = min(may, key=lambda request: self._latest_turn.get(request.network, 0), default=None)
            if first is None:
                return None
            self._queue.remove(first)
            self._begin(first)
            return first

    def forget(self, request: Waiting) -> bool:
        """Takes a request out of the queue, if it waits there."""
        with self._lock:
            waits = any(other is request for other in self._queue)
            if waits:
                self._queue.remove(request)
        return waits

    def _is_full(self, request: Waiting) -> bool:
        waiting = self._queue
        return (
            len(waiting) >= self._most
            or sum(other.tab[0] == request.tab[0] for other in waiting) >= self._tabs
            or sum(other.network == request.network for other in waiting) >= self._most_of_address
        )

    def _seconds_before(self, request: Waiting) -> float:
        """The seconds until the requests have had their turns that come before the next one of this address."""
        of_address = Counter(other.network for other in self._queue)
        own = of_address[request.network]
        before = sum(min(count, own + 1) for count in of_address.values())
        return min(LONGEST_WAIT, self._seconds * before / self._slots)

    def _may_work(self, session: str) -> bool:
        return self._working[session] < self._share

    def _begin(self, request: Waiting) -> None:
        self._free -= 1
        self._working[request.tab[0]] += 1
        waiting = {other.network for other in self._queue}
        self._latest_turn = {network: turn for network, turn in self._latest_turn.items() if network in waiting}
        self._turns += 1
        self._latest_turn[request.network] = self._turns


def _is_outdated(older: Request, newer: Request) -> bool:
    """Whether nobody waits for the older one once the newer one is there."""
    if older.tab == newer.tab:
        return True
    if older.about is None or newer.about is None:
        return False
    return older.about[0] == newer.about[0] and older.about[1] < newer.about[1]
