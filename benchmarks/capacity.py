"""The turned knobs that one process answers in a second, and the cost of each.

The server is a process of its own; this one asks, over plain sockets and from one thread, so that asking takes a small
part of the time that answering does. Bodies are made beforehand, and answers are only counted. First each of the open
pages waits for its answer before it turns again: alone, and with many open. Then they turn at a rate, each at its own
moment, and the rate grows until 95 of 100 answers no longer come within `PATIENCE`: the last rate at which they did is
the capacity. A late answer counts from the moment when its knob was turned, not from when there was room to ask.
"""

import json
import os
import selectors
import socket
import tempfile
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import print_heading
from benchmarks.load import CLASS, Visitor, address_of, callback_body, percentile, plain_request, started

PATIENCE = 0.25
"""Seconds within which 95 of 100 answers must come."""
KNOBS = 2_000
"""The number of knobs that are turned in a closed loop."""
SECONDS = 6.0
"""Seconds for which a rate is held."""
FIRST_RATE, GROWTH = 100.0, 1.15
HIGHEST_RATE = 3_000.0
MAPS_OF_A_DRAG = 5
"""While a slider is held, the maps come with one answer in five."""
LIMITS = [-2.0, 1.0]
"""The axis of the curve, which stays meanwhile."""
MANY_PAGES, GOLDEN = 1_009, 0.6180339887
"""No two turned knobs of this many pages are the same share of the slider."""
UNLIMITED = {"STORE": "memory", "POSTS_PER_SESSION": "1000000", "POSTS_PER_ADDRESS": "1000000"}


@dataclass
class Met:
    """The result of turned knobs: the seconds of each answer, refusals, seconds in all, and milliseconds of either
    process for each knob."""

    times: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0
    server_ms: float = 0.0
    asking_ms: float = 0.0

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 were answered."""
        return percentile(self.times, 95)

    @property
    def answered(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


class Line(ABC):
    """A connection on which at most one question is on its way."""

    def __init__(self, address: Any) -> None:
        self.socket = socket.create_connection(address)
        self.due: deque[float] = deque()
        self._answer = bytearray()

    def is_due(self, at: float) -> None:
        """A question is to be asked at this moment; it is asked when the one before has been answered."""
        self.due.append(at)
        if len(self.due) == 1:
            self.turn()

    @abstractmethod
    def turn(self) -> None:
        """Asks the next question."""

    def status(self) -> int | None:
        """Reads on; the status of the answer once all of it is there."""
        self._answer += self.socket.recv(1 << 18)
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]):
            return None
        self.head = head.decode("latin-1")
        self._answer.clear()
        return int(self.head.split(maxsplit=2)[1])


class Page(Line):
    """One open page: a session with a connection of its own, on which at most one knob is on its way."""

    def __init__(self, url: str, seat: int, maps_every: int) -> None:
        visitor = Visitor(url, f"seat-{seat}")
        where, address = urlsplit(url), visitor.line.sock.getpeername()
        visitor.close()
        super().__init__(address)
        head = "\r\n".join([
            f"POST {where.path}_dash-update-component HTTP/1.1",
            f"Host: {where.netloc}",
            f"Cookie: {visitor.cookie}",
            "Content-Type: application/json",
            "Accept-Encoding: gzip, deflate, br",
            "Content-Length: ",
        ])  # fmt: skip
        self._head, self._seat, self._maps_every = head.encode(), seat, maps_every
        self._frame, self._serials = visitor.frame, count(visitor.serial + 1)

    def turn(self) -> None:
        """Asks for the next run, of an α that nobody has asked for."""
        serial = next(self._serials)
        alpha = {"position": 0.2 + 0.5 * ((serial * MANY_PAGES + self._seat) * GOLDEN % 1.0)}
        value = plain_request(serial, f"seat-{self._seat}", "turn", alpha=alpha)
        held, maps = self._maps_every > 1, serial % self._maps_every == 0
        value["view"] |= {"frame": self._frame, "maps": maps, "held": held, "limits": LIMITS if held else None}
        body = json.dumps(callback_body(value)).encode()
        self.socket.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))


@dataclass
class Class:
    """A server with that many open pages."""

    process_id: int
    pages: Sequence[Line]

    def turns(self, knobs: int, rate: float | None = None) -> Met:
        """Turns this many knobs, by one page after another: `rate` a second, or each as soon as it may."""
        met, due = Met(), deque(range(knobs))
        spent, own, begun = processor_seconds(self.process_id), time.process_time(), time.perf_counter()
        with selectors.DefaultSelector() as waiting:
            for page in self.pages:
                waiting.register(page.socket, selectors.EVENT_READ, page)
            while len(met.times) < knobs:
                now = time.perf_counter() - begun
                while due and (rate is None or due[0] / rate <= now):
                    k = due.popleft()
                    self.pages[k % len(self.pages)].is_due(now if rate is None else k / rate)
                rest = max(0.0, due[0] / rate - now) if due and rate else None
                for key, _ in waiting.select(rest):
                    self._hear(key.data, met, begun, closed=rate is None)
        met.seconds = time.perf_counter() - begun
        met.server_ms = 1000 * (processor_seconds(self.process_id) - spent) / knobs
        met.asking_ms = 1000 * (time.process_time() - own) / knobs
        return met

    @staticmethod
    def _hear(page: Line, met: Met, begun: float, *, closed: bool) -> None:
        status = page.status()
        if status is None:
            return
        now = time.perf_counter() - begun
        met.times.append(now - page.due.popleft())
        met.refused += status != HTTPStatus.OK
        if page.due:
            if closed:
                page.due[0] = now
            page.turn()


@contextmanager
def warm_server() -> Iterator[tuple[int, str]]:
    """The process id and the address of a warm server that takes any number of requests."""
    with tempfile.TemporaryDirectory() as folder:
        process = started(folder, **UNLIMITED)
        try:
            yield process.pid, address_of(process)
        finally:
            process.terminate()
            process.communicate()


@contextmanager
def class_of(pages: int, maps_every: int) -> Iterator[Class]:
    """A warm server of its own for this many pages, which ask for the maps with one knob in `maps_every`."""
    with warm_server() as (process_id, url):
        seats = [Page(url, seat, maps_every) for seat in range(pages)]
        yield Class(process_id, seats)
        for page in seats:
            page.socket.close()


def processor_seconds(process_id: int) -> float:
    """The processor seconds that a process has used up to now."""
    user, system = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def capacity(seats: Class) -> tuple[str, Met]:
    """The highest rate at which 95 of 100 answers came in time, in words, and the result of its knobs."""
    words, best, rate = "", None, FIRST_RATE
    while rate <= HIGHEST_RATE:
        met = seats.turns(int(rate * SECONDS), rate)
        if met.refused or met.p95 > 1000 * PATIENCE:
            return (words, best) if best else (f"less than {rate:.0f}", met)
        words, best, rate = f"{rate:.0f}", met, rate * GROWTH
    return f"more than {words}", best or Met()


def main() -> None:
    """Prints the cost of a knob, and the capacity."""
    print_heading()
    print("| one process, 300 samples | knobs a second | p95 ms | server ms a knob | asking ms a knob |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for maps_every, what in ((1, "with maps"), (MAPS_OF_A_DRAG, f"maps with one in {MAPS_OF_A_DRAG}")):
        for pages in (1, CLASS):
            with class_of(pages, maps_every) as seats:
                print(row(f"{pages} open, each waits, {what}", seats.turns(KNOBS)))
        with class_of(CLASS, maps_every) as seats:
            words, met = capacity(seats)
        print(row(f"{CLASS} open, **capacity {words} a second**, {what}", met))
    print()


def row(what: str, met: Met) -> str:
    """A row of the table."""
    numbers = f"{met.answered:.0f} | {met.p95:.0f} | {met.server_ms:.2f} | {met.asking_ms:.2f}"
    return f"| {what} | {numbers} |"


if __name__ == "__main__":
    main()
