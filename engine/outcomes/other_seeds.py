"""Final losses of one experiment at other α and with other data seeds, from the same first weights."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.data.inputs import LARGEST_SEED
from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, run
from engine.sweeps.executor import Grid, sweep
from engine.training.network import Network


def seeds_after(seed: int, count: int) -> tuple[int, ...]:
    """The next data seeds after this one; after the largest comes 0."""
    return tuple((seed + 1 + k) % (LARGEST_SEED + 1) for k in range(count))


def final_losses(
    experiment: Experiment,
    checkpoint: Network,
    alphas: Sequence[float],
    seeds: Sequence[int],
    on_progress: OnProgress = lambda done: None,
) -> FloatArray:
    """The final loss of each run, shape (alphas, seeds); inf where it diverges.

    `checkpoint` holds the first weights. `on_progress` is called before each piece of work, and what it raises ends it.
    """
    losses = np.full((len(alphas), len(seeds)), math.inf)
    if not kernel.supports(checkpoint.layers):
        for (a, s), _ in np.ndenumerate(losses):
            one = experiment.replace_unchecked(alpha=alphas[a], seed=seeds[s])
            final = run(one, checkpoint, on_progress, held_out=False).sound_settled
            losses[a, s] = math.inf if final is None else final
        return losses
    grid = Grid(experiment.with_weights_of(checkpoint), tuple(alphas), tuple(seeds))
    with ThreadPoolExecutor(1, thread_name_prefix="other-runs") as one_thread:
        for chunk in sweep(grid, executor=one_thread):
            on_progress(0)
            sound = (chunk.results.sound == experiment.samples) & np.isfinite(chunk.results.settled)
            losses.ravel()[chunk.runs[sound]] = chunk.results.settled[sound]
    return losses
