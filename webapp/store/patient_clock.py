"""A clock for the ages of rows, which no jump of the machine's clock makes old.

A jump ahead is caught up a hundred times as fast as time passes: a clock that is a month ahead by mistake has hours to
be set right before a row counts as expired, and a machine that slept for a night is right again within minutes.
"""

import threading
import time

from webapp.store import Clock

CATCHES_UP = 100.0
"""Seconds by which the clock moves in a second, at most."""


class PatientClock:
    """Seconds since the epoch, never later than the machine's clock says; safe to use from many threads."""

    def __init__(self, clock: Clock = time.time, steady: Clock = time.monotonic) -> None:
        self._clock = clock
        self._steady = steady
        self._lock = threading.Lock()
        self._now, self._at = clock(), steady()

    def __call__(self) -> float:
        with self._lock:
            at = self._steady()
            self._now = min(self._clock(), self._now + CATCHES_UP * (at - self._at))
            self._at = at
            return self._now
