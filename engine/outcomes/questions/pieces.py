"""Pieces of work on threads, whose results are kept where time is up before the last of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from multiprocessing import cpu_count
from threading import Event
from typing import TypeVar

from engine.errors import TimeIsUpError
from engine.experiments.run import OnProgress

Piece = TypeVar("Piece")
Result = TypeVar("Result")
First = TypeVar("First")
Second = TypeVar("Second")

LOOK_EVERY = 0.01
"""Seconds between two calls of `on_progress` while threads work."""


def results_of(
    work: Callable[[Piece, Callable[[], None]], Result],
    pieces: Sequence[Piece],
    on_progress: OnProgress,
    threads: int | None = None,
) -> tuple[list[tuple[Piece, Result]], bool]:
    """work(piece, check) of each piece, as (piece, result), and whether that is all of them.

    `work` calls `check` every few milliseconds. `on_progress` is called as often with the number of results, in the
    calling thread; where it raises TimeIsUpError, the results so far are returned, and whatever else it raises ends
    the work. There is a thread for each core, unless `threads` says their number; with 1 the calling thread works.
    """
    results: list[tuple[Piece, Result]] = []
    try:
        if threads == 1:
            for piece in pieces:
                results.append((piece, work(piece, lambda: on_progress(len(results)))))
        else:
            _on_threads(work, pieces, on_progress, threads or cpu_count(), results)
    except TimeIsUpError:
        return results, False
    return results, True


def both(
    first: Callable[[Callable[[], None]], First],
    second: Callable[[Callable[[], None]], Second],
    on_progress: OnProgress,
    threads: int | None = None,
) -> tuple[First, Second]:
    """first(check) and second(check), side by side as the pieces above; TimeIsUpError where time is up before that."""
    firsts: list[First] = []
    seconds: list[Second] = []

    def work(piece: int, check: Callable[[], None]) -> None:
        if piece == 0:
            firsts.append(first(check))
        else:
            seconds.append(second(check))

    on_progress(0)
    _, is_whole = results_of(work, range(2), lambda _done: on_progress(0), threads)
    if not is_whole:
        raise TimeIsUpError
    return firsts[0], seconds[0]


def _on_threads(
    work: Callable[[Piece, Callable[[], None]], Result],
    pieces: Sequence[Piece],
    on_progress: OnProgress,
    threads: int,
    results: list[tuple[Piece, Result]],
) -> None:
    stopped = Event()

    def check() -> None:
        if stopped.is_set():
            raise TimeIsUpError

    with ThreadPoolExecutor(threads, thread_name_prefix="pieces") as pool:
        futures: list[Future[Result]] = [pool.submit(work, piece, check) for piece in pieces]
        try:
            for piece, future in zip(pieces, futures, strict=True):
                while not future.done():
                    on_progress(len(results))
                    wait([future], LOOK_EVERY)
                results.append((piece, future.result()))
        except BaseException:
            stopped.set()
            for future in futures:
                future.cancel()
            raise
