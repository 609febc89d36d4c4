"""Whether the store answers, and is the one it was: a thread of its own looks every second, so that nobody waits for a
store that hangs."""

import logging
import threading
import time
from collections.abc import Callable

from webapp.store import Clock, OtherStore, StoreError

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PATIENCE = 3.0
"""Seconds since the store answered last, after which it counts as gone; a restart of the store is shorter."""


class StoreWatch:
    """Remembers when the store answered last; `look` is that of a `webapp.store.Store`."""

    def __init__(self, look: Callable[[], str], clock: Clock = time.monotonic) -> None:
        self._look = look
        self._clock = clock
        self._answered_at = float("-inf")
        self._gone = False
        self._other = self._lost = ""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Looks from now on, until the process ends."""
        self._thread = threading.Thread(target=self._watch, name="nnbench-store-watch", daemon=True)
        self._thread.start()

    def answers(self) -> bool:
        """Whether the store answered a moment ago; where nobody watches it, whether it answers now."""
        if self._thread is None:
            return self.ask()
        return self._clock() - self._answered_at < PATIENCE

    def says(self) -> str:
        """A sentence about a store that was replaced, or has lost its rows; empty as a rule."""
        return self._other or self._lost

    def ask(self) -> bool:
        """Whether the store answers. The log says once that it has been gone for longer than a restart takes, or has
        lost its rows."""
        try:
            lost = self._look()
        except StoreError as error:
            self._other = str(error) if isinstance(error, OtherStore) else ""
            if not self._gone and self._clock() - self._answered_at >= PATIENCE:
                self._gone = True
                log.error("This process is not ready until its store is there again. %s", error)  # noqa: TRY400
            return False
        if self._gone:
            log.info("The store answers again, after %.0f s.", self._clock() - self._answered_at)
        if lost != self._lost:
            log.warning("%s", lost)
        self._answered_at, self._gone, self._other, self._lost = self._clock(), False, "", lost
        return True

    def _watch(self) -> None:
        while True:
            self.ask()
            time.sleep(LOOK_SECONDS)
