"""While a fit is made, every OpenBLAS has one thread; afterwards each has as many as before."""

import scipy
from threadpoolctl import threadpool_info, threadpool_limits

from engine.fitting.matrix_threads import one_thread_for_matrices


def threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_fits_that_overlap_have_one_thread_until_the_last_one_ends() -> None:
    _ = scipy.linalg
    with threadpool_limits(limits=3, user_api="blas"):
        first, second = one_thread_for_matrices(), one_thread_for_matrices()
        first.__enter__()
        second.__enter__()
        assert threads() == {1}
        first.__exit__(None, None, None)
        assert threads() == {1}
        second.__exit__(None, None, None)
        assert threads() == {3}
