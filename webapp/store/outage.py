"""The repetition of calls while a store on another machine does not answer.

A call is repeated until the outage, counted from the attempt that failed first, has lasted as long as the caller
waits. So a restart of the store is a pause and no error, and once an outage is long, nobody waits for it: then one call
now and then is tried, and all others fail at once.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from webapp.store import Clock

Answer = TypeVar("Answer")

PROBE = 0.2
"""Seconds between two attempts in an outage that is longer than anybody waits."""
SHARE = 4
"""In such an outage the next attempt waits for four times the time of the last: one that hangs holds up a request."""
SEPARATE = 10.0
"""Seconds without a failure after which the next one begins an outage of its own."""
PAUSES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.25)
"""Seconds between the attempts of one call; the last stands for all further ones."""


class Outage:
    """Whether the store answers, for all threads; `failures` are the exceptions that mean that it does not."""

    def __init__(
        self,
        failures: tuple[type[Exception], ...],
        clock: Clock = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._failures = failures
        self._clock = clock
        self._wait = wait
        self._lock = threading.Lock()
        self._since: float | None = None
        self._latest = 0.0
        self._next_probe = 0.0
        self._error: Exception | None = None

    def call(self, attempt: Callable[[], Answer], patience: float) -> Answer:
        """The attempt's answer; its failure once the outage has lasted `patience` seconds, or the call itself."""
        pauses, called = iter(PAUSES), self._clock()
        while True:
            begun = self._check_turn(patience)
            try:
                answer = attempt()
            except self._failures as error:
                if max(self._lasted(error, begun), self._clock() - called) >= patience:
                    raise
            except BaseException:
                self._since = None  # it answers, if not as was hoped
                raise
            else:
                self._since = None
                return answer
            self._wait(next(pauses, PAUSES[-1]))

    def _check_turn(self, patience: float) -> float:
        """The time; raises the latest failure while the outage is long and another call has just tried."""
        now = self._clock()
        with self._lock:
            since, error = self._since, self._error
            if since is None or error is None or now - since < patience or now - self._latest > SEPARATE:
                return now
            if now < self._next_probe:
                raise error.with_traceback(None)
            self._next_probe = math.inf  # until this attempt has failed
        return now

    def _lasted(self, error: Exception, begun: float) -> float:
        """Notes the failure of an attempt that begun then; the seconds that this outage has lasted."""
        now = self._clock()
        with self._lock:
            if self._since is None or now - self._latest > SEPARATE:
                self._since = begun
            self._latest, self._error = now, error
            self._next_probe = now + max(PROBE, SHARE * (now - begun))
            return now - self._since
