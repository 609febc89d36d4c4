"""Runs of which only the final loss is needed, for the analyses."""

from collections.abc import Sequence

import numpy as np

from engine import kernel
from engine.experiments.run import run
from engine.sweeps.grid import Grid
from engine.sweeps.tasks import task_of
from webapp.bench.actions import PreparedRun


def settled_of(prepared: PreparedRun) -> float | None:
    """The final loss of one run; None when it diverged."""
    return run(prepared.experiment, prepared.checkpoint, held_out=False).sound_settled


def settled_at(alphas: Sequence[float], prepared: PreparedRun) -> list[float | None]:
    """The final loss at each α; None for a run that diverged."""
    if not _are_one_task(prepared):
        return [settled_of(prepared.with_knobs(alpha=alpha)) for alpha in alphas]
    return _settled(prepared, alphas, (prepared.experiment.seed,)) if alphas else []


def settled_with(seeds: Sequence[int], prepared: PreparedRun) -> list[float | None]:
    """The final loss with each data seed; None for a run that diverged."""
    if not _are_one_task(prepared):
        return [settled_of(prepared.replace_unchecked(seed=seed)) for seed in seeds]
    return _settled(prepared, (prepared.experiment.alpha,), seeds) if seeds else []


def _are_one_task(prepared: PreparedRun) -> bool:
    """Whether the kernel trains them together: one by one, most of a short run is what stands around its training."""
    return kernel.supports(prepared.checkpoint.layers)


def _settled(prepared: PreparedRun, alphas: Sequence[float], seeds: Sequence[int]) -> list[float | None]:
    experiment = prepared.experiment
    grid = Grid(experiment.with_weights_of(prepared.checkpoint), tuple(alphas), tuple(seeds))
    blocks = list(grid.blocks(grid.size))
    found = task_of(grid, blocks, None).run()
    settled, sound = found.settled[:, 0], found.sound[:, 0]
    losses: list[float | None] = [None] * grid.size
    numbers = np.concatenate([block.runs for block in blocks]).tolist()
    for number, loss, steps in zip(numbers, settled.tolist(), sound.tolist(), strict=True):
        if steps == experiment.samples and np.isfinite(loss):
            losses[number] = loss
    return losses
