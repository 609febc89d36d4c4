"""While a fit is made, every OpenBLAS has one thread; afterwards each has as many as before."""

from concurrent.futures import ThreadPoolExecutor

import scipy
from threadpoolctl import threadpool_info, threadpool_limits

from engine.fitting.matrix_threads import one_thread_for_matrices


def threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_fits_that_overlap_have_one_thread_until_the_last_one_ends_whichever_threads_make_them() -> None:
    _ = scipy.linalg
    with ThreadPoolExecutor(1) as a, ThreadPoolExecutor(1) as b, threadpool_limits(limits=3, user_api="blas"):
        for one, other in ((a, b), (b, a)):
            first, second = one_thread_for_matrices(), one_thread_for_matrices()
            one.submit(first.__enter__).result()
            assert one.submit(threads).result() == other.submit(threads).result() == threads() == {1}
            other.submit(second.__enter__).result()
            one.submit(first.__exit__, None, None, None).result()
            assert threads() == {1}
            other.submit(second.__exit__, None, None, None).result()
            assert threads() == {3}
