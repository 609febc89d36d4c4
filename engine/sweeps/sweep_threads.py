"""The threads of a sweep: one for each core, and each on a core of its own."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from multiprocessing import cpu_count


class SweepThreads(ThreadPoolExecutor):
    """A thread for each core, which does nothing before it is let go.

    Linux begins a thread where the one is that made it, and leaves both there for milliseconds while another core
    rests: half of a small sweep. So each goes to a core of its own, where a thread can choose one. And the thread that
    hands out the first chunks would wait for its core as long, beside a thread that has begun: so they begin together.
    """

    def __init__(self) -> None:
        self._let_go = threading.Event()
        chooses = hasattr(os, "sched_setaffinity")
        self._cores = cycle(sorted(os.sched_getaffinity(0))) if chooses else None
        super().__init__(cpu_count(), "sweep", self._begin)

    def let_go(self) -> None:
        """Lets all threads begin their work."""
        self._let_go.set()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Lets them go in any case, for a thread that waits would never end."""
        self.let_go()
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _begin(self) -> None:
        if self._cores is not None:
            os.sched_setaffinity(0, {next(self._cores)})
        self._let_go.wait()
