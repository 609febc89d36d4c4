"""A task: some runs of one experiment, as plain data that can travel to a worker, and their results.

A worker needs nothing but this package: a task is one line of JSON, and its result a few numbers for each run.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.metrics import first_divergence, settled_losses, steps_to
from engine.base.numerics import FloatArray
from engine.data.turns import Turns
from engine.errors import ShapeError
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.kernel import RunResults
from engine.sweeps.grid import Block, Grid, with_weight_seed
from engine.sweeps.scored_runs import scored_runs
from engine.training.network import Network

NUMBERS_AT_ONCE = 2**16
"""Samples, and losses that are kept, of the runs that the kernel trains in one call: half a megabyte."""

NUMBERS_REMEMBERED = 200_000
"""A task whose samples have more numbers does not keep them for later: they would take the place of others."""

CACHED_EXPERIMENTS = 8
"""The number of experiments that a worker keeps ready."""


@dataclass(frozen=True)
class RunSettings:
    """Settings of some runs: an alpha for each and, unless the weights are the experiment's own, a weight seed."""

    alphas: tuple[float, ...]
    weight_seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class TaskResult:
    """The results of a task's runs, in the order of its rows."""

    settled: FloatArray
    """Settled losses after each of the lengths, shape (runs, lengths)."""
    last: FloatArray
    """Last losses, of the same shape."""
    sound: NDArray[np.int64]
    """Steps before the first that diverged, of the same shape; all of them for a run that never did."""
    steps: FloatArray
    """Steps to the target loss, of the same shape, inf where it was never reached; (runs, 0) without a target loss."""
    losses: FloatArray
    """Every loss, shape (runs, n); (runs, 0) unless `keep_losses`."""
    learned: FloatArray
    """Scores, by the task's measure, of what was learned, with the weights after each of the lengths; nan where the run
    had diverged by then. (runs, 0) without a measure."""
    held_out: FloatArray
    """Those of held-out samples; (runs, 0) where there are none."""


RESULTS = tuple(field.name for field in fields(TaskResult))
"""The names of a result's arrays, in their order."""


@dataclass(frozen=True)
class Task:
    """Some runs of an experiment, and the numbers of samples after which their losses are evaluated.

    A row is a data seed and the place in `settings` of the runs on its data: rows with the same settings, as most have,
    share one entry. Steps to `target_loss` are counted. With `keep_losses` the losses are part of the result.
    """

    experiment: Experiment
    settings: tuple[RunSettings, ...]
    rows: tuple[tuple[int, int], ...]
    lengths: tuple[int, ...]
    target_loss: float | None = None
    keep_losses: bool = False
    measure: str | None = None
    """The measure by which runs are scored, `accuracy` or `r2`; None for no scores."""

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal task."""
        settings = [[each.alphas, each.weight_seeds] for each in self.settings]
        experiment = self.experiment.to_json()
        asked = [self.target_loss, self.keep_losses, *filter(None, [self.measure])]
        return json.dumps([experiment, settings, self.rows, self.lengths, *asked])

    @classmethod
    def from_json(cls, text: str) -> "Task":
        """Reads what `to_json` wrote."""
        experiment, settings, rows, lengths, *asked = json.loads(text)
        return cls(
            _experiment(experiment),
            tuple(RunSettings(tuple(alphas), tuple(weight_seeds)) for alphas, weight_seeds in settings),
            tuple((seed, place) for seed, place in rows),
            tuple(lengths),
            *asked,
        )

    def run(self) -> TaskResult:
        """Trains all its runs; waits for the compiler if it must."""
        weight_seeds = sorted({seed for settings in self.settings for seed in settings.weight_seeds})
        networks = [with_weight_seed(self.experiment, seed).network() for seed in weight_seeds]
        networks = networks or [self.experiment.network()]
        starts = np.stack([kernel.flattened(kernel.parameters(network.layers)) for network in networks])
        rows_at_once = max(1, NUMBERS_AT_ONCE // self._numbers_of_a_row)
        parts = (self.rows[start : start + rows_at_once] for start in range(0, len(self.rows), rows_at_once))
        return concatenated([self._run_rows(part, networks[0], starts, weight_seeds) for part in parts])

    @property
    def _evaluates_whole_runs(self) -> bool:
        return self.measure is None and self.target_loss is None and self.lengths == (self.experiment.samples,)

    @property
    def _has_few_samples(self) -> bool:
        """Whether the samples are as few as those of a question of the page, which is asked again at the next turn."""
        numbers = self.experiment.samples * (self.experiment.width + self.experiment.outputs)
        return len(self.rows) * numbers <= NUMBERS_REMEMBERED

    @property
    def _needs_losses(self) -> bool:
        return self.keep_losses or not self._evaluates_whole_runs

    @property
    def _numbers_of_a_row(self) -> int:
        """The numbers of the samples of one data seed, and the losses that are kept of the runs on them."""
        most = max(len(settings.alphas) for settings in self.settings)
        width = self.experiment.width + self.experiment.outputs
        return self.experiment.samples * (width + most * self._needs_losses)

    def _run_rows(
        self,
        rows: Sequence[tuple[int, int]],
        network: Network,
        starts: FloatArray,
        weight_seeds: Sequence[int],
    ) -> TaskResult:
        if self.measure is not None:
            scored = partial(self._scored, network=network, starts=starts, weight_seeds=weight_seeds)
            return concatenated([scored(seed, self.settings[at]) for seed, at in rows])
        settings = [self.settings[at] for _, at in rows]
        alphas_of = [np.array(each.alphas) for each in self.settings]
        alphas = np.concatenate([alphas_of[at] for _, at in rows])
        sets = np.repeat(np.arange(len(rows)), [len(each.alphas) for each in settings])
        start_rows = np.zeros(len(alphas), dtype=np.int64)
        if weight_seeds:
            start_rows = np.searchsorted(weight_seeds, [seed for each in settings for seed in each.weight_seeds])
        seeds = [seed for seed, _ in rows]
        X, T = self.experiment.facts_of_seeds(seeds, remember=self._has_few_samples)
        passed = self.experiment.passed_of_seeds(seeds)
        try:
            results = kernel.sweep(
                network.layers, starts, start_rows, alphas, X, T, self._needs_losses, self.experiment.rule, sets, passed
            )
        except ShapeError:
            results = _on_readable_layers(self.experiment, rows, settings)
        if not self._evaluates_whole_runs:
            own = None if passed is None else passed[sets]
            return evaluated_after(results, self.lengths, self.target_loss, own, keep_losses=self.keep_losses)
        columns = (results.settled[:, None], results.last[:, None], results.sound[:, None])
        losses, none = results.losses if self.keep_losses else results.losses[:, :0], np.empty((len(alphas), 0))
        return TaskResult(*columns, none, losses, none, none)

    def _scored(
        self, seed: int, settings: RunSettings, network: Network, starts: FloatArray, weight_seeds: Sequence[int]
    ) -> TaskResult:
        """The runs on the samples of one data seed, scored after each of the lengths."""
        experiment, alphas = self.experiment.with_seed(seed), settings.alphas
        rows = [weight_seeds.index(each) for each in settings.weight_seeds] or [0] * len(alphas)
        losses, scores = scored_runs(experiment, network, starts[rows], alphas, self.lengths, str(self.measure))
        passed = None if experiment.passed is None else np.tile(experiment.passed, (len(losses), 1))
        diverged_at = [first_divergence(row) for row in losses]
        sound = np.array([losses.shape[1] if step is None else step for step in diverged_at])
        results = RunResults(settled_losses(losses, passed), losses[:, -1], sound, losses)
        found = evaluated_after(results, self.lengths, self.target_loss, passed, keep_losses=self.keep_losses)
        scores[found.sound < np.array(self.lengths)] = np.nan
        learned, held_out = scores[..., 0], scores[..., 1]
        return replace(found, learned=learned, held_out=held_out if experiment.held_out else held_out[:, :0])


def task_of(
    grid: Grid,
    blocks: Sequence[Block],
    target_loss: float | None = None,
    *,
    keep_losses: bool = False,
    measure: str | None = None,
) -> Task:
    """The task that trains these blocks of the grid's runs."""
    places: dict[int, int] = {}
    settings: list[RunSettings] = []
    for block in blocks:
        if places.setdefault(block.part, len(places)) == len(settings):
            weight_seeds = tuple(grid.weight_seeds[i] for i in block.weight_seeds) if grid.weight_seeds else ()
            settings.append(RunSettings(tuple(grid.alphas[i] for i in block.alphas), weight_seeds))
    rows = tuple((grid.seeds[block.seed], places[block.part]) for block in blocks)
    return Task(grid.experiment, tuple(settings), rows, grid.lengths, target_loss, keep_losses, measure)


def concatenated(results: Sequence[TaskResult]) -> TaskResult:
    """The results one after the other, as one."""
    return TaskResult(*(np.concatenate([getattr(result, name) for result in results]) for name in RESULTS))


def evaluated_after(
    results: RunResults, lengths: Sequence[int], target_loss: float | None, passed: Turns | None, *, keep_losses: bool
) -> TaskResult:
    """The results of the runs after each of the lengths: a longer run contains the shorter ones.

    `passed` has a row of turns for each run.
    """
    losses, n = results.losses, results.losses.shape[1]
    cut = [None if passed is None else passed[:, :length] for length in lengths]
    sound = np.minimum(results.sound[:, None], np.array(lengths))
    steps = np.empty((len(losses), 0))
    if target_loss is not None:
        clipped = np.where(np.arange(n) < results.sound[:, None], losses, np.inf)
        steps = np.stack([steps_to(clipped[:, :length], target_loss) for length in lengths], axis=1)
    return TaskResult(
        settled=np.stack(
            [settled_losses(losses[:, :length], turns) for length, turns in zip(lengths, cut, strict=True)], axis=1
        ),
        last=losses[:, np.array(lengths) - 1],
        sound=sound,
        steps=steps,
        losses=losses if keep_losses else losses[:, :0],
        learned=losses[:, :0],
        held_out=losses[:, :0],
    )


def _on_readable_layers(
    experiment: Experiment, rows: Sequence[tuple[int, int]], settings: Sequence[RunSettings]
) -> RunResults:
    """The same runs on the readable layers, for functions of one's own."""
    runs = []
    for (seed, _), each in zip(rows, settings, strict=True):
        for k, alpha in enumerate(each.alphas):
            one = experiment.replace_unchecked(alpha=alpha, seed=seed)
            one = with_weight_seed(one, each.weight_seeds[k]) if each.weight_seeds else one
            runs.append(run(one, one.network()))
    losses = np.stack([each.losses for each in runs])
    diverged_at = [first_divergence(row) for row in losses]
    sound = np.array([len(row) if step is None else step for row, step in zip(losses, diverged_at, strict=True)])
    return RunResults(np.array([each.settled for each in runs]), losses[:, -1].copy(), sound, losses)


@lru_cache(maxsize=CACHED_EXPERIMENTS)
def _experiment(text: str) -> Experiment:
    return Experiment.from_json(text)
