"""A grid of runs: one experiment with every alpha, every data seed and every weight seed.

Its runs are numbered alphas first, then data seeds, then weight seeds, as `numpy.ndindex` counts. They are trained in
blocks that share their samples, in an order in which any first few blocks lie all over the grid.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.data.inputs import checked_seed
from engine.errors import OutOfRangeError
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import ALPHA, SAMPLES
from engine.experiments.layer_specs import DrawnWeights

GOLDEN_RATIO = (math.sqrt(5) - 1) / 2

MOST_RUNS = 100_000_000
"""The most runs of a sweep whose losses are in memory at a time, some gigabytes of them."""

RunNumbers = NDArray[np.int64]
"""Numbers of runs in a grid."""


NUMBERED_AT_ONCE = 2**14
"""About how many runs, of several data seeds, are numbered together: thousands of seeds take little longer than one."""


def check_runs(counts: Iterable[int], most: int = MOST_RUNS, limit: str = "") -> None:
    """OutOfRangeError for axes of these counts of values that make more runs than a sweep may have, by the limit that
    the sentence names."""
    runs = math.prod(counts)
    if runs > most:
        raise OutOfRangeError(
            f"This sweep has {runs:,} runs, and one sweep has at most {most:,}{limit}. Take fewer values."
        )


class Block(NamedTuple):
    """Some runs of one data seed.

    `seed`, `alphas` and `weight_seeds` are places in the grid's own; `part` numbers the combinations of the last two.
    """

    seed: int
    part: int
    alphas: NDArray[np.int64]
    weight_seeds: NDArray[np.int64]
    runs: RunNumbers
    """Their numbers in the grid."""


@dataclass(frozen=True)
class Grid:
    """The runs of a sweep: every alpha with every data seed and every weight seed.

    No weight seeds means the experiment's own weights, no `samples` its own number of samples. A run on many
    samples contains those on fewer, so several numbers cost no more runs: the experiment then has the largest.
    """

    experiment: Experiment
    alphas: tuple[float, ...]
    seeds: tuple[int, ...]
    weight_seeds: tuple[int, ...] = ()
    samples: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.alphas or not self.seeds:
            raise OutOfRangeError("A sweep needs at least one α and one data seed.")
        for alpha in self.alphas:
            ALPHA.check(alpha)
        for seed in (*self.seeds, *self.weight_seeds):
            checked_seed(seed)
        if self.samples:
            # A run has at least as many samples as are distinct or in a batch, and shorter ones are its beginnings.
            most = max(*map(SAMPLES.check, self.samples), self.experiment.distinct or 1, self.experiment.batch)
            object.__setattr__(self, "experiment", self.experiment.replace_unchecked(samples=most))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Alphas, data seeds, weight seeds (1 for the experiment's own weights)."""
        return len(self.alphas), len(self.seeds), max(1, len(self.weight_seeds))

    @property
    def size(self) -> int:
        """The number of runs."""
        return math.prod(self.shape)

    @property
    def lengths(self) -> tuple[int, ...]:
        """The numbers of samples after which each run is evaluated."""
        return self.samples or (self.experiment.samples,)

    def run(self, number: int) -> Experiment:
        """The experiment that run `number` is."""
        a, s, w = np.unravel_index(number, self.shape)
        one = self.experiment.replace_unchecked(alpha=self.alphas[a], seed=self.seeds[s])
        return with_weight_seed(one, self.weight_seeds[w]) if self.weight_seeds else one

    def blocks(self, at_most: int) -> Iterator[Block]:
        """All runs, in blocks of at most `at_most`; any first blocks lie all over the grid."""
        alphas, seeds, weights = self.shape
        if self.block_count(at_most) > seeds:
            yield from (self.block(at_most, place) for place in range(self.block_count(at_most)))
            return
        a, w, first = _runs_of_first_seed(alphas, seeds, weights, 0, 1)
        together = max(1, NUMBERED_AT_ONCE // len(first))
        for start in range(0, seeds, together):
            chosen = [golden_place(place, seeds) for place in range(start, min(start + together, seeds))]
            numbers = first + np.array(chosen)[:, None] * weights
            yield from (Block(seed, 0, a, w, runs) for seed, runs in zip(chosen, numbers, strict=True))

    def block_count(self, at_most: int) -> int:
        """The number of blocks of at most `at_most` runs."""
        alphas, seeds, weights = self.shape
        return seeds * -(-alphas * weights // max(1, at_most))

    def block(self, at_most: int, place: int) -> Block:
        """The block at that place of their order."""
        alphas, seeds, weights = self.shape
        row = alphas * weights
        parts = -(-row // max(1, at_most))
        seed, part = divmod(golden_place(place, seeds * parts), parts)
        a, w, runs = _runs_of_first_seed(alphas, seeds, weights, part, parts)
        return Block(seed, part, a, w, runs + seed * weights)

    def runs_of_blocks(self, at_most: int, places: range) -> RunNumbers:
        """The runs of the blocks at these places, one block after the other, without the blocks themselves."""
        alphas, seeds, weights = self.shape
        row = alphas * weights
        parts = -(-row // max(1, at_most))
        golden = np.arange(places.start, places.stop, dtype=np.int64) * _golden_step(seeds * parts) % (seeds * parts)
        seed, part = np.divmod(golden, parts)
        in_row = part[:, None] + np.arange(0, row, parts, dtype=np.int64)
        a, w = np.divmod(in_row, weights)
        return ((a * seeds + seed[:, None]) * weights + w)[in_row < row]


def check_rows(experiment: Experiment, seeds: Sequence[int]) -> None:
    """OutOfRangeError for a data seed that holds out every row but those that are left out."""
    for seed in experiment.seeds_without_rows(seeds):
        raise OutOfRangeError(f"Under data seed {seed} nothing is left to learn from. Leave out fewer rows.")


@lru_cache(maxsize=8)
def _runs_of_first_seed(
    alphas: int, seeds: int, weights: int, part: int, parts: int
) -> tuple[RunNumbers, RunNumbers, RunNumbers]:
    """The places on the axes of α and of weight seeds in part `part` of `parts`, and the numbers of the runs there."""
    a, w = np.divmod(np.arange(part, alphas * weights, parts, dtype=np.int64), weights)
    return a, w, a * seeds * weights + w


def with_weight_seed(experiment: Experiment, weight_seed: int) -> Experiment:
    """The experiment with its weights drawn from that seed, by its own initializer if it has one."""
    drawn = experiment.weights if isinstance(experiment.weights, DrawnWeights) else DrawnWeights(0)
    return experiment.replace_unchecked(weights=replace(drawn, seed=weight_seed))


def golden_place(k: int, number: int) -> int:
    """The k-th of 0 … number − 1 in steps of the golden ratio, of which any first few lie all over the range."""
    return k * _golden_step(number) % number


@lru_cache(maxsize=64)
def _golden_step(number: int) -> int:
    """The first step from the golden ratio on that leads to every place."""
    return next(step for step in count(max(1, round(number * GOLDEN_RATIO))) if math.gcd(step, number) == 1)
