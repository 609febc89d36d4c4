"""A sweep: all runs of a grid, each with the bits of a run of its own, on threads or on any executor.

Results come in chunks, as they are done; a caller that stops iterating has cancelled the rest. No more than a window
of chunks is submitted at once. Threads take a chunk as it is. Another executor may lead to other machines: it gets
JSON, gets it again when a chunk was lost, and its result counts only with the right bit check.
"""

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing import cpu_count

import numpy as np
from numpy.typing import NDArray

from engine.errors import BenchError, LostWorkError, OtherBitsError
from engine.kernel import SIDE_BY_SIDE, RunResults
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.chunk_size import ChunkSizer, run_seconds, sample_seconds
from engine.sweeps.grid import Block, Grid, RunNumbers
from engine.sweeps.sweep_threads import SweepThreads
from engine.sweeps.tasks import Task, TaskResult, task_of

__all__ = ["Chunk", "Grid", "WorkerResult", "run_task_json", "sweep", "task_results"]

THREAD_SECONDS = 0.1
"""The time that a chunk takes on a thread, about."""

REMOTE_SECONDS = 0.2
"""The time that it takes on any other executor, about: a cluster spends milliseconds on each."""

AHEAD_PER_CORE = 2
"""The number of chunks that are submitted ahead for each core, on threads."""

WINDOW = 64
"""The number of chunks that are submitted to any other executor at once, unless another is given."""

CHUNKS_PER_CORE = 2
"""A small sweep is cut into this many chunks for each core."""

LEAST_SECONDS = 0.001
"""But no chunk is meant to take less than these seconds: a thread takes a fifth of them to begin."""

ATTEMPTS = 4
"""The number of times that a chunk is submitted before it is given up."""


@dataclass(frozen=True)
class Chunk:
    """Some runs of a grid, by their numbers, and the results of each."""

    runs: RunNumbers
    results: RunResults


@dataclass(frozen=True)
class WorkerResult:
    """A task's result, the time that it took, and the host and bit check of the worker, when it is another process."""

    result: TaskResult
    seconds: float
    host: str = ""
    bit_check_fingerprint: str = ""


@dataclass(frozen=True)
class SubmittedChunk:
    """A chunk at work: its runs, the task that trains them, and the number of times that it was submitted before."""

    blocks: int
    runs: RunNumbers
    task: Task
    retries: int = 0


def sweep(grid: Grid, *, keep_losses: bool = False, executor: Executor | None = None) -> Iterator[Chunk]:
    """Every run of the grid, chunk after chunk as they are done, on the executor or else on a thread for each core.

    A run of several lengths is evaluated after the longest. Closing the iterator lets the chunks that have begun end,
    and begins no more.
    """
    longest = int(np.argmax(grid.lengths))
    for runs, result in task_results(grid, keep_losses=keep_losses, executor=executor):
        settled, last, sound = result.settled[:, longest], result.last[:, longest], result.sound[:, longest]
        yield Chunk(runs, RunResults(settled, last, sound, result.losses))


def task_results(
    grid: Grid,
    *,
    target_loss: float | None = None,
    keep_losses: bool = False,
    measure: str | None = None,
    executor: Executor | None = None,
    window: int | None = None,
    made: NDArray[np.bool_] | None = None,
) -> Iterator[tuple[RunNumbers, TaskResult]]:
    """Every run of the grid with its results after each of the grid's lengths, the steps to the target loss, and scores
    by the measure.

    `made` marks the runs that need not be made; one that shares its samples with others may be made all the same.
    """
    pool = executor or SweepThreads()
    remote = not isinstance(pool, ThreadPoolExecutor)
    most = window or (WINDOW if remote else AHEAD_PER_CORE * cpu_count())
    submit = _submit_as_json if remote else _submit_to_thread
    sizer, blocks = _divided(grid, remote=remote)
    if made is not None:
        blocks = (block for block in blocks if not made[block.runs].all())
    make_task = partial(task_of, grid, target_loss=target_loss, keep_losses=keep_losses, measure=measure)
    chunks = _chunks(blocks, sizer, make_task)
    submitted: dict[Future[WorkerResult], SubmittedChunk] = {}
    try:
        while True:
            for chunk in islice(chunks, most - len(submitted)):
                submitted[submit(pool, chunk.task)] = chunk
            if isinstance(pool, SweepThreads):
                pool.let_go()
            if not submitted:
                return
            for future in wait(submitted, return_when=FIRST_COMPLETED).done:
                chunk = submitted.pop(future)
                done = _result(future, chunk)
                if done is None:
                    submitted[submit(pool, chunk.task)] = replace(chunk, retries=chunk.retries + 1)
                    continue
                sizer.record(chunk.blocks, done.seconds)
                yield chunk.runs, done.result
    finally:
        for future in submitted:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=False)


def run_task(task: Task) -> WorkerResult:
    """Runs a task in this thread, and times it."""
    before = time.perf_counter()
    result = task.run()
    return WorkerResult(result, time.perf_counter() - before)


def run_task_json(text: str) -> WorkerResult:
    """Runs a task that was sent as JSON; the result names this process's host and bit check."""
    fingerprint = bit_check_fingerprint()
    done = run_task(Task.from_json(text))
    return WorkerResult(done.result, done.seconds, platform.node(), fingerprint)


def _submit_to_thread(pool: Executor, task: Task) -> Future[WorkerResult]:
    return pool.submit(run_task, task)


def _submit_as_json(pool: Executor, task: Task) -> Future[WorkerResult]:
    return pool.submit(run_task_json, task.to_json())


def _divided(grid: Grid, *, remote: bool) -> tuple[ChunkSizer, Iterator[Block]]:
    """The grid's runs in blocks, and how many of them make a chunk."""
    seconds = REMOTE_SECONDS if remote else THREAD_SECONDS
    each = run_seconds(grid.experiment)
    share = grid.size if remote else grid.size // (CHUNKS_PER_CORE * cpu_count()) + 1
    at_most = min(max(1, int(seconds / each)), max(SIDE_BY_SIDE, share, int(LEAST_SECONDS / each)))
    if at_most > SIDE_BY_SIDE:
        at_most -= at_most % SIDE_BY_SIDE
    block = min(at_most, grid.shape[0] * grid.shape[2])
    block_seconds = block * each + sample_seconds(grid.experiment)
    most = max(share // block, int(LEAST_SECONDS / block_seconds))
    return ChunkSizer(seconds, block_seconds, most), grid.blocks(at_most)


def _chunks(
    blocks: Iterator[Block], sizer: ChunkSizer, make_task: Callable[[Sequence[Block]], Task]
) -> Iterator[SubmittedChunk]:
    while chosen := list(islice(blocks, sizer.blocks)):
        runs = np.concatenate([block.runs for block in chosen])
        yield SubmittedChunk(len(chosen), runs, make_task(chosen))


def _result(future: Future[WorkerResult], chunk: SubmittedChunk) -> WorkerResult | None:
    """The worker's result, or None when the chunk has to be submitted again."""
    error = CancelledError("cancelled") if future.cancelled() else future.exception()
    if error is None:
        return _verified(future.result())
    if isinstance(error, BenchError) or not isinstance(error, Exception):
        raise error
    if chunk.retries + 1 >= ATTEMPTS:
        raise LostWorkError(ATTEMPTS, error) from error
    return None


def _verified(done: WorkerResult) -> WorkerResult:
    if done.bit_check_fingerprint and done.bit_check_fingerprint != bit_check_fingerprint():
        raise OtherBitsError(done.host, done.bit_check_fingerprint, bit_check_fingerprint())
    return done
