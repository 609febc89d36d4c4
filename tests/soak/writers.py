"""Tabs that store one checkpoint after the other while servers and stores are killed, and know which were acknowledged.

A tab asks one process until that is gone, then the next, as a proxy would send it. After an answer that did not come,
or that said that the store is away, the checkpoint that stands may be the one acknowledged last or the one that was
asked for; nothing older, and none of another tab.
"""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from benchmarks.load import Visitor

GONE = (OSError, http.client.HTTPException)
PAUSE = 0.05
NONE = "none"
"""Where a tab has no checkpoint."""
PATIENCE = 60.0
"""Seconds within which some process has to answer."""


@dataclass
class Met:
    """Counts over all tabs: acknowledged checkpoints, lost ones and those of another tab, answers without a run, and
    the seconds that a turned knob took at most, broken connections among them."""

    acknowledged: int = 0
    lost: int = 0
    mixed: int = 0
    notes: int = 0
    moves: int = 0
    knobs: list[float] = field(default_factory=list)

    def sentence(self) -> str:
        """All of it in a line."""
        slowest = 1000 * max(self.knobs, default=0.0)
        return (
            f"{self.acknowledged} acknowledged, {self.lost} lost, {self.mixed} mixed; {self.notes} answers that the "
            f"store is away, {self.moves} broken connections; {len(self.knobs)} knobs, the slowest {slowest:.0f} ms"
        )


class Writer:
    """One tab: a session, and the process that it asks now."""

    def __init__(self, urls: Sequence[str], number: int) -> None:
        self._urls = urls
        self._at = number % len(urls)
        self._visitor = Visitor(urls[self._at], f"tab-{number}")
        self.acknowledged = [str(self._visitor.ask("randomize")["summary"]["checkpoint"])]
        self.unsure = False
        self.met = Met()

    def write(self, over: threading.Event, others: Callable[[], set[str]]) -> None:
        """Stores a checkpoint and turns a knob, until it is over."""
        while not over.is_set():
            self._store()
            self.check(others())

    def check(self, of_others: set[str]) -> None:
        """Turns a knob, and looks at the checkpoint that it started from."""
        begun = time.monotonic()
        stands = self._ask("turn")
        self.met.knobs.append(time.monotonic() - begun)
        self.met.mixed += stands in of_others and stands != NONE
        if stands == self.acknowledged[-1]:
            return
        if stands in self.acknowledged or not self.unsure:
            self.met.lost += 1
        self.acknowledged.append(stands)
        self.unsure = False

    def close(self) -> None:
        self._visitor.close()

    def _store(self) -> None:
        try:
            reply = self._visitor.ask("randomize")
        except GONE:
            self._move()
        else:
            if "summary" in reply:
                self.acknowledged.append(str(reply["summary"]["checkpoint"]))
                self.unsure = False
                self.met.acknowledged += 1
                return
            self.met.notes += 1
        self.unsure = True

    def _ask(self, act: str) -> str:
        """The checkpoint of the run, however often it has to be asked for; no checkpoint is a loss."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                reply = self._visitor.ask(act)
            except GONE:
                self._move()
                continue
            if "summary" in reply:
                return str(reply["summary"]["checkpoint"])
            if "lost" in reply:
                return NONE
            self.met.notes += 1
            time.sleep(PAUSE)
        raise TimeoutError("no process answers")

    def _move(self) -> None:
        self.met.moves += 1
        self._visitor.close()
        self._at = (self._at + 1) % len(self._urls)
        where = urlsplit(self._urls[self._at])
        self._visitor.line = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=PATIENCE)
        time.sleep(PAUSE)


@contextmanager
def writing(urls: Sequence[str], tabs: int) -> Iterator[Met]:
    """Lets tabs write meanwhile; their counts are complete afterwards, with a last look at each checkpoint."""
    writers, over, met = [Writer(urls, number) for number in range(tabs)], threading.Event(), Met()

    def others_of(own: Writer) -> set[str]:
        return {one for writer in writers if writer is not own for one in list(writer.acknowledged)}

    with ThreadPoolExecutor(tabs) as pool:
        done = [pool.submit(writer.write, over, partial(others_of, writer)) for writer in writers]
        try:
            yield met
        finally:
            over.set()
    for writer, future in zip(writers, done, strict=True):
        future.result()
        writer.check(others_of(writer))
        writer.close()
        for name, value in vars(writer.met).items():
            setattr(met, name, getattr(met, name) + value)
