"""A sweep: all runs of a grid, each with the bits of a run of its own, on threads or on any executor.

They come back in chunks, as they are done; whoever stops asking for chunks has cancelled the rest. No more than a
window of chunks is on its way at once. Threads take a chunk as it is. Another executor may lead to other machines: it
gets JSON, gets it again when a chunk was lost, and its answer counts only with the right bit check.
"""

import platform
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing import cpu_count

import numpy as np

from engine import kernel
from engine.errors import BenchError, LostWorkError, OtherBitsError
from engine.kernel import SIDE_BY_SIDE, Swept
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.chunk_size import ChunkSizer, estimated
from engine.sweeps.grid import Block, Grid, Runs
from engine.sweeps.tasks import Task, TaskResult, task_of

__all__ = ["Answer", "Chunk", "Grid", "outcomes", "sweep", "work_told"]

THREAD_SECONDS = 0.1
"""About how long a chunk takes on a thread."""

FAR_SECONDS = 0.2
"""About how long it takes on any other executor: a cluster spends milliseconds on each."""

WAITING = 2
"""How many chunks are begun ahead for each core, on threads."""

WINDOW = 64
"""How many are on their way to any other executor, unless another number is asked for."""

SHARES = 4
"""A small sweep is cut into this many chunks for each core."""

TRIES = 4
"""How often a chunk is sent before it is given up."""


@dataclass(frozen=True)
class Chunk:
    """The answers of some runs: their numbers in the grid, and what each gave."""

    runs: Runs
    gave: Swept


@dataclass(frozen=True)
class Answer:
    """What a worker gives back: the outcome of a piece, how long it took, and who says so."""

    outcome: TaskResult
    seconds: float
    host: str = ""
    bit_check_fingerprint: str = ""


@dataclass(frozen=True)
class Part:
    """A chunk on its way: its runs, the piece that makes them, and how often it was sent before."""

    blocks: int
    runs: Runs
    piece: Task
    sent: int = 0


def sweep(grid: Grid, *, keep_losses: bool = False, executor: Executor | None = None) -> Iterator[Chunk]:
    """Every run of the grid, chunk after chunk as they are done, on the executor or else on a thread for each core.

    A run of several lengths is told after the longest. Closing the iterator lets the chunks that have begun end, and
    begins no more.
    """
    longest = int(np.argmax(grid.lengths))
    for runs, outcome in outcomes(grid, keep_losses=keep_losses, executor=executor):
        settled, last, sound = outcome.settled[:, longest], outcome.last[:, longest], outcome.sound[:, longest]
        yield Chunk(runs, Swept(settled, last, sound, outcome.losses))


def outcomes(
    grid: Grid,
    *,
    reaching: float | None = None,
    keep_losses: bool = False,
    executor: Executor | None = None,
    window: int | None = None,
) -> Iterator[tuple[Runs, TaskResult]]:
    """The same with what each run gave after each of the grid's lengths, and its steps to the loss `reaching`."""
    pool = executor or ThreadPoolExecutor(cpu_count(), thread_name_prefix="sweep")
    far = not isinstance(pool, ThreadPoolExecutor)
    most = window or (WINDOW if far else WAITING * cpu_count())
    submit = _submit_far if far else _submit_near
    pace, blocks = _paced(grid, far=far)
    parts = _parts(grid, blocks, pace, reaching, keep_losses)
    begun: dict[Future[Answer], Part] = {}
    try:
        while True:
            for part in islice(parts, most - len(begun)):
                begun[submit(pool, part.piece)] = part
            if not begun:
                return
            for future in wait(begun, return_when=FIRST_COMPLETED).done:
                part = begun.pop(future)
                answer = _answer(future, part)
                if answer is None:
                    again = Part(part.blocks, part.runs, part.piece, part.sent + 1)
                    begun[submit(pool, part.piece)] = again
                    continue
                pace.heard(part.blocks, answer.seconds)
                yield part.runs, answer.outcome
    finally:
        for future in begun:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=False)


def work_of(piece: Task) -> Answer:
    """A piece done here."""
    before = time.perf_counter()
    outcome = piece.outcome()
    return Answer(outcome, time.perf_counter() - before)


def work_told(text: str) -> Answer:
    """A piece that travelled here as JSON, done by this process, which signs with its host and bit check."""
    signed = bit_check_fingerprint()
    done = work_of(Task.from_json(text))
    return Answer(done.outcome, done.seconds, platform.node(), signed)


def _submit_near(pool: Executor, piece: Task) -> Future[Answer]:
    return pool.submit(work_of, piece)


def _submit_far(pool: Executor, piece: Task) -> Future[Answer]:
    return pool.submit(work_told, piece.to_json())


def _paced(grid: Grid, *, far: bool) -> tuple[ChunkSizer, Iterator[Block]]:
    """The grid's runs in blocks, and how many of them make a chunk."""
    seconds = FAR_SECONDS if far else THREAD_SECONDS
    layers, width = grid.experiment.network().layers, grid.experiment.width
    one = estimated(grid.experiment.samples * kernel.work(layers, width))
    share = grid.size if far else -(-grid.size // (SHARES * cpu_count()))
    at_most = min(max(1, int(seconds / one)), max(SIDE_BY_SIDE, share))
    if at_most > SIDE_BY_SIDE:
        at_most -= at_most % SIDE_BY_SIDE
    block = min(at_most, grid.shape[0] * grid.shape[2])
    return ChunkSizer(seconds, block * one, share // block), grid.blocks(at_most)


def _parts(grid: Grid, blocks: Iterator[Block], pace: ChunkSizer, reaching: float | None, keep: bool) -> Iterator[Part]:
    while taken := list(islice(blocks, pace.blocks)):
        runs = np.concatenate([block.runs for block in taken])
        yield Part(len(taken), runs, task_of(grid, taken, reaching, keep=keep))


def _answer(future: Future[Answer], part: Part) -> Answer | None:
    """What a worker gave, or None when it has to be asked again."""
    error = CancelledError("cancelled") if future.cancelled() else future.exception()
    if error is None:
        return _trusted(future.result())
    if isinstance(error, BenchError) or not isinstance(error, Exception):
        raise error
    if part.sent + 1 >= TRIES:
        raise LostWorkError(TRIES, error) from error
    return None


def _trusted(answer: Answer) -> Answer:
    if answer.bit_check_fingerprint and answer.bit_check_fingerprint != bit_check_fingerprint():
        raise OtherBitsError(answer.host, answer.bit_check_fingerprint, bit_check_fingerprint())
    return answer
