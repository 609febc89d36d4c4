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
from engine.errors import ShapeError
from engine.experiment import Experiment
from engine.grid import Grid, Runs, drawn_from
from engine.kernel import Swept
from engine.numerics import Numbers
from engine.results import first_divergence, settled_losses, steps_to
from engine.run import run

REMEMBERED = 8
"""How many experiments a worker keeps ready."""


@dataclass(frozen=True)
class Row:
    """Runs on the same facts: an alpha and, unless the weights are the experiment's own, a weight seed for each."""

    seed: int
    alphas: tuple[float, ...]
    weight_seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What each run of a piece gave, in the order of its rows."""

    settled: Numbers
    """Settled losses after each of the lengths, shape (runs, lengths)."""
    last: Numbers
    """Last losses, of the same shape."""
    sound: NDArray[np.int64]
    """Steps before the first that diverged, of the same shape; all of them for a run that never did."""
    steps: Numbers
    """Steps to the loss asked for, of the same shape; inf where it was not reached, or none was asked for."""
    losses: Numbers
    """Every loss, shape (runs, n); (runs, 0) when they were not to be kept."""


@dataclass(frozen=True)
class Piece:
    """Some runs of an experiment, after how many facts they are looked at, and what for.

    `reaching` is the loss whose steps are counted. With `keep` the losses themselves are part of the outcome.
    """

    experiment: Experiment
    rows: tuple[Row, ...]
    lengths: tuple[int, ...]
    reaching: float | None = None
    keep: bool = False

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal piece."""
        rows = [[row.seed, row.alphas, row.weight_seeds] for row in self.rows]
        return json.dumps([self.experiment.to_json(), rows, self.lengths, self.reaching, self.keep])

    @classmethod
    def from_json(cls, text: str) -> "Piece":
        """Reads what `to_json` wrote."""
        experiment, rows, lengths, reaching, keep = json.loads(text)
        read = tuple(Row(seed, tuple(alphas), tuple(weight_seeds)) for seed, alphas, weight_seeds in rows)
        return cls(_experiment(experiment), read, tuple(lengths), reaching, keep)

    def outcome(self) -> Outcome:
        """Trains all its runs; waits for the compiler if it must."""
        drawn = sorted({seed for row in self.rows for seed in row.weight_seeds})
        networks = [drawn_from(self.experiment, seed).network() for seed in drawn] or [self.experiment.network()]
        starts = np.stack([kernel.flattened(kernel.parameters(network.layers)) for network in networks])
        return joined([self._of_row(row, networks[0].layers, starts, drawn) for row in self.rows])

    def _of_row(self, row: Row, layers: Sequence[Any], starts: Numbers, drawn: Sequence[int]) -> Outcome:
        n = self.experiment.samples
        told, keep = self.lengths == (n,) and self.reaching is None, self.keep
        which = np.searchsorted(drawn, row.weight_seeds) if drawn else np.zeros(len(row.alphas), dtype=np.int64)
        X, T = replace(self.experiment, seed=row.seed).facts()
        try:
            swept = kernel.sweep(layers, starts, which, np.array(row.alphas), X, T, keep or not told)
        except ShapeError:
            swept = _readably(self.experiment, row)
        if told:
            columns = (swept.settled[:, None], swept.last[:, None], swept.sound[:, None])
            return Outcome(*columns, np.full((len(row.alphas), 1), np.inf), swept.losses[:, : n * keep])
        return read(swept, self.lengths, self.reaching, keep=self.keep)


def piece_of(grid: Grid, runs: Sequence[Runs], reaching: float | None = None, *, keep: bool = False) -> Piece:
    """The piece that makes these blocks of the grid's runs."""
    rows = []
    for block in runs:
        a, s, w = np.unravel_index(block, grid.shape)
        weight_seeds = tuple(grid.weight_seeds[i] for i in w) if grid.weight_seeds else ()
        rows.append(Row(grid.seeds[s[0]], tuple(grid.alphas[i] for i in a), weight_seeds))
    return Piece(grid.experiment, tuple(rows), grid.lengths, reaching, keep)


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcomes one after the other, as one."""
    names = ("settled", "last", "sound", "steps", "losses")
    return Outcome(*(np.concatenate([getattr(outcome, name) for outcome in outcomes]) for name in names))


def read(swept: Swept, lengths: Sequence[int], reaching: float | None, *, keep: bool) -> Outcome:
    """What runs gave after each of the lengths: a longer run contains the shorter ones."""
    losses, n = swept.losses, swept.losses.shape[1]
    sound = np.minimum(swept.sound[:, None], np.array(lengths))
    clipped = np.where(np.arange(n) < swept.sound[:, None], losses, np.inf)
    never = np.full(len(losses), np.inf)
    steps = [never if reaching is None else steps_to(clipped[:, :length], reaching) for length in lengths]
    return Outcome(
        settled=np.stack([settled_losses(losses[:, :length]) for length in lengths], axis=1),
        last=losses[:, np.array(lengths) - 1],
        sound=sound,
        steps=np.stack(steps, axis=1),
        losses=losses if keep else losses[:, :0],
    )


def _readably(experiment: Experiment, row: Row) -> Swept:
    """The same on the readable layers, for functions of one's own."""
    runs = []
    for number, alpha in enumerate(row.alphas):
        one = replace(experiment, alpha=alpha, seed=row.seed)
        one = drawn_from(one, row.weight_seeds[number]) if row.weight_seeds else one
        runs.append(run(one, one.network()).losses)
    losses = np.stack(runs)
    diverged_at = [first_divergence(of_one) for of_one in runs]
    sound = np.array([len(of_one) if step is None else step for of_one, step in zip(runs, diverged_at, strict=True)])
    return Swept(settled_losses(losses), losses[:, -1].copy(), sound, losses)


@lru_cache(maxsize=REMEMBERED)
def _experiment(text: str) -> Experiment:
    return Experiment.from_json(text)
