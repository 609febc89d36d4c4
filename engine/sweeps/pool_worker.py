"""A pool's process before its first task: it takes a lower priority than all other work, and ends with its parent."""

import multiprocessing
import signal
import threading
from collections.abc import Callable

NICENESS = 15


def begin_worker(be_nice: Callable[[int], object] | None, niceness: int = NICENESS) -> None:
    """Lowers this process's priority by `os.nice`, where there is one; Ctrl-C and SIGHUP are for the parent to
    hear."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if be_nice is not None:
        be_nice(niceness)
    threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()


def _end_with_parent() -> None:
    """A pool whose parent was killed would wait for tasks for ever: its processes hold both ends of their queue."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)
