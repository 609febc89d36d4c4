"""One thread for matrices while a fit is made: they are small, and threads that share them take longer.

OpenBLAS shares every larger product and decomposition out to a thread for each core, whoever else needs these, and its
sums then depend on how many threads there are.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import scipy
from threadpoolctl import OpenBLASController, threadpool_limits

_lock = threading.Lock()
_fits: list[object] = []
_limits: list[threadpool_limits] = []


@contextmanager
def one_thread_for_matrices() -> Iterator[None]:
    """Holds every OpenBLAS of this process to one thread; the last of several fits to end gives the others back.

    The fits may be made by several threads, of which threadpoolctl would let only the first one set anything.
    """
    fit = object()
    with _lock:
        if not _fits:
            _ = scipy.linalg  # SciPy has an OpenBLAS of its own, which is loaded with it
            OpenBLASController.clear_controlling_thread(force=True)
            _limits.append(threadpool_limits(limits=1, user_api="blas"))
        _fits.append(fit)
    try:
        yield
    finally:
        with _lock:
            _fits.remove(fit)
            if not _fits:
                OpenBLASController.clear_controlling_thread(force=True)
                _limits.pop().restore_original_limits()
                OpenBLASController.clear_controlling_thread(force=True)
