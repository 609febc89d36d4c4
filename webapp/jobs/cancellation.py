"""The newest request of each tab: a long run notices when nobody waits for it any more, and says how far it is."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE = 0.15
"""Seconds that a run goes on although a newer request has come: a dragged knob then still redraws at every step."""
MOST_TABS = 10_000


Tab = tuple[str, str]
"""A session and one of its tabs."""


@dataclass
class TabProgress:
    """The newest request of a tab, and the number of steps that its run has taken."""

    serial: int
    done: int = 0


class Superseded(Exception):
    """A newer request of the same tab has come; this one's answer would be thrown away."""


class LatestRequests:
    """Remembers each tab's newest serial number; safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._newest: OrderedDict[Tab, TabProgress] = OrderedDict()

    def watch(self, tab: Tab, serial: int) -> Callable[[int], None]:
        """Notes the request; the function answered raises Superseded once a newer one has come and patience is over."""
        with self._lock:
            newest = self._newest.pop(tab, None)
            self._newest[tab] = newest if newest and newest.serial > serial else TabProgress(serial)
            while len(self._newest) > MOST_TABS:
                self._newest.popitem(last=False)
        begun = self._clock()

        def on_progress(done: int) -> None:
            watched = self._newest.get(tab)
            if watched and watched.serial == serial:
                watched.done = done
            elif watched and self._clock() - begun > PATIENCE:
                raise Superseded

        return on_progress

    def done(self, tab: Tab) -> int:
        """The number of steps that the tab's newest run has taken; 0 for a tab that has none."""
        watched = self._newest.get(tab)
        return watched.done if watched else 0
