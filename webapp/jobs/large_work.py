"""Work on large arrays takes turns: however many clients request it at once, the memory for it is needed once.

A knob does not come here: its run holds little more than its losses.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from webapp.jobs.job import current_job

LARGE = 8 * 2**20
"""Bytes from which work waits for its turn."""
PER_CHARACTER = 64
"""Bytes that reading takes for each byte of a table or a file: Python holds every number as an object."""
LOOK_SECONDS = 0.05
"""Seconds between two looks, while work waits, whether its client still waits."""
_turn = threading.Lock()


def turn_to_read(text: str | bytes) -> AbstractContextManager[None]:
    """A turn for reading a table or a file of that length."""
    return turn_for(PER_CHARACTER * len(text))


@contextmanager
def turn_for(size: float) -> Iterator[None]:
    """Runs the block alone among all blocks of LARGE bytes or more; whatever ends the job ends its waiting too."""
    if size < LARGE:
        yield
        return
    job = current_job()
    while not _turn.acquire(timeout=LOOK_SECONDS):
        job.check_cancelled()
    try:
        yield
    finally:
        _turn.release()
