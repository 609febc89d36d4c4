"""The newest request of each tab, so that a long run notices when nobody waits for it any more."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

PATIENCE = 0.15
"""Seconds that a run goes on although a newer request has come: a dragged knob then still redraws at every step."""
MOST_TABS = 10_000


class Superseded(Exception):
    """A newer request of the same tab has come; this one's answer would be thrown away."""


class Latest:
    """Remembers each tab's newest serial number; safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._newest: OrderedDict[tuple[str, str], int] = OrderedDict()

    def watch(self, tab: tuple[str, str], serial: int) -> Callable[[int], None]:
        """Notes the request; the function answered raises Superseded once a newer one has come and patience is over."""
        with self._lock:
            self._newest[tab] = max(serial, self._newest.get(tab, 0))
            self._newest.move_to_end(tab)
            while len(self._newest) > MOST_TABS:
                self._newest.popitem(last=False)
        begun = self._clock()

        def go_on(_done: int) -> None:
            if self._newest.get(tab, 0) > serial and self._clock() - begun > PATIENCE:
                raise Superseded

        return go_on
