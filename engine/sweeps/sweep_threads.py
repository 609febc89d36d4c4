"""The threads of a sweep: one for each core, and each on a core of its own."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from multiprocessing import cpu_count


def sweep_threads() -> ThreadPoolExecutor:
    """A thread for each core.

    Linux begins a thread where the one is that made it, and leaves both there for milliseconds while another core
    rests: half of a small sweep. So each goes to a core of its own, where a thread can choose one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return ThreadPoolExecutor(cpu_count(), "sweep")
    cores = cycle(sorted(os.sched_getaffinity(0)))
    return ThreadPoolExecutor(cpu_count(), "sweep", lambda: os.sched_setaffinity(0, {next(cores)}))
