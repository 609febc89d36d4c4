"""Runs of which only the final loss is needed, for the analyses."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine import kernel
from engine.experiments.run import run
from engine.sweeps.executor import Grid, sweep
from webapp.bench.actions import PreparedRun


def settled_of(prepared: PreparedRun) -> float | None:
    """The final loss of one run; None when it diverged."""
    return run(prepared.experiment, prepared.checkpoint, held_out=False).sound_settled


def settled_at(alphas: list[float], prepared: PreparedRun) -> list[float | None]:
    """The final loss at each α, in one sweep where the kernel supports the layers; None for a run that diverged."""
    experiment = prepared.experiment
    if not kernel.supports(prepared.checkpoint.layers):
        return [settled_of(prepared.with_knobs(alpha=alpha)) for alpha in alphas]
    if not alphas:
        return []
    grid = Grid(experiment.with_weights_of(prepared.checkpoint), tuple(alphas), (experiment.seed,))
    losses: list[float | None] = [None] * len(alphas)
    with ThreadPoolExecutor(1, thread_name_prefix="lr-range") as one:
        for chunk in sweep(grid, executor=one):
            sound = (chunk.results.sound == experiment.samples) & np.isfinite(chunk.results.settled)
            for number, settled in zip(chunk.runs[sound].tolist(), chunk.results.settled[sound].tolist(), strict=True):
                losses[number] = settled
    return losses
