"""A piece of a sweep: some runs of one experiment, as plain data that can travel, and what came of them.

A worker needs nothing but this package: a piece is one line of JSON, and its outcome a few numbers for each run.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.metrics import first_divergence, settled_losses, steps_to
from engine.base.numerics import FloatArray
from engine.errors import ShapeError
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.kernel import Swept
from engine.sweeps.grid import Block, Grid, drawn_from

REMEMBERED = 8
"""How many experiments a worker keeps ready."""


@dataclass(frozen=True)
class Share:
    """Runs but for their facts: an alpha and, unless the weights are the experiment's own, a weight seed for each."""

    alphas: tuple[float, ...]
    weight_seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class TaskResult:
    """What each run of a piece gave, in the order of its rows."""

    settled: FloatArray
    """Settled losses after each of the lengths, shape (runs, lengths)."""
    last: FloatArray
    """Last losses, of the same shape."""
    sound: NDArray[np.int64]
    """Steps before the first that diverged, of the same shape; all of them for a run that never did."""
    steps: FloatArray
    """Steps to the loss asked for, of the same shape, inf where it was never reached; (runs, 0) when none was asked."""
    losses: FloatArray
    """Every loss, shape (runs, n); (runs, 0) when they were not to be kept."""


@dataclass(frozen=True)
class Task:
    """Some runs of an experiment, after how many facts they are looked at, and what for.

    A row is a data seed and the number of the share that is run on its facts: rows that have the same share, as most
    have, tell it once. `reaching` is the loss whose steps are counted. With `keep` the losses are part of the outcome.
    """

    experiment: Experiment
    shares: tuple[Share, ...]
    rows: tuple[tuple[int, int], ...]
    lengths: tuple[int, ...]
    reaching: float | None = None
    keep: bool = False

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal piece."""
        shares = [[share.alphas, share.weight_seeds] for share in self.shares]
        return json.dumps([self.experiment.to_json(), shares, self.rows, self.lengths, self.reaching, self.keep])

    @classmethod
    def from_json(cls, text: str) -> "Task":
        """Reads what `to_json` wrote."""
        experiment, shares, rows, lengths, reaching, keep = json.loads(text)
        read_shares = tuple(Share(tuple(alphas), tuple(weight_seeds)) for alphas, weight_seeds in shares)
        read_rows = tuple((seed, share) for seed, share in rows)
        return cls(_experiment(experiment), read_shares, read_rows, tuple(lengths), reaching, keep)

    def outcome(self) -> TaskResult:
        """Trains all its runs; waits for the compiler if it must."""
        drawn = sorted({seed for share in self.shares for seed in share.weight_seeds})
        networks = [drawn_from(self.experiment, seed).network() for seed in drawn] or [self.experiment.network()]
        starts = np.stack([kernel.flattened(kernel.parameters(network.layers)) for network in networks])
        return joined([self._of_row(row, networks[0].layers, starts, drawn) for row in self.rows])

    def _of_row(
        self, row: tuple[int, int], layers: Sequence[Any], starts: FloatArray, drawn: Sequence[int]
    ) -> TaskResult:
        seed, share = row[0], self.shares[row[1]]
        n, runs = self.experiment.samples, len(share.alphas)
        told, keep = self.lengths == (n,) and self.reaching is None, self.keep
        which = np.searchsorted(drawn, share.weight_seeds) if drawn else np.zeros(runs, dtype=np.int64)
        X, T = replace(self.experiment, seed=seed).facts()
        try:
            swept = kernel.sweep(layers, starts, which, np.array(share.alphas), X, T, keep or not told)
        except ShapeError:
            swept = _readably(self.experiment, seed, share)
        if told:
            columns = (swept.settled[:, None], swept.last[:, None], swept.sound[:, None])
            return TaskResult(*columns, np.empty((runs, 0)), swept.losses[:, : n * keep])
        return read(swept, self.lengths, self.reaching, keep=self.keep)


def task_of(grid: Grid, blocks: Sequence[Block], reaching: float | None = None, *, keep: bool = False) -> Task:
    """The piece that makes these blocks of the grid's runs."""
    numbers: dict[int, int] = {}
    shares: list[Share] = []
    for block in blocks:
        if numbers.setdefault(block.share, len(numbers)) == len(shares):
            weight_seeds = tuple(grid.weight_seeds[i] for i in block.weight_seeds) if grid.weight_seeds else ()
            shares.append(Share(tuple(grid.alphas[i] for i in block.alphas), weight_seeds))
    rows = tuple((grid.seeds[block.seed], numbers[block.share]) for block in blocks)
    return Task(grid.experiment, tuple(shares), rows, grid.lengths, reaching, keep)


def joined(outcomes: Sequence[TaskResult]) -> TaskResult:
    """The outcomes one after the other, as one."""
    names = ("settled", "last", "sound", "steps", "losses")
    return TaskResult(*(np.concatenate([getattr(outcome, name) for outcome in outcomes]) for name in names))


def read(swept: Swept, lengths: Sequence[int], reaching: float | None, *, keep: bool) -> TaskResult:
    """What runs gave after each of the lengths: a longer run contains the shorter ones."""
    losses, n = swept.losses, swept.losses.shape[1]
    sound = np.minimum(swept.sound[:, None], np.array(lengths))
    clipped = np.where(np.arange(n) < swept.sound[:, None], losses, np.inf)
    counted = () if reaching is None else lengths
    steps = [steps_to(clipped[:, :length], reaching) for length in counted if reaching is not None]
    return TaskResult(
        settled=np.stack([settled_losses(losses[:, :length]) for length in lengths], axis=1),
        last=losses[:, np.array(lengths) - 1],
        sound=sound,
        steps=np.stack(steps, axis=1) if steps else np.empty((len(losses), 0)),
        losses=losses if keep else losses[:, :0],
    )


def _readably(experiment: Experiment, seed: int, share: Share) -> Swept:
    """The same on the readable layers, for functions of one's own."""
    runs = []
    for number, alpha in enumerate(share.alphas):
        one = replace(experiment, alpha=alpha, seed=seed)
        one = drawn_from(one, share.weight_seeds[number]) if share.weight_seeds else one
        runs.append(run(one, one.network()).losses)
    losses = np.stack(runs)
    diverged_at = [first_divergence(of_one) for of_one in runs]
    sound = np.array([len(of_one) if step is None else step for of_one, step in zip(runs, diverged_at, strict=True)])
    return Swept(settled_losses(losses), losses[:, -1].copy(), sound, losses)


@lru_cache(maxsize=REMEMBERED)
def _experiment(text: str) -> Experiment:
    return Experiment.from_json(text)
