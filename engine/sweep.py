"""A sweep: the same experiment with many alphas, facts and first weights, each run with the bits of a run of its own.

The runs of a grid are numbered alphas first, then data seeds, then weight seeds, as `numpy.ndindex` counts. They are
trained side by side and on all cores, and come back in chunks; whoever stops asking for chunks has cancelled the rest.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import cpu_count

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.errors import OutOfRangeError
from engine.experiment import DrawnWeights, Experiment, checked_alpha
from engine.facts import checked_seed
from engine.kernel import SIDE_BY_SIDE, Swept
from engine.numerics import Numbers

CHUNK = 50_000_000
"""About how much work a chunk is, as `kernel.work` counts it: some ten milliseconds."""

WAITING = 2
"""How many chunks are begun ahead for each core."""


@dataclass(frozen=True)
class Grid:
    """Which runs a sweep makes: every alpha with every data seed and every weight seed.

    No weight seeds means the experiment's own weights, whatever they are.
    """

    experiment: Experiment
    alphas: tuple[float, ...]
    seeds: tuple[int, ...]
    weight_seeds: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.alphas or not self.seeds:
            raise OutOfRangeError("A sweep needs at least one α and one data seed.")
        for alpha in self.alphas:
            checked_alpha(alpha)
        for seed in (*self.seeds, *self.weight_seeds):
            checked_seed(seed)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Alphas, data seeds, weight seeds (1 for the experiment's own weights)."""
        return len(self.alphas), len(self.seeds), max(1, len(self.weight_seeds))

    def run(self, number: int) -> Experiment:
        """The experiment that run `number` is."""
        a, s, w = np.unravel_index(number, self.shape)
        one = replace(self.experiment, alpha=self.alphas[a], seed=self.seeds[s])
        drawn = one.weights if isinstance(one.weights, DrawnWeights) else DrawnWeights(0)
        return replace(one, weights=replace(drawn, seed=self.weight_seeds[w])) if self.weight_seeds else one

    def starts(self) -> Numbers:
        """The flat parameters before training, a row for each weight seed."""
        networks = [self.run(number).network() for number in range(self.shape[2])]
        return np.stack([kernel.flattened(kernel.parameters(network.layers)) for network in networks])


@dataclass(frozen=True)
class Chunk:
    """The answers of some runs: their numbers in the grid, and what each gave."""

    runs: NDArray[np.int64]
    gave: Swept


def sweep(grid: Grid, *, keep_losses: bool = False, executor: Executor | None = None) -> Iterator[Chunk]:
    """Every run of the grid, chunk after chunk as they are done, on the executor or else on a thread for each core.

    Closing the iterator lets the chunks that have begun end, and begins no more.
    """
    waiting: deque[Future[Chunk]] = deque()
    pool = executor or ThreadPoolExecutor(cpu_count(), thread_name_prefix="sweep")
    starts = grid.starts()
    try:
        for task in _tasks(grid):
            waiting.append(pool.submit(_swept, grid, starts, task, keep_losses))
            if len(waiting) > WAITING * cpu_count():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=False)


def _tasks(grid: Grid) -> Iterator[list[NDArray[np.int64]]]:
    """The numbers of the runs that a chunk makes, in rows that share their facts."""
    work = kernel.work(grid.experiment.network().layers, grid.experiment.width)
    at_once = max(1, CHUNK // (grid.experiment.samples * work))
    numbers = np.arange(np.prod(grid.shape), dtype=np.int64).reshape(grid.shape)
    rows, size = [], 0
    for s in range(grid.shape[1]):
        same_facts = numbers[:, s].ravel()
        step = max(SIDE_BY_SIDE, at_once - at_once % kernel.SIDE_BY_SIDE)
        for start in range(0, len(same_facts), step):
            rows.append(same_facts[start : start + step])
            size += len(rows[-1])
            if size >= at_once:
                yield rows
                rows, size = [], 0
    if rows:
        yield rows


def _swept(grid: Grid, starts: Numbers, rows: list[NDArray[np.int64]], keep_losses: bool) -> Chunk:
    layers = grid.experiment.network().layers
    parts = []
    for runs in rows:
        a, s, w = np.unravel_index(runs, grid.shape)
        X, T = replace(grid.experiment, seed=grid.seeds[s[0]]).facts()
        parts.append(kernel.sweep(layers, starts, w, np.take(grid.alphas, a), X, T, keep_losses))
    return Chunk(
        np.concatenate(rows),
        Swept(
            np.concatenate([part.settled for part in parts]),
            np.concatenate([part.last for part in parts]),
            np.concatenate([part.sound for part in parts]),
            np.concatenate([part.losses for part in parts]),
        ),
    )
