"""The order of requests: each kind has slots, a thread for each slot, and a queue without threads.

Work that takes long gives way: its threads are nicer to the processor the longer they may take (on Linux, where a
thread has a priority of its own), and between its pieces it waits while something short is in work.
"""

import contextlib
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from webapp.http.connections.exchange import Exchange
from webapp.http.kinds import Kind, Slots
from webapp.jobs.cancellation import Superseded
from webapp.jobs.job import QueuedJob
from webapp.jobs.worker_slots import QueueFull, WorkerSlots

SHORT = (Kind.LIGHT, Kind.KNOB)
"""The kinds that all others give way to; exports give way to questions as well."""
GIVES_WAY = 0.05
"""Seconds that a piece of long work waits at most for short work to end, so that it comes to its own end some time."""
NO_LIMIT = 1_000_000
"""Tabs of one session that may wait, where waiting is not counted by session."""


class WorkQueue:
    """Answers exchanges on its threads; `finished` hears of each that is answered, on the thread that did it.

    `busy` hears of those that found no slot only when they moved among the long ones, with the seconds to wait, and
    `outdated` of questions that a newer one took the place of.
    """

    def __init__(
        self,
        slots: Mapping[Kind, Slots],
        run_seconds: float,
        finished: Callable[[Exchange], None],
        busy: Callable[[Exchange, float], None],
        outdated: Callable[[Exchange], None],
    ) -> None:
        self._seconds = run_seconds
        self._finished = finished
        self._busy = busy
        self._outdated = outdated
        self._before = {kind: ShortWork() for kind in slots if kind not in SHORT}
        self._stops = threading.Event()
        self._slots: dict[Kind, WorkerSlots[Exchange]] = {
            kind: WorkerSlots(row.working, row.waiting, NO_LIMIT)
            if kind is Kind.LIGHT
            else WorkerSlots(row.working, row.waiting)
            for kind, row in slots.items()
        }
        self._ready = {kind: Handover() for kind in slots}
        self._threads = [
            threading.Thread(target=self._work, args=(kind, row.niceness), name=f"nnbench-{kind.value}", daemon=True)
            for kind, row in slots.items()
            for _ in range(row.working)
        ]
        for thread in self._threads:
            thread.start()

    def offer(self, exchange: Exchange) -> None:
        """Starts work on it, or lets it wait; QueueFull when no more may."""
        try:
            entered = self._slots[exchange.kind].enter(exchange)
        except Superseded:
            self._supersede(exchange)
            return
        for older in entered.superseded:
            self._supersede(older)
        if entered.works:
            self._start(exchange)

    def forget(self, exchange: Exchange) -> bool:
        """Gives up an exchange that waits; False when it is in work already."""
        return self._slots[exchange.kind].forget(exchange)

    def waiting(self, kind: Kind) -> int:
        """The number of requests of that kind that wait for a slot."""
        return self._slots[kind].waiting

    def end_work(self) -> None:
        """Lets work end at its next piece, and waiting requests before their first one: 503, come again."""
        self._stops.set()

    def stop(self, patience: float) -> None:
        """Lets every thread end its work, for at most `patience` seconds."""
        self.end_work()
        for thread in self._threads:
            self._ready[Kind(thread.name.removeprefix("nnbench-"))].put(None)
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _supersede(self, exchange: Exchange) -> None:
        """It is answered without work, and needs no slot for that."""
        if exchange.about is not None:
            self._outdated(exchange)
            return
        exchange.superseded = True
        self._ready[Kind.LIGHT].put(exchange)

    def _start(self, exchange: Exchange) -> None:
        for work in self._work_after(exchange.kind):
            work.begin()
        self._ready[exchange.kind].put(exchange)

    def _work_after(self, kind: Kind) -> Iterable["ShortWork"]:
        """The counts of the kinds that give way to this one."""
        if kind in SHORT:
            return self._before.values()
        return [self._before[Kind.EXPORT]] if kind is Kind.QUESTION else []

    def _work(self, kind: Kind, niceness: int) -> None:
        be_nice(niceness)
        place: Place = queue.SimpleQueue()
        while (exchange := self._ready[kind].get(place)) is not None:
            if exchange.superseded:
                self._answer(exchange, kind)
                self._finished(exchange)
                continue
            begun = time.monotonic()
            moves = self._answer(exchange, kind)
            for work in self._work_after(kind):
                work.end()
            # The slot is free before the answer goes out: a client that has it may ask again.
            following = self._slots[kind].leave(exchange.tab[0], time.monotonic() - begun)
            if following is not None:
                self._start(following)
            if moves:
                self._move(exchange)
            else:
                self._finished(exchange)

    def _answer(self, exchange: Exchange, kind: Kind) -> bool:
        """Whether the exchange has to begin anew among the long ones."""
        gives_way = self._before[kind].wait_for_its_end if kind in self._before else _at_once
        gone, in_long_slot = exchange.check_client_disconnected, kind is Kind.LONG
        job = QueuedJob(
            gone,
            gives_way,
            in_long_slot,
            self._seconds,
            exchange.superseded,
            stopping=self._stops.is_set,
            ticket=exchange.ticket,
        )
        exchange.respond(job)
        return job.moves

    def _move(self, exchange: Exchange) -> None:
        exchange.kind = Kind.LONG
        try:
            self.offer(exchange)
        except QueueFull as full:
            self._busy(exchange, full.seconds)
            self._finished(exchange)


Place = queue.SimpleQueue[Exchange | None]
"""The place where one thread waits for work; None ends it."""


class Handover:
    """Hands exchanges to the threads of a kind, each to the one that ended its work last: its caches are warm.

    Each waits in a place of its own. In one SimpleQueue for all, whoever gets something wakes the next thread for
    nothing, and that one asks for the interpreter's lock as long as the first one works.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Place] = []
        self._waiting: deque[Exchange | None] = deque()

    def put(self, exchange: Exchange | None) -> None:
        """Gives it to a thread, or to the next one that comes."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(exchange)
            else:
                self._waiting.append(exchange)

    def get(self, place: Place) -> Exchange | None:
        """The request that has waited longest, or else the next one that is put into the place."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(place)
        return place.get()


class ShortWork:
    """The number of requests in work that another kind gives way to: it waits for that to be 0."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._going_on = 0
        self._none = threading.Event()
        self._none.set()

    def begin(self) -> None:
        """Counts one more."""
        with self._lock:
            self._going_on += 1
            self._none.clear()

    def end(self) -> None:
        """Counts one less."""
        with self._lock:
            self._going_on -= 1
            if not self._going_on:
                self._none.set()

    def wait_for_its_end(self) -> None:
        """Waits, but not for long: a server that always has short work ends long work too."""
        self._none.wait(GIVES_WAY)


def be_nice(niceness: int) -> None:
    """Lets other threads have the processor first; only Linux knows priorities of threads."""
    if niceness and sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


def _at_once() -> None:
    """Short work gives way to nothing."""
