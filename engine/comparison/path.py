"""The path of a run: its weights at evenly chosen steps, from the first weights to the last sound ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.numerics import FloatArray
from engine.experiments.run import OnProgress, Run, RunSamples, parameters, steps_at_once

STEPS = 200
"""The number of steps of a path, about."""

MOST_NUMBERS = 1_000_000
"""Weights of one path that are in memory; a larger network has fewer steps."""


@dataclass(frozen=True, eq=False)
class Path:
    """Some steps of a run and the weights there, from step 0 on; empty if even the first are not finite."""

    steps: NDArray[np.int64]
    """The steps, counted in updates, shape (k,)."""
    weights: FloatArray
    """Flat weights, M row by row and then b for each dense layer in turn, shape (k, numbers); all are finite."""


def path_of(run: Run, on_progress: OnProgress = lambda done: None) -> Path:
    """Trains the run once more and keeps its weights at about 200 evenly chosen steps, the first and the last too.

    The bits are those of the run. It ends at the last step, or at the one before the run diverged, or before weights
    that are no finite numbers. `on_progress` is called with the number of steps done before each piece, and whatever
    it raises ends it. Waits for the compiler if it must.
    """
    network, last = run.checkpoint(), run.trained_at
    most = min(STEPS, max(1, MOST_NUMBERS // max(1, run.first_weights.size)))
    every = max(1, -(-last // most))
    steps = np.unique(np.append(np.arange(0, last, every), last))
    weights = np.empty((len(steps), run.first_weights.size))
    samples, done = RunSamples(run.experiment), 0
    for row, step in zip(weights, steps.tolist(), strict=True):
        while done < step:
            on_progress(done)
            X, T = samples.next(min(step - done, steps_at_once(network, run.experiment.width, wait_for_kernel=True)))
            network.train(X, T)
            done += len(X)
        row[:] = kernel.flattened(parameters(network))
    lost = ~np.isfinite(weights).all(axis=1)
    sound = slice(0, int(lost.argmax()) if lost.any() else len(steps))
    return Path(steps[sound], weights[sound])
