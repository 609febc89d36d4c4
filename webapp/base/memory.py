"""The C library's use of memory that Python has given back: on Linux that of large arrays goes back at once."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -2, -3, -8
"""Names of glibc's `mallopt`."""
LARGE = 2 * 2**20
"""Bytes from which an array has pages of its own, which go back when it does; glibc would raise this by itself.

Runs of 100,000 samples stay below: pages of their own, fetched anew for each run, would slow a turned knob by a third.
"""
KEPT = 2 * LARGE
"""Free bytes at the end of a heap that do not go back, and by which it grows: the next run or answer takes them again,
and the system would have to clear each page."""
ARENAS = 2
"""The number of heaps that threads share; each of their own would hold the memory that a run once took."""


def give_back_early() -> None:
    """Lets the memory of large arrays go back to the system; does nothing if the C library is another one."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)
        mallopt(M_TOP_PAD, KEPT)
        mallopt(M_ARENA_MAX, ARENAS)
