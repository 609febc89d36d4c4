"""A sweeper in the process of the page: a thread and a pool that begin with the first job and end when there is none.

So a start costs nothing, and a bench that is served alone needs no other process for sweeps.
"""

import logging
import threading

from webapp.operations.metrics import Metrics
from webapp.settings import Settings
from webapp.store import StoreError
from webapp.sweeps.jobs import Jobs
from webapp.sweeps.sweeper import DRAIN_SECONDS, Sweeper
from webapp.sweeps.workers import workers_of

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""Seconds that the pool's processes wait for another job."""


class EmbeddedSweeper:
    """At most one sweeper at a time; safe to use from many threads."""

    def __init__(self, jobs: Jobs, settings: Settings, metrics: Metrics) -> None:
        self._jobs = jobs
        self._at_once = settings.sweeps_at_once
        self._lease = float(settings.sweep_lease)
        self._metrics = metrics
        self._workers = workers_of(settings)
        self._lock = threading.Lock()
        self._sweeper: Sweeper | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False

    def wake(self) -> None:
        """Tells it that there is a job, which is worked on from now on."""
        with self._lock:
            if self._stopped:
                return
            if self._thread is None or not self._thread.is_alive():
                self._sweeper = Sweeper(self._jobs, self._workers, self._at_once, self._lease, self._metrics)
                self._thread = threading.Thread(target=self._run, args=(self._sweeper,), name="sweeper", daemon=True)
                self._thread.start()
            if self._sweeper is not None:
                self._sweeper.wake()

    def resume(self) -> None:
        """Goes on with the jobs that an earlier process left; returns at once."""
        threading.Thread(target=self._resume, name="sweeper start", daemon=True).start()

    def stop(self) -> None:
        """Stores the pieces at work, gives the leases back and ends the pool."""
        with self._lock:
            self._stopped = True
            sweeper, thread = self._sweeper, self._thread
        if sweeper is not None and thread is not None:
            sweeper.stop()
            thread.join(2 * DRAIN_SECONDS)

    def _run(self, sweeper: Sweeper) -> None:
        while True:
            sweeper.run(IDLE_SECONDS)
            with self._lock:
                # A job that came while the sweeper was about to end is found here, or by the next `wake`.
                if self._stopped or not self._has_jobs():
                    self._thread = None
                    return

    def _resume(self) -> None:
        if self._has_jobs():
            self.wake()

    def _has_jobs(self) -> bool:
        try:
            return bool(self._jobs.wanted())
        except StoreError as error:
            log.warning("Whether there are sweeps to go on with is not known. %s", error)
            return False
